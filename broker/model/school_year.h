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
#include <vector>

#include "absl/time/time.h"
#include "broker/model/days.h"
#include "broker/model/recipient.h"
#include "broker/model/text.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::model {

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

}  // namespace firstbell::model
