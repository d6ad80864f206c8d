// firstbell-school duty: when its people are there to take alerts.

#include <nlohmann/json.hpp>

#include "broker/model/duty.h"
#include "clients/console/duty.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "clients/console/passphrase.h"
#include "clients/school/program/program.h"

namespace firstbell::school {
namespace {

using nlohmann::ordered_json;

constexpr char kWhat[] =
    "When the people of this school are there. Who is away, or not on duty that day, is passed by: "
    "an "
    "alert goes to the colleagues who are there, and to everybody where nobody is. What you say is "
    "signed, and says too that you are still the person to reach; say something at least once in "
    "30 "
    "days";

// In the words of what was typed.
base::Status CheckDays(const v1::DateRange& away) {
  const auto first = model::ParseDate(away.first()), last = model::ParseDate(away.last());
  if (!first) return console::UsageError("--from is an existing date, as 2026-12-01");
  if (!last) return console::UsageError("--until is an existing date, as 2026-12-04");
  if (*first <= *last) return base::OkStatus();
  return console::UsageError("--until is before the first day, which is " + away.first());
}

}  // namespace

void Program::AddDuty() {
  CLI::App& group = app_.Group("duty", kWhat);
  app_.Command(group, "show", "Lists everybody and when they are there",
               "  firstbell-school duty show --state DIR\n", [this] { return ShowDuty(); });
  CLI::App& away = app_.Command(
      group, "away", "Say: I am away, both days included. In place of an absence said before",
      "  firstbell-school duty away --until 2026-12-04 --state DIR\n"
      "  firstbell-school duty away --from 2026-12-01 --until 2026-12-04 --state DIR\n",
      [this] {
        return SayDuty([this](v1::Duty duty, absl::Time now) -> base::Result<v1::Duty> {
          FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
          duty.mutable_away()->set_first(from_.empty() ? london.Date(now) : from_);
          duty.mutable_away()->set_last(until_);
          FB_RETURN_IF_ERROR(CheckDays(duty.away()));
          return duty;
        });
      });
  away.add_option("--from", from_, "The first day; today unless given")->type_name("DATE");
  away.add_option("--until", until_, "The last day")->required()->type_name("DATE");
  CLI::App& back = app_.Command(
      group, "back", "Say: I am there again", "  firstbell-school duty back --state DIR\n", [this] {
        return SayDuty([](v1::Duty duty, absl::Time) -> base::Result<v1::Duty> {
          duty.clear_away();
          return duty;
        });
      });
  CLI::App& days = app_.Command(
      group, "days", "Say on which weekdays you are on duty",
      "  firstbell-school duty days mon,tue,wed --state DIR\n"
      "  firstbell-school duty days every --state DIR\n",
      [this] {
        return SayDuty([this](v1::Duty duty, absl::Time) -> base::Result<v1::Duty> {
          FB_ASSIGN_OR_RETURN(*duty.mutable_weekdays(), console::ParseWeekdays(days_, "DAYS"));
          return duty;
        });
      });
  days.add_option("DAYS", days_, "mon,tue,wed,thu,fri,sat,sun; or every")->required();
  CLI::App& confirm = app_.Command(
      group, "confirm", "Say: I am still here, and nothing else has changed",
      "  firstbell-school duty confirm --state DIR\n", [this] {
        return SayDuty([](v1::Duty duty, absl::Time) -> base::Result<v1::Duty> { return duty; });
      });
  for (CLI::App* command : {&away, &back, &days, &confirm}) AddWho(*command);
}

base::Result<Exit> Program::ShowDuty() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(auto known, desk.store->People());
  console::Table table({"ID", "NAME", "ON DUTY"});
  for (const link::Person& person : std::move(known).value_or(std::vector<link::Person>())) {
    FB_ASSIGN_OR_RETURN(const v1::Duty duty, desk.store->DutyOf(person.id));
    table.Add(
        {person.id.value(), console::Printable(person.display_name), console::DutyText(duty)});
    if (!app_.json()) continue;
    app_.out() << ordered_json({{"recipient_id", person.id.value()},
                                {"display_name", person.display_name},
                                {"duty", ordered_json::parse(console::ToJson(duty))}})
                      .dump()
               << '\n';
  }
  if (app_.json()) return Exit::kDone;
  app_.out() << (table.empty() ? "The broker has named nobody enrolled at this school yet.\n"
                               : table.ToString());
  return Exit::kDone;
}

base::Result<Exit> Program::SayDuty(const BecomesDuty& becomes) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity self, Who(desk));
  FB_ASSIGN_OR_RETURN(const v1::Duty before, desk.store->DutyOf(self.id));
  FB_ASSIGN_OR_RETURN(const v1::Duty after, becomes(before, desk.clock.Now()));
  FB_RETURN_IF_ERROR(model::ParseDuty(after, "").status());
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  FB_RETURN_IF_ERROR(school::SayDuty(*desk.store, person, after, desk.clock.Now()));
  if (app_.json()) {
    app_.out() << console::ToJson(after) << '\n';
    return Exit::kDone;
  }
  app_.out() << "Said under the signature of " << person.identity.display_name << ": "
             << console::DutyText(after) << ".\n"
             << (FileLock::Held(desk.state.DaemonLock())
                     ? ""
                     : "The daemon does not run: it goes out once it does, firstbell-school run\n");
  return Exit::kDone;
}

}  // namespace firstbell::school
