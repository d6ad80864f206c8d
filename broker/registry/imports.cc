#include "broker/registry/imports.h"

#include <algorithm>
#include <optional>

#include "broker/base/log.h"
#include "broker/base/mutex.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "broker/registry/enrolment.h"

namespace firstbell::registry {
namespace {

using model::Event;
using model::EventKind;

// Parses each item; one error names the faulty fields of the first that has any.
template <typename Parsed, typename Items, typename Parse>
base::Result<std::vector<Parsed>> ParseAll(const Items& items, std::string_view field,
                                           Parse parse) {
  std::vector<Parsed> parsed;
  parsed.reserve(static_cast<std::size_t>(items.size()));
  for (int i = 0; i < items.size(); ++i) {
    const std::string path = std::string(field) + "[" + std::to_string(i) + "]";
    FB_ASSIGN_OR_RETURN(auto one, parse(items[i], path));
    parsed.push_back(std::move(one));
  }
  return parsed;
}

base::Status AtMost(int count, std::size_t limit, std::string_view what) {
  if (static_cast<std::size_t>(count) <= limit) return base::OkStatus();
  return base::ResourceExhausted("at most " + std::to_string(limit) + " " + std::string(what) +
                                 " in one call");
}

Event CountsEvent(EventKind kind, absl::Time now, int count) {
  return Event(kind, now).WithNumber("count", count);
}

// What another source knew of the school and this one has no word for.
base::Status KeepKnown(store::Store& store, const v1::ImportSchoolsRequest& source,
                       model::School& school) {
  const auto facts = store.GetSchool(school.urn);
  if (absl::IsNotFound(facts.status())) return base::OkStatus();
  FB_RETURN_IF_ERROR(facts.status());
  if (!source.predecessors_known() && school.predecessors.empty()) {
    school.predecessors = facts->school.predecessors;
  }
  if (!source.trusts_known() && school.trust_code.empty()) {
    school.trust_code = facts->school.trust_code;
  }
  if (!source.empty_is_unknown()) return base::OkStatus();
  for (auto field :
       {&model::School::local_authority_code, &model::School::local_authority_name,
        &model::School::establishment_number, &model::School::type, &model::School::phase,
        &model::School::town, &model::School::postcode, &model::School::telephone}) {
    if ((school.*field).empty()) school.*field = facts->school.*field;
  }
  return base::OkStatus();
}

bool OnlyAdds(const v1::ImportRollRequest& request) {
  return request.mode() == v1::ImportRollRequest::MODE_ONLY_ADD;
}

// A roll as the store takes it, with its event.
base::Result<store::SchoolRoll> RollOf(const v1::ImportRollRequest& request, absl::Time now) {
  FB_RETURN_IF_ERROR(AtMost(request.pupils_size(), limits::kPupilsPerRoll, "pupils"));
  FB_ASSIGN_OR_RETURN(auto pupils,
                      ParseAll<model::Pupil>(request.pupils(), "pupils", model::ParsePupil));
  store::SchoolRoll roll{.urn = base::Urn(request.urn()), .entries = {}, .events = {}};
  roll.entries.reserve(pupils.size());
  for (model::Pupil& pupil : pupils) roll.entries.push_back(placing::EntryOf(std::move(pupil)));
  roll.events = {CountsEvent(EventKind::kRollImported, now, request.pupils_size())
                     .With(roll.urn)
                     .WithWord("mode", OnlyAdds(request) ? "only_add" : "replace")};
  return roll;
}

v1::ImportRollResponse ToWire(const store::ImportCounts& counts) {
  v1::ImportRollResponse response;
  response.set_added(counts.added);
  response.set_changed(counts.changed);
  response.set_removed(counts.removed);
  response.set_unchanged(counts.unchanged);
  return response;
}

}  // namespace

base::Result<v1::ImportSchoolsResponse> Imports::Schools(const v1::ImportSchoolsRequest& request,
                                                         absl::Time now) {
  FB_RETURN_IF_ERROR(AtMost(request.schools_size(), limits::kSchoolsPerImport, "schools"));
  FB_ASSIGN_OR_RETURN(auto schools,
                      ParseAll<model::School>(request.schools(), "schools", model::ParseSchool));
  for (model::School& school : schools) FB_RETURN_IF_ERROR(KeepKnown(store_, request, school));
  FB_ASSIGN_OR_RETURN(const store::ImportCounts counts,
                      store_.ImportSchools(schools, {CountsEvent(EventKind::kSchoolsImported, now,
                                                                 request.schools_size())}));
  index_.SchoolsChanged();
  if (rolls_changed_) rolls_changed_();
  FB_RETURN_IF_ERROR(
      rescheduler_.Everywhere(now).status());  // a nation or a trust may have changed
  v1::ImportSchoolsResponse response;
  response.set_added(counts.added);
  response.set_changed(counts.changed);
  response.set_unchanged(counts.unchanged);
  return response;
}

base::Result<v1::ImportRollResponse> Imports::Roll(const v1::ImportRollRequest& request,
                                                   absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::SchoolRoll roll, RollOf(request, now));
  const auto mode = OnlyAdds(request) ? store::RollMode::kOnlyAdd : store::RollMode::kReplace;
  FB_ASSIGN_OR_RETURN(const store::ImportCounts counts,
                      store_.ImportRoll(roll.urn, roll.entries, mode, now, roll.events));
  if (rolls_changed_) rolls_changed_();
  // The roll stands, counted or not; the next import counts it.
  if (const base::Status counted = index_.RollsChanged(); !counted.ok()) {
    base::LogError("rolls", base::Message(counted), {{"urn", roll.urn.ToString()}});
  }
  return ToWire(counts);
}

