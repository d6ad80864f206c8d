#pragma once

// Ranges of days and sets of weekdays. Values; any thread.

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "broker/model/text.h"

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

}  // namespace firstbell::model
