#pragma once

// Reads the register's file of links, plain or gzipped: which school followed which. Threads: any,
// one call a file.

#include <filesystem>
#include <unordered_map>
#include <vector>

#include "adapters/csv/reject.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"

namespace firstbell::adapters::gias {

struct LinkSinks {
  // Also tells of a school whose predecessors are too many, which is no rejected row.
  RejectSink reject;
  ProgressSink progress;  // may be empty
};

struct LinkTotals : Totals {
  std::uint64_t left_aside = 0;  // rows that say of neither school that it followed the other
};

struct Links {
  LinkTotals totals;
  // Of each school that followed others: all of them, nearest first, over any number of steps, at
  // most limits::kPredecessorsPerSchool. Schools that followed one another are each other's.
  std::unordered_map<base::Urn, std::vector<base::Urn>> predecessors;
};

// NotFound: no such file. InvalidArgument: not the file of links. DataLoss: cut off or damaged.
base::Result<Links> ReadLinks(const std::filesystem::path& path, const LinkSinks& sinks);

}  // namespace firstbell::adapters::gias
