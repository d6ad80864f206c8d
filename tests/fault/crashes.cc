#include "tests/fault/crashes.h"

#include <algorithm>
#include <thread>

#include "tests/support/eventually.h"

namespace firstbell::fault {
namespace {

constexpr std::size_t kSubmitters = 4;
constexpr absl::Duration kCardLife = absl::Seconds(3);  // to strike; then it goes under the deck
constexpr absl::Duration kSettle = absl::Seconds(60);
constexpr std::size_t kMachineWrites = 12;  // of one alert's way through a machine, about

// What the broker writes in each phase, as its write-ahead log shows it.
const std::vector<std::pair<std::string, std::string>>& Phases() {
  static const std::vector<std::pair<std::string, std::string>> phases = {
      {"intake", "incident.accepted"},
      {"seal", "alert.sealed"},
      {"push", "alert.sent"},
      {"receipt", "\"receipt\":\"received\""},
      {"show", "\"receipt\":\"shown\""},
      {"acknowledge", "\"receipt\":\"acknowledged\""}};
  return phases;
}

constexpr Point kPoints[] = {Point::kBeforeWrite, Point::kAfterWrite, Point::kAfterSync};

Card BrokerCard(const Town& town, const std::pair<std::string, std::string>& phase, Point point,
                Act act, std::size_t skip) {
  return {Card::Whom::kBroker, phase.first,
          Plan{town.installation().directory().store().string() + "/0", phase.second, point, act,
               skip}};
}

Card MachineCard(Point point, Act act, std::size_t skip) {
  return {Card::Whom::kMachine, "", Plan{"store.sqlite-wal", "", point, act, skip}};
}

}  // namespace

// First a kill in each phase, so that however short the run is, each is there; then every other
// durable step and failure, shuffled.
std::deque<Card> Crashes::Deck(const Town& town, std::mt19937_64& random) {
  std::deque<Card> first, rest;
  for (const auto& phase : Phases()) {
    const Point drawn = kPoints[random() % 3];
    first.push_back(BrokerCard(town, phase, drawn, Act::kKill, random() % 4));
    for (const Point point : kPoints) {
      if (point != drawn) rest.push_back(BrokerCard(town, phase, point, Act::kKill, random() % 4));
      const Act act = random() % 2 == 0 ? Act::kIoError : Act::kFull;
      rest.push_back(BrokerCard(town, phase, point, act, random() % 4));
    }
    rest.push_back(BrokerCard(town, phase, Point::kBeforeWrite, Act::kTorn, random() % 4));
  }
  for (std::size_t write = 0; write < kMachineWrites; ++write) {
    rest.push_back(MachineCard(kPoints[random() % 3], Act::kKill, write));
    const Act act = random() % 2 == 0 ? Act::kIoError : Act::kFull;
    rest.push_back(MachineCard(kPoints[random() % 2], act, write));
  }
  for (int i = 0; i < 4; ++i) {
    rest.push_back({Card::Whom::kBroker, "", std::nullopt});
    rest.push_back({Card::Whom::kMachine, "", std::nullopt});
  }
  std::shuffle(first.begin(), first.end(), random);
  std::shuffle(rest.begin(), rest.end(), random);
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

Crashes::Crashes(std::size_t schools, std::uint64_t seed)
    : town_(schools), force_(town_, findings_), random_(seed), deck_(Deck(town_, random_)) {}

std::vector<std::string> Crashes::Round(std::size_t incidents, std::size_t batches) {
  town_.StartBroker();
  NextDay();
  StartStaff();
  for (std::size_t batch = 0; batch < batches; ++batch) {
    // What comes in the evening lies sealed at the school and is shown in the morning.
    if (batch + 1 == batches) town_.SetClock(absl::CivilHour(day_) + 20);
    if (deck_.empty()) deck_ = Deck(town_, random_);
    const Card card = deck_.front();
    deck_.pop_front();
    const std::size_t before = incidents * batch / batches;
    Batch(incidents * (batch + 1) / batches - before, card);
  }
  NextDay();
  const bool settled = support::Eventually(
      kSettle,
      [&] {
        Supervise();
        return AllAcknowledged();
      },
      std::chrono::milliseconds(200));
  if (!settled) findings_.Add("a minute after the last fault, alerts are not acknowledged");
  Judge();
  return findings_.Take();
}

void Crashes::NextDay() {
  do {
    ++day_;
  } while (absl::GetWeekday(day_) == absl::Weekday::saturday ||
           absl::GetWeekday(day_) == absl::Weekday::sunday);
  town_.SetClock(absl::CivilHour(day_) + 10);
}

// Once: to open a person's keys takes long, on purpose.
void Crashes::StartStaff() {
  while (staff_.size() < town_.schools()) {
    staff_.push_back(std::make_unique<Staff>(town_, staff_.size(), findings_));
  }
  for (const auto& person : staff_) person->Start();
}

void Crashes::Batch(std::size_t incidents, Card card) {
  std::vector<std::pair<std::string, std::uint64_t>> work;
  for (std::size_t i = 0; i < incidents; ++i) {
    work.emplace_back("FB-" + std::to_string(++submitted_), random_());
  }
  std::atomic<std::size_t> next{0}, ended{0};
  std::vector<std::thread> submitters;
  for (std::size_t t = 0; t < kSubmitters; ++t) {
    submitters.emplace_back([&] {
      for (std::size_t i = next++; i < work.size(); i = next++) {
        force_.Submit(work[i].first, work[i].second);
      }
      ++ended;
    });
  }
  const bool struck = Strike(card, random_() % town_.schools());
  while (ended < kSubmitters) {
    Supervise();
    support::Eventually(absl::Milliseconds(20), [&] { return ended == kSubmitters; });
  }
  for (std::thread& submitter : submitters) submitter.join();
  if (struck && (!card.plan || card.plan->act == Act::kKill || card.plan->act == Act::kTorn)) {
    ++kills_[card.phase.empty() ? "any" : card.phase];
  }
  if (struck) return;
  // A phase that has had no kill yet is tried again at once, at its first step: several alerts may
  // share a write, so that a batch has few.
  if (card.plan && !card.phase.empty() && !kills_.contains(card.phase)) {
    card.plan->skip = 0;
    deck_.push_front(std::move(card));
  } else {
    deck_.push_back(std::move(card));
  }
}

bool Crashes::Strike(const Card& card, std::size_t school) {
  const bool broker = card.whom == Card::Whom::kBroker;
  const auto moment = absl::Milliseconds(random_() % 300);
  if (!card.plan) {
    support::Eventually(
        moment, [] { return false; }, std::chrono::milliseconds(5));
    broker ? town_.KillBroker() : town_.KillMachine(school);
    return true;
  }
  // That a push was sent is written only where no machine answers it.
  const bool stall = card.phase == "push";
  if (stall) town_.StallMachines();
  const bool struck = Carry(*card.plan, broker ? town_.BrokerPlan() : town_.MachinePlan(school));
  if (stall) town_.WakeMachines();
  return struck;
}

// Lays the plan out and waits until it struck; taken back where it does not.
bool Crashes::Carry(const Plan& plan, const std::filesystem::path& path) {
  Put(plan, path);
  std::error_code ignored;
  const bool struck = support::Eventually(
      kCardLife,
      [&] {
        Supervise();
        return !std::filesystem::exists(path, ignored);
      },
      std::chrono::milliseconds(10));
  if (!struck) std::filesystem::remove(path, ignored);
  return struck;
}

// What systemd does: whatever ended is started again.
void Crashes::Supervise() {
  if (!town_.BrokerLives()) town_.StartBroker();
  for (std::size_t school = 0; school < town_.schools(); ++school) {
    if (!town_.MachineLives(school)) town_.SwitchOn(school);
  }
}

std::string Crashes::Logs() {
  constexpr std::size_t kTail = 6'000;
  const auto tail = [](const std::string& text) {
    return text.size() > kTail ? text.substr(text.size() - kTail) : text;
  };
  std::string all = "--- broker\n" + tail(town_.BrokerLog());
  for (std::size_t school = 0; school < town_.schools(); ++school) {
    all += "--- machine " + std::to_string(school) + "\n" + tail(town_.MachineLog(school));
  }
  return all;
}

}  // namespace firstbell::fault
