#pragma once

// What a nation, an authority, a trust or a school says of its school days from now on. Values; any
// thread.

#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "broker/base/ids.h"
#include "broker/model/school.h"
#include "broker/model/school_year.h"

namespace firstbell::model {

// As in the register: "330".
using base::AuthorityCode;
// Of a multi-academy trust, as in the register: "2044".
using TrustCode = base::TextId<struct TrustCodeTag>;

// For all schools of a nation, of a local authority or of a trust, or for one school.
using CalendarScope = std::variant<Nation, AuthorityCode, TrustCode, base::Urn>;

struct CalendarChange {
  CalendarScope scope;
  SchoolYear year;                      // what is not empty replaces that field whole
  std::set<v1::CalendarField> cleared;  // these become empty
  friend bool operator==(const CalendarChange&, const CalendarChange&) = default;
};

// What is said once `change` came over what was said. Whoever says terms says half terms anew.
SchoolYear Apply(const CalendarChange& change, SchoolYear before);

// What a nation, an authority or a trust says.
struct CalendarDefault {
  CalendarScope scope;  // of no school
  SchoolYear year;
  friend bool operator==(const CalendarDefault&, const CalendarDefault&) = default;
};

// InvalidArgument with paths under `path`: no scope, or a year that ParseSchoolYear refuses, or a
// change that says nothing, or a holiday contact of more than one school.
base::Result<CalendarChange> ParseCalendarChange(const v1::CalendarChange& wire,
                                                 std::string_view path);

}  // namespace firstbell::model
