#include "tests/simulation/host.h"

#include <algorithm>
#include <map>
#include <utility>

#include "broker/model/event.h"

namespace firstbell::simulation {
namespace {

using support::Fault;
using Strike = support::FaultyStore::Strike;

// The writing verbs and how likely each is struck: the seldom ones more, so that each is.
const std::map<std::string, double>& Steps() {
  static const std::map<std::string, double> steps = {
      {"AcceptIncident", 0.007}, {"RecordSealings", 0.005},   {"RecordReceipts", 0.0015},
      {"RecordSent", 0.012},     {"RecordClimbs", 0.007},     {"RecordCall", 0.03},
      {"DecideCase", 0.05},      {"PlaceAgain", 0.25},        {"Reschedule", 0.06},
      {"ImportRoll", 0.02},      {"ImportCalendars", 0.06},   {"ImportBankHolidays", 0.2},
      {"SetSchoolHours", 0.1},   {"AddEnrolmentGrant", 0.03}, {"Enrol", 0.08},
      {"Revoke", 0.08},          {"AppendEvents", 0.008},     {"ReviseIncident", 0.08}};
  return steps;
}

constexpr double kStruckOfCrowd = 300;
constexpr absl::Duration kLookByDay = absl::Minutes(1), kLookByNight = absl::Minutes(5);
constexpr int kDayBegins = 6 * 60 + 30, kDayEnds = 17 * 60 + 30;

base::Status Down() {
  return base::Unavailable("the broker is down");
}

bool Final(const base::Status& status) {
  switch (status.code()) {
    case base::Code::kUnavailable:
    case base::Code::kUnknown:
    case base::Code::kResourceExhausted:
      return false;
    default:
      return true;
  }
}

}  // namespace

Host::Host(Stage& stage, const registry::DataDirectory& directory, registry::Keyring keys)
    : stage_(stage),
      directory_(directory),
      keys_(std::move(keys)),
      mutated_(Mutated(stage.mutation, memory_)),
      faulty_(seen()) {
  faulty_.StrikeBy([this](const std::string& verb) { return StrikeAt(verb); });
  const model::Event event(model::EventKind::kBrokerInitialised, stage_.now());
  FB_CHECK(memory_.Initialise({"firstbell.example/simulation", false}, {event}).ok());
  clock_ = std::make_unique<base::SystemClock>(Machine());
}

Host::~Host() = default;

base::SystemClock::Machine Host::Machine() {
  return {.read =
              [this] {
                return base::SystemClock::Reading{stage_.now() + wall_ahead_,
                                                  stage_.now() - absl::UnixEpoch()};
              },
          .synchronised = [this] { return synchronised_; }};
}

// --- Its life ---------------------------------------------------------------------------------

void Host::Start() {
  if (up()) return;
  fate_ = Fate::kRuns;
  if (const auto told = clock_->Told()) {
    clock_ = std::make_unique<base::SystemClock>(Machine(), told);
  }
  watched_.reset();
  auto started = Broker::Start(faulty_, directory_, keys_, *clock_);
  if (!started.ok()) return Stop(absl::Seconds(5));
  broker_ = *std::move(started);
  if (sender_ != nullptr) broker_->WakeBy(*sender_);
  ++run_;
  auto& outages = stage_.evidence.outages;
  if (!outages.empty() && stage_.now() < outages.back().until) {
    outages.back().until = stage_.now();
  }
  Look();
  if (up() && listener_.started) listener_.started();
}

void Host::Restart() {
  broker_.reset();
  Start();
}

void Host::Stop(absl::Duration down) {
  if (up()) {
    broker_.reset();
    stage_.evidence.outages.push_back({stage_.now()});
    if (listener_.died) listener_.died();
  }
  stage_.agenda.In(down, [this, run = run_] {
    if (run == run_) Start();
  });
}

void Host::Kill(absl::Duration down) {
  if (!up() || calm_) return;
  stage_.tally.Add("fault: broker killed");
  if (down > absl::Minutes(30)) stage_.tally.Add("fault: broker down for long");
  Stop(down);
}

base::Status Host::Do(const Act& act) {
  if (!up()) return Down();
  const base::Status done = act(*broker_);
  broker_->Drain();
  const bool answered = fate_ != Fate::kDead;
  After();
  return answered ? done : Down();
}

void Host::Insist(const std::string& what, Act act, std::function<void()> then) {
  const base::Status done = Do(act);
  if (done.ok()) return then();
  if (Final(done)) {
    return stage_.Find(what + " is refused: " + std::string(base::Message(done)));
  }
  stage_.tally.Add("act: asked once more");
  stage_.agenda.In(
      stage_.dice.Between(absl::Seconds(10), absl::Seconds(90)),
      [this, what, act = std::move(act), then = std::move(then)] { Insist(what, act, then); });
}

void Host::OnFrame(const std::string& session, const std::string& key, const std::string& frame) {
  (void)Do([&](Broker& broker) {
    broker.OnFrame(session, key, frame);
    return base::OkStatus();
  });
}

void Host::OnGone(const std::string& session) {
  if (up()) broker_->OnGone(session);
}

// What it sent goes out, and what has befallen it takes its course.
void Host::After() {
  if (!up()) return;
  Broker::Frames frames =
      fate_ == Fate::kDead ? std::exchange(left_, {}) : broker_->TakeAllFrames();
  if (!frames.empty() && listener_.carry) listener_.carry(std::move(frames));
  if (fate_ != Fate::kDead) return;
  const bool long_down = stage_.dice.Chance(0.03);
  Stop(long_down ? stage_.dice.Between(absl::Minutes(10), absl::Hours(2))
                 : stage_.dice.Between(absl::Seconds(2), absl::Seconds(40)));
}

// What the server does once a second; seldomer here, where nothing is due.
void Host::Look() {
  const auto look = [this](Broker& broker) {
    WatchClock();
    broker.Look();
    return base::OkStatus();
  };
  (void)Do(look);
  const int minute = MinuteOf(stage_.now());
  const bool day = kDayBegins <= minute && minute < kDayEnds;
  stage_.agenda.In(day ? kLookByDay : kLookByNight, [this, run = run_] {
    if (up() && run == run_) Look();
  });
}

// As server::ClockWatch does: schools count on from the time that they were told.
void Host::WatchClock() {
  const absl::Time now = clock_->Now();
  if (watched_) {
    const absl::Duration off = (now - watched_->first) - (stage_.now() - watched_->second);
    if (absl::AbsDuration(off) > base::SystemClock::kJump) broker_->ClockMoved();
  }
  watched_ = {now, stage_.now()};
}

// --- Trouble ------------------------------------------------------------------------------------

std::optional<Strike> Host::StrikeAt(const std::string& verb) {
  if (fate_ == Fate::kDead) return Strike{Fault::kNotDone, Down()};
  const auto step = Steps().find(verb);
  if (step == Steps().end()) return std::nullopt;
  if (fate_ == Fate::kUnclear) {
    return Strike{Fault::kNotDone, base::Unavailable("no more writes until it is reopened")};
  }
  if (calm_ || !up() || !stage_.dice.Chance(step->second * Struck())) return std::nullopt;
  return Crash(verb);
}

// In a crowd's few days each step is done a thousand times more often, and a start looks at all
// that waits.
double Host::Struck() const {
  const auto crowd = static_cast<double>(stage_.options.crowd);
  return std::min(1.0, kStruckOfCrowd / std::max(crowd, 1.0));
}

// Each of them comes before one comes again, so that even a rare step sees them all.
Host::Ending Host::NextEnding(const std::string& verb) {
  std::vector<Ending>& left = endings_[verb];
  if (left.empty()) {
    left = {Ending::kDiedBefore, Ending::kDiedAfter, Ending::kUnclearAndDone,
            Ending::kUnclearAndNotDone, Ending::kRefused};
  }
  const auto next = left.begin() + static_cast<std::ptrdiff_t>(stage_.dice.Below(left.size()));
  const Ending ending = *next;
  left.erase(next);
  return ending;
}

Strike Host::Crash(const std::string& verb) {
  const auto note = [&](const char* how) { stage_.tally.Add("fault: " + verb + ", " + how); };
  const Ending ending = NextEnding(verb);
  const bool done = ending == Ending::kDiedAfter || ending == Ending::kUnclearAndDone;
  if (ending == Ending::kDiedBefore || ending == Ending::kDiedAfter) {
    note(done ? "died after it" : "died before it");
    fate_ = Fate::kDead;
    left_ = broker_->TakeAllFrames();
    return {done ? Fault::kDone : Fault::kNotDone, Down()};
  }
  if (ending != Ending::kRefused) {
    note(done ? "unclear and done" : "unclear and not done");
    fate_ = Fate::kUnclear;
    stage_.agenda.In(stage_.dice.Between(absl::Seconds(2), absl::Seconds(5)), [this, run = run_] {
      if (up() && run == run_) Stop(absl::Seconds(3));
    });
    return {done ? Fault::kDone : Fault::kNotDone,
            base::Unknown("it is unclear whether it stands")};
  }
  note("refused");
  return {Fault::kNotDone, base::ResourceExhausted("the disk is full")};
}

void Host::StepClock(absl::Duration by) {
  stage_.tally.Add(by > absl::ZeroDuration() ? "fault: broker's clock ahead"
                                             : "fault: broker's clock behind");
  if (by < absl::ZeroDuration()) stage_.evidence.clock_behind.push_back({stage_.now()});
  wall_ahead_ += by;
  synchronised_ = false;
}

void Host::SetClockRight() {
  auto& behind = stage_.evidence.clock_behind;
  if (!behind.empty()) behind.back().until = std::min(behind.back().until, stage_.now());
  wall_ahead_ = absl::ZeroDuration();
  synchronised_ = true;
}

void Host::Calm() {
  calm_ = true;
  if (!up()) Start();
}

}  // namespace firstbell::simulation
