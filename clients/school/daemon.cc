#include "clients/school/daemon.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "broker/base/log.h"
#include "clients/school/inbox_text.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

constexpr std::string_view kStop = "school";
// How soon a receipt that a command queued goes out, and how exactly a window is met.
constexpr absl::Duration kTickEvery = absl::Milliseconds(200);
constexpr absl::Duration kComplainEvery = absl::Minutes(1);
// Nothing is shown for so long after a start or a sleep, unless the broker has said what is over.
constexpr absl::Duration kCatchUp = absl::Seconds(15);
constexpr absl::Duration kSlept = absl::Minutes(1);  // between two ticks
// A simulated clock that was advanced, rather than one that ran on.
constexpr absl::Duration kJump = absl::Seconds(2);
constexpr absl::Duration kNoteHeardEvery = absl::Hours(1);
constexpr absl::Duration kWrongClock = absl::Minutes(2);

base::Status WrongClock() {
  return base::FailedPrecondition(
      "this machine's clock is wrong: it is earlier than the broker's time that was learnt before. "
      "Alerts may be shown late: set the clock, or connect to the network");
}

void SayRoll(const base::Result<Roll>& roll) {
  if (!roll.ok()) {
    base::LogWarning(kStop, "the school's roll cannot be used: until it can, people are asked",
                     {{"why", std::string(base::Message(roll.status()))}});
    return;
  }
  base::LogInfo(kStop, "the school's roll was read",
                {{"pupils", std::to_string(roll->pupils.size())}});
  if (roll->pupils.empty()) {
    base::LogWarning(kStop, "nobody stands on the school's roll today: is it this school's?");
  }
  if (roll->faulty == 0) return;
  base::LogWarning(kStop, "the school's roll has rows that do not count",
                   {{"rows", std::to_string(roll->faulty)}, {"first", roll->first_fault}});
}

void SayAnswer(const RollAnswer& answer) {
  const std::string& alert = answer.alert_id.value();
  if (answer.says == RollSays::kOurs) {
    base::LogInfo(kStop, "by the school's roll the child is its pupil: signed", {{"alert", alert}});
    return;
  }
  base::LogInfo(
      kStop, "the school's roll does not say whose pupil the child is: people are asked",
      {{"alert", alert}, {"alike", answer.says == RollSays::kNobody ? "none" : "several"}});
}

}  // namespace

