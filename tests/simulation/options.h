#pragma once

// What one run of the simulation is made of, and the command that repeats it.

#include <cstdint>
#include <string>

namespace firstbell::simulation {

struct Options {
  std::uint64_t seed = 1;
  int year = 2026;  // in whose August it begins, to end in July
  int years = 1;
  int days = 0;  // fewer than those years have; 0: all of them
  std::size_t schools = 200;
  std::size_t alerts = 40;  // of a school day; a day without school brings a tenth
  // In place of a year: so many alerts of August's evenings wait for the first morning of
  // September.
  std::size_t crowd = 0;
  std::string mutation = {};  // of mutations.h; empty: the core as it is
};

std::string ReplayCommand(const Options& options);

}  // namespace firstbell::simulation
