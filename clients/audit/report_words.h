#pragma once

// Numbers, times and days as the report writes them. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/audit/report_data.h"

namespace firstbell::audit_client {

// What stands for a number that is suppressed, as British official statistics write it.
inline constexpr std::string_view kSuppressed = "c";
// For a number that the question does not count.
inline constexpr std::string_view kNotCounted = "–";
// For a time behind which there are too few.
inline constexpr std::string_view kTooFewForTime = "Too few";

std::string NumberText(std::uint64_t number);  // "12,345"
std::string CountText(const Count& count);     // kSuppressed; a dash where it was not counted
// "98.4%": 100% of all and 0% of none alone. "None" of nothing, kSuppressed of too few.
std::string PercentText(const Share& share);
// "98.4% (1,230 of 1,250)"; the percentage alone where either number is not told.
std::string ShareText(const Share& share);

// "under a second", "42 seconds", "3 min 20 s", "5 h 12 min", "2 days 3 h": two units at most.
std::string DurationText(absl::Duration duration);

std::string DayText(absl::CivilDay day);       // "7 September 2026"
std::string ShortDayText(absl::CivilDay day);  // "7 Sep 2026"
std::string WeekdayText(absl::Weekday weekday);
std::string HourText(int hour);                                     // "07:00 to 08:00"
std::string TimeText(absl::Time time, absl::TimeZone zone);         // "Mon 7 Sep 2026, 08:45"
std::string TimeSecondsText(absl::Time time, absl::TimeZone zone);  // "… 08:45:12"

// "one", "one and two", "one, two and three".
std::string Joined(const std::vector<std::string>& parts);

}  // namespace firstbell::audit_client
