#pragma once

// A school's machine: what the daemon of clients/school does with the device's session, its clock
// and what it keeps, and what its people do with their keys. Only the disk and the socket are ours.
//
// Threads: one. A resource.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/crypto/key.h"
#include "clients/link/session.h"
#include "clients/school/school_clock.h"
#include "tests/simulation/shelf.h"
#include "tests/simulation/stage.h"

namespace firstbell::simulation {

struct Device {
  base::RecipientId id;
  crypto::PrivateKey signing;
  std::string curve_public_key;
};

struct Person {
  base::RecipientId id;
  v1::RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  crypto::PrivateKey signing, opening;
  std::string opening_certificate;
};

class Machine {
 public:
  Machine(Stage& stage, SchoolIndex school, Device device, std::string envelope_key);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  SchoolIndex school() const { return school_; }
  const Device& device() const { return device_; }
  bool on() const { return session_ != nullptr; }
  void SwitchOn();
  void SwitchOff();
  // Its disk failed or its power was cut in the middle of a step; asked once.
  bool TakeCut() { return std::exchange(cut_, false); }
  // Its wall clock is set; nothing is to be shown early because of it.
  void StepClock(absl::Duration by) { wall_ahead_ += by; }

  // --- The daemon ------------------------------------------------------------------------------
  // Each gives the frames to be sent.
  std::vector<std::string> Up();
  void Down();
  std::vector<std::string> OnFrame(const std::string& frame);
  // Sends what waits and shows what is due.
  std::vector<std::string> Tick();
  // When it has something to do by itself, by true time.
  absl::Time next_tick() const;
  bool caught_up() const { return on() && session_->caught_up(); }
  // Alerts shown since this was last asked, and those whose sealing is newer than when shown.
  std::vector<base::AlertId> TakeNews() { return std::exchange(news_, {}); }

  // --- Its people ------------------------------------------------------------------------------
  // Shown, and not over.
  std::vector<base::AlertId> Inbox() const;
  bool SealedTo(const base::AlertId& alert, const base::RecipientId& person) const;
  bool Over(const base::AlertId& alert) const;
  // Which of its versions, and which part of that, is there to be read.
  link::SealingRef NewestOf(const base::AlertId& alert) const { return shelf_.Find(alert)->newest; }
  v1::Part PartOf(const base::AlertId& alert) const { return shelf_.Find(alert)->part; }
  // Nothing, or false: they cannot, for it is not sealed to them or is over; or because it is the
  // identity alone that is here, or more than that.
  std::optional<v1::AlertContent> Open(const base::AlertId& alert, const Person& person);
  bool Acknowledge(const base::AlertId& alert, const Person& person,
                   const base::RecipientId& handed_to);
  bool SayOurs(const base::AlertId& alert, const Person& person);
  bool Refuse(const base::AlertId& alert, const Person& person);
  // A word for the force's desk, sealed to it: nobody here opens that.
  bool Reply(const base::AlertId& alert, const Person& person);
  // Of a child whose alert is acknowledged.
  bool SayArrival(const base::AlertId& alert, const Person& person, v1::ReceiptKind kind);

  const Shelf& shelf() const { return shelf_; }

 private:
  school::MachineTime Time() const;
  absl::Time Clock() const { return clock_->At(Time()); }
  std::vector<std::string> Perform(base::Result<link::Reaction> reaction);
  void Show(absl::Time now);
  bool QuietAt(absl::Time time) const;
  bool MayShow();
  bool Say(const link::QueuedReceipt& receipt);
  void Confirm();
  Shelf::Step Fate();
  bool Holds(const base::AlertId& alert, const Person& person) const;
  const school::HeldAlert* Readable(const base::AlertId& alert, const Person& person) const;
  v1::SealedEnvelope EnvelopeOf(const base::AlertId& alert) const;

  Stage& stage_;
  const SchoolIndex school_;
  const Device device_;
  const std::string envelope_key_;
  Shelf shelf_;
  std::optional<school::TimeAnchor> anchor_;
  std::optional<school::SchoolClock> clock_;
  std::unique_ptr<link::Session> session_;
  bool linked_ = false, cut_ = false;
  absl::Duration wall_ahead_;
  absl::Time booted_at_;
  std::uint64_t boots_ = 0;
  std::vector<base::AlertId> news_;
};

}  // namespace firstbell::simulation
