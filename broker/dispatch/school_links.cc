#include "broker/dispatch/school_links.h"

#include <algorithm>
#include <utility>

#include "broker/base/log.h"
#include "broker/dispatch/ended_alerts.h"

namespace firstbell::dispatch {
namespace {

constexpr std::uint32_t kProtocol = 1;
constexpr std::string_view kSayHello = "say hello first";

std::map<base::AlertId, std::uint32_t> NewestOf(const v1::Holdings& holdings) {
  std::map<base::AlertId, std::uint32_t> newest;
  for (const v1::Holding& holding : holdings.alerts()) {
    std::uint32_t& sealing = newest[base::AlertId(holding.alert_id())];
    sealing = std::max(sealing, holding.sealing());
  }
  return newest;
}

}  // namespace

SchoolLinks::SchoolLinks(store::Store& store, const placing::Ladders& ladders,
                         const placing::Policies& policies, Devices& devices, Sealer& sealer,
                         ReceiptDesk& desk, DutyDesk& duties, AlertObserver& observer,
                         LinkTransport& transport, Executor executor, const base::Clock& clock,
                         LinkOptions options)
    : store_(store),
      ladders_(ladders),
      policies_(policies),
      devices_(devices),
      sealer_(sealer),
      desk_(desk),
      duties_(duties),
      observer_(observer),
      transport_(transport),
      executor_(std::move(executor)),
      clock_(clock),
      options_(options) {}

// --- What comes in ------------------------------------------------------------------------

void SchoolLinks::OnFrame(const SessionId& session, std::string_view curve_public_key,
                          std::string_view frame) {
  const auto device = devices_.Find(curve_public_key);
  if (!device) return Refuse(session, "this device is not enrolled, or was revoked");
  v1::LinkMessage message;
  if (!message.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
    return Refuse(session, "a frame is not a link message");
  }
  if (message.has_hello()) return OnHello(session, *device, message.hello());
  bool known = false;
  {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(session);
    known = found != sessions_.end() && found->second.device == *device;
  }
  if (!known) return Refuse(session, kSayHello);
  if (message.has_receipts()) return OnReceipts(session, *device, message.receipts());
  if (message.has_holdings()) return OnHoldings(session, *device, message.holdings());
  if (message.has_duties()) return OnDuties(session, *device, message.duties());
  // Of a newer program: what it says beyond this protocol is no reason to part.
  if (message.body_case() == v1::LinkMessage::BODY_NOT_SET) {
    return base::LogDebug("link", "a message of a kind not known here was left aside",
                          {{"device", device->id.value()}});
  }
  Refuse(session, "a device sends hello, receipts, holdings and duties only");
}

void SchoolLinks::OnHello(const SessionId& session, const Device& device, const v1::Hello& hello) {
  if (hello.protocol() != kProtocol) return Refuse(session, "this broker speaks link protocol 1");
  if (hello.device_id() != device.id.value()) {
    return Refuse(session, "the device id is not the one this key was enrolled with");
  }
  if (options_.log != nullptr && !hello.checkpoint().empty()) {
    options_.log->Compare(hello.checkpoint());
  }
  {
    base::MutexLock lock(mutex_);
    // A key that was enrolled anew while its connection stood: the session was another device's.
    const auto here = sessions_.find(session);
    if (here != sessions_.end() && here->second.device != device) Forget(session);
    // The newest session of a device wins.
    const auto older = newest_.find(device.id);
    if (older != newest_.end() && older->second != session) sessions_.erase(older->second);
    newest_[device.id] = session;
    sessions_[session] = Session{.device = device, .in_flight = {}, .log = KnownBy(hello)};
    linked_[device.urn].insert(device.id);
  }
  base::LogInfo("link", "a device linked",
                {{"device", device.id.value()}, {"urn", device.urn.ToString()}});
  NoteLinked(session, device, clock_.Now());
  Wake(device.urn);
}

// If we die before this, it is said again within the hour: at most the school is telephoned once
// for nothing.
void SchoolLinks::NoteLinked(const SessionId& session, const Device& device, absl::Time now) {
  {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    if (now < found->second.linked_noted_at + limits::kLinkedWithin) return;
    found->second.linked_noted_at = now;
  }
  const store::SignOfLife sign{device.id, now};
  const base::Status noted = store_.NoteAlive(absl::MakeConstSpan(&sign, 1));
  if (!noted.ok()) {
    base::LogError("link", base::Message(noted), {{"device", device.id.value()}});
  }
}

// A change of who is there changes to whom alerts are sealed.
void SchoolLinks::OnDuties(const SessionId& session, const Device& device,
                           const v1::DutyBatch& batch) {
  if (batch.duties_size() > static_cast<int>(limits::kReceiptsPerBatch)) {
    return Refuse(session, "more duties in one batch than limits::kReceiptsPerBatch");
  }
  const DutyOutcomes outcomes = duties_.Take(device, batch, clock_.Now());
  v1::LinkMessage answer;
  *answer.mutable_duty_answers() = outcomes.answers;
  Send(session, answer);
  if (outcomes.changed) RecipientsChanged(device.urn);
}

void SchoolLinks::OnReceipts(const SessionId& session, const Device& device,
                             const v1::ReceiptBatch& batch) {
  if (batch.receipts_size() > static_cast<int>(limits::kReceiptsPerBatch)) {
    return Refuse(session, "more receipts in one batch than limits::kReceiptsPerBatch");
  }
  const ReceiptOutcomes outcomes = desk_.Take(device, batch, clock_.Now());
  bool wake = false;
  {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(session);
    for (const RecordedReceipt& one : outcomes.recorded) {
      // Said to be theirs: the whole is sealed now.
      wake |= one.is_new && one.kind == v1::RECEIPT_KIND_OURS;
      // Or to a colleague too, who is to see that they are asked.
      wake |= one.is_new && one.kind == v1::RECEIPT_KIND_OFFERED;
      const bool past_sent = model::Advance(v1::ALERT_STATE_SENT, one.kind) != v1::ALERT_STATE_SENT;
      if (past_sent) unanswered_.erase(one.alert_id);
      const bool received = one.kind == v1::RECEIPT_KIND_RECEIVED && one.signer == device.id;
      if (!received || found == sessions_.end()) continue;
      const SealingKey sealing{one.alert_id, one.sealing};
      const bool made_room = found->second.in_flight.erase(sealing) > 0;
      if (made_room) wake |= std::exchange(found->second.starved, false);
      if (!found->second.held) continue;
      std::uint32_t& newest = (*found->second.held)[one.alert_id];
      newest = std::max(newest, one.sealing);
    }
  }
  v1::LinkMessage answer;
  *answer.mutable_receipt_answers() = outcomes.answers;
  Send(session, answer);
  if (wake) Wake(device.urn);
  TellEnded(device.urn, outcomes.recorded);
}

// Who acknowledged stands in what they are told. What was taken back while it was on its way to a
// device is told to it once more, now that it holds it.
void SchoolLinks::TellEnded(base::Urn urn, const std::vector<RecordedReceipt>& recorded) {
  std::set<base::AlertId> ids;
  for (const RecordedReceipt& one : recorded) {
    const bool acknowledged = one.kind == v1::RECEIPT_KIND_ACKNOWLEDGED;
    if (one.is_new && (acknowledged || one.taken_back)) ids.insert(one.alert_id);
  }
  TellEnded(urn, ids);
}

void SchoolLinks::TookBack(base::Urn urn, const base::AlertId& id) {
  TellEnded(urn, {id});
}

// Every machine of the school, also the one that brought a receipt. If we die before, or a frame is
// lost, the next holdings are answered with it.
void SchoolLinks::TellEnded(base::Urn urn, const std::set<base::AlertId>& ids) {
  if (ids.empty()) return;
  std::vector<SessionId> sessions;
  {
    base::MutexLock lock(mutex_);
    sessions = SessionsOf(urn);
  }
  SendEnded(sessions, EndedAmong(store_, urn, std::vector<base::AlertId>(ids.begin(), ids.end())));
}

void SchoolLinks::SendEnded(const std::vector<SessionId>& sessions, v1::EndedAlerts ended) {
  v1::LinkMessage message;
  *message.mutable_ended_alerts() = std::move(ended);
  for (const SessionId& session : sessions) Send(session, message);
}

void SchoolLinks::OnHoldings(const SessionId& session, const Device& device,
                             const v1::Holdings& holdings) {
  if (holdings.alerts_size() > static_cast<int>(limits::kHoldingsNamed)) {
    return Refuse(session, "more alerts in one message than limits::kHoldingsNamed");
  }
  const std::map<base::AlertId, std::uint32_t> held = NewestOf(holdings);
  std::set<base::AlertId> ids;
  for (const auto& [id, sealing] : held) ids.insert(id);
  const absl::Time now = clock_.Now();
  bool answer = false;
  {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    Session& here = found->second;
    here.held = holdings.complete() ? std::optional(held) : std::nullopt;
    // However often it asks: looking through all of them is work. The next time comes by itself.
    answer = here.holdings_answered_at + options_.resend_after <= now;
    if (answer) here.holdings_answered_at = now;
  }
  NoteLinked(session, device, now);
  Wake(device.urn);  // what it has lost is pushed again
  if (!answer) return;
  // It does not name what was acknowledged, and perhaps taken back since.
  AddStillHeld(device, ids);
  // Also where none is over: until it hears so, a device that was off shows nothing.
  v1::EndedAlerts ended =
      EndedAmong(store_, device.urn, std::vector<base::AlertId>(ids.begin(), ids.end()));
  ended.set_answers_holdings(true);
  SendEnded({session}, std::move(ended));
  const base::Status pushed = PushUnseen(session, device, now);
  if (!pushed.ok()) {
    base::LogError("dispatch", base::Message(pushed), {{"urn", device.urn.ToString()}});
  }
}

// The first of them: what is destroyed makes room for the next.
void SchoolLinks::AddStillHeld(const Device& device, std::set<base::AlertId>& ids) {
  const auto left = store_.StillHeld(device.urn, "", limits::kHoldingsNamed);
  if (!left.ok()) {
    base::LogError("dispatch", base::Message(left.status()), {{"urn", device.urn.ToString()}});
    return;
  }
  for (const store::LeftBehind& one : left->items) {
    if (one.devices.contains(device.id)) ids.insert(one.alert.id);
  }
}

// Not in flight: nobody waits for it, and where a frame is lost, later holdings bring it again.
base::Status SchoolLinks::PushUnseen(const SessionId& session, const Device& device,
                                     absl::Time now) {
  FB_ASSIGN_OR_RETURN(const auto unseen, EndedUnseenBy(store_, device, now));
  std::vector<base::AlertId> ids;
  for (const model::Sealing& sealing : unseen) {
    v1::LinkMessage message;
    if (!message.mutable_push()->mutable_envelope()->ParseFromString(sealing.envelope)) {
      base::LogError("dispatch", "a stored envelope does not parse",
                     {{"alert", sealing.alert_id.value()}});
      continue;
    }
    Send(session, message);
    ids.push_back(sealing.alert_id);
  }
  if (!ids.empty()) SendEnded({session}, EndedAmong(store_, device.urn, ids));
  return base::OkStatus();
}

void SchoolLinks::OnGone(const SessionId& session) {
  base::MutexLock lock(mutex_);
  Forget(session);
}

void SchoolLinks::Forget(const SessionId& session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  const Device device = found->second.device;
  sessions_.erase(found);
  const auto newest = newest_.find(device.id);
  if (newest == newest_.end() || newest->second != session) return;
  newest_.erase(newest);
  auto& devices = linked_[device.urn];
  devices.erase(device.id);
  if (devices.empty()) linked_.erase(device.urn);
}

void SchoolLinks::Refuse(const SessionId& session, std::string_view why) {
  base::LogInfo("link", "a frame was refused", {{"why", std::string(why)}});
  v1::LinkMessage message;
  message.mutable_refusal()->set_why(std::string(why));
  Send(session, message);
  OnGone(session);
}

void SchoolLinks::Send(const SessionId& session, const v1::LinkMessage& message) {
  transport_.Send(session, message.SerializeAsString());
}

// --- What changed -------------------------------------------------------------------------

void SchoolLinks::RecipientsChanged(base::Urn urn) {
  {
    base::MutexLock lock(mutex_);
    for (const SessionId& session : SessionsOf(urn)) sessions_.at(session).told = false;
  }
  Wake(urn);
}

void SchoolLinks::ClockMoved() {
  std::vector<base::Urn> urns;
  {
    base::MutexLock lock(mutex_);
    for (const auto& [urn, devices] : linked_) urns.push_back(urn);
  }
  for (const base::Urn urn : urns) RecipientsChanged(urn);
}

void SchoolLinks::Tick() {
  const absl::Time now = clock_.Now();
  std::set<base::Urn> due;
  std::vector<store::SentAlert> sent;
  {
    base::MutexLock lock(mutex_);
    if (!recording_sent_) sent = TakeUnanswered(now);
    recording_sent_ |= !sent.empty();
    for (auto& [id, session] : sessions_) {
      if (session.look_again_at > now) continue;
      session.look_again_at = absl::InfiniteFuture();
      due.insert(session.device.urn);
    }
  }
  for (const base::Urn urn : due) Wake(urn);
  if (!sent.empty()) executor_([this, sent = std::move(sent)] { RecordSent(sent); });
}

std::size_t SchoolLinks::linked() const {
  base::MutexLock lock(mutex_);
  return newest_.size();
}

}  // namespace firstbell::dispatch
