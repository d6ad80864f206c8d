#include "broker/registry/calendars.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "broker/base/limits.h"
#include "broker/calendar/check.h"
#include "broker/model/violations.h"

namespace firstbell::registry {
namespace {

using calendar::DayKind;
using calendar::Problem;
using model::Event;
using model::EventKind;

base::Result<std::vector<model::CalendarChange>> Parse(const v1::ImportCalendarsRequest& request) {
  if (static_cast<std::size_t>(request.changes_size()) > limits::kCalendarsPerImport) {
    return base::ResourceExhausted("at most " + std::to_string(limits::kCalendarsPerImport) +
                                   " calendars in one call");
  }
  if (request.changes().empty()) return model::FieldError("changes", "says nothing");
  std::vector<model::CalendarChange> changes;
  for (int i = 0; i < request.changes_size(); ++i) {
    const std::string path = "changes[" + std::to_string(i) + "]";
    FB_ASSIGN_OR_RETURN(auto change, model::ParseCalendarChange(request.changes(i), path));
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string_view Word(model::Nation nation) {
  switch (nation) {
    case v1::NATION_ENGLAND:
      return "england";
    case v1::NATION_WALES:
      return "wales";
    case v1::NATION_SCOTLAND:
      return "scotland";
    default:
      return "northern_ireland";
  }
}

// Whose days changed; which days, no event says.
Event ImportedEvent(const model::CalendarScope& scope, absl::Time now) {
  Event event(EventKind::kCalendarImported, now);
  if (const auto* urn = std::get_if<base::Urn>(&scope)) return event.With(*urn);
  if (const auto* nation = std::get_if<model::Nation>(&scope)) {
    return event.WithWord("nation", Word(*nation));
  }
  const auto* trust = std::get_if<model::TrustCode>(&scope);
  const std::string& code = trust ? trust->value() : std::get<model::AuthorityCode>(scope).value();
  int number = 0;
  const auto read = std::from_chars(code.data(), code.data() + code.size(), number);
  if (read.ptr != code.data() + code.size()) return event;
  if (trust) return event.WithNumber("trust", number);
  return event.With(base::AuthorityCode(code));
}

v1::CalendarDayKind ToWire(DayKind kind) {
  switch (kind) {
    case DayKind::kSchool:
      return v1::CALENDAR_DAY_KIND_SCHOOL;
    case DayKind::kOpen:
      return v1::CALENDAR_DAY_KIND_OPEN;
    case DayKind::kUnknown:
      return v1::CALENDAR_DAY_KIND_UNKNOWN;
    case DayKind::kWeekend:
      return v1::CALENDAR_DAY_KIND_WEEKEND;
    case DayKind::kBankHoliday:
      return v1::CALENDAR_DAY_KIND_BANK_HOLIDAY;
    case DayKind::kInset:
      return v1::CALENDAR_DAY_KIND_INSET;
    case DayKind::kClosed:
      return v1::CALENDAR_DAY_KIND_CLOSED;
    case DayKind::kHalfTerm:
      return v1::CALENDAR_DAY_KIND_HALF_TERM;
    case DayKind::kHoliday:
      return v1::CALENDAR_DAY_KIND_HOLIDAY;
  }
  return v1::CALENDAR_DAY_KIND_UNSPECIFIED;
}

v1::CalendarProblem ToWire(Problem problem) {
  switch (problem) {
    case Problem::kNoTerms:
      return v1::CALENDAR_PROBLEM_NO_TERMS;
    case Problem::kGap:
      return v1::CALENDAR_PROBLEM_GAP;
    case Problem::kNoNextTerm:
      return v1::CALENDAR_PROBLEM_NO_NEXT_TERM;
    case Problem::kClosedTooLong:
      return v1::CALENDAR_PROBLEM_CLOSED_TOO_LONG;
  }
  return v1::CALENDAR_PROBLEM_UNSPECIFIED;
}

template <typename Response>
void AddFindings(const std::vector<calendar::Finding>& findings, Response& response) {
  for (const calendar::Finding& finding : findings) {
    v1::CalendarFinding& item = *response.add_findings();
    item.set_problem(ToWire(finding.problem));
    item.set_first(model::FormatDate(finding.first));
    item.set_last(model::FormatDate(finding.last));
  }
}

// The days that are asked for.
base::Result<model::DateRange> RangeOf(const v1::GetCalendarRequest& request) {
  const auto first = model::ParseDate(request.first());
  const auto last = model::ParseDate(request.last());
  if (!first) return model::FieldError("first", "is not an existing date as YYYY-MM-DD");
  if (!last) return model::FieldError("last", "is not an existing date as YYYY-MM-DD");
  if (*last < *first || *last - *first >= limits::kCalendarDays) {
    return model::FieldError("last", "is on or after the first day, and at most " +
                                         std::to_string(limits::kCalendarDays) + " days from it");
  }
  return model::DateRange{*first, *last};
}

void AddHours(const calendar::SchoolDays& school, v1::GetCalendarResponse& response) {
  for (int day = 0; day < 7; ++day) {
    v1::WeekdayHours& hours = *response.add_hours();
    hours.set_weekday(model::ToWire(static_cast<absl::Weekday>(day)));
    *hours.mutable_hours() = model::ToWire(school.hours[static_cast<std::size_t>(day)]);
  }
}

}  // namespace

base::Result<v1::ImportCalendarsResponse> Calendars::Import(
    const v1::ImportCalendarsRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const auto changes, Parse(request));
  FB_RETURN_IF_ERROR(CheckSchools(changes));
  store::Events events;
  for (const model::CalendarChange& change : changes) {
    events.push_back(ImportedEvent(change.scope, now));
  }
  FB_ASSIGN_OR_RETURN(const store::ImportCounts counts, store_.ImportCalendars(changes, events));
  FB_RETURN_IF_ERROR(calendar_.Reload());
  // If we crash here, the walk at the next start moves the alerts.
  FB_ASSIGN_OR_RETURN(const std::size_t moved, Retime(changes, now));
  v1::ImportCalendarsResponse response;
  response.set_added(counts.added);
  response.set_changed(counts.changed);
  response.set_removed(counts.removed);
  response.set_unchanged(counts.unchanged);
  response.set_alerts_moved(moved);
  FB_RETURN_IF_ERROR(NameUnknown(changes, response));
  return response;
}

base::Status Calendars::CheckSchools(const std::vector<model::CalendarChange>& changes) {
  model::Violations violations;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto* urn = std::get_if<base::Urn>(&changes[i].scope);
    if (!urn) continue;
    const base::Status found = store_.GetSchool(*urn).status();
    if (absl::IsNotFound(found)) {
      violations.Add("changes[" + std::to_string(i) + "].urn",
                     "is no school of the register; import the register first");
    } else {
      FB_RETURN_IF_ERROR(found);
    }
  }
  return violations.ToStatus();
}

base::Status Calendars::NameUnknown(const std::vector<model::CalendarChange>& changes,
                                    v1::ImportCalendarsResponse& response) {
  std::set<std::string> authorities, trusts;
  for (const model::CalendarChange& change : changes) {
    if (const auto* code = std::get_if<model::AuthorityCode>(&change.scope)) {
      authorities.insert(code->value());
    }
    if (const auto* code = std::get_if<model::TrustCode>(&change.scope)) {
      trusts.insert(code->value());
    }
  }
  if (authorities.empty() && trusts.empty()) return base::OkStatus();
  FB_RETURN_IF_ERROR(store_.ReadSchools([&](const store::SchoolFacts& facts) {
    authorities.erase(facts.school.local_authority_code);
    trusts.erase(facts.school.trust_code);
  }));
  for (const std::string& code : authorities) response.add_unknown_authorities(code);
  for (const std::string& code : trusts) response.add_unknown_trusts(code);
  return base::OkStatus();
}

// Of a nation, an authority or a trust, all schools are looked at: those with alerts that wait are
// few.
base::Result<std::size_t> Calendars::Retime(const std::vector<model::CalendarChange>& changes,
                                            absl::Time now) {
  std::set<base::Urn> schools;
  for (const model::CalendarChange& change : changes) {
    const auto* urn = std::get_if<base::Urn>(&change.scope);
    if (!urn) return rescheduler_.Everywhere(now);
    schools.insert(*urn);
  }
  std::size_t moved = 0;
  for (const base::Urn urn : schools) {
    FB_ASSIGN_OR_RETURN(const std::size_t here, rescheduler_.School(urn, now));
    moved += here;
  }
  return moved;
}

base::Result<v1::GetCalendarResponse> Calendars::Days(const v1::GetCalendarRequest& request,
                                                      absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::DateRange range, RangeOf(request));
  FB_ASSIGN_OR_RETURN(const store::SchoolFacts facts, store_.GetSchool(base::Urn(request.urn())));
  const auto calendar = calendar_.Current();
  const calendar::SchoolDays school = placing::DaysOf(*calendar, facts);
  const model::Date today = calendar->LocalDate(now);
  v1::GetCalendarResponse response;
  response.set_urn(request.urn());
  response.set_name(facts.school.name);
  response.set_nation(facts.school.nation);
  response.set_local_authority_code(facts.school.local_authority_code);
  response.set_trust_code(facts.school.trust_code);
  response.set_today(model::FormatDate(today));
  for (model::Date day = range.first; day <= range.last; ++day) {
    v1::CalendarDay& item = *response.add_days();
    item.set_date(model::FormatDate(day));
    item.set_kind(ToWire(calendar->KindOf(school, day)));
  }
  AddHours(school, response);
  response.set_boarding(school.boarding);
  AddFindings(calendar::Check(*calendar, school, today), response);
  *response.mutable_own() = model::ToWire(facts.year);
  return response;
}

