#include "broker/dispatch/school_links.h"

#include <algorithm>

#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/text.h"

namespace firstbell::dispatch {
namespace {

constexpr std::uint32_t kProtocol = 1;
constexpr std::string_view kSayHello = "say hello first";

std::vector<model::Recipient> PeopleOf(const std::vector<model::Recipient>& recipients) {
  std::vector<model::Recipient> people;
  for (const model::Recipient& one : recipients) {
    if (!one.is_device() && one.in_force()) people.push_back(one);
  }
  return people;
}

std::vector<base::RecipientId> IdsOf(const std::vector<model::Recipient>& people) {
  std::vector<base::RecipientId> ids;
  for (const model::Recipient& one : people) ids.push_back(one.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

base::Result<v1::EnrolledPerson> Enrolled(const model::Recipient& recipient) {
  FB_ASSIGN_OR_RETURN(const auto facts, crypto::ReadCertificate(recipient.opening_certificate));
  v1::EnrolledPerson person;
  person.set_recipient_id(recipient.id.value());
  person.set_role(recipient.role);
  person.set_display_name(recipient.display_name);
  person.set_opening_key_sha256(crypto::Sha256(facts.public_key));
  return person;
}

}  // namespace

SchoolLinks::SchoolLinks(store::Store& store, Devices& devices, Sealer& sealer, ReceiptDesk& desk,
                         AlertObserver& observer, LinkTransport& transport, Executor executor,
                         const base::Clock& clock, LinkOptions options)
    : store_(store),
      devices_(devices),
      sealer_(sealer),
      desk_(desk),
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
  Refuse(session, "a device sends hello and receipts only");
}

void SchoolLinks::OnHello(const SessionId& session, const Device& device, const v1::Hello& hello) {
  if (hello.protocol() != kProtocol) return Refuse(session, "this broker speaks link protocol 1");
  if (hello.device_id() != device.id.value()) {
    return Refuse(session, "the device id is not the one this key was enrolled with");
  }
  const auto welcome = WelcomeTo(device.urn);
  if (!welcome.ok()) return base::LogError("link", base::Message(welcome.status()));
  {
    base::MutexLock lock(mutex_);
    // A key that was enrolled anew while its connection stood: the session was another device's.
    const auto here = sessions_.find(session);
    if (here != sessions_.end() && here->second.device != device) Forget(session);
    // The newest session of a device wins.
    const auto older = newest_.find(device.id);
    if (older != newest_.end() && older->second != session) sessions_.erase(older->second);
    newest_[device.id] = session;
    sessions_[session] = Session{device, {}, absl::InfiniteFuture()};
    linked_[device.urn].insert(device.id);
  }
  base::LogInfo("link", "a device linked",
                {{"device", device.id.value()}, {"urn", device.urn.ToString()}});
  Send(session, *welcome);
  Wake(device.urn);
}

void SchoolLinks::OnReceipts(const SessionId& session, const Device& device,
                             const v1::ReceiptBatch& batch) {
  if (batch.receipts_size() > static_cast<int>(limits::kReceiptsPerBatch)) {
    return Refuse(session, "more receipts in one batch than limits::kReceiptsPerBatch");
  }
  const ReceiptOutcomes outcomes = desk_.Take(device, batch, clock_.Now());
  bool made_room = false;
  {
    base::MutexLock lock(mutex_);
    const auto found = sessions_.find(session);
    for (const RecordedReceipt& one : outcomes.recorded) {
      const bool received = one.kind == v1::RECEIPT_KIND_RECEIVED && one.signer == device.id;
      if (!received || found == sessions_.end()) continue;
      made_room |= found->second.in_flight.erase({one.alert_id, one.sealing}) > 0;
    }
  }
  v1::LinkMessage answer;
  *answer.mutable_receipt_answers() = outcomes.answers;
  Send(session, answer);
  if (made_room) Wake(device.urn);
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

base::Result<v1::LinkMessage> SchoolLinks::WelcomeTo(base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(urn));
  v1::LinkMessage message;
  v1::Welcome& welcome = *message.mutable_welcome();
  welcome.set_urn(urn.value());
  *welcome.mutable_broker_time() = model::ToWire(clock_.Now());
  welcome.set_simulated_clock(options_.simulated_clock);
  for (const model::Recipient& one : PeopleOf(recipients)) {
    FB_ASSIGN_OR_RETURN(*welcome.add_people(), Enrolled(one));
  }
  return message;
}

// --- What changed -------------------------------------------------------------------------

void SchoolLinks::RecipientsChanged(base::Urn urn) {
  executor_([this, urn] { TellPeople(urn); });
  Wake(urn);
}

void SchoolLinks::TellPeople(base::Urn urn) {
  const auto recipients = store_.RecipientsOf(urn);
  const auto welcome = WelcomeTo(urn);
  if (!recipients.ok() || !welcome.ok()) {
    return base::LogError("link", "the people of a school could not be read",
                          {{"urn", urn.ToString()}});
  }
  EndRevoked(urn, *recipients);
  std::vector<SessionId> stay;
  {
    base::MutexLock lock(mutex_);
    stay = SessionsOf(urn);
  }
  for (const SessionId& session : stay) Send(session, *welcome);
}

void SchoolLinks::EndRevoked(base::Urn urn, const std::vector<model::Recipient>& recipients) {
  std::vector<SessionId> leave;
  {
    base::MutexLock lock(mutex_);
    for (const SessionId& session : SessionsOf(urn)) {
      const base::RecipientId& id = sessions_.at(session).device.id;
      // One that the list does not know was enrolled after it was read.
      const bool revoked =
          std::any_of(recipients.begin(), recipients.end(),
                      [&](const model::Recipient& one) { return one.id == id && !one.in_force(); });
      if (revoked) leave.push_back(session);
    }
  }
  for (const SessionId& session : leave) Refuse(session, "this device was revoked");
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
  {
    base::MutexLock lock(mutex_);
    for (auto& [id, session] : sessions_) {
      if (session.look_again_at > now) continue;
      session.look_again_at = absl::InfiniteFuture();
      due.insert(session.device.urn);
    }
  }
  for (const base::Urn urn : due) Wake(urn);
}

std::size_t SchoolLinks::linked() const {
  base::MutexLock lock(mutex_);
  return newest_.size();
}

// --- One school at a time -----------------------------------------------------------------

void SchoolLinks::Wake(base::Urn urn) {
  {
    base::MutexLock lock(mutex_);
    if (!linked_.contains(urn)) return;  // the outbox keeps it until a device links
    Busy& busy = busy_[urn];
    if (busy != Busy::kNo) {
      busy = Busy::kAgain;
      return;
    }
    busy = Busy::kYes;
  }
  executor_([this, urn] { RunSchool(urn); });
}

void SchoolLinks::RunSchool(base::Urn urn) {
  while (true) {
    const base::Status pushed = PushSchool(urn);
    if (!pushed.ok()) {
      base::LogError("dispatch", base::Message(pushed), {{"urn", urn.ToString()}});
      LookAgain(urn, clock_.Now() + options_.resend_after);
    }
    base::MutexLock lock(mutex_);
    Busy& busy = busy_[urn];
    if (busy != Busy::kAgain) {
      busy_.erase(urn);
      return;
    }
    busy = Busy::kYes;
  }
}

base::Status SchoolLinks::PushSchool(base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(urn));
  const std::vector<model::Recipient> people = PeopleOf(recipients);
  EndRevoked(urn, recipients);
  ForgetOverdue(urn);
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, options_.in_flight));
    for (const store::OpenAlert& open : page.items) {
      // One alert that cannot be sealed must not keep the others back.
      const base::Status pushed = PushAlert(open, people);
      if (pushed.ok()) continue;
      base::LogError("dispatch", base::Message(pushed), {{"alert", open.alert.id.value()}});
      LookAgain(urn, clock_.Now() + options_.resend_after);
    }
    after = page.next;
  } while (!after.empty() && AnyRoom(urn));
  return base::OkStatus();
}

