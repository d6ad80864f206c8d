#include "clients/school/web/people_page.h"

#include <algorithm>
#include <utility>

#include "broker/model/alert.h"
#include "broker/model/duty.h"
#include "clients/console/duty.h"
#include "clients/school/people_text.h"
#include "clients/school/web/record_desk.h"
#include "clients/school/web/staff_page.h"

namespace firstbell::school::web {
namespace {

base::Result<Json> RowsOf(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const auto known, visit.store().People());
  FB_ASSIGN_OR_RETURN(const link::LogTrust trust, visit.store().Trust());
  FB_ASSIGN_OR_RETURN(const auto here, ListPeople(visit.desk->state));
  Json rows = Json::array();
  for (const link::Person& person : known.value_or(std::vector<link::Person>())) {
    FB_ASSIGN_OR_RETURN(const v1::Duty duty, visit.store().DutyOf(person.id));
    rows.push_back(
        {{"id", person.id.value()},
         {"name", person.display_name},
         {"role", model::Word(person.role)},
         {"duty_text", console::DutyText(duty)},
         {"borne_out_text", InLogText(person.id, trust)},
         {"stranger", InLog(person.id, trust) == "stranger"},
         {"here", std::any_of(here.begin(), here.end(),
                              [&](const PersonIdentity& one) { return one.id == person.id; })},
         {"self", person.id == visit.person().identity.id}});
  }
  return rows;
}

}  // namespace

Response ShowPeopleAgain(const Visit& visit, Json error) {
  auto rows = RowsOf(visit);
  if (!rows.ok()) return Problem(visit, rows.status());
  auto readers = ReadersView(visit);  // whose trouble keeps nobody from saying that they are away
  const int status = error.is_null() ? 200 : 400;
  Json typed = error.is_null() ? Json::object() : Typed(visit);
  return Page(visit, "people", "People",
              {{"people", *std::move(rows)},
               {"records", readers.ok() ? *std::move(readers) : Json(nullptr)},
               {"today", visit.london.Date(visit.now)},
               {"typed", std::move(typed)},
               {"error", std::move(error)}},
              status);
}

namespace {

// Signed, and queued for the broker.
template <typename Becomes>
base::Status Say(const Visit& visit, const Becomes& becomes) {
  FB_ASSIGN_OR_RETURN(v1::Duty duty, visit.store().DutyOf(visit.person().identity.id));
  becomes(duty);
  FB_RETURN_IF_ERROR(model::ParseDuty(duty, "").status());
  return SayDuty(visit.store(), visit.person(), duty, visit.now);
}

Response Said(const Visit& visit, const base::Status& said, const std::string& field,
              std::string outcome) {
  if (!said.ok()) return ShowPeopleAgain(visit, ErrorOf(said, field));
  visit.session->outcome = std::move(outcome);
  return SeeOther("/people");
}

}  // namespace

Response ShowPeople(const Visit& visit) {
  return ShowPeopleAgain(visit, nullptr);
}

Response SayAway(const Visit& visit) {
  const std::string first(visit.request.Field("first")), last(visit.request.Field("last"));
  const auto from = model::ParseDate(first), until = model::ParseDate(last);
  if (!from || !until || *until < *from) {
    return ShowPeopleAgain(
        visit, ErrorOf(base::InvalidArgument("Say the first and the last day that you are away, as "
                                             "2026-12-04, the last not before the first"),
                       "first"));
  }
  const base::Status said = Say(visit, [&](v1::Duty& duty) {
    duty.mutable_away()->set_first(first);
    duty.mutable_away()->set_last(last);
  });
  return Said(visit, said, "first", "You said when you are away.");
}

Response SayBack(const Visit& visit) {
  return Said(visit, Say(visit, [](v1::Duty& duty) { duty.clear_away(); }), "back",
              "You said that you are there.");
}

Response ConfirmDuty(const Visit& visit) {
  return Said(visit, Say(visit, [](v1::Duty&) {}), "confirm", "You said that you are still here.");
}

}  // namespace firstbell::school::web
