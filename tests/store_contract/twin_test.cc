// Both drivers live through the same random nights, and must answer alike at every step.

#include <random>

#include "tests/store_contract/store_driver.h"
#include "tests/store_contract/wake_ups.h"

namespace firstbell::store {
namespace {

constexpr int kSteps = 600;
constexpr int kRestartEvery = 97;

class Twins {
 public:
  explicit Twins(unsigned seed) : random_(seed) {
    AddSchools(memory_.store());
    AddSchools(rocks_.store());
  }

  void Step(int minute) {
    minute_ = minute;
    using Act = void (Twins::*)();
    constexpr Act kActs[] = {
        &Twins::Accept,       &Twins::Accept,        &Twins::Enrol,          &Twins::Revoke,
        &Twins::Seal,         &Twins::Seal,          &Twins::Send,           &Twins::Receive,
        &Twins::Receive,      &Twins::ImportRoll,    &Twins::Reschedule,     &Twins::PlaceAgain,
        &Twins::Decide,       &Twins::LookAt,        &Twins::ImportCalendar, &Twins::Climb,
        &Twins::Climb,        &Twins::Telephone,     &Twins::SetLadder,      &Twins::SetWakeUps,
        &Twins::RecordWakeUp, &Twins::SetDirectLines};
    (this->*kActs[Below(std::size(kActs))])();
    if (minute % kRestartEvery == 0) rocks_.Restart();
  }

  void CompareAll() {
    Store &a = memory_.store(), &b = rocks_.store();
    EXPECT_EQ(a.LogSize().value(), b.LogSize().value());
    for (const base::Urn urn : {kHythe, kSaltwood}) {
      const auto open_a = a.OpenAlerts(urn, "", 1000).value(),
                 open_b = b.OpenAlerts(urn, "", 1000).value();
      ASSERT_EQ(open_a.items.size(), open_b.items.size());
      for (std::size_t i = 0; i < open_a.items.size(); ++i) {
        EXPECT_EQ(open_a.items[i].alert, open_b.items[i].alert);
        EXPECT_EQ(open_a.items[i].sealed_to, open_b.items[i].sealed_to);
        EXPECT_EQ(open_a.items[i].received_by, open_b.items[i].received_by);
        EXPECT_EQ(open_a.items[i].sealed, open_b.items[i].sealed);
      }
      EXPECT_EQ(a.RecipientsOf(urn).value(), b.RecipientsOf(urn).value());
      EXPECT_EQ(a.GetSchool(urn).value().pupils, b.GetSchool(urn).value().pupils);
      EXPECT_EQ(a.GetSchool(urn).value().year, b.GetSchool(urn).value().year);
      EXPECT_EQ(a.GetSchool(urn).value().direct_lines, b.GetSchool(urn).value().direct_lines);
      EXPECT_EQ(a.WakeUpsOf(urn).value(), b.WakeUpsOf(urn).value());
      EXPECT_EQ(a.QueuedWakeUps(urn).value(), b.QueuedWakeUps(urn).value());
    }
    EXPECT_EQ(a.SchoolsWithOpenAlerts().value(), b.SchoolsWithOpenAlerts().value());
    EXPECT_EQ(a.ListAlerts({}, "", 1000).value().items, b.ListAlerts({}, "", 1000).value().items);
    for (const CaseStanding standing : {CaseStanding::kOpen, CaseStanding::kDecided}) {
      EXPECT_EQ(a.ListCases(kKent, standing, "", 1000).value().items,
                b.ListCases(kKent, standing, "", 1000).value().items);
    }
    CompareLists(a, b);
    EXPECT_EQ(StatisticsOf(a), StatisticsOf(b));
    EXPECT_EQ(a.CalendarDefaults().value(), b.CalendarDefaults().value());
    EXPECT_EQ(a.OwnLadders().value(), b.OwnLadders().value());
    EXPECT_EQ(a.DueAlerts(At(1000), "", 1000).value().items,
              b.DueAlerts(At(1000), "", 1000).value().items);
    EXPECT_EQ(a.Calls(kKent, "", 1000).value().items, b.Calls(kKent, "", 1000).value().items);
    CompareCounts(a.Count().value(), b.Count().value());
    for (const char* key : {"k0", "k1", "k2"}) {
      EXPECT_EQ(FindIn(a, key), FindIn(b, key));
    }
    const Page<model::Alert> alerts = a.ListAlerts({}, "", 1000).value();
    for (const model::Alert& alert : alerts.items) {
      EXPECT_EQ(a.ReceiptsOf(alert.id).value(), b.ReceiptsOf(alert.id).value());
      const auto events_a = EventsOf(a, alert.id), events_b = EventsOf(b, alert.id);
      EXPECT_EQ(events_a, events_b);
    }
    EXPECT_TRUE(a.Verify({}).ok()) << a.Verify({});
    EXPECT_TRUE(b.Verify({}).ok()) << b.Verify({});
  }

