#pragma once

// What a nation, a local authority, a trust or a school says of its school days: one layer of a
// calendar.
// How layers make a calendar, and what follows from it, is calendar's (broker/calendar). Values;
// any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "broker/model/recipient.h"
#include "broker/model/text.h"
#include "firstbell/v1/operator_service.pb.h"

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

// As times after local midnight; those that are said are in order.
struct DayHours {
  std::optional<absl::Duration> window, bell, closing;
  bool empty() const { return !window && !bell && !closing; }
  friend bool operator==(const DayHours&, const DayHours&) = default;
};
using WeekHours = std::array<DayHours, 7>;  // by Index

// An empty field says nothing.
struct SchoolYear {
  DateRanges terms;  // disjoint; one may also be half a term
  DateRanges half_terms;
  DateRanges inset;   // staff alone
  DateRanges closed;  // for any other reason
  DateRanges open;    // school days whatever else is said
  Weekdays weekdays;  // with school in term time
  WeekHours hours;
  std::optional<bool> boarding;
  // Who is told while the school is closed: lead, deputy or head. Of a school's own year alone.
  std::optional<RecipientRole> holiday_contact;
  friend bool operator==(const SchoolYear&, const SchoolYear&) = default;
};

// InvalidArgument with paths under `path`: dates that do not exist or run backwards, ranges longer
// than their kind can be, terms that overlap, more than limits::kDateRanges of a kind, times out of
// order, a weekday twice, a holiday contact that is no person.
base::Result<SchoolYear> ParseSchoolYear(const v1::SchoolYear& wire, std::string_view path);
v1::SchoolYear ToWire(const SchoolYear& year);

v1::Weekday ToWire(absl::Weekday weekday);

}  // namespace firstbell::model
