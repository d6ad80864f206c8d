#include "tests/scenarios/simulated_machine.h"

#include <utility>

#include "broker/model/alert.h"
#include "clients/console/local_time.h"
#include "clients/school/alert_text.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/inbox.h"
#include "clients/school/inbox_text.h"
#include "clients/school/reply.h"
#include "clients/school/show.h"

namespace firstbell::scenarios {

base::Result<v1::EnrolResponse> SimulatedMachine::Enrol(const std::string& code,
                                                        const base::Secret& passphrase,
                                                        school::EnrolmentPort& broker) {
  FB_ASSIGN_OR_RETURN(const v1::EnrolmentCode decoded, school::DecodeEnrolmentCode(code));
  return school::Enrol(state_, decoded, passphrase, broker);
}

base::Status SimulatedMachine::SwitchOn() {
  FB_ASSIGN_OR_RETURN(school::DeviceIdentity device, school::LoadDevice(state_));
  FB_ASSIGN_OR_RETURN(auto store, school::LocalStore::Open(state_.Store()));
  auto session =
      std::make_unique<link::Session>(school::SessionIdentityOf(device, "scenario"), *store);
  running_.reset(new Running{std::move(device), std::move(store), std::move(session)});
  return base::OkStatus();
}

void SimulatedMachine::SwitchOff() {
  running_.reset();
}

std::vector<std::string> SimulatedMachine::OnUp(absl::Time now) {
  running_->linked = true;
  return running_->session->Start(now).frames;
}

void SimulatedMachine::OnDown() {
  running_->linked = false;
  running_->session->Stop();
}

base::Result<std::vector<std::string>> SimulatedMachine::OnFrame(const std::string& frame,
                                                                 absl::Time now) {
  FB_ASSIGN_OR_RETURN(link::Reaction reaction, running_->session->OnFrame(frame, now));
  return std::move(reaction.frames);
}

base::Result<std::vector<std::string>> SimulatedMachine::OnTick(absl::Time now) {
  FB_RETURN_IF_ERROR(LookAtRoll(now));
  // Where it has a link, it waits for what the broker says of alerts that are over, as the daemon
  // does.
  const link::Session& session = *running_->session;
  if (!running_->linked || session.caught_up() || session.refusal()) {
    FB_RETURN_IF_ERROR(school::ShowDue(*running_->store, running_->device.signer, now).status());
  }
  FB_ASSIGN_OR_RETURN(link::Reaction reaction, running_->session->OnTick(now));
  return std::move(reaction.frames);
}

base::Status SimulatedMachine::LookAtRoll(absl::Time now) {
  if (!roll_) return base::OkStatus();
  if (auto roll = roll_->Look(now, now - absl::UnixEpoch())) {
    FB_RETURN_IF_ERROR(roll->status());
    answers_.Use(std::move((*roll)->pupils));
  }
  return school::AnswerByRoll(*running_->store, answers_, running_->device.signer, now).status();
}

base::Result<SimulatedMachine::Desk> SimulatedMachine::OpenInbox(absl::Time now) const {
  FB_ASSIGN_OR_RETURN(school::DeviceIdentity device, school::LoadDevice(state_));
  FB_ASSIGN_OR_RETURN(auto store, school::LocalStore::Open(state_.Store()));
  if (!running_) FB_RETURN_IF_ERROR(school::ShowDue(*store, device.signer, now).status());
  return Desk{std::move(device), std::move(store)};
}

base::Result<const school::UnlockedPerson*> SimulatedMachine::Unlock(
    const base::RecipientId& person, const base::Secret& passphrase) {
  auto found = unlocked_.find(person);
  if (found == unlocked_.end()) {
    FB_ASSIGN_OR_RETURN(auto here, school::ListPeople(state_));
    FB_ASSIGN_OR_RETURN(const auto identity, school::FindPerson(std::move(here), person.value()));
    FB_ASSIGN_OR_RETURN(auto unlocked, school::Unlock(state_, identity, passphrase));
    found = unlocked_.emplace(person, std::move(unlocked)).first;
  }
  return &found->second;
}

base::Result<std::string> SimulatedMachine::InboxJson(absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(now));
  FB_ASSIGN_OR_RETURN(const school::Inbox inbox, school::ReadInbox(*desk.store, now));
  return school::InboxJson(inbox);
}

base::Result<std::string> SimulatedMachine::Open(const base::RecipientId& person,
                                                 const base::Secret& passphrase,
                                                 const base::AlertId& alert, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(now));
  FB_ASSIGN_OR_RETURN(const auto held, school::FindShown(*desk.store, alert.value()));
  FB_ASSIGN_OR_RETURN(const auto* const unlocked, Unlock(person, passphrase));
  FB_ASSIGN_OR_RETURN(const v1::AlertContent content,
                      school::OpenAlert(*desk.store, held, *unlocked,
                                        desk.device.broker.envelope_public_key(), now));
  return school::AlertJson(held, content, now);
}

base::Status SimulatedMachine::Acknowledge(const base::RecipientId& person,
                                           const base::Secret& passphrase,
                                           const base::AlertId& alert,
                                           const base::RecipientId& handed_to, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(now));
  FB_ASSIGN_OR_RETURN(const auto held, school::FindShown(*desk.store, alert.value()));
  FB_ASSIGN_OR_RETURN(const auto* const unlocked, Unlock(person, passphrase));
  return school::AcknowledgeAlert(*desk.store, held, *unlocked, handed_to, now).status();
}

base::Status SimulatedMachine::Say(const base::RecipientId& person, const base::Secret& passphrase,
                                   const base::AlertId& alert, const Saying& saying,
                                   absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(now));
  FB_ASSIGN_OR_RETURN(const auto held, school::FindShown(*desk.store, alert.value()));
  FB_ASSIGN_OR_RETURN(const auto* const unlocked, Unlock(person, passphrase));
  switch (saying.kind) {
    case v1::RECEIPT_KIND_OURS:
      return school::SayOurs(*desk.store, held, *unlocked, now).status();
    case v1::RECEIPT_KIND_REFUSED:
      return school::RefuseAlert(*desk.store, held, *unlocked, saying.refusal, {}, now).status();
    case v1::RECEIPT_KIND_REPLIED:
      return school::SendReply(*desk.store, held, *unlocked, v1::REPLY_ABOUT_CONCERN, saying.text,
                               desk.device.broker.envelope_public_key(), now)
          .status();
    case v1::RECEIPT_KIND_OFFERED:
      return school::OfferAlert(*desk.store, held, *unlocked, saying.colleague, now).status();
    default:
      return school::SayArrival(*desk.store, held, *unlocked, model::ArrivalOf(saying.kind), now)
          .status();
  }
}

base::Status SimulatedMachine::SayDuty(const base::RecipientId& person,
                                       const base::Secret& passphrase, const v1::Duty& duty,
                                       absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(now));
  FB_ASSIGN_OR_RETURN(const auto* const unlocked, Unlock(person, passphrase));
  return school::SayDuty(*desk.store, *unlocked, duty, now);
}

}  // namespace firstbell::scenarios