void DaemonVoice::Line(std::string_view event, absl::Time now, const std::string& sentence,
                       const std::string& alert_id) {
  if (form_ == LineForm::kText) {
    out_ << absl::FormatTime("%H:%M", now, london_) << ' ' << sentence << std::endl;
    return;
  }
  nlohmann::ordered_json line = {{"event", event},
                                 {"at", absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", now, london_)}};
  if (!alert_id.empty()) line["alert_id"] = alert_id;
  line["sentence"] = sentence;
  out_ << line.dump() << std::endl;
}

void DaemonVoice::Started(const DeviceIdentity& device, absl::Time now) {
  Line("started", now,
       "Firstbell is running for " + device.school_name + " (URN " + device.urn.ToString() + ")");
}

void DaemonVoice::Unacknowledged(std::size_t count, absl::Time now) {
  Line("unacknowledged", now,
       std::to_string(count) + (count == 1 ? " alert is" : " alerts are") +
           " not acknowledged: firstbell-school inbox list");
}

void DaemonVoice::Shown(const HeldAlert& alert, absl::Time now) {
  const std::string what = alert.newest.revision > 1 ? "An alert was corrected, and is waiting"
                           : IsAsked(alert)          ? "The police ask whose pupil a child is"
                                                     : "An alert is waiting";
  Line("shown", now, what + ": firstbell-school inbox list", alert.newest.alert_id.value());
}

void DaemonVoice::TakenBack(const base::AlertId& alert, absl::Time now) {
  Line("taken_back", now,
       "An alert was taken back, and its copy on this machine destroyed: firstbell-school inbox "
       "list",
       alert.value());
}

void DaemonVoice::Over(const HeldAlert& alert, absl::Time now) {
  Line("over", now,
       "An alert that is over for this school already is in the inbox: firstbell-school inbox list",
       alert.newest.alert_id.value());
}

void DaemonVoice::Link(const LinkStanding& standing, absl::Time now) {
  switch (standing.state) {
    case LinkState::kUp:
      return Line("link_up", now, "The link to the broker is up");
    case LinkState::kDown:
      return Line("link_down", now, LinkText(standing, local_));
    case LinkState::kRefused:
      return Line("link_refused", now, LinkText(standing, local_));
  }
}

void DaemonVoice::SimulatedTime(absl::Time now) {
  Line("simulated_clock", now,
       "The broker's clock is simulated: it is " +
           absl::FormatTime("%A %d %B %Y, %H:%M", now, london_) + " there");
}

void DaemonVoice::Stopped(absl::Time now) {
  Line("stopped", now, "Firstbell has stopped");
}

Daemon::Daemon(const DeviceIdentity& device, std::string_view version, LocalStore& store,
               SchoolClock& clock, DaemonVoice& voice)
    : device_(device),
      store_(store),
      clock_(clock),
      voice_(voice),
      session_(SessionIdentityOf(device, version), store) {}

base::Status Daemon::Run(const std::atomic<bool>& stop) {
  FB_RETURN_IF_ERROR(Connect());
  FB_ASSIGN_OR_RETURN(kept_, store_.LastLinkStanding());
  woke_at_ = ticked_at_ = ReadMachineTime().since_boot;
  watch_.emplace(kept_, TimeToSay(), woke_at_);
  voice_.Started(device_, TimeToSay());
  FB_ASSIGN_OR_RETURN(const auto taken_back, store_.TakenBackAlerts());
  for (const base::AlertId& alert : taken_back) Complain(forget_(alert, TimeToSay()));
  AnnounceUnacknowledged();
  while (!stop) {
    Tick();
    FB_ASSIGN_OR_RETURN(const auto events, dealer_->Wait(kTickEvery));
    for (const link::LinkEvent& event : events) Handle(event);
    WatchLink();
  }
  voice_.Stopped(TimeToSay());
  return base::OkStatus();
}

// In place of the connection that there is, which stays where none can be made.
base::Status Daemon::Connect() {
  FB_ASSIGN_OR_RETURN(
      auto dealer, link::CurveDealer::Connect({device_.broker.link_address(),
                                               device_.broker.curve_public_key(), device_.curve}));
  session_.Stop();
  dealer_ = std::move(dealer);
  return base::OkStatus();
}

void Daemon::Handle(const link::LinkEvent& event) {
  switch (event.kind) {
    case link::LinkEvent::Kind::kUp:
      base::LogInfo(kStop, "connected to the broker");
      Perform(session_.Start(clock_.Now()));
      break;
    case link::LinkEvent::Kind::kDown:
      base::LogWarning(kStop, "disconnected from the broker; what is here stays usable");
      session_.Stop();
      break;
    case link::LinkEvent::Kind::kRefused:
      base::LogError(kStop, "the link is refused", {{"why", event.text}});
      watch_->Refused(event.text);
      break;
    case link::LinkEvent::Kind::kFrame:
      Perform(session_.OnFrame(event.text, clock_.Now()));
      break;
  }
}

void Daemon::Perform(base::Result<link::Reaction> reaction) {
  if (!reaction.ok()) return Complain(reaction.status());
  if (reaction->broker_time) Learn(*reaction->broker_time);
  for (const base::AlertId& alert : reaction->taken_back) {
    voice_.TakenBack(alert, TimeToSay());
    Complain(forget_(alert, TimeToSay()));
  }
  dealer_->Send(std::move(reaction->frames));
}

void Daemon::Learn(const link::BrokerTime& broker) {
  const MachineTime machine = ReadMachineTime();
  const bool jumped = absl::AbsDuration(broker.now - clock_.At(machine)) > kJump;
  Complain(store_.SaveTimeAnchor(clock_.Learn(broker, machine)));
  if (broker.simulated) {
    if (jumped) voice_.SimulatedTime(broker.now);
  } else if (absl::AbsDuration(broker.now - machine.wall) > kWrongClock) {
    base::LogWarning(kStop, "this machine's clock differs from the broker's, which is used");
  }
}

void Daemon::Tick() {
  const auto [now, certainty] = clock_.Read(ReadMachineTime());
  if (certainty == Certainty::kWrong) Complain(WrongClock());
  LookAtRoll(now);
  Complain(FollowTrust());
  Perform(session_.OnTick(now));
  if (!MayShow()) return;
  const auto shown = ShowDue(store_, device_.signer, now);
  if (!shown.ok()) return Complain(shown.status());
  for (const HeldAlert& alert : *shown) {
    OverAt(alert) ? voice_.Over(alert, now) : voice_.Shown(alert, now);
  }
}

// A command has put another delivery log in the place of the one that this session knows. What is
// still on its way from the broker was said to one who remembered that; a new connection gets none
// of it.
base::Status Daemon::FollowTrust() {
  const auto known = session_.trust_edition();
  if (!known) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const std::uint32_t edition, store_.TrustEdition());
  if (edition == *known) return base::OkStatus();
  FB_RETURN_IF_ERROR(Connect());
  base::LogInfo(kStop, "another delivery log was accepted here; the broker is asked anew");
  return base::OkStatus();
}

// A roll that cannot be used answers nothing, and is no reason to stop.
void Daemon::LookAtRoll(absl::Time now) {
  if (!roll_) return;
  if (auto roll = roll_->Look(now, ReadMachineTime().since_boot)) {
    SayRoll(*roll);
    answers_.Use(roll->ok() ? std::move((*roll)->pupils) : std::vector<sealing::IdentityText>());
  }
  const auto answer = AnswerByRoll(store_, answers_, device_.signer, now);
  if (!answer.ok()) return Complain(answer.status());
  if (*answer) SayAnswer(**answer);
}

// While this machine was off or asleep, a child may have moved to another school. The broker says
// so as soon as the link is up; what is due does not wait for it for long.
bool Daemon::MayShow() {
  const absl::Duration now = ReadMachineTime().since_boot;
  if (now - ticked_at_ > kSlept) {
    woke_at_ = now;
    session_.AskAgain();
  }
  ticked_at_ = now;
  return session_.caught_up() || now - woke_at_ >= kCatchUp;
}

// If we crash before it is kept, the inbox says that no daemon runs, and the next one looks again.
void Daemon::WatchLink() {
  if (session_.open()) NoteHeard();
  if (const auto why = session_.refusal()) watch_->Refused(*why);
  const auto say = watch_->Look(session_.open(), TimeToSay(), ReadMachineTime().since_boot);
  if (say) voice_.Link(watch_->standing(), TimeToSay());
  if (kept_ == watch_->standing()) return;
  const base::Status kept = store_.SaveLinkStanding(watch_->standing());
  if (kept.ok()) kept_ = watch_->standing();
  Complain(kept);
}

// The lease of this machine's people counts from it.
void Daemon::NoteHeard() {
  const absl::Time now = clock_.Now();
  if (now >= heard_ && now - heard_ < kNoteHeardEvery) return;
  const base::Status noted = store_.SaveHeard(now);
  if (noted.ok()) heard_ = now;
  Complain(noted);
}

void Daemon::AnnounceUnacknowledged() {
  const auto alerts = store_.ShownAlerts();
  if (!alerts.ok()) return Complain(alerts.status());
  const auto open = std::count_if(alerts->begin(), alerts->end(),
                                  [](const HeldAlert& alert) { return !OverAt(alert); });
  if (open > 0) voice_.Unacknowledged(static_cast<std::size_t>(open), clock_.Now());
}

absl::Time Daemon::TimeToSay() const {
  return clock_.known() ? clock_.Now() : ReadMachineTime().wall;
}

// The same trouble five times a second is one line a minute.
void Daemon::Complain(const base::Status& status) {
  if (status.ok()) return;
  const std::string complaint(base::Message(status));
  const absl::Duration now = ReadMachineTime().since_boot;
  if (complaint == last_complaint_ && now - complained_at_ < kComplainEvery) return;
  last_complaint_ = complaint;
  complained_at_ = now;
  base::LogError(kStop, "something failed and is tried again", {{"what", complaint}});
}

}  // namespace firstbell::school