// A page's token is the last URN that it looked at.
base::Result<v1::CheckCalendarsResponse> Calendars::Check(const v1::CheckCalendarsRequest& request,
                                                          absl::Time now) {
  base::Urn after;
  if (!request.page_token().empty()) {
    const auto urn = base::ParseUrn(request.page_token());
    if (!urn.ok()) return model::FieldError("page_token", "is none of an earlier answer");
    after = *urn;
  }
  const std::size_t size = request.page_size() == 0
                               ? limits::kDefaultPageSize
                               : std::min(request.page_size(), limits::kMaxPageSize);
  const auto calendar = calendar_.Current();
  const model::Date today = calendar->LocalDate(now);
  v1::CheckCalendarsResponse response;
  base::Urn last;
  bool full = false;
  FB_RETURN_IF_ERROR(store_.ReadSchools([&](const store::SchoolFacts& facts) {
    const model::School& school = facts.school;
    if (school.urn <= after || school.status != v1::SCHOOL_STATUS_OPEN) return;
    if (static_cast<std::size_t>(response.schools_size()) == size) {
      full = true;
      return;
    }
    response.set_checked(response.checked() + 1);
    last = school.urn;
    const auto findings = calendar::Check(*calendar, placing::DaysOf(*calendar, facts), today);
    if (findings.empty()) return;
    v1::CheckedCalendar& item = *response.add_schools();
    item.set_urn(school.urn.value());
    item.set_name(school.name);
    item.set_local_authority_code(school.local_authority_code);
    AddFindings(findings, item);
  }));
  if (full) response.set_next_page_token(last.ToString());
  return response;
}

}  // namespace firstbell::registry
