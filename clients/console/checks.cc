#include "clients/console/checks.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"

namespace firstbell::console {
namespace {

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool TimeOfDay(const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return false;
  const std::string hours = text.substr(0, 2), minutes = text.substr(3);
  return AllDigits(hours) && AllDigits(minutes) && hours < "24" && minutes < "60";
}

bool Duration(const std::string& text) {
  absl::Duration duration;
  return absl::ParseDuration(text, &duration) && duration > absl::ZeroDuration() &&
         duration < absl::InfiniteDuration();
}

// CLI11 takes an empty text for "good".
CLI::Validator Check(bool (*good)(const std::string&), const char* should_be) {
  return CLI::Validator(
      [good, should_be](std::string& text) { return good(text) ? "" : std::string(should_be); },
      "");
}

}  // namespace

CLI::Validator IsTimeOfDay() {
  return Check(TimeOfDay, "takes a time of day like 07:31");
}

CLI::Validator IsDuration() {
  return Check(Duration, "takes a time to come, like 90m or 7h30m");
}

CLI::Validator IsCount() {
  return Check([](const std::string& text) { return AllDigits(text); },
               "takes a whole number, 0 for all");
}

}  // namespace firstbell::console
