#pragma once

// A school's machine without a socket: the device's own store and keys in a directory, and, while
// it is switched on, the session that the daemon drives. Switching it off leaves the directory
// alone.
//
// Threads: one.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/secret.h"
#include "clients/link/session.h"
#include "clients/school/enrol.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "clients/school/roll_answers.h"
#include "clients/school/roll_file.h"
#include "tests/scenarios/world.h"

namespace firstbell::scenarios {

class SimulatedMachine {
 public:
  explicit SimulatedMachine(school::StateDirectory state) : state_(std::move(state)) {}
  SimulatedMachine(const SimulatedMachine&) = delete;
  SimulatedMachine& operator=(const SimulatedMachine&) = delete;

  base::Result<v1::EnrolResponse> Enrol(const std::string& code, const base::Secret& passphrase,
                                        school::EnrolmentPort& broker);
  base::Status SwitchOn();
  void SwitchOff();
  // Whether a child is this school's pupil is answered by this roll, where it can be.
  void AnswerBy(school::RollFile roll) { roll_.emplace(std::move(roll)); }
  bool on() const { return running_ != nullptr; }
  const std::string& curve_public_key() const { return running_->device.curve.public_key; }

  // --- The daemon's part ----------------------------------------------------------------------
  // Each gives the frames to be sent.
  std::vector<std::string> OnUp(absl::Time now);
  void OnDown();
  base::Result<std::vector<std::string>> OnFrame(const std::string& frame, absl::Time now);
  // Sends what waits and shows what is due.
  base::Result<std::vector<std::string>> OnTick(absl::Time now);

  // --- The people's part, as the commands of firstbell-school do it -----------------------------
  base::Result<std::string> InboxJson(absl::Time now);
  base::Result<std::string> Open(const base::RecipientId& person, const base::Secret& passphrase,
                                 const base::AlertId& alert, absl::Time now);
  base::Status Acknowledge(const base::RecipientId& person, const base::Secret& passphrase,
                           const base::AlertId& alert, const base::RecipientId& handed_to,
                           absl::Time now);
  base::Status Say(const base::RecipientId& person, const base::Secret& passphrase,
                   const base::AlertId& alert, const Saying& saying, absl::Time now);
  base::Status SayDuty(const base::RecipientId& person, const base::Secret& passphrase,
                       const v1::Duty& duty, absl::Time now);

 private:
  // Opened by each command for itself, and by the daemon.
  struct Running {
    school::DeviceIdentity device;
    std::unique_ptr<school::LocalStore> store;
    std::unique_ptr<link::Session> session;
    bool linked = false;
  };
  struct Desk {
    school::DeviceIdentity device;
    std::unique_ptr<school::LocalStore> store;
  };
  // With what is due shown, for no daemon may run.
  base::Result<Desk> OpenInbox(absl::Time now) const;
  // Once: deriving a key from a passphrase is meant to be slow.
  base::Result<const school::UnlockedPerson*> Unlock(const base::RecipientId& person,
                                                     const base::Secret& passphrase);

  base::Status LookAtRoll(absl::Time now);

  const school::StateDirectory state_;
  std::unique_ptr<Running> running_;
  std::optional<school::RollFile> roll_;
  school::RollAnswers answers_;
  std::map<base::RecipientId, school::UnlockedPerson> unlocked_;
};

}  // namespace firstbell::scenarios