  // By every filter that a listing has, page after page.
  static void CompareLists(Store& a, Store& b) {
    std::vector<AlertFilter> filters;
    for (std::uint32_t i = 0; i < kStandings; ++i) {
      filters.push_back({.standing = static_cast<Standing>(i)});
      filters.push_back({.force = kKent, .standing = static_cast<Standing>(i)});
    }
    filters.push_back({.authority = base::AuthorityCode("886")});
    filters.push_back({.force = kKent, .rung = 1});
    filters.push_back({.authority = base::AuthorityCode("886"), .late_at = At(300)});
    filters.push_back({.state = v1::ALERT_STATE_ACKNOWLEDGED});
    for (const AlertFilter& filter : filters) EXPECT_EQ(All(a, filter), All(b, filter));
  }
  static std::vector<model::Alert> All(Store& store, const AlertFilter& filter) {
    std::vector<model::Alert> alerts;
    std::string after;
    do {
      auto page = store.ListAlerts(filter, after, 7).value();
      alerts.insert(alerts.end(), page.items.begin(), page.items.end());
      after = page.next;
    } while (!after.empty());
    return alerts;
  }
  static std::map<StatKey, StatCell> StatisticsOf(Store& store) {
    std::map<StatKey, StatCell> cells;
    const auto add = [&](const StatKey& key, const StatCell& cell) { cells[key] = cell; };
    EXPECT_TRUE(
        store.ReadStatistics(absl::CivilDay(2000, 1, 1), absl::CivilDay(2100, 1, 1), add).ok());
    return cells;
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  base::Urn SomeSchool() { return Below(2) == 0 ? kHythe : kSaltwood; }

  // The same call to both; the same code, and the same value where it is one.
  template <typename Call>
  void Both(const char* what, const Call& call) {
    const auto a = call(memory_.store()), b = call(rocks_.store());
    if constexpr (std::is_same_v<std::decay_t<decltype(a)>, Status>) {
      EXPECT_EQ(a.code(), b.code()) << what << " at " << minute_ << ": " << a << " / " << b;
    } else {
      EXPECT_EQ(a.status().code(), b.status().code())
          << what << " at " << minute_ << ": " << a.status() << " / " << b.status();
      if (a.ok() && b.ok()) {
        EXPECT_EQ(*a, *b) << what;
      }
    }
  }

  NewIncident SomeNight() {
    const int number = static_cast<int>(Below(60));
    std::vector<base::Urn> schools(1 + static_cast<std::size_t>(number) % 2, kHythe);
    if (number % 3 == 0) schools.push_back(kSaltwood);
    return NightOf(kKent, std::to_string(number), number, schools);
  }

  void Accept() {
    NewIncident night = SomeNight();
    if (Below(8) == 0) night.incident.digest = crypto::Sha256("other words");
    Both("accept", [&](Store& store) -> Result<Incident> {
      FB_ASSIGN_OR_RETURN(Accepted accepted, store.AcceptIncident(night));
      return accepted.incident;
    });
  }

  model::Recipient SomeRecipient() {
    const std::size_t number = Below(12);
    const auto role = number % 2 == 0 ? v1::RECIPIENT_ROLE_DEVICE : v1::RECIPIENT_ROLE_LEAD;
    return RecipientOf("r" + std::to_string(number), number % 3 == 0 ? kSaltwood : kHythe, role);
  }
  void Enrol() {
    const model::Recipient recipient = SomeRecipient();
    Both("enrol", [&](Store& store) { return EnrolNow(store, recipient, OneEvent()); });
  }
  void Revoke() {
    if (Below(4) != 0) return;
    const base::RecipientId id = SomeRecipient().id;
    Both("revoke", [&](Store& store) { return store.Revoke(id, At(minute_), OneEvent()); });
  }

  // Often of a school that is not there; what is said is now and then nothing.
  void ImportCalendar() {
    const model::CalendarScope scopes[] = {kHythe,
                                           kSaltwood,
                                           base::Urn(999'999),
                                           model::AuthorityCode("886"),
                                           model::AuthorityCode("330"),
                                           model::TrustCode("330"),
                                           model::Nation(v1::NATION_WALES)};
    std::vector<model::CalendarChange> changes(1 + Below(3));
    for (model::CalendarChange& change : changes) {
      change.scope = scopes[Below(std::size(scopes))];
      const model::Date day = model::Date(2026, 1, 1) + static_cast<int>(Below(5));
      if (Below(2) == 0) change.year.closed = {{day, day}};
      if (Below(2) == 0) change.year.terms = {{day, day + 100}};
      if (Below(3) == 0) change.cleared = {v1::CALENDAR_FIELD_TERMS, v1::CALENDAR_FIELD_CLOSED};
    }
    Both("calendar", [&](Store& store) { return store.ImportCalendars(changes, OneEvent()); });
  }

  void Decide() {
    std::vector<base::Urn> urns;
    if (Below(3) != 0) urns.push_back(SomeSchool());
    const std::string officer = Below(4) == 0 ? "lark" : "wren";
    const NewDecision decision = DecisionOf(SomeNight(), officer, minute_, urns);
    Both("decide", [&](Store& store) -> Result<model::Case> {
      FB_ASSIGN_OR_RETURN(Decided decided, store.DecideCase(decision));
      return decided.value;
    });
  }
  void LookAt() {
    const NewIncident night = SomeNight();
    Both("look", [&](Store& store) -> Result<model::OfficerLooks> {
      model::OfficerLooks before;
      FB_RETURN_IF_ERROR(store.RecordLook(LookOf(night, "wren", minute_, &before)));
      return before;
    });
  }

  NewSealing SomeSealing() {
    const NewIncident night = SomeNight();
    const model::Alert alert = night.alerts[Below(night.alerts.size())];
    return SealingOf(alert, 1 + static_cast<std::uint32_t>(Below(3)), {SomeRecipient().id});
  }
  void Seal() {
    const NewSealing sealing = SomeSealing();
    Both("seal", [&](Store& store) {
      return store.RecordSealings(absl::MakeConstSpan(&sealing, 1)).front();
    });
  }
  void Send() {
    const base::AlertId id = SomeSealing().sealing.alert_id;
    Both("send", [&](Store& store) { return store::Send(store, id, At(minute_), OneEvent()); });
  }
  // Back to the first times as often as not, so that sealings go on.
  void Reschedule() {
    const NewIncident night = SomeNight();
    const model::Alert alert = night.alerts[Below(night.alerts.size())];
    const absl::Duration moved = absl::Minutes(static_cast<int>(Below(2)));
    Both("reschedule", [&](Store& store) {
      return store.Reschedule(alert.id, alert.show_from - moved, alert.deadline, OneEvent());
    });
  }
  void Climb() {
    const auto from = static_cast<std::uint32_t>(Below(3));
    const auto to = from + static_cast<std::uint32_t>(Below(3));
    NewClimb climb{SomeSealing().sealing.alert_id, from, to, {}, Below(2) == 0, OneEvent()};
    if (Below(3) != 0) climb.climb_at = At(minute_ + static_cast<int>(Below(900)));
    if (Below(2) == 0) climb.wake = CallAt(minute_ / 10 * 10);
    Both("climb", [&](Store& store) -> Result<model::Alert> {
      FB_ASSIGN_OR_RETURN(Recorded recorded,
                          store.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front());
      return recorded.alert;
    });
  }
  void Telephone() {
    const NewCall call{SomeSealing().sealing.alert_id,
                       Below(8) == 0 ? kEssex : kKent,
                       static_cast<std::uint32_t>(Below(2)),
                       static_cast<v1::CallOutcome>(1 + Below(3)),
                       base::OfficerId("wren"),
                       At(minute_),
                       {},
                       OneEvent()};
    Both("telephone", [&](Store& store) -> Result<model::Alert> {
      FB_ASSIGN_OR_RETURN(Recorded recorded, store.RecordCall(call));
      return recorded.alert;
    });
  }
  void SetLadder() {
    const model::LadderScope scopes[] = {kHythe, kKent, kEssex, base::Urn(999'999)};
    std::optional<model::Ladder> ladder;
    if (Below(3) != 0) ladder = model::Ladder{model::ShippedLadder()[0]};
    const model::LadderScope& scope = scopes[Below(std::size(scopes))];
    Both("ladder", [&](Store& store) { return store.SetLadder(scope, ladder, OneEvent()); });
  }
  void SetWakeUps() {
    std::vector<model::WakeUpAddress> addresses;
    for (const char* local : {"dsl", "head", "office"}) {
      if (Below(2) == 0) addresses.push_back(MailTo(local));
    }
    const base::Urn urn = Below(8) == 0 ? base::Urn(999'999) : SomeSchool();
    Both("wake-ups",
         [&](Store& store) { return store.SetWakeUps(urn, addresses, kSecret, OneEvent()); });
  }
  void SetDirectLines() {
    model::DirectLines lines;
    for (const char* name : {"A. Person", "B. Person"}) {
      if (Below(2) == 0) lines.push_back({name, "01632 960123"});
    }
    const base::Urn urn = Below(8) == 0 ? base::Urn(999'999) : SomeSchool();
    Both("direct lines",
         [&](Store& store) { return store.SetDirectLines(urn, lines, OneEvent()); });
  }
  void RecordWakeUp() {
    const auto due = memory_.store().DueWakeUps(At(minute_), "", 3).value().items;
    EXPECT_EQ(due, rocks_.store().DueWakeUps(At(minute_), "", 3).value().items);
    if (due.empty()) return;
    const auto attempt =
        AttemptAt(due[Below(due.size())], minute_, static_cast<v1::WakeUpOutcome>(1 + Below(5)));
    Both("woken", [&](Store& store) { return Record(store, attempt); });
    for (const WakeUpList which : {WakeUpList::kAll, WakeUpList::kFailing}) {
      EXPECT_EQ(memory_.store().ListWakeUps(which, "", 9).value().items,
                rocks_.store().ListWakeUps(which, "", 9).value().items);
    }
  }
  void PlaceAgain() {
    const NewIncident night = SomeNight();
    const Replacement change =
        Below(3) == 0 ? ReviewOf(night, minute_) : ReplacementOf(night, minute_, SomeSchool());
    Both("redirect", [&](Store& store) { return store.PlaceAgain(change); });
  }
  void Receive() {
    const NewSealing sealing = SomeSealing();
    const auto kind = static_cast<v1::ReceiptKind>(1 + Below(5));
    NewReceipt receipt = ReceiptOf(sealing, kind, SomeRecipient(), minute_);
    Both("receive", [&](Store& store) -> Result<model::Alert> {
      FB_ASSIGN_OR_RETURN(Recorded recorded,
                          store.RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front());
      return recorded.alert;
    });
  }

  void ImportRoll() {
    std::vector<RollEntry> roll;
    for (std::size_t i = 0; i < Below(6); ++i) {
      roll.push_back(PupilOf(std::to_string(Below(9)), "Quillfeather-" + std::to_string(Below(3)),
                             {"k" + std::to_string(Below(3)), "k" + std::to_string(Below(3))}));
    }
    const base::Urn urn = SomeSchool();
    const RollMode mode = Below(2) == 0 ? RollMode::kReplace : RollMode::kOnlyAdd;
    Both("roll",
         [&](Store& store) { return store.ImportRoll(urn, roll, mode, At(minute_), OneEvent()); });
  }

  static std::vector<std::string> EventsOf(Store& store, const base::AlertId& id) {
    std::vector<std::string> events;
    const std::vector<LogEntry> history = store.AlertHistory(id).value();
    for (const LogEntry& entry : history) events.push_back(entry.event);
    return events;
  }
  static void CompareCounts(const Counts& a, const Counts& b) {
    EXPECT_EQ(a.schools, b.schools);
    EXPECT_EQ(a.pupils, b.pupils);
    EXPECT_EQ(a.devices, b.devices);
    EXPECT_EQ(a.people, b.people);
    EXPECT_EQ(a.incidents, b.incidents);
    EXPECT_EQ(a.alerts, b.alerts);
    EXPECT_EQ(a.alerts_open, b.alerts_open);
    EXPECT_EQ(a.cases, b.cases);
    EXPECT_EQ(a.cases_open, b.cases_open);
  }

  std::mt19937 random_;
  int minute_ = 0;
  MemoryDriver memory_;
  RocksDbDriver rocks_;
};

class TwinStores : public ::testing::TestWithParam<unsigned> {};

TEST_P(TwinStores, AnswerAlike) {
  Twins twins(GetParam());
  for (int minute = 1; minute <= kSteps && !::testing::Test::HasFailure(); ++minute) {
    twins.Step(minute);
  }
  twins.CompareAll();
}

INSTANTIATE_TEST_SUITE_P(Seeds, TwinStores, ::testing::Values(1u, 2026u, 49u));

}  // namespace
}  // namespace firstbell::store
