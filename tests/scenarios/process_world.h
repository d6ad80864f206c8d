#pragma once

// The real programs in a directory of their own, on free ports of the loopback: one broker with a
// simulated clock, a daemon for each machine, and each act a command as a person would type it.
// They die with this object.

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/scenarios/world.h"
#include "tests/support/program.h"
#include "tests/support/wake_peers.h"

namespace firstbell::scenarios {

using support::Arguments;
using support::Finished;
using support::Running;

class ProcessWorld final : public World {
 public:
  // `programs` is the folder of the firstbell-… programs.
  static base::Result<std::unique_ptr<World>> Make(const std::filesystem::path& directory,
                                                   const std::filesystem::path& programs);

  absl::Duration patience() const override { return absl::Seconds(25); }
  base::Status Settle() override;

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
  std::string Logs() override;

 private:
  struct Daemon {
    std::unique_ptr<Running> running;
    bool hanging = false;
    std::string roll;  // its file, where it has one
  };

  ProcessWorld(const std::filesystem::path& directory, const std::filesystem::path& programs);
  base::Status Initialise();

  // A program's standard output; where it fails, an error with what it said.
  base::Result<std::string> Run(const std::string& program, Arguments arguments);
  // firstbell-admin on the running broker, or on the data directory while it is down.
  base::Result<std::string> Admin(Arguments arguments);
  base::Result<std::string> School(Machine machine, Arguments arguments);
  base::Status SchoolAs(base::Urn urn, const base::RecipientId& person, const Arguments& arguments);
  base::Result<std::string> AsForce(const base::ForceCode& force, Arguments arguments);
  base::Result<std::string> AsOfficer(const Officer& officer, Arguments arguments);
  base::Result<std::string> AsAuditor(Arguments arguments);

  base::Status Import(const std::string& what, const std::string& file, const std::string& text);
  base::Result<std::string> NewCode(Arguments arguments);
  base::Result<std::string> Enrol(Machine machine, const std::string& code, Arguments more);
  // On first use: a mail server, which the broker is told of as it is started again.
  base::Status StartMail();
  bool ForNobody(const v1::Delivery& delivery);
  base::Status Settled(Machine machine, const std::vector<v1::Delivery>& deliveries);
  base::Result<Daemon*> Find(Machine machine);
  std::filesystem::path StateOf(Machine machine) const;
  std::filesystem::path LogOf(const std::string& who) const { return logs_ / (who + ".log"); }
  std::string DeskOf(const base::ForceCode& force) const { return Below("desk-" + force.value()); }
  std::string Below(const std::string& name) const { return (directory_ / name).string(); }

  const std::filesystem::path directory_;
  const std::filesystem::path programs_;
  const std::filesystem::path logs_;
  std::string grpc_, enrolment_, link_;  // addresses
  std::unique_ptr<Running> broker_;
  std::unique_ptr<support::PeerAuthority> mail_authority_;
  std::unique_ptr<support::Peer> mail_;
  std::map<Machine, Daemon> daemons_;
  std::map<base::RecipientId, base::Urn> people_;  // in force
  std::set<base::ForceCode> forces_;               // with a certificate
  std::set<Officer> officers_;                     // with one
  std::set<base::ForceCode> desks_;                // with a key
  std::set<std::string> holidays_;
  absl::TimeZone london_;
  absl::Time now_;  // as it was set
};

}  // namespace firstbell::scenarios
