#include "clients/school/web/today_page.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "broker/model/alert.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox_text.h"
#include "clients/school/notify/notice.h"
#include "clients/school/show.h"
#include "clients/school/web/child_page.h"

namespace firstbell::school::web {
namespace {

// How long what is over stays on the page; and longer, where nobody has said whether the child has
// come.
constexpr absl::Duration kStays = absl::Hours(16);
constexpr absl::Duration kStaysUnsaid = absl::Hours(4 * 24);  // over a weekend
// Closer deadlines are of one morning.
constexpr absl::Duration kOneMorning = absl::Hours(12);

// An alert, and who it is about where this person may know.
struct Entry {
  HeldAlert alert;
  std::optional<v1::AlertContent> content;
  Json kin = Json::array();  // here
};

bool Timed(const v1::AlertContent& content) {
  return content.occurred_at().seconds() != 0 || content.attended_at().seconds() != 0;
}

// What two children of one force's alerts seem to be to each other; empty: nothing. No reference
// says that two alerts are of one incident (rule 8): when it happened does, and the family or the
// home. A force that does not say when leaves a name or a home in common on one morning, which is
// called no more than that.
std::string_view KinText(const Entry& one, const Entry& other) {
  if (!one.content || !other.content) return "";
  const v1::AlertContent& a = *one.content;
  const v1::AlertContent& b = *other.content;
  const bool same_name = a.child().name().family_name() == b.child().name().family_name();
  if (a.force() != b.force() || Timed(a) != Timed(b)) return "";
  const std::string& home = a.child().home_address().postcode();
  const bool same_home = !home.empty() && home == b.child().home_address().postcode();
  if (!Timed(a)) {
    const absl::Duration apart = absl::AbsDuration(one.alert.deadline - other.alert.deadline);
    if (apart >= kOneMorning) return "";
    if (same_home) return "Of the same postcode, that morning";
    return same_name ? "Of the same family name, that morning" : "";
  }
  const bool same_time = a.occurred_at().seconds() == b.occurred_at().seconds() &&
                         a.attended_at().seconds() == b.attended_at().seconds();
  return same_time && (same_name || same_home) ? "Brother or sister here" : "";
}

void AddKin(const Entry& one, const Entry& other, Json& kin) {
  const std::string_view text = KinText(one, other);
  if (text.empty()) return;
  kin.push_back({{"text", text},
                 {"name", NameText(other.content->child().name())},
                 {"href", "/alert/" + other.alert.newest.alert_id.value()}});
}

std::vector<Entry> EntriesOf(const Visit& visit, std::vector<HeldAlert> alerts) {
  std::vector<Entry> entries;
  for (HeldAlert& alert : alerts) {
    Entry entry{std::move(alert), std::nullopt};
    auto content = ReadWhoItIs(visit.store(), entry.alert, visit.person(),
                               visit.desk->device.broker.envelope_public_key(), visit.now);
    if (content.ok()) entry.content = *std::move(content);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// In the order that they have, brothers and sisters beside whoever of them comes first.
std::vector<Entry> Together(std::vector<Entry> entries) {
  std::vector<Entry> together;
  std::vector<bool> placed(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (placed[i]) continue;
    const std::size_t first = together.size();
    together.push_back(std::move(entries[i]));
    for (std::size_t j = i + 1; j < entries.size(); ++j) {
      if (placed[j] || KinText(together[first], entries[j]).empty()) continue;
      placed[j] = true;
      together.push_back(std::move(entries[j]));
    }
  }
  return together;
}

void FindKin(std::vector<Entry>& entries) {
  for (Entry& one : entries) {
    for (const Entry& other : entries) {
      if (&one != &other) AddKin(one, other, one.kin);
    }
  }
}

std::string SaidText(const HeldAlert& alert) {
  switch (alert.arrival) {
    case v1::ARRIVAL_SEEN:
      return "The child has come.";
    case v1::ARRIVAL_LATE:
      return "The child came late.";
    case v1::ARRIVAL_ABSENT:
      return "The child has not come. The police are told.";
    default:
      return "";
  }
}

// What is called shown elsewhere has only been shown: here that is that nobody has read it.
std::string StateOnCard(const HeldAlert& alert) {
  std::string text = StateText(alert);
  const std::string_view shown = model::Word(v1::ALERT_STATE_SHOWN);
  if (text.starts_with(shown)) return "Not read yet" + text.substr(shown.size());
  if (!text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  return text;
}

// In place of the name, where this person is not to know it, or nobody any more.
std::string_view UnnamedText(const HeldAlert& alert, absl::Time now) {
  if (alert.refused_at) return "An alert that is not this school’s";
  if (alert.ended && model::TakenBack(alert.ended->state)) {
    return "An alert that the police took back";
  }
  if (!IsExpired(alert, now)) return "An alert for a colleague";
  return OverAt(alert) ? "An alert whose time is over"
                       : "An alert that nobody took in time: telephone the police";
}

Json CardOf(const Visit& visit, const Entry& entry) {
  const HeldAlert& alert = entry.alert;
  const auto over = OverAt(alert);
  Json card = {{"href", "/alert/" + alert.newest.alert_id.value()},
               {"id", ShortId(alert.newest.alert_id)},
               {"state_text", StateOnCard(alert)},
               {"late", IsLate(alert, visit.now)},
               {"over", over.has_value()},
               {"corrected", alert.newest.revision > 1},
               {"sealed_to_others", !entry.content.has_value()},
               {"kin", entry.kin},
               {"offered_by", alert.offered_by},
               {"offered_to_you", !over && alert.offered_to_id == visit.person().identity.id},
               {"said_text", SaidText(alert)},
               {"by", alert.ended_by},
               {"child", ""},
               {"unnamed", UnnamedText(alert, visit.now)},
               {"urgent", false},
               {"minutes_left", nullptr},
               {"arrival", nullptr}};
  if (entry.content) card["child"] = NameText(entry.content->child().name());
  if (entry.content) card["urgent"] = entry.content->urgent();
  if (!over) {
    card["minutes_left"] = {{"text", TimeLeft(alert.deadline, visit.now)},
                            {"until_ms", absl::ToUnixMillis(alert.deadline)}};
  }
  if (const auto due = ArrivalDue(alert)) {
    card["arrival"] = {{"due_text", ClockTime(*due, visit.london)},
                       {"left", TimeLeft(*due, visit.now)},
                       {"until_ms", absl::ToUnixMillis(*due)},
                       {"late", visit.now >= *due}};
  }
  return card;
}

// Under which heading it stands.
const char* GroupOf(const Visit& visit, const Entry& entry) {
  const HeldAlert& alert = entry.alert;
  if (alert.refused_at) return "over";
  if (OverAt(alert)) return ArrivalDue(alert) ? "arriving" : "over";
  if (IsAsked(alert)) return "asked";
  if (!entry.content) return IsExpired(alert, visit.now) ? "new" : "others";
  const bool offered_on =
      !alert.offered_to_id.empty() && alert.offered_to_id != visit.person().identity.id;
  if (offered_on) return "others";
  return alert.opened_at ? "opened" : "new";
}

// The earliest moment ahead, of those that `of` gives.
template <typename Of>
Json CountdownTo(const Visit& visit, const std::vector<Entry>& entries, const Of& of) {
  std::optional<absl::Time> next;
  for (const Entry& entry : entries) {
    const std::optional<absl::Time> when = of(entry.alert);
    if (when && *when > visit.now) next = std::min(next.value_or(*when), *when);
  }
  if (!next) return nullptr;
  return {{"text", ClockTime(*next, visit.london)},
          {"left", TimeLeft(*next, visit.now)},
          {"until_ms", absl::ToUnixMillis(*next)}};
}

}  // namespace

std::string ClockTime(absl::Time time, const console::LocalTime& london) {
  const std::string whole = london.Format(time);
  return whole.substr(whole.rfind(' ') + 1);
}

Response ShowToday(const Visit& visit) {
  auto alerts = visit.store().RecentAlerts(visit.now - kStaysUnsaid);
  if (!alerts.ok()) return Problem(visit, alerts.status());
  std::erase_if(*alerts, [&](const HeldAlert& alert) {
    const auto over = OverAt(alert);
    return over && !ArrivalDue(alert) && std::max(*over, alert.deadline) < visit.now - kStays;
  });
  std::vector<Entry> entries = Together(EntriesOf(visit, *std::move(alerts)));
  FindKin(entries);
  Json data = {{"now", visit.london.Format(visit.now)},
               {"now_ms", absl::ToUnixMillis(visit.now)},
               {"empty", entries.empty()},
               {"refresh_seconds", 60}};
  for (const char* group : {"new", "opened", "asked", "others", "arriving", "over"}) {
    data[group] = {{"cards", Json::array()}};
  }
  for (const Entry& entry : entries) {
    data[GroupOf(visit, entry)]["cards"].push_back(CardOf(visit, entry));
  }
  for (const char* group : {"new", "opened", "asked", "others", "arriving", "over"}) {
    if (data[group]["cards"].empty()) data[group] = nullptr;
  }
  data["acknowledge_by"] = CountdownTo(visit, entries, [](const HeldAlert& alert) {
    return OverAt(alert) ? std::nullopt : std::optional(alert.deadline);
  });
  data["say_by"] = CountdownTo(visit, entries, ArrivalDue);
  const auto due = DueToday(visit);  // whose trouble keeps nobody from what is new
  data["due"] = due.ok() ? *due : Json(nullptr);
  data["records_trouble"] = due.ok() ? "" : std::string(base::Message(due.status()));
  return Page(visit, "today", "Today", std::move(data));
}

Response ShowPulse(const Visit& visit) {
  Pulse pulse;
  if (visit.desk != nullptr) {
    const auto alerts = visit.store().RecentAlerts(visit.now);
    if (!alerts.ok()) return Problem(visit, alerts.status());
    for (const HeldAlert& alert : *alerts) {
      if (OverAt(alert) || alert.refused_at) continue;
      ++pulse.waiting;
      pulse.newest_shown_us =
          std::max(pulse.newest_shown_us, absl::ToUnixMicros(alert.shown_at.value_or(visit.now)));
    }
  }
  Response response;
  response.type = "application/json";
  response.body = PulseText(pulse);
  return response;
}

Json KinOf(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content) {
  const Entry one{alert, content};
  Json kin = Json::array();
  auto alerts = visit.store().RecentAlerts(alert.received_at - kStays);
  if (!alerts.ok()) return kin;
  for (const Entry& other : EntriesOf(visit, *std::move(alerts))) {
    if (other.alert.newest.alert_id != alert.newest.alert_id) AddKin(one, other, kin);
  }
  return kin;
}

}  // namespace firstbell::school::web
