#pragma once

// The broker's side of the link with a school on the other end of a simulated transport.

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "broker/dispatch/school_links.h"
#include "broker/sealing/envelope.h"
#include "tests/support/members.h"
#include "tests/support/simulated_link.h"
#include "tests/support/world.h"

namespace firstbell::dispatch {

using namespace support;  // of this folder's tests alone

class Unobserved final : public AlertObserver {
 public:
  void AlertChanged(const model::Alert&) override {}
};

// A broker's side of the link, tasks done at once unless held, and a school with an office machine
// and a lead.
class SchoolLinksTest : public testing::Test {
 protected:
  void SetUp() override {
    EnrolNow(office_);
    EnrolNow(lead_);
  }
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  void EnrolNow(const Member& member) {
    ASSERT_TRUE(Enrol(world_.memory, member).ok());
    devices_.Update(member.recipient);
    links_.RecipientsChanged(member.recipient.urn);
  }
  void Revoke(const Member& member) {
    devices_.Update(world_.memory.Revoke(member.id(), world_.clock.Now(), {}).value());
    links_.RecipientsChanged(member.recipient.urn);
  }
  // An incident whose child is at kPrimary, and its alert.
  model::Alert Incident(const std::string& reference) {
    const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf(reference))).at(0);
    links_.Wake(kPrimary);
    return alert;
  }
  void Frame(const SessionId& session, const Member& device, const v1::LinkMessage& message) {
    links_.OnFrame(session, device.curve.public_key, message.SerializeAsString());
  }
  void Hello(const SessionId& session, const Member& device, std::uint32_t protocol = 1) {
    v1::LinkMessage message;
    message.mutable_hello()->set_protocol(protocol);
    message.mutable_hello()->set_device_id(device.id().value());
    Frame(session, device, message);
  }
  void Receipts(const SessionId& session, const Member& device,
                const std::vector<v1::Receipt>& receipts) {
    v1::LinkMessage message;
    for (const v1::Receipt& receipt : receipts)
      *message.mutable_receipts()->add_receipts() = receipt;
    Frame(session, device, message);
  }
  // Says that the device holds exactly these sealings.
  void Holds(const SessionId& session, const Member& device,
             const std::vector<v1::SealedEnvelope>& held) {
    v1::LinkMessage message;
    message.mutable_holdings()->set_complete(true);
    for (const v1::SealedEnvelope& envelope : held) {
      v1::Holding& holding = *message.mutable_holdings()->add_alerts();
      holding.set_alert_id(HeaderOf(envelope).alert_id());
      holding.set_sealing(HeaderOf(envelope).sealing());
    }
    Frame(session, device, message);
  }
  void Acknowledged(const SessionId& session, const Member& device, const Member& person,
                    const v1::SealedEnvelope& pushed) {
    Receipts(session, device,
             {ReceiptOf(person, SealingOf(pushed), v1::RECEIPT_KIND_ACKNOWLEDGED)});
  }
  // What a session was told of alerts that are over, of all messages one list.
  std::vector<v1::EndedAlert> TakeEnded(const SessionId& session) {
    std::vector<v1::EndedAlert> ended;
    for (const v1::LinkMessage& message : link_.Take(session)) {
      for (const v1::EndedAlert& one : message.ended_alerts().alerts()) ended.push_back(one);
    }
    return ended;
  }
  void Received(const SessionId& session, const Member& device,
                const std::vector<v1::SealedEnvelope>& pushed) {
    std::vector<v1::Receipt> receipts;
    for (const v1::SealedEnvelope& envelope : pushed) {
      receipts.push_back(ReceiptOf(device, SealingOf(envelope), v1::RECEIPT_KIND_RECEIVED));
    }
    Receipts(session, device, receipts);
  }
  static v1::EnvelopeHeader HeaderOf(const v1::SealedEnvelope& envelope) {
    v1::EnvelopeHeader header;
    FB_CHECK(header.ParseFromString(envelope.header()));
    return header;
  }
  static model::Sealing SealingOf(const v1::SealedEnvelope& envelope) {
    const v1::EnvelopeHeader header = HeaderOf(envelope);
    model::Sealing sealing;
    sealing.alert_id = base::AlertId(header.alert_id());
    sealing.number = header.sealing();
    sealing.ciphertext_sha256 = header.ciphertext_sha256();
    return sealing;
  }
  base::Result<v1::AlertContent> OpenAs(const Member& person, const v1::SealedEnvelope& envelope) {
    return sealing::OpenEnvelope(envelope, envelope_key_.PublicKey(), person.opening,
                                 person.recipient.opening_certificate);
  }
  v1::AlertState StateOf(const model::Alert& alert) {
    return world_.memory.GetAlert(alert.id).value().state;
  }
  // The refusal among what was sent to a session; empty: none.
  std::string Refusal(const SessionId& session) {
    std::string why;
    for (const v1::LinkMessage& message : link_.Take(session)) {
      if (message.has_refusal()) why = message.refusal().why();
    }
    return why;
  }
  void After(absl::Duration time) {
    world_.clock.Set(world_.clock.Now() + time);
    links_.Tick();
  }
  void RunHeld() {
    while (!held_.empty()) {
      auto task = std::move(held_.front());
      held_.pop_front();
      task();
    }
  }

  World world_;
  const Member office_ = MakeDevice(kPrimary);
  const Member lead_ = MakePerson(kPrimary);
  const crypto::PrivateKey envelope_key_ = crypto::PrivateKey::Generate();
  bool hold_tasks_ = false;
  std::deque<std::function<void()>> held_;
  Unobserved nobody_;
  Devices devices_;
  SimulatedLink link_;
  Sealer sealer_{world_.store, *world_.vault, world_.policies, envelope_key_};
  ReceiptDesk desk_{world_.store, nobody_};
  DutyDesk duties_{world_.store};
  SchoolLinks links_{world_.store,
                     world_.ladders,
                     world_.policies,
                     devices_,
                     sealer_,
                     desk_,
                     duties_,
                     nobody_,
                     link_,
                     [this](std::function<void()> task) {
                       held_.push_back(std::move(task));
                       if (!hold_tasks_) RunHeld();
                     },
                     world_.clock,
                     {.simulated_clock = true}};
};

}  // namespace firstbell::dispatch
