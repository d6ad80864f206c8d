// firstbell-school backup and restore: what a school can have again from nobody.

#include <nlohmann/json.hpp>

#include "clients/console/local_time.h"
#include "clients/school/program/program.h"
#include "clients/school/records/backup.h"

namespace firstbell::school {
namespace {

constexpr char kBackupWhat[] =
    "Copy what this school has written down, and its people's keys, into a new directory. Nothing "
    "in "
    "it can be read without a passphrase or a recovery code: keep it away from both. The device's "
    "own keys and the alerts are not in it. The daemon may run";

constexpr char kRestoreWhat[] =
    "Put a backup into this device, which was enrolled for the same school and has no records yet. "
    "Its people sign in as they did. The daemon must not run";

}  // namespace

void Program::AddBackup() {
  CLI::App& backup =
      app_.Command("backup", kBackupWhat,
                   "  firstbell-school backup /media/usb/firstbell-2026-03-06 --state DIR\n",
                   [this] { return Backup(); });
  backup.add_option("TO", backup_, "The directory that is made")->required();
  CLI::App& restore =
      app_.Command("restore", kRestoreWhat,
                   "  firstbell-school restore /media/usb/firstbell-2026-03-06 --state DIR\n"
                   "  firstbell-school restore /media/usb/firstbell-2026-03-06 --check\n",
                   [this] { return RestoreBackup(); });
  restore.add_option("FROM", backup_, "The directory that a backup made")->required();
  restore.add_flag("--check", check_only_, "Only say whether it is whole");
}

base::Result<Exit> Program::Backup() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(
      const school_records::BackupFacts facts,
      school_records::MakeBackup(desk.state, desk.device.urn, backup_, ReadMachineTime().wall));
  SayBackup("made", facts);
  return Exit::kDone;
}

base::Result<Exit> Program::RestoreBackup() {
  if (check_only_) {
    FB_ASSIGN_OR_RETURN(const school_records::BackupFacts facts,
                        school_records::CheckBackup(backup_));
    SayBackup("whole", facts);
    return Exit::kDone;
  }
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(state_));
  FB_ASSIGN_OR_RETURN(
      const FileLock lock,
      FileLock::Take(state.DaemonLock(), "the daemon runs on this state directory: stop it first"));
  FB_ASSIGN_OR_RETURN(const DeviceIdentity device, LoadDevice(state));
  FB_ASSIGN_OR_RETURN(const school_records::BackupFacts facts,
                      school_records::Restore(backup_, state, device.urn));
  SayBackup("restored", facts);
  return Exit::kDone;
}

void Program::SayBackup(std::string_view what, const school_records::BackupFacts& facts) {
  if (app_.json()) {
    app_.out() << nlohmann::ordered_json({{"backup", what},
                                          {"urn", facts.urn.value()},
                                          {"people", facts.people},
                                          {"at_us", absl::ToUnixMicros(facts.at)}})
                      .dump()
               << '\n';
    return;
  }
  const auto london = console::LocalTime::London();
  app_.out() << "The backup is " << what << ": URN " << facts.urn.ToString() << ", "
             << (london.ok() ? london->Format(facts.at) : std::string("at an unknown time")) << ", "
             << facts.people << (facts.people == 1 ? " person" : " people") << ".\n";
}

}  // namespace firstbell::school
