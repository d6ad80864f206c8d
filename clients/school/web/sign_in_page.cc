#include "clients/school/web/sign_in_page.h"

#include <algorithm>
#include <utility>

#include "broker/model/alert.h"
#include "clients/school/inbox_text.h"
#include "clients/school/show.h"
#include "clients/school/web/today_page.h"

namespace firstbell::school::web {
namespace {

// Those whose keys are on this machine and who have not been removed. Where that cannot be read,
// nobody is offered, and the page says so.
Json PeopleHere(const Visit& visit, const std::string& chosen) {
  Json people = Json::array();
  const auto here = ListPeople(visit.desk->state);
  if (!here.ok()) return people;
  for (const PersonIdentity& person : *here) {
    if (visit.store().WasRemoved(person.id).value_or(false)) continue;
    people.push_back({{"id", person.id.value()},
                      {"name", person.display_name},
                      {"role", model::Word(person.role)},
                      {"checked", person.id.value() == chosen}});
  }
  if (people.size() == 1) people[0]["checked"] = true;
  return people;
}

Json FormOf(const Visit& visit, const std::string& chosen, Json error, absl::Duration wait) {
  Json data = {{"people", PeopleHere(visit, chosen)}, {"error", std::move(error)}};
  data["none"] = data["people"].empty();
  const std::int64_t seconds = absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1)));
  data["wait_seconds"] = seconds > 0 ? Json(seconds) : Json(nullptr);
  return data;
}

// How many alerts nobody has taken, and by when: no more, for nobody has signed in.
Json WaitingOf(const Visit& visit) {
  const auto alerts = visit.store().RecentAlerts(visit.now);
  if (!alerts.ok()) return nullptr;
  std::size_t open = 0;
  std::optional<absl::Time> first;
  for (const HeldAlert& alert : *alerts) {
    if (OverAt(alert) || alert.refused_at) continue;
    ++open;
    first = std::min(first.value_or(alert.deadline), alert.deadline);
  }
  if (open == 0) return nullptr;
  return {
      {"text", open == 1 ? "1 alert waits." : std::to_string(open) + " alerts wait."},
      {"by", ClockTime(*first, visit.london)},
      {"late", visit.now >= *first},
      {"left", {{"text", TimeLeft(*first, visit.now)}, {"until_ms", absl::ToUnixMillis(*first)}}}};
}

// Whoever reads this may be another than who was signed in. The keys of staff's sheet change for
// all of them at once.
std::string MinutesText(absl::Duration time) {
  const std::int64_t minutes = absl::ToInt64Minutes(time);
  return minutes == 1 ? "a minute" : std::to_string(minutes) + " minutes";
}

std::string WordsOf(Ending why, absl::Duration idle) {
  const std::string whoever = "Whoever was signed in here was signed out ";
  switch (why) {
    case Ending::kUnused:
      return whoever + "because nothing was done for " + MinutesText(idle) + ".";
    case Ending::kLongest:
      return whoever + "after " + std::to_string(absl::ToInt64Hours(kLongestSession)) + " hours.";
    case Ending::kOneTooMany:
      return whoever + "because too many people are signed in on this computer.";
    case Ending::kNoReader:
      return whoever + "because they do not read the sheet any more.";
  }
  return whoever + "because it had to be locked.";
}

}  // namespace

Json SignedOutView(const Visit& visit, const Json& error) {
  if (visit.session != nullptr || !error.is_null()) return nullptr;
  const auto why = visit.sessions->WhyEnded(visit.request.session);
  return why ? Json(WordsOf(*why, visit.idle)) : Json();
}

bool IsUndone(const Visit& visit, const Json& error) {
  return visit.request.method == "POST" && error.is_null();
}

Response ShowSignIn(const Visit& visit, const std::string& chosen, Json error,
                    absl::Duration wait) {
  Json data = FormOf(visit, chosen, std::move(error), wait);
  data["waiting"] = WaitingOf(visit);
  data["signed_out"] = SignedOutView(visit, data["error"]);
  data["undone"] = IsUndone(visit, data["error"]);
  return Page(visit, "sign_in", "Sign in", std::move(data));
}

Response ShowRecover(const Visit& visit, const std::string& chosen, Json error,
                     absl::Duration wait) {
  if (visit.desk == nullptr) return SeeOther("/");
  return Page(visit, "recover", "Choose another passphrase",
              FormOf(visit, chosen, std::move(error), wait));
}

}  // namespace firstbell::school::web
