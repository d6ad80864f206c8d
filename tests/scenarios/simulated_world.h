#pragma once

// A whole broker with its schools in this process and one thread: store in memory, a clock that
// stands still until it is set, a link of queues. What happens by itself has happened when an act
// returns.

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/dispatch/wake_ups.h"
#include "broker/registry/data_directory.h"
#include "broker/store/memory/memory_store.h"
#include "clients/control/desk_key.h"
#include "tests/scenarios/simulated_machine.h"
#include "tests/scenarios/world.h"
#include "tests/support/simulated_broker.h"

namespace firstbell::scenarios {

using support::SimulatedBroker;

class SimulatedWorld final : public World {
 public:
  // Keys and machines live below `directory`.
  static base::Result<std::unique_ptr<World>> Make(const std::filesystem::path& directory);

  absl::Duration patience() const override { return absl::ZeroDuration(); }
  base::Status Settle() override { return base::OkStatus(); }

  base::Status AddSchool(const v1::School& school) override;
  base::Status SetHours(base::Urn urn, const v1::SchoolHours& hours) override;
  base::Status AddBankHoliday(const std::string& date) override;
  base::Status AddPupil(base::Urn urn, const v1::Pupil& pupil) override;
  base::Status AddMachine(Machine machine) override;
  base::Result<base::RecipientId> AddPerson(base::Urn urn, v1::RecipientRole role,
                                            const std::string& name) override;
  base::Status Revoke(const base::RecipientId& person) override;
  base::Status SetPolicy(const base::ForceCode& force, const v1::Policy& policy) override;
  base::Status MakeDeskKey(const base::ForceCode& force) override;
  base::Status WakeAt(base::Urn urn, const std::string& mailbox) override;
  base::Result<std::vector<std::string>> MailIn(const std::string& mailbox) override;
  base::Status SetDirectLines(base::Urn urn, const v1::DirectLine& line) override;
  base::Status GiveRoll(Machine machine, const v1::Pupil& pupil) override;

  base::Status SetTime(absl::Time time) override;
  base::Status StopBroker() override;
  base::Status StartBroker() override;
  base::Status SwitchOff(Machine machine) override;
  base::Status SwitchOn(Machine machine) override;
  base::Status Hang(Machine machine) override;
  base::Status GoOn(Machine machine) override;

  base::Result<v1::IncidentAnswer> Report(const base::ForceCode& force,
                                          const v1::Incident& incident) override;
  base::Status Withdraw(const base::ForceCode& force, const base::Reference& reference,
                        const std::vector<std::string>& children,
                        v1::WithdrawalReason reason) override;
  base::Result<std::vector<v1::NoticeStatus>> Notices(const base::ForceCode& force,
                                                      const base::Reference& reference) override;
  base::Result<std::vector<v1::ReviewStatus>> Reviews(const base::ForceCode& force,
                                                      const base::Reference& reference) override;

  base::Result<std::vector<v1::CaseSummary>> Cases(const Officer& officer) override;
  base::Result<v1::GetCaseResponse> LookAt(const Officer& officer,
                                           const v1::GetCaseRequest& which) override;
  base::Status Decide(const Officer& officer, const v1::DecideCaseRequest& decision) override;
  base::Result<std::vector<v1::Call>> Calls(const Officer& officer) override;
  base::Status RecordCall(const Officer& officer, const v1::Call& call, v1::CallOutcome outcome,
                          v1::Arrival child) override;
  base::Result<std::string> Replies(const Officer& officer, const v1::Call& call) override;

  base::Result<SeenInbox> Inbox(Machine machine) override;
  base::Result<std::string> Open(base::Urn urn, const base::RecipientId& person,
                                 const base::AlertId& alert) override;
  base::Status Acknowledge(base::Urn urn, const base::RecipientId& person,
                           const base::AlertId& alert, const base::RecipientId& handed_to) override;
  base::Status Say(base::Urn urn, const base::RecipientId& person, const base::AlertId& alert,
                   const Saying& saying) override;
  base::Status SayDuty(base::Urn urn, const base::RecipientId& person,
                       const v1::Duty& duty) override;

  base::Result<std::vector<v1::Delivery>> Deliveries() override;
  base::Status VerifyLog() override;

  base::Status Finish() override;
  std::string Logs() override { return ""; }

 private:
  // A machine and its end of the connection.
  struct Linked {
    std::unique_ptr<SimulatedMachine> machine;
    std::optional<dispatch::SessionId> session;  // while connected, as it believes
    std::deque<std::string> incoming;            // arrived, and not looked at yet
    bool hanging = false;
    bool broken = false;  // the connection, and the machine has not noticed
  };

  // A mail server without a network: what it is given is in the mailbox.
  class Mailboxes final : public dispatch::WakeUpSender {
   public:
    std::vector<dispatch::Sent> Send(absl::Span<const dispatch::WakeUpCall> calls) override;
    std::map<std::string, std::vector<std::string>> mail;
  };

  SimulatedWorld(const std::filesystem::path& directory, absl::Time start, absl::TimeZone london);
  base::Status Initialise();

  base::Result<SimulatedBroker*> Broker() const;
  base::Result<Linked*> Find(Machine machine);
  base::Result<std::string> NewCode(base::Urn urn, v1::RecipientRole role, const std::string& name);
  // A frame sent now, by either side, arrives.
  bool Connected(const Linked& linked) const;
  // Until nothing moves any more.
  base::Status RunOn();
  base::Result<bool> RunMachine(Linked& linked);
  base::Result<bool> Deliver(Linked& linked);
  void SendAll(const Linked& linked, const std::vector<std::string>& frames);
  // The connection broke; the broker hears of it where there is one.
  void Disconnect(Linked& linked);

  const std::filesystem::path directory_;
  const registry::DataDirectory keys_;
  const absl::TimeZone london_;
  base::ManualClock clock_;
  store::MemoryStore store_;
  Mailboxes mailboxes_;
  dispatch::Waker waker_{store_, mailboxes_};  // runs while the broker does, and keeps nothing
  std::unique_ptr<SimulatedBroker> broker_;
  std::map<Machine, Linked> machines_;
  std::map<base::ForceCode, control::DeskKey> desks_;
  std::uint64_t sessions_ = 0;
  v1::ImportBankHolidaysRequest holidays_;
};

}  // namespace firstbell::scenarios
