#include "clients/console/duty.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "clients/console/output.h"

namespace firstbell::console {
namespace {

constexpr std::array kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

}  // namespace

base::Result<google::protobuf::RepeatedField<int>> ParseWeekdays(std::string_view typed,
                                                                 std::string_view option) {
  google::protobuf::RepeatedField<int> days;
  if (typed == "every") return days;
  for (const std::string& word :
       std::vector<std::string>(absl::StrSplit(std::string(typed), ','))) {
    const std::string lower = absl::AsciiStrToLower(word);
    const auto day = std::find_if(kDays.begin(), kDays.end(), [&](const char* name) {
      return absl::AsciiStrToLower(name) == lower;
    });
    if (day == kDays.end()) {
      return base::InvalidArgument(std::string(option) +
                                   ": weekdays are mon,tue,wed,thu,fri,sat,sun, with commas and no "
                                   "spaces; or every");
    }
    days.Add(static_cast<int>(day - kDays.begin()) + 1);
  }
  return days;
}

std::string DutyText(const v1::Duty& duty) {
  std::string text;
  for (const int day : duty.weekdays()) {
    if (day < 1 || day > 7) continue;
    text += (text.empty() ? "" : ", ") + std::string(kDays[static_cast<std::size_t>(day - 1)]);
  }
  if (text.empty()) text = "every day";
  if (!duty.has_away()) return text;
  const std::string& last = duty.away().last();
  return text + "; away " + Printable(duty.away().first()) +
         (last.empty() || last == duty.away().first() ? "" : " to " + Printable(last));
}

}  // namespace firstbell::console
