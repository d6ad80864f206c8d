#include "clients/console/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace firstbell::console {
namespace {

constexpr int kCells = 40;

}  // namespace

std::string Bar(const std::string& label, int percent) {
  const auto full = static_cast<std::size_t>(kCells * percent / 100);
  std::string number = std::to_string(percent);
  number.insert(0, 3 - std::min<std::size_t>(3, number.size()), ' ');
  return label + " [" + std::string(full, '#') + std::string(kCells - full, '.') + "] " + number +
         "%";
}

Progress::Progress(std::string label)
    : label_(std::move(label)), shown_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  EndLine();
}

void Progress::Finish() {
  if (percent_ >= 0) Update(1);
  EndLine();
}

void Progress::EndLine() {
  if (shown_ && percent_ >= 0) std::cerr << std::endl;
  shown_ = false;
}

void Progress::Update(double fraction) {
  const int percent = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * 100);
  if (!shown_ || percent == percent_) return;
  percent_ = percent;
  std::cerr << '\r' << Bar(label_, percent) << std::flush;
}

}  // namespace firstbell::console
