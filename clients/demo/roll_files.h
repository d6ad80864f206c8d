#pragma once

// An invented roll as the files that an operator imports, and incidents to look for on it as
// `firstbell-admin match` asks them, with the truth. Not thread-safe.

#include <cstdint>
#include <filesystem>
#include <functional>

#include "broker/base/status.h"
#include "clients/demo/slips.h"

namespace firstbell::demo {

struct WantedFiles {
  std::filesystem::path directory;  // made where it is not there
  std::uint64_t queries = 0;
  Noise noise = kModerate;
};

struct WrittenFiles {
  std::uint64_t schools = 0, pupils = 0, queries = 0;
};

// Writes schools.csv and roll.csv; with queries also queries.csv and truth.csv, seven of ten about
// a child on the roll, the others about a stranger, a brother or sister, or a twin who is not.
// `progress` from 0 to 1. FailedPrecondition: one of them is there already; nothing is written
// over. Unavailable: the disk failed.
base::Result<WrittenFiles> WriteRollFiles(const InventedRoll& roll, const WantedFiles& wanted,
                                          const std::function<void(double)>& progress);

}  // namespace firstbell::demo
