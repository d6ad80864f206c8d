#include "tests/simulation/machine.h"

#include <algorithm>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/sealing/envelope.h"
#include "broker/sealing/receipt.h"
#include "clients/school/show.h"

namespace firstbell::simulation {
namespace {

// As clients/school/daemon has it: what is due does not wait longer for the broker's word.
constexpr absl::Duration kCatchUp = absl::Seconds(15);
constexpr absl::Duration kSoon = absl::Seconds(1);
// After the morning, and where nobody comes anyway, a machine with nothing to send is run seldom.
constexpr absl::Duration kAtRest = absl::Hours(6), kIdle = absl::Hours(1),
                         kAwake = absl::Minutes(15);

std::string LoggedAs(const link::QueuedReceipt& queued) {
  v1::Receipt receipt;
  FB_CHECK(receipt.ParseFromString(queued.wire));
  return base::HexEncode(sealing::LoggedDigest(receipt));
}

}  // namespace

Machine::Machine(Stage& stage, SchoolIndex school, Device device, std::string envelope_key)
    : stage_(stage),
      school_(school),
      device_(std::move(device)),
      envelope_key_(std::move(envelope_key)),
      shelf_([this] { return Fate(); }) {}

Shelf::Step Machine::Fate() {
  if (!stage_.dice.Chance(0.002)) return Shelf::Step::kDone;
  const int kind = stage_.dice.Between(1, 4);
  cut_ = kind > 2;
  stage_.tally.Add(cut_ ? "fault: machine's power cut" : "fault: machine's disk failed");
  return kind == 4 ? Shelf::Step::kDoneAndFailed : Shelf::Step::kNotDone;
}

school::MachineTime Machine::Time() const {
  return {stage_.now() + wall_ahead_, stage_.now() - booted_at_, "boot-" + std::to_string(boots_)};
}

void Machine::SwitchOn() {
  // A battery's clock that is ahead is set right as the machine starts: no time service would leave
  // it so, and nothing could tell before the broker's first word.
  wall_ahead_ = std::min(wall_ahead_, absl::ZeroDuration());
  booted_at_ = stage_.now();
  ++boots_;
  clock_.emplace(false, anchor_);
  const base::Urn urn = stage_.country.school(school_).urn;
  session_ = std::make_unique<link::Session>(
      link::SessionIdentity{urn, {device_.id, device_.signing}, envelope_key_, false, "simulated"},
      shelf_);
}

void Machine::SwitchOff() {
  session_.reset();
  linked_ = false;
}

// --- The daemon -------------------------------------------------------------------------------

std::vector<std::string> Machine::Perform(base::Result<link::Reaction> reaction) {
  Confirm();
  if (!reaction.ok()) return {};
  if (reaction->broker_time) anchor_ = clock_->Learn(*reaction->broker_time, Time());
  return std::move(reaction->frames);
}

// What this machine was told stands.
void Machine::Confirm() {
  for (const link::QueuedReceipt& receipt : shelf_.TakeRecorded()) {
    stage_.evidence.confirmed.push_back(StatementOf(receipt.about.alert_id, receipt.about.sealing,
                                                    receipt.kind, receipt.signer, receipt.at));
  }
}

std::vector<std::string> Machine::Up() {
  linked_ = true;
  return Perform(session_->Start(Clock()));
}

void Machine::Down() {
  linked_ = false;
  session_->Stop();
}

std::vector<std::string> Machine::OnFrame(const std::string& frame) {
  auto frames = Perform(session_->OnFrame(frame, Clock()));
  const auto unanswered = shelf_.UnansweredReceipts(limits::kReceiptsPerBatch);
  for (const link::QueuedReceipt& one : *unanswered) {
    const auto [said, is_new] = stage_.evidence.said.try_emplace(
        LoggedAs(one),
        StatementOf(one.about.alert_id, one.about.sealing, one.kind, one.signer, one.at));
    const school::HeldAlert* held = shelf_.Find(one.about.alert_id);
    const bool again = is_new && one.kind == v1::RECEIPT_KIND_RECEIVED && held->shown_at;
    if (again) news_.push_back(one.about.alert_id);
  }
  return frames;
}

std::vector<std::string> Machine::Tick() {
  const absl::Time now = Clock();
  auto frames = Perform(session_->OnTick(now));
  if (MayShow()) Show(now);
  return frames;
}

bool Machine::MayShow() {
  return session_->caught_up() || stage_.now() - booted_at_ >= kCatchUp;
}

void Machine::Show(absl::Time now) {
  const absl::Duration early =
      stage_.mutation == nullptr ? absl::ZeroDuration() : stage_.mutation->shows_early;
  for (const school::HeldAlert& alert : school::DecideShow(shelf_.Waiting(), now + early).due) {
    const base::AlertId& id = alert.newest.alert_id;
    Say(link::SignToQueue(alert.newest, v1::RECEIPT_KIND_SHOWN, {device_.id, device_.signing},
                          now));
    if (!shelf_.Find(id)->shown_at) continue;
    stage_.evidence.shown.push_back({id, school_, stage_.now(), alert.newest.sealing});
    news_.push_back(id);
  }
}

// Durable before it is sent, or counts.
bool Machine::Say(const link::QueuedReceipt& receipt) {
  stage_.evidence.said[LoggedAs(receipt)] = StatementOf(
      receipt.about.alert_id, receipt.about.sealing, receipt.kind, receipt.signer, receipt.at);
  const auto queued = shelf_.QueueReceipt(receipt);
  return queued.ok() && *queued == school::Queued::kNow;
}

bool Machine::QuietAt(absl::Time time) const {
  const int minute = MinuteOf(time);
  const bool day = 6 * 60 + 30 <= minute && minute < 9 * 60 + 30;
  return !day || !IsSchoolDay(stage_.country.school(school_).timetable(), DayOf(time));
}

absl::Time Machine::next_tick() const {
  if (!on()) return absl::InfiniteFuture();
  absl::Time next = absl::InfiniteFuture();
  const absl::Time now = stage_.now();
  const auto by = [&](absl::Time when) { next = std::min(next, when); };
  if (linked_ && session_->refusal()) {
    by(now + link::kRefusedBackOff + kSoon);
  } else if (linked_ && (!session_->open() || shelf_.busy())) {
    by(now + limits::kResendAfter + kSoon);
  } else if (linked_ && (!session_->caught_up() || !shelf_.NotOver().empty())) {
    by(now + (QuietAt(now) ? kIdle : kAwake));
  } else if (linked_ && shelf_.holds_text()) {
    by(now + kAtRest);  // what was taken back, and the frame lost, is heard of by holdings alone
  }
  const absl::Time clock = Clock();
  for (const school::HeldAlert& alert : shelf_.Waiting()) {
    by(now + std::max(alert.show_from - clock, 5 * kSoon));
  }
  return next;
}

// --- Its people -------------------------------------------------------------------------------

std::vector<base::AlertId> Machine::Inbox() const {
  std::vector<base::AlertId> inbox;
  for (const base::AlertId& id : shelf_.NotOver()) {
    if (shelf_.Find(id)->shown_at) inbox.push_back(id);
  }
  return inbox;
}

v1::SealedEnvelope Machine::EnvelopeOf(const base::AlertId& alert) const {
  v1::SealedEnvelope envelope;
  FB_CHECK(envelope.ParseFromString(shelf_.EnvelopeOf(alert)));
  return envelope;
}

bool Machine::SealedTo(const base::AlertId& alert, const base::RecipientId& person) const {
  v1::EnvelopeHeader header;
  FB_CHECK(header.ParseFromString(EnvelopeOf(alert).header()));
  const auto& ids = header.recipient_ids();
  return std::find(ids.begin(), ids.end(), person.value()) != ids.end();
}

bool Machine::Over(const base::AlertId& alert) const {
  const school::HeldAlert* const held = shelf_.Find(alert);
  return held == nullptr || school::OverAt(*held).has_value();
}

// As clients/school/inbox judges it.
const school::HeldAlert* Machine::Readable(const base::AlertId& alert, const Person& person) const {
  const school::HeldAlert* const held = shelf_.Find(alert);
  if (!on() || held == nullptr || !held->shown_at || school::OverAt(*held)) return nullptr;
  if (school::IsExpired(*held, Clock()) || !SealedTo(alert, person.id)) return nullptr;
  return held;
}

std::optional<v1::AlertContent> Machine::Open(const base::AlertId& alert, const Person& person) {
  const school::HeldAlert* const held = Readable(alert, person);
  if (held == nullptr) return std::nullopt;
  auto content = sealing::OpenEnvelope(EnvelopeOf(alert), envelope_key_, person.opening,
                                       person.opening_certificate);
  if (!content.ok()) {
    stage_.Find("alert " + alert.value() + " does not open for one it is sealed to: " +
                std::string(base::Message(content.status())));
    return std::nullopt;
  }
  stage_.evidence.read.push_back({alert, school_, person.id, held->part, *content});
  Say(link::SignToQueue(held->newest, v1::RECEIPT_KIND_OPENED, {person.id, person.signing},
                        Clock()));
  return *std::move(content);
}

bool Machine::Acknowledge(const base::AlertId& alert, const Person& person,
                          const base::RecipientId& handed_to) {
  const school::HeldAlert* const held = Readable(alert, person);
  if (held == nullptr || held->part == v1::PART_IDENTITY) return false;
  return Say(link::SignToQueue(held->newest, v1::RECEIPT_KIND_ACKNOWLEDGED,
                               {person.id, person.signing}, Clock(), {.handed_to = handed_to}));
}

bool Machine::SayOurs(const base::AlertId& alert, const Person& person) {
  const school::HeldAlert* const held = Readable(alert, person);
  if (held == nullptr || held->part != v1::PART_IDENTITY || held->refused_at) return false;
  return Say(
      link::SignToQueue(held->newest, v1::RECEIPT_KIND_OURS, {person.id, person.signing}, Clock()));
}

bool Machine::Refuse(const base::AlertId& alert, const Person& person) {
  const school::HeldAlert* const held = Readable(alert, person);
  if (held == nullptr || held->refused_at) return false;
  return Say(link::SignToQueue(held->newest, v1::RECEIPT_KIND_REFUSED, {person.id, person.signing},
                               Clock(), {.refusal = v1::REFUSAL_REASON_NEVER_HERE}));
}

bool Machine::Holds(const base::AlertId& alert, const Person& person) const {
  return on() && !shelf_.EnvelopeOf(alert).empty() && SealedTo(alert, person.id);
}

bool Machine::Reply(const base::AlertId& alert, const Person& person) {
  if (!Holds(alert, person)) return false;
  return Say(link::SignToQueue(shelf_.Find(alert)->newest, v1::RECEIPT_KIND_REPLIED,
                               {person.id, person.signing}, Clock(),
                               {.reply = "as sealed to the desk"}));
}

bool Machine::SayArrival(const base::AlertId& alert, const Person& person, v1::ReceiptKind kind) {
  const school::HeldAlert* const held = shelf_.Find(alert);
  if (!on() || held == nullptr || school::StateOf(*held) != v1::ALERT_STATE_ACKNOWLEDGED) {
    return false;
  }
  return Holds(alert, person) &&
         Say(link::SignToQueue(held->newest, kind, {person.id, person.signing}, Clock()));
}

}  // namespace firstbell::simulation
