#pragma once

// The benchmarks that run.sh names. Each makes an installation of its own and starts the real
// firstbell-broker on it; what it compares with runs in the same run, with the same payload and the
// same load.

#include <filesystem>
#include <vector>

#include "tests/bench/report.h"

namespace firstbell::bench {

struct Setting {
  std::filesystem::path programs;  // folder of firstbell-broker
  std::filesystem::path self;      // this program, to start ceilings with
  double scale = 1;                // of every N; 1 for figures, less to try a benchmark out
  std::size_t Scaled(std::size_t n) const {
    return static_cast<std::size_t>(static_cast<double>(n) * scale);
  }
};

std::vector<Row> Intake(const Setting& setting);
std::vector<Row> Push(const Setting& setting);
std::vector<Row> SealAndPush(const Setting& setting);
std::vector<Row> Morning(const Setting& setting);
std::vector<Row> Restart(const Setting& setting);
std::vector<Row> Memory(const Setting& setting);
// These start no broker.
std::vector<Row> Match(const Setting& setting);
std::vector<Row> Linkage(const Setting& setting);
std::vector<Row> Lookup(const Setting& setting);
std::vector<Row> Ladder(const Setting& setting);
std::vector<Row> Log(const Setting& setting);
std::vector<Row> Inbox(const Setting& setting);

// The process that Lookup measures: asks the store in `directory`, which holds an invented roll of
// so many families, and writes what it found to `result`.
void ProbeLookups(const std::filesystem::path& directory, std::size_t families, std::size_t queries,
                  const std::filesystem::path& result);

}  // namespace firstbell::bench