base::Status SchoolLinks::PushAlert(const store::OpenAlert& open,
                                    const std::vector<model::Recipient>& people) {
  const absl::Time now = clock_.Now();
  const Decision decision = Decide(open, IdsOf(people), LinkedFor(open.alert), now,
                                   {.resend_after = options_.resend_after});
  if (decision.again_at) LookAgain(open.alert.urn, *decision.again_at);
  if (decision.push.empty()) return base::OkStatus();
  model::Alert alert = open.alert;
  if (decision.seal) {
    FB_ASSIGN_OR_RETURN(const model::Sealing sealing, sealer_.Seal(alert, people, now));
    alert.sealing = sealing.number;
    return PushTo(decision.push, alert, sealing);
  }
  FB_ASSIGN_OR_RETURN(const model::Sealing sealing, store_.GetSealing(alert.id, alert.sealing));
  return PushTo(decision.push, alert, sealing);
}

base::Status SchoolLinks::PushTo(const std::vector<base::RecipientId>& devices,
                                 const model::Alert& alert, const model::Sealing& sealing) {
  v1::LinkMessage message;
  if (!message.mutable_push()->mutable_envelope()->ParseFromString(sealing.envelope)) {
    return base::DataLoss("a stored envelope does not parse");
  }
  const absl::Time now = clock_.Now();
  bool sent = false;
  for (const base::RecipientId& device : devices) {
    const auto session = SessionWithRoom(device);
    if (!session) continue;
    {
      base::MutexLock lock(mutex_);
      const auto found = sessions_.find(*session);
      if (found == sessions_.end()) continue;
      found->second.in_flight[{alert.id, sealing.number}] = now;
    }
    Send(*session, message);
    sent = true;
  }
  if (!sent || alert.state != v1::ALERT_STATE_ACCEPTED) return base::OkStatus();
  const model::Event event = model::Event(model::EventKind::kAlertSent, now)
                                 .With(alert.id)
                                 .With(alert.force)
                                 .With(alert.urn)
                                 .WithNumber("sealing", sealing.number);
  FB_RETURN_IF_ERROR(store_.RecordSent(alert.id, now, {event}));
  FB_ASSIGN_OR_RETURN(const model::Alert after, store_.GetAlert(alert.id));
  observer_.AlertChanged(after);
  return base::OkStatus();
}

