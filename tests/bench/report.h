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

// An array of objects.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace firstbell::bench
