#include "clients/school/program/program.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "broker/model/alert.h"
#include "clients/console/passphrase.h"
#include "clients/school/enrol.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/grpc_enrolment.h"

namespace firstbell::school {
namespace {

using nlohmann::ordered_json;

}  // namespace

Program::Program(bool proxy_configured)
    : proxy_configured_(proxy_configured),
      app_({.name = "firstbell-school",
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
  app_.Setting(port_, "--port", "school.port",
               "The port on 127.0.0.1 at which `run` serves the page (7470; 0: none)");
  app_.Setting(users_, "--users", "school.users",
               "Who may open the page beside the user that runs it: names, with commas between");
  app_.Setting(lock_after_, "--lock-after", "school.lock_after",
               "Minutes in which nobody does anything until the page locks, 1 to 10 (10)");
  AddEnrol();
  AddRun();
  AddInbox();
  AddDuty();
  AddLog();
  AddKeys();
  AddDoctor();
  AddBackup();
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

}  // namespace firstbell::school
