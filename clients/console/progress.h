#pragma once

// A bar on standard error for what takes seconds. Shows nothing where that is not a terminal. Not
// thread-safe.

#include <string>

namespace firstbell::console {

class Progress {
 public:
  explicit Progress(std::string label);
  // Ends the bar's line, so that what follows begins on its own.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // 0 to 1; draws only when the percentage has changed.
  void Update(double fraction);

 private:
  const std::string label_;
  const bool shown_;
  int percent_ = -1;
};

// "label [#####.....]  50%"
std::string Bar(const std::string& label, int percent);

}  // namespace firstbell::console
