// firstbell-school: what a school runs. Each command opens what it needs, does one thing and ends;
// `run` is the daemon.

#include <atomic>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "broker/base/clock.h"
#include "broker/base/dumps.h"
#include "broker/base/log.h"
#include "broker/crypto/secure_heap.h"
#include "broker/model/alert.h"
#include "clients/console/passphrase.h"
#include "clients/school/daemon.h"
#include "clients/school/enrol.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/grpc_enrolment.h"
#include "clients/school/program.h"

namespace firstbell::school {
namespace {

using nlohmann::ordered_json;

std::atomic<bool> stop_requested{false};

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace

Program::Program()
    : app_({.name = "firstbell-school",
            .version = FIRSTBELL_VERSION,
            .what = "A school's link to Firstbell: keeps sealed alerts, shows them in the morning.",
            .examples = "  firstbell-school enrol --state /var/lib/firstbell\n"
                        "  firstbell-school run --state /var/lib/firstbell\n"
                        "  firstbell-school inbox list --state /var/lib/firstbell\n"},
           std::cout, std::cerr) {
  app_.PathSetting(state_, "--state", "school.state", "The directory that keeps keys and alerts");
  app_.PathSetting(roll_, "--roll", "school.roll",
                   "The school's roll, a CSV file as firstbell-admin roll import takes it: by it "
                   "`run` answers by itself, at any hour, whether a child is the school's pupil");
  AddEnrol();
  AddRun();
  AddInbox();
  AddDuty();
  AddLog();
  AddKeys();
}

void Program::AddEnrol() {
  CLI::App& command = app_.Command(
      "enrol", "Enrol this device, or a person on it, with an operator's one-time code",
      "  firstbell-school enrol --state DIR\n"
      "  firstbell-school enrol --state DIR --code-file CODE --passphrase-file FILE\n",
      [this] { return Enrol(); });
  command
      .add_option(
          "--code-file", code_file_,
          "The code, from FB1- to its end; -: by standard input; asked for where no file is "
          "named. Never on the command line, which others can read")
      ->type_name("FILE");
  command
      .add_option(
          "--passphrase-file", passphrase_file_,
          "A person's new passphrase, at least 12 characters; asked for where no file is named")
      ->type_name("FILE");
}

void Program::AddRun() {
  app_.Command(
      "run", "Keep the link to the broker, and show alerts from their window",
      "  firstbell-school run --state DIR\n"
      "  firstbell-school run --state DIR --roll /srv/mis/roll.csv\n\n"
      "With --roll, where the police ask whether a child is your pupil and exactly one pupil\n"
      "of the roll has that family name, first given name and date of birth, this machine\n"
      "signs that it is, and what happened is here before anybody comes. In every other case\n"
      "people are asked in the morning. The file is read again when it has changed.\n",
      [this] { return Run(); });
}

base::Result<Exit> Program::Enrol() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const base::Secret text, console::ReadCode(code_file_, "The enrolment code"));
  FB_ASSIGN_OR_RETURN(const v1::EnrolmentCode code, DecodeEnrolmentCode(text.Reveal()));
  base::Secret passphrase;
  if (!IsDevice(code)) {
    FB_ASSIGN_OR_RETURN(
        passphrase,
        console::NewPassphrase(passphrase_file_,
                               "A passphrase for your keys here, at least " +
                                   std::to_string(console::kPassphraseCharacters) + " characters",
                               console::CheckPassphrase));
  }
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::OpenOrMake(state_));
  GrpcEnrolment broker;
  FB_ASSIGN_OR_RETURN(const auto enrolment, school::Enrol(state, code, passphrase, broker));
  SayEnrolled(enrolment);
  return Exit::kDone;
}

void Program::SayEnrolled(const v1::EnrolResponse& enrolment) {
  const std::string role(model::Word(enrolment.role()));
  const std::string school =
      enrolment.school_name() + " (URN " + std::to_string(enrolment.urn()) + ")";
  if (app_.json()) {
    app_.out() << ordered_json({{"recipient_id", enrolment.recipient_id()},
                                {"urn", enrolment.urn()},
                                {"role", role},
                                {"display_name", enrolment.display_name()},
                                {"school_name", enrolment.school_name()}})
                      .dump()
               << '\n';
  } else if (enrolment.role() == v1::RECIPIENT_ROLE_DEVICE) {
    app_.out() << "This device is enrolled for " << school << ".\n"
               << "Its keys are in the state directory alone. Next: firstbell-school run\n";
  } else {
    app_.out()
        << enrolment.display_name() << " is enrolled as " << role << " of " << school
        << ", with the id " << enrolment.recipient_id() << ".\n"
        << "Alerts sealed from now on open with this passphrase, which nobody can restore: print "
        << "its recovery code now, firstbell-school keys recovery. "
        << "Everyone else enrolled here is told.\n";
  }
}

base::Result<Exit> Program::Run() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(state_));
  FB_ASSIGN_OR_RETURN(
      const FileLock lock,
      FileLock::Take(state.DaemonLock(), "a daemon runs on this state directory already"));
  FB_ASSIGN_OR_RETURN(Desk desk, OpenDesk(state_));
  FB_RETURN_IF_ERROR(desk.store->Verify());
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  base::ConfigureLog(base::LogLevel::kInfo,
                     app_.json() ? base::LogForm::kJson : base::LogForm::kText);
  StopOnSignals();
  DaemonVoice voice(app_.out(), app_.json() ? LineForm::kJson : LineForm::kText, london);
  Daemon daemon(desk.device, FIRSTBELL_VERSION, *desk.store, desk.clock, voice);
  if (!roll_.empty()) daemon.AnswerBy(RollFile(roll_, desk.device.urn, london));
  FB_RETURN_IF_ERROR(daemon.Run(stop_requested));
  return Exit::kDone;
}

}  // namespace firstbell::school

int main(int argc, char** argv) {
  firstbell::base::ForbidDumps();
  firstbell::crypto::LockPrivateKeys();
  firstbell::school::Program program;
  return program.Main(argc, argv);
}
