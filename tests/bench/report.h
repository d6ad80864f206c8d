#pragma once

// One benchmark's rows, as run.sh prints them: ours, the ceiling or peer of the same run, and what
// the house asks of their ratio. Values.

#include <optional>
#include <string>
#include <vector>

namespace firstbell::bench {

struct Row {
  std::string what;
  std::string unit;
  std::size_t n = 0;
  double ours = 0;
  std::optional<double> ceiling;  // nothing: `ours` itself is judged
  // How the judged number must stand to these: at least, where `more_is_better`.
  double floor = 0, aim = 0;
  bool more_is_better = true;
  std::string note;

  double judged() const { return ceiling ? ours / *ceiling : ours; }
};

// Samples of ours and of the ceiling are taken in turn, so many of each: what else the machine does
// moves a single one by a fifth.
inline constexpr int kSamples = 3;
double Median(std::vector<double> samples);

// An array of objects.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace firstbell::bench
