#include "clients/link/session.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "broker/sealing/cms.h"
#include "broker/sealing/envelope.h"

namespace firstbell::link {
namespace {

constexpr std::string_view kStop = "link";
// Unanswered receipts looked at in one tick. Answers come at once on a link that is up, so that a
// longer queue drains over several ticks.
constexpr std::size_t kReceiptsPerTick = 4 * limits::kReceiptsPerBatch;

Person FromWire(const v1::EnrolledPerson& wire) {
  return {base::RecipientId(wire.recipient_id()), wire.role(), wire.display_name(),
          wire.opening_key_sha256(), wire.duty().SerializeAsString()};
}

const Person* Find(const std::vector<Person>& people, const base::RecipientId& id) {
  const auto found = std::find_if(people.begin(), people.end(),
                                  [&](const Person& person) { return person.id == id; });
  return found == people.end() ? nullptr : &*found;
}

// Due: never sent on this transport, unanswered for long, or "sent" later than now, which a clock
// that was set back makes of it.
bool Due(const std::map<std::string, absl::Time>& sent, const std::string& digest, absl::Time now) {
  const auto found = sent.find(digest);
  return found == sent.end() || now < found->second || now - found->second >= limits::kResendAfter;
}

std::string Name(v1::ReceiptOutcome outcome) {
  const std::string name = v1::ReceiptOutcome_Name(outcome);
  return name.empty() ? "outcome " + std::to_string(outcome) : name;
}

Notice NoticeOf(const Finding& finding, const v1::Welcome& welcome, absl::Time now) {
  if (finding.alarm == Alarm::kLogForked) return {NoticeKind::kLogForked, now, {}};
  if (finding.alarm == Alarm::kUnwitnessed) return {NoticeKind::kLogUnwitnessed, now, {}};
  const auto told = std::find_if(
      welcome.people().begin(), welcome.people().end(),
      [&](const v1::EnrolledPerson& one) { return one.recipient_id() == finding.who.value(); });
  if (told != welcome.people().end()) return {NoticeKind::kStranger, now, FromWire(*told)};
  Person unnamed;
  unnamed.id = finding.who;
  return {NoticeKind::kStranger, now, std::move(unnamed)};
}

void LogFinding(const Finding& finding) {
  if (finding.alarm == Alarm::kLogForked) {
    return base::LogError(kStop, "the delivery log is not the one that was shown before",
                          {{"why", finding.why}});
  }
  if (finding.alarm == Alarm::kUnwitnessed) {
    return base::LogError(kStop, "nobody else bears out the delivery log that is shown here",
                          {{"why", finding.why}});
  }
  base::LogError(kStop, "alerts are or can be sealed to a stranger",
                 {{"recipient", finding.who.value()}, {"why", finding.why}});
}

}  // namespace

Session::Session(SessionIdentity identity, SessionStorage& storage)
    : identity_(std::move(identity)), storage_(storage) {}

Reaction Session::Start(absl::Time now) {
  told_ = false;
  return Greet(now);
}

void Session::Stop() {
  stage_ = Stage::kStopped;
  sent_.clear();
  trust_.reset();
}

base::Result<Reaction> Session::OnFrame(std::string_view frame, absl::Time now) {
  if (stage_ == Stage::kStopped) return Reaction{};
  v1::LinkMessage message;
  if (frame.size() > limits::kFrameBytes ||
      !message.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
    base::LogWarning(kStop, "a frame from the broker is no link message; ignored");
    return Reaction{};
  }
  switch (message.body_case()) {
    case v1::LinkMessage::kWelcome:
      return OnWelcome(message.welcome(), now);
    case v1::LinkMessage::kPush:
      return OnPush(message.push().envelope(), now);
    case v1::LinkMessage::kReceiptAnswers:
      return OnAnswers(message.receipt_answers(), now);
    case v1::LinkMessage::kDutyAnswers:
      return OnDutyAnswers(message.duty_answers());
    case v1::LinkMessage::kEndedAlerts:
      return OnEnded(message.ended_alerts(), now);
    case v1::LinkMessage::kRefusal:
      return OnRefusal(message.refusal(), now);
    default:
      break;
  }
  base::LogWarning(kStop, "the broker sent a message that a device does not take; ignored");
  return Reaction{};
}

void Session::AskAgain() {
  told_ = false;
  said_holdings_at_ = absl::InfinitePast();
}

base::Result<Reaction> Session::OnTick(absl::Time now) {
  switch (stage_) {
    case Stage::kStopped:
      return Reaction{};
    case Stage::kOpen: {
      FB_ASSIGN_OR_RETURN(Reaction reaction, SendReceipts(now));
      // Also where a clock that was set back makes "said" later than now.
      const absl::Duration since = now - said_holdings_at_;
      if (since < absl::ZeroDuration() || since >= limits::kHoldingsEvery) {
        SayHoldings(now, reaction);
      }
      AskAboutLog(now, reaction);
      return reaction;
    }
    case Stage::kGreeting:
    case Stage::kRefused:
      break;
  }
  return now >= again_at_ ? Greet(now) : Reaction{};
}

Reaction Session::Greet(absl::Time now) {
  stage_ = Stage::kGreeting;
  again_at_ = now + limits::kResendAfter;
  sent_.clear();
  return {.frames = {Hello(now)}};
}

// Without the checkpoint where it cannot be read: what is told then does not follow from it, and
// the broker is asked again.
std::string Session::Hello(absl::Time now) {
  hello_open_ = true;
  hello_at_ = now;
  v1::LinkMessage message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_protocol(kProtocol);
  hello.set_device_id(identity_.device.id.value());
  hello.set_program_version(identity_.program_version);
  const base::Status loaded = LoadTrust();
  if (loaded.ok()) {
    hello.set_checkpoint(trust_->checkpoint);
    for (const base::RecipientId& id : AskedAbout(*trust_, now)) hello.add_asked(id.value());
  } else {
    base::LogError(kStop, "what is remembered of the delivery log could not be read",
                   {{"why", std::string(base::Message(loaded))}});
  }
  return message.SerializeAsString();
}

// A broker of another school or of another kind of time than was pinned is not talked to: simulated
// and real are never mixed.
base::Result<Reaction> Session::OnWelcome(const v1::Welcome& welcome, absl::Time now) {
  const bool ours = base::Urn(welcome.urn()) == identity_.urn;
  if (!ours || welcome.simulated_clock() != identity_.simulated_clock) {
    const std::string_view why = ours ? "the broker's clock is not of the kind pinned at enrolment"
                                      : "the broker takes this device for another school's";
    base::LogError(kStop, why);
    return BackOff(why, now);
  }
  FB_RETURN_IF_ERROR(NoteLog(welcome, now));
  FB_RETURN_IF_ERROR(NotePeople(welcome, now));
  if (stage_ != Stage::kOpen) {
    base::LogInfo(kStop, "welcomed by the broker", {{"urn", identity_.urn.ToString()}});
  }
  stage_ = Stage::kOpen;
  FB_ASSIGN_OR_RETURN(Reaction reaction, SendReceipts(now));
  SayHoldings(now, reaction);
  reaction.broker_time =
      BrokerTime{model::FromWire(welcome.broker_time()), welcome.simulated_clock()};
  return reaction;
}

base::Status Session::NotePeople(const v1::Welcome& welcome, absl::Time now) {
  if (static_cast<std::size_t>(welcome.people_size()) > limits::kRecipientsPerSchool) {
    base::LogWarning(kStop, "the broker's list of people is too long; the last one is kept");
    return base::OkStatus();
  }
  std::vector<Person> people;
  for (const v1::EnrolledPerson& person : welcome.people()) people.push_back(FromWire(person));
  FB_ASSIGN_OR_RETURN(const auto before, storage_.People());
  if (before.has_value() && *before == people) return base::OkStatus();
  return storage_.ReplacePeople(people, ComparePeople(before, people, now));
}

// --- The delivery log -----------------------------------------------------------------------

base::Status Session::LoadTrust() {
  if (trust_) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(LogTrust trust, storage_.Trust());
  if (trust.log_key.empty()) trust.log_key = identity_.log_key;
  trust_ = std::move(trust);
  return base::OkStatus();
}

// If we crash after the storage's step and before the people are replaced, the next welcome does
// that; whom the log bears out is remembered already.
base::Status Session::NoteLog(const v1::Welcome& welcome, absl::Time now) {
  FB_RETURN_IF_ERROR(LoadTrust());
  const Occasion occasion = std::exchange(hello_open_, false) ? Occasion::kAnswer : Occasion::kNews;
  return Take(JudgeWelcome(*trust_, identity_.urn, welcome, occasion, now, identity_.witnesses),
              welcome, now);
}

base::Status Session::WatchSealing(const v1::SealedEnvelope& envelope,
                                   const v1::EnvelopeHeader& header, absl::Time now) {
  FB_RETURN_IF_ERROR(LoadTrust());
  FB_ASSIGN_OR_RETURN(const auto key_ids, sealing::RecipientKeyIds(envelope.ciphertext()));
  Judged judged = JudgeSealing(*trust_, header, key_ids, now);
  for (Finding& finding : judged.findings) finding.why += ": alert " + header.alert_id();
  return Take(std::move(judged), v1::Welcome(), now);
}

// Durable before anything follows from it. `welcome` tells the names.
base::Status Session::Take(Judged judged, const v1::Welcome& welcome, absl::Time now) {
  if (judged.findings.empty() && judged.trust == *trust_) return base::OkStatus();
  std::vector<Notice> notices;
  for (const Finding& finding : judged.findings) {
    notices.push_back(NoticeOf(finding, welcome, now));
  }
  FB_RETURN_IF_ERROR(storage_.SaveTrust(judged.trust, notices));
  trust_ = std::move(judged.trust);
  for (const Finding& finding : judged.findings) LogFinding(finding);
  return base::OkStatus();
}

void Session::AskAboutLog(absl::Time now, Reaction& reaction) {
  if (!trust_ || !MustAsk(*trust_, now)) return;
  const absl::Duration since = now - hello_at_;
  if (absl::ZeroDuration() <= since && since < limits::kResendAfter) return;
  reaction.frames.push_back(Hello(now));
}

// --- Alerts ---------------------------------------------------------------------------------

base::Result<Reaction> Session::OnPush(const v1::SealedEnvelope& envelope, absl::Time now) {
  if (stage_ != Stage::kOpen) {
    base::LogWarning(kStop, "an alert before the welcome; ignored, the broker sends it again");
    return Reaction{};
  }
  const base::Result<v1::EnvelopeHeader> header = CheckPush(envelope, now);
  if (!header.ok()) {
    base::LogError(kStop, "an alert was not taken",
                   {{"why", std::string(base::Message(header.status()))}});
    return Reaction{};
  }
  const SealingRef pushed = RefOf(*header);
  FB_ASSIGN_OR_RETURN(const auto newest, storage_.NewestSealing(pushed.alert_id));
  switch (JudgeReplay(newest, pushed)) {
    case Replay::kNewer:
      FB_RETURN_IF_ERROR(WatchSealing(envelope, *header, now));
      FB_RETURN_IF_ERROR(Keep(envelope, *header, now));
      break;
    case Replay::kSame:
      FB_RETURN_IF_ERROR(ReceiveAgain(pushed));
      break;
    case Replay::kOlder:
      base::LogWarning(kStop, "an overtaken sealing came again; ignored",
                       {{"alert", pushed.alert_id.value()}});
      return Reaction{};
    case Replay::kConflict:
      base::LogError(kStop, "two different ciphertexts under one sealing number; ignored",
                     {{"alert", pushed.alert_id.value()}});
      return Reaction{};
  }
  return SendReceipts(now);
}

base::Result<v1::EnvelopeHeader> Session::CheckPush(const v1::SealedEnvelope& envelope,
                                                    absl::Time now) const {
  FB_ASSIGN_OR_RETURN(v1::EnvelopeHeader header,
                      sealing::VerifyEnvelope(envelope, identity_.envelope_public_key));
  if (base::Urn(header.urn()) != identity_.urn) {
    return base::PermissionDenied("it is another school's");
  }
  if (now >= model::FromWire(header.expires_at())) {
    return base::FailedPrecondition("it has expired; the broker seals it anew");
  }
  return header;
}

// If we crash before the storage's step, nothing was kept and the broker pushes again. After it,
// sealing and receipt are both there, and the receipt goes out on the next session.
base::Status Session::Keep(const v1::SealedEnvelope& envelope, const v1::EnvelopeHeader& header,
                           absl::Time now) {
  const KeptSealing kept = {RefOf(header),
                            model::FromWire(header.show_from()),
                            model::FromWire(header.deadline()),
                            model::FromWire(header.expires_at()),
                            now,
                            envelope.SerializeAsString(),
                            header.part(),
                            base::RecipientId(header.offered_to()),
                            base::RecipientId(header.offered_by())};
  FB_RETURN_IF_ERROR(storage_.KeepSealing(
      kept, SignToQueue(kept.ref, v1::RECEIPT_KIND_RECEIVED, identity_.device, now), Erasing(now)));
  base::LogInfo(
      kStop, "a sealed alert is kept",
      {{"alert", kept.ref.alert_id.value()}, {"sealing", std::to_string(kept.ref.sealing)}});
  return base::OkStatus();
}

// The broker has not seen the receipt, so that one sent on this very transport counts for nothing.
base::Status Session::ReceiveAgain(const SealingRef& pushed) {
  FB_ASSIGN_OR_RETURN(const std::string digest, storage_.QueueReceivedAgain(pushed));
  sent_.erase(digest);
  return base::OkStatus();
}

base::Result<Reaction> Session::OnAnswers(const v1::ReceiptAnswers& answers, absl::Time now) {
  for (const v1::ReceiptAnswer& answer : answers.answers()) {
    if (answer.outcome() == v1::RECEIPT_OUTCOME_UNSPECIFIED) continue;  // sent again when due
    FB_RETURN_IF_ERROR(storage_.AnswerReceipt(answer.statement_sha256(), answer.outcome(), now));
    sent_.erase(answer.statement_sha256());
    if (answer.outcome() == v1::RECEIPT_OUTCOME_RECORDED) continue;
    base::LogError(kStop, "the broker refused a receipt", {{"outcome", Name(answer.outcome())}});
  }
  return SendReceipts(now);
}

Reaction Session::OnRefusal(const v1::Refusal& refusal, absl::Time now) {
  base::LogError(kStop, "the broker refuses this device", {{"why", refusal.why()}});
  return BackOff(refusal.why(), now);
}

Reaction Session::BackOff(std::string_view why, absl::Time now) {
  why_refused_ = stage_ == Stage::kOpen ? std::nullopt : std::optional<std::string>(why);
  again_at_ = now + (stage_ == Stage::kOpen ? kForgottenBackOff : kRefusedBackOff);
  stage_ = Stage::kRefused;
  sent_.clear();
  return {};
}

SignErased Session::Erasing(absl::Time now) const {
  return [this, now](const SealingRef& sealing) {
    return SignToQueue(sealing, v1::RECEIPT_KIND_ERASED, identity_.device, now);
  };
}

// If we crash before the storage's step, the next holdings are answered with it again. After it,
// the copies are gone and *erased* goes out on the next session.
base::Result<Reaction> Session::OnEnded(const v1::EndedAlerts& ended, absl::Time now) {
  if (stage_ != Stage::kOpen) return Reaction{};  // the next holdings are answered
  std::vector<AlertEnd> ends;
  for (const v1::EndedAlert& one : ended.alerts()) {
    if (!model::Ended(one.state())) continue;
    ends.push_back({base::AlertId(one.alert_id()), one.revision(), one.state(),
                    model::FromWire(one.at()), base::RecipientId(one.acknowledged_by())});
  }
  FB_ASSIGN_OR_RETURN(auto taken_back, storage_.EndAlerts(ends, Erasing(now)));
  told_ |= ended.answers_holdings();
  if (taken_back.empty()) return Reaction{};
  FB_ASSIGN_OR_RETURN(Reaction reaction, SendReceipts(now));
  reaction.taken_back = std::move(taken_back);
  return reaction;
}

// Where the storage fails, the rest still goes out, and holdings are said next time.
void Session::SayHoldings(absl::Time now, Reaction& reaction) {
  said_holdings_at_ = now;
  const auto read = storage_.Holdings(limits::kHoldingsNamed + 1);
  if (!read.ok()) {
    base::LogError(kStop, "what is held here could not be read",
                   {{"why", std::string(base::Message(read.status()))}});
    return;
  }
  const std::vector<SealingRef>& held = *read;
  v1::LinkMessage message;
  v1::Holdings& holdings = *message.mutable_holdings();
  holdings.set_complete(held.size() <= limits::kHoldingsNamed);
  for (const SealingRef& one : held) {
    if (holdings.alerts_size() == static_cast<int>(limits::kHoldingsNamed)) break;
    v1::Holding& holding = *holdings.add_alerts();
    holding.set_alert_id(one.alert_id.value());
    holding.set_sealing(one.sealing);
  }
  reaction.frames.push_back(message.SerializeAsString());
}

base::Result<Reaction> Session::SendReceipts(absl::Time now) {
  Reaction reaction;
  if (stage_ != Stage::kOpen) return reaction;
  FB_ASSIGN_OR_RETURN(const auto unanswered, storage_.UnansweredReceipts(kReceiptsPerTick));
  v1::LinkMessage message;
  const auto flush = [&] {
    reaction.frames.push_back(message.SerializeAsString());
    message.Clear();
  };
  for (const QueuedReceipt& receipt : unanswered) {
    if (!Due(sent_, receipt.statement_sha256, now)) continue;
    sent_[receipt.statement_sha256] = now;
    v1::ReceiptBatch& batch = *message.mutable_receipts();
    FB_CHECK(batch.add_receipts()->ParseFromString(receipt.wire));
    if (static_cast<std::size_t>(batch.receipts_size()) == limits::kReceiptsPerBatch) flush();
  }
  if (message.receipts().receipts_size() > 0) flush();
  FB_RETURN_IF_ERROR(AddDuties(now, reaction));
  return reaction;
}

base::Status Session::AddDuties(absl::Time now, Reaction& reaction) {
  FB_ASSIGN_OR_RETURN(const auto unanswered, storage_.UnansweredDuties(limits::kReceiptsPerBatch));
  v1::LinkMessage message;
  for (const QueuedDuty& duty : unanswered) {
    if (!Due(sent_, duty.statement_sha256, now)) continue;
    sent_[duty.statement_sha256] = now;
    FB_CHECK(message.mutable_duties()->add_duties()->ParseFromString(duty.wire));
  }
  if (message.has_duties()) reaction.frames.push_back(message.SerializeAsString());
  return base::OkStatus();
}

base::Result<Reaction> Session::OnDutyAnswers(const v1::DutyAnswers& answers) {
  for (const v1::ReceiptAnswer& answer : answers.answers()) {
    if (answer.outcome() == v1::RECEIPT_OUTCOME_UNSPECIFIED) continue;  // sent again when due
    FB_RETURN_IF_ERROR(storage_.AnswerDuty(answer.statement_sha256(), answer.outcome()));
    sent_.erase(answer.statement_sha256());
    if (answer.outcome() == v1::RECEIPT_OUTCOME_RECORDED) continue;
    base::LogError(kStop, "the broker refused what somebody said of their duty",
                   {{"outcome", Name(answer.outcome())}});
  }
  return Reaction{};
}

Replay JudgeReplay(const std::optional<SealingRef>& newest, const SealingRef& pushed) {
  if (!newest.has_value()) return Replay::kNewer;
  const auto kept = std::tie(newest->revision, newest->sealing);
  const auto came = std::tie(pushed.revision, pushed.sealing);
  if (came > kept) return Replay::kNewer;
  if (came < kept) return Replay::kOlder;
  return newest->ciphertext_sha256 == pushed.ciphertext_sha256 ? Replay::kSame : Replay::kConflict;
}

std::vector<Notice> ComparePeople(const std::optional<std::vector<Person>>& before,
                                  const std::vector<Person>& after, absl::Time now) {
  std::vector<Notice> notices;
  if (!before.has_value()) return notices;
  for (const Person& person : after) {
    const Person* earlier = Find(*before, person.id);
    if (earlier == nullptr) {
      notices.push_back({NoticeKind::kPersonEnrolled, now, person});
    } else if (earlier->opening_key_sha256 != person.opening_key_sha256) {
      notices.push_back({NoticeKind::kPersonKeyChanged, now, person});
    }
  }
  for (const Person& person : *before) {
    if (Find(after, person.id) == nullptr) {
      notices.push_back({NoticeKind::kPersonRemoved, now, person});
    }
  }
  return notices;
}

}  // namespace firstbell::link
