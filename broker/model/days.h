#pragma once

// Ranges of days and sets of weekdays, and how they are read. Values; any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "firstbell/v1/duty.pb.h"

namespace firstbell::model {

// Both days count; first <= last.
struct DateRange {
  Date first;
  Date last;
  bool Contains(Date day) const { return first <= day && day <= last; }
  friend bool operator==(const DateRange&, const DateRange&) = default;
  friend bool operator<(const DateRange& a, const DateRange& b) {
    return std::tie(a.first, a.last) < std::tie(b.first, b.last);
  }
};
using DateRanges = std::vector<DateRange>;  // ascending, distinct

bool Contains(const DateRanges& ranges, Date day);

// A set of weekdays.
class Weekdays {
 public:
  constexpr Weekdays() = default;
  constexpr explicit Weekdays(std::uint32_t bits) : bits_(bits & 0x7f) {}
  static constexpr Weekdays MondayToFriday() { return Weekdays(0x1f); }
  bool Contains(absl::Weekday weekday) const { return (bits_ >> Bit(weekday) & 1) != 0; }
  void Add(absl::Weekday weekday) { bits_ |= 1u << Bit(weekday); }
  bool empty() const { return bits_ == 0; }
  std::uint32_t bits() const { return bits_; }  // Monday is the lowest
  friend bool operator==(const Weekdays&, const Weekdays&) = default;

 private:
  static std::uint32_t Bit(absl::Weekday weekday) { return static_cast<std::uint32_t>(weekday); }
  std::uint32_t bits_ = 0;
};

inline std::size_t Index(absl::Weekday weekday) {  // Monday is 0
  return static_cast<std::size_t>(weekday);
}

// Nothing, with a violation under `path`: dates that do not exist or run backwards, or a range of
// more than `longest` days.
std::optional<DateRange> ReadDateRange(const v1::DateRange& wire, std::string_view path,
                                       int longest, Violations& violations);
v1::DateRange ToWire(const DateRange& range);
std::optional<absl::Weekday> ParseWeekday(v1::Weekday wire);
v1::Weekday ToWire(absl::Weekday weekday);
// Those that are known; a violation for each other.
Weekdays ReadWeekdays(const google::protobuf::RepeatedField<int>& wire, std::string_view path,
                      Violations& violations);

}  // namespace firstbell::model