base::Result<v1::ImportRollResponse> Imports::FirstRolls(const RollSource& source, absl::Time now) {
  base::Mutex mutex;
  const auto take = [&] {
    base::MutexLock lock(mutex);
    return source.next();
  };
  const auto next = [&]() -> base::Result<std::optional<store::SchoolRoll>> {
    const std::optional<v1::ImportRollRequest> request = take();
    if (!request) return std::optional<store::SchoolRoll>();
    auto roll = RollOf(*request, now);
    if (roll.ok()) return std::optional<store::SchoolRoll>(*std::move(roll));
    return base::Annotate(
        roll.status(), "the roll of " + std::to_string(request->urn()) + " (nothing was imported)");
  };
  FB_ASSIGN_OR_RETURN(const store::ImportCounts counts,
                      store_.LoadRolls({next, now, source.progress}));
  // The rolls stand, counted or not; whoever asks the index first counts them.
  if (const base::Status counted = index_.CountIfStale(); !counted.ok()) {
    base::LogError("rolls", base::Message(counted), {});
  }
  return ToWire(counts);
}

base::Result<v1::ImportBankHolidaysResponse> Imports::BankHolidays(
    const v1::ImportBankHolidaysRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(
      const auto holidays,
      ParseAll<model::BankHoliday>(request.holidays(), "holidays", model::ParseBankHoliday));
  if (holidays.empty()) {
    return model::FieldError("holidays",
                             "an empty list would make every bank holiday a school day");
  }
  FB_RETURN_IF_ERROR(store_.ImportBankHolidays(
      holidays, {CountsEvent(EventKind::kBankHolidaysImported, now, request.holidays_size())}));
  FB_RETURN_IF_ERROR(calendar_.Reload());
  // If we crash here, the walk at the next start moves the alerts; the same below.
  FB_RETURN_IF_ERROR(rescheduler_.Everywhere(now).status());
  const auto [first, last] =
      std::minmax_element(holidays.begin(), holidays.end(),
                          [](const auto& a, const auto& b) { return a.date < b.date; });
  v1::ImportBankHolidaysResponse response;
  response.set_count(static_cast<std::uint32_t>(holidays.size()));
  response.set_first_date(model::FormatDate(first->date));
  response.set_last_date(model::FormatDate(last->date));
  return response;
}

base::Status Imports::SetHours(const v1::SetSchoolHoursRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::SchoolHours hours, model::ParseHours(request.hours(), "hours"));
  const base::Urn urn(request.urn());
  FB_RETURN_IF_ERROR(
      store_.SetSchoolHours(urn, hours, {Event(EventKind::kSchoolHoursSet, now).With(urn)}));
  return rescheduler_.School(urn, now).status();
}

base::Status Imports::SetDirectLines(const v1::SetDirectLinesRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::DirectLines lines,
                      model::ParseDirectLines(request.direct_lines(), "direct_lines"));
  const base::Urn urn(request.urn());
  return store_.SetDirectLines(
      urn, lines,
      {CountsEvent(EventKind::kDirectLinesSet, now, request.direct_lines_size()).With(urn)});
}

base::Result<v1::GetSchoolResponse> Imports::School(base::Urn urn, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::SchoolFacts facts, store_.GetSchool(urn));
  FB_ASSIGN_OR_RETURN(const InForce enrolled, CountInForce(store_, urn));
  const auto calendar = calendar_.Current();
  const calendar::SchoolDays days = placing::DaysOf(*calendar, facts);
  const calendar::Timing next = calendar->Plan(days, now, {});
  const model::Date school_day = calendar->LocalDate(next.deadline);
  v1::GetSchoolResponse response;
  *response.mutable_school() = model::ToWire(facts.school);
  for (const model::DirectLine& line : facts.direct_lines) {
    *response.mutable_school()->add_direct_lines() = model::ToWire(line);
  }
  *response.mutable_school()->mutable_hours() = model::ToWire(days.HoursOn(school_day));
  response.set_pupils(facts.pupils);
  response.set_devices(enrolled.devices);
  response.set_people(enrolled.people);
  *response.mutable_next_show_from() = model::ToWire(next.show_from);
  *response.mutable_next_deadline() = model::ToWire(next.deadline);
  if (facts.roll_imported_at) {
    *response.mutable_roll_imported_at() = model::ToWire(*facts.roll_imported_at);
  }
  return response;
}

}  // namespace firstbell::registry
