#pragma once

// The school days of one school: what its nation, its authority, its trust and itself say, laid
// over each other, and what follows for a day. Pure; any thread; no clock.
//
// In doubt a day is a school day, for an alert is then shown earlier (PRODUCT, rule 2):
//  - a day that is both open and anything else is open;
//  - where no terms are known, every weekday but a bank holiday and what is said to be closed;
//  - days between two terms are a holiday where that is plausible: up to 70 days over the first of
//    August, up to 40 otherwise. A longer gap is one of the list;
//  - after the last term that is known, only a summer is believed, and only while no school can
//    have begun again: for 60 days at most, and to 23 August (Scotland: 7 August).
// Why these: broker/decisions/0009.

#include <array>
#include <optional>

#include "absl/types/span.h"
#include "broker/model/school.h"
#include "broker/model/school_year.h"

namespace firstbell::calendar {

// What holds at one school.
struct SchoolDays {
  model::Nation nation = v1::NATION_ENGLAND;
  model::DateRanges terms, half_terms, inset, closed, open;
  model::Weekdays weekdays = model::Weekdays::MondayToFriday();
  std::array<model::SchoolHours, 7> hours = {};  // by model::Index; each window <= bell <= closing
  bool boarding = false;
  std::optional<model::RecipientRole> holiday_contact = std::nullopt;  // of the ladder, not of days

  const model::SchoolHours& HoursOn(model::Date day) const {
    return hours[model::Index(absl::GetWeekday(day))];
  }
  friend bool operator==(const SchoolDays&, const SchoolDays&) = default;
};

// A school of which nothing but this is known.
SchoolDays Plain(model::Nation nation, const model::SchoolHours& hours = {});

// One layer, and the hours that it has on every weekday of which its year says none.
struct Layer {
  const model::SchoolYear* year = nullptr;  // nothing: it says nothing
  std::optional<model::SchoolHours> every_day = std::nullopt;
};

// Of each field what the nearest layer says. Half terms are of the nearest that says half terms or
// terms: another's would close a term that they were not made for. Times of several layers that are
// not in order err to earlier: the bell stands, the window comes before it and the closing after.
SchoolDays Resolve(model::Nation nation, absl::Span<const Layer> nearest_first);

// What a day is to the terms.
enum class InTerms {
  kTerm,
  kHoliday,  // between terms, or the summer after the last
  kUnknown,  // nothing is known of it
};
InTerms TermsOn(const SchoolDays& school, model::Date day);

}  // namespace firstbell::calendar
