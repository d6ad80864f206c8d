#include "clients/audit/report_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace firstbell::audit_client {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string DayWith(absl::CivilDay day, std::string_view month) {
  return std::to_string(day.day()) + " " + std::string(month) + " " + std::to_string(day.year());
}

std::string_view MonthOf(absl::CivilDay day) {
  return kMonths[static_cast<std::size_t>(day.month() - 1)];
}

std::string TwoDigits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string Units(std::int64_t large, std::string_view large_unit, std::int64_t small,
                  std::string_view small_unit) {
  std::string text = std::to_string(large) + std::string(large_unit);
  if (small != 0) text += " " + std::to_string(small) + std::string(small_unit);
  return text;
}

}  // namespace

std::string NumberText(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string CountText(const Count& count) {
  if (!count.counted) return std::string(kNotCounted);
  return count.rounded ? NumberText(*count.rounded) : std::string(kSuppressed);
}

std::string PercentText(const Share& share) {
  if (!share.percent) {
    return share.whole.rounded == std::uint64_t{0} ? "None" : std::string(kSuppressed);
  }
  std::int64_t tenths = std::llround(*share.percent * 10);
  // Whoever reads 100% takes it for every one of them.
  if (*share.percent < 100) tenths = std::min<std::int64_t>(tenths, 999);
  if (*share.percent > 0) tenths = std::max<std::int64_t>(tenths, 1);
  if (tenths % 1000 == 0) return std::to_string(tenths / 10) + "%";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

std::string ShareText(const Share& share) {
  const bool both = share.part.rounded && share.whole.rounded;
  if (!share.percent || !both) return PercentText(share);
  return PercentText(share) + " (" + CountText(share.part) + " of " + CountText(share.whole) + ")";
}

std::string DurationText(absl::Duration duration) {
  const std::int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds < 1) return "under a second";
  if (seconds == 1) return "1 second";
  if (seconds < 60) return std::to_string(seconds) + " seconds";
  if (seconds < 3'600) return Units(seconds / 60, " min", seconds % 60, " s");
  if (seconds < 86'400) return Units(seconds / 3'600, " h", seconds / 60 % 60, " min");
  const std::int64_t days = seconds / 86'400;
  return Units(days, days == 1 ? " day" : " days", seconds / 3'600 % 24, " h");
}

std::string DayText(absl::CivilDay day) {
  return DayWith(day, MonthOf(day));
}

std::string ShortDayText(absl::CivilDay day) {
  return DayWith(day, MonthOf(day).substr(0, 3));
}

std::string WeekdayText(absl::Weekday weekday) {
  static constexpr std::array<std::string_view, 7> kDays = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return std::string(kDays[static_cast<std::size_t>(weekday)]);
}

std::string HourText(int hour) {
  return TwoDigits(hour) + ":00 to " + TwoDigits((hour + 1) % 24) + ":00";
}

std::string TimeText(absl::Time time, absl::TimeZone zone) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, zone);
  return WeekdayText(absl::GetWeekday(civil)).substr(0, 3) + " " +
         ShortDayText(absl::CivilDay(civil)) + ", " + TwoDigits(civil.hour()) + ":" +
         TwoDigits(civil.minute());
}

std::string TimeSecondsText(absl::Time time, absl::TimeZone zone) {
  return TimeText(time, zone) + ":" + TwoDigits(absl::ToCivilSecond(time, zone).second());
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

}  // namespace firstbell::audit_client
