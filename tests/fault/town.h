#pragma once

// A small town of real processes: one broker, and at each of its schools a daemon and one person on
// duty. All of it invented. Broker and daemons link faulty_disk, so that a plan can strike them;
// beyond that they are the shipped programs.
//
// Threads: one, but for what says otherwise. A resource: FB_CHECKs that it can be set up.

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "clients/school/identity.h"
#include "tests/fault/plan.h"
#include "tests/support/installation.h"
#include "tests/support/program.h"

namespace firstbell::fault {

inline constexpr std::size_t kPupils = 20;  // of each school
inline constexpr std::string_view kPassphrase = "four quite unrelated words";

base::Urn UrnOf(std::size_t school);
// About so many children, each by (school, pupil), placed with certainty.
struct PupilOf {
  std::size_t school = 0, pupil = 0;
};
v1::Incident IncidentAbout(const std::string& reference, const std::vector<PupilOf>& pupils);
std::string FamilyNameAt(std::size_t school);

class Town {
 public:
  explicit Town(std::size_t schools);

  std::size_t schools() const { return machines_.size(); }
  const support::Installation& installation() const { return installation_; }

  // --- The broker ---------------------------------------------------------------------------
  bool BrokerLives() { return broker_ != nullptr && broker_->alive(); }
  pid_t broker_pid() const { return broker_->pid(); }
  // Starts it where it does not run, and waits until it serves.
  void StartBroker();
  void KillBroker() { broker_->Kill(); }
  // SIGTERM; its exit code.
  int StopBroker();
  std::filesystem::path BrokerPlan() const { return scratch_.path() / "broker.plan"; }
  std::string BrokerLog() const;

  // --- The schools' machines ----------------------------------------------------------------
  bool MachineLives(std::size_t school) { return machines_[school].daemon->alive(); }
  void SwitchOn(std::size_t school);
  void KillMachine(std::size_t school) { machines_[school].daemon->Kill(); }
  // All of them, and they go on where they were.
  void StallMachines() { SignalMachines(SIGSTOP); }
  void WakeMachines() { SignalMachines(SIGCONT); }
  std::filesystem::path MachinePlan(std::size_t school) const;
  std::filesystem::path StateOf(std::size_t school) const;
  // What its daemon has said, since the beginning: JSON lines and log lines.
  std::string MachineLog(std::size_t school) const;

  // --- Whoever calls -------------------------------------------------------------------------
  // A fresh connection; threads: safe.
  std::shared_ptr<grpc::Channel> AsForce() const { return installation_.Channel(force_); }
  std::shared_ptr<grpc::Channel> AsAuditor() const { return installation_.Channel(auditor_); }
  // Moves the simulated clock to that hour of London, whatever happens to the broker meanwhile.
  void SetClock(absl::CivilHour hour);
  // An incident about one child of the first school; the same reference is the same incident.
  grpc::Status Submit(const std::string& reference) const;
  // OK where the force reads it back.
  grpc::StatusCode Find(const std::string& reference) const;
  // What firstbell-admin verify says of the broker's directory, while no broker runs.
  support::Finished Verify();
  // A program of ours on this town's directory, to its end.
  support::Finished Run(const std::string& program, support::Arguments arguments);
  // The same of one that links faulty_disk.
  support::Finished RunFaulty(const std::filesystem::path& plan, const std::string& program,
                              support::Arguments arguments);
  // What firstbell-audit verify says: of this town's auditor, who remembers each checkpoint that
  // was verified.
  support::Finished VerifyAsAuditor(support::Arguments more = {});

 private:
  struct Machine {
    std::unique_ptr<support::Running> daemon;
  };
  void Enrol(std::size_t school, v1::RecipientRole role);
  void SignalMachines(int signal);
  support::Arguments Faulty(const std::filesystem::path& plan, support::Arguments argv) const;
  bool Serves() const;
  void WriteAuditor() const;

  support::TempDirectory scratch_;
  support::Installation installation_;
  const support::ClientKeys force_, auditor_, operator_;
  std::unique_ptr<support::Running> broker_;
  std::vector<Machine> machines_;
};

}  // namespace firstbell::fault
