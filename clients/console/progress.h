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

  // All is done: draws the last of it and ends the line. Nothing is drawn after it.
  void Finish();

  // 0 to 1; draws only when the percentage has changed.
  void Update(double fraction);

 private:
  void EndLine();

  const std::string label_;
  bool shown_;
  int percent_ = -1;
};

// "label [#####.....]  50%"
std::string Bar(const std::string& label, int percent);

}  // namespace firstbell::console