std::vector<LinkedDevice> SchoolLinks::LinkedFor(const model::Alert& alert) const {
  std::vector<LinkedDevice> linked;
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(alert.urn)) {
    const Session& session = sessions_.at(id);
    LinkedDevice device{session.device.id, std::nullopt};
    const auto pushed = session.in_flight.find({alert.id, alert.sealing});
    if (pushed != session.in_flight.end()) device.pushed_at = pushed->second;
    linked.push_back(std::move(device));
  }
  return linked;
}

std::optional<SessionId> SchoolLinks::SessionWithRoom(const base::RecipientId& device) {
  base::MutexLock lock(mutex_);
  const auto newest = newest_.find(device);
  if (newest == newest_.end()) return std::nullopt;
  if (sessions_.at(newest->second).in_flight.size() >= options_.in_flight) return std::nullopt;
  return newest->second;
}

bool SchoolLinks::AnyRoom(base::Urn urn) const {
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    if (sessions_.at(id).in_flight.size() < options_.in_flight) return true;
  }
  return false;
}

void SchoolLinks::ForgetOverdue(base::Urn urn) {
  const absl::Time now = clock_.Now();
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    std::erase_if(sessions_.at(id).in_flight,
                  [&](const auto& push) { return push.second + options_.resend_after <= now; });
  }
}

void SchoolLinks::LookAgain(base::Urn urn, absl::Time when) {
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    absl::Time& look = sessions_.at(id).look_again_at;
    look = std::min(look, when);
  }
}

std::vector<SessionId> SchoolLinks::SessionsOf(base::Urn urn) const {
  std::vector<SessionId> sessions;
  const auto linked = linked_.find(urn);
  if (linked == linked_.end()) return sessions;
  for (const base::RecipientId& device : linked->second) sessions.push_back(newest_.at(device));
  return sessions;
}

}  // namespace firstbell::dispatch
