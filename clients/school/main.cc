// firstbell-school: what a school runs. Each command opens what it needs, does one thing and ends;
// `run` is the daemon.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/base/clock.h"
#include "broker/base/dumps.h"
#include "broker/base/log.h"
#include "broker/crypto/secure_heap.h"
#include "broker/model/alert.h"
#include "clients/console/app.h"
#include "clients/console/local_time.h"
#include "clients/console/passphrase.h"
#include "clients/school/alert_text.h"
#include "clients/school/daemon.h"
#include "clients/school/enrol.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/grpc_enrolment.h"
#include "clients/school/identity.h"
#include "clients/school/inbox.h"
#include "clients/school/inbox_text.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

using console::Exit;
using nlohmann::ordered_json;

std::atomic<bool> stop_requested{false};

// What every command but `enrol` works on.
struct Desk {
  StateDirectory state;
  DeviceIdentity device;
  std::unique_ptr<LocalStore> store;
  SchoolClock clock;
};

base::Status CheckNamed(const std::filesystem::path& state) {
  if (!state.empty()) return base::OkStatus();
  return console::UsageError(
      "name the state directory with --state DIR, or as school.state in the --config file");
}

base::Result<Desk> OpenDesk(const std::filesystem::path& path) {
  FB_RETURN_IF_ERROR(CheckNamed(path));
  FB_ASSIGN_OR_RETURN(StateDirectory state, StateDirectory::Open(path));
  FB_ASSIGN_OR_RETURN(DeviceIdentity device, LoadDevice(state));
  FB_ASSIGN_OR_RETURN(auto store, LocalStore::Open(state.Store()));
  FB_ASSIGN_OR_RETURN(auto anchor, store->LastTimeAnchor());
  SchoolClock clock(device.broker.simulated_clock(), anchor);
  return Desk{std::move(state), std::move(device), std::move(store), std::move(clock)};
}

// The inbox shows what is due even where no daemon runs to do so. One that runs may have to hear
// first that an alert was taken back.
base::Result<Desk> OpenInbox(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(Desk desk, OpenDesk(path));
  if (FileLock::Held(desk.state.DaemonLock())) return desk;
  FB_RETURN_IF_ERROR(ShowDue(*desk.store, desk.device.signer, desk.clock.Now()).status());
  return desk;
}

v1::RefusalReason ParseRefusal(const std::string& typed) {
  for (const v1::RefusalReason reason :
       {v1::REFUSAL_REASON_NEVER_HERE, v1::REFUSAL_REASON_LEFT, v1::REFUSAL_REASON_DUPLICATE}) {
    std::string word(model::Word(reason));
    std::replace(word.begin(), word.end(), '_', '-');
    if (word == typed) return reason;
  }
  return v1::REFUSAL_REASON_OTHER;
}

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

class Program {
 public:
  Program();
  int Main(int argc, const char* const* argv) { return app_.Main(argc, argv); }

 private:
  void AddEnrol();
  void AddRun();
  void AddInbox();
  void AddRefuse(CLI::App& inbox);
  void AddArrival(CLI::App& inbox);
  void AddPersonOptions(CLI::App& command);
  base::Result<Exit> Enrol();
  base::Result<Exit> Run();
  base::Result<Exit> List();
  base::Result<Exit> Show();
  base::Result<Exit> Acknowledge();
  base::Result<Exit> Ours();
  base::Result<Exit> Refuse();
  base::Result<Exit> Arrival();
  base::Result<Exit> People();
  base::Result<PersonIdentity> Who(const Desk& desk);
  base::Result<UnlockedPerson> UnlockPerson(const Desk& desk);
  void SayEnrolled(const v1::EnrolResponse& enrolment);
  void SaySigned(const Desk& desk, const HeldAlert& alert, std::string_view what,
                 const std::string& sentence, Queued queued);
  void SayAcknowledged(const Desk& desk, const HeldAlert& alert, const UnlockedPerson& person,
                       const std::optional<link::Person>& colleague, Queued queued);

  console::App app_;
  std::filesystem::path state_;
  std::filesystem::path roll_;
  std::filesystem::path passphrase_file_;
  std::filesystem::path code_file_;
  std::string alert_;
  std::string person_;
  std::string handed_to_;
  std::string reason_;
  std::string arrival_;
  std::string new_school_, new_town_;
  std::uint32_t new_urn_ = 0;
};

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

void Program::AddInbox() {
  CLI::App& inbox = app_.Group("inbox", "What waits for the people of this school");
  app_.Command(inbox, "list", "List the alerts that are shown; without content",
               "  firstbell-school inbox list --state DIR\n", [this] { return List(); });
  CLI::App& show = app_.Command(inbox, "show", "Open one alert and read it",
                                "  firstbell-school inbox show 3f7kq2mz --state DIR\n",
                                [this] { return Show(); });
  CLI::App& acknowledge = app_.Command(
      inbox, "acknowledge", "Say: I am in school and have this; or that a colleague accepted it",
      "  firstbell-school inbox acknowledge 3f7kq2mz --state DIR\n"
      "  firstbell-school inbox acknowledge 3f7kq2mz --handed-to 7h2p --state DIR\n",
      [this] { return Acknowledge(); });
  acknowledge.add_option("--handed-to", handed_to_, "The colleague who accepted it, by id");
  CLI::App& ours = app_.Command(
      inbox, "ours", "Say: the child that is asked about is our pupil; what happened is then sent",
      "  firstbell-school inbox ours 3f7kq2mz --state DIR\n", [this] { return Ours(); });
  for (CLI::App* command : {&show, &acknowledge, &ours}) AddPersonOptions(*command);
  AddRefuse(inbox);
  AddArrival(inbox);
  app_.Command(inbox, "people", "List who is enrolled at this school",
               "  firstbell-school inbox people --state DIR\n", [this] { return People(); });
}

void Program::AddRefuse(CLI::App& inbox) {
  CLI::App& refuse = app_.Command(
      inbox, "refuse",
      "Say: this child is not our pupil. Its copy here is destroyed, and the police look further. "
      "Look it up first: a refusal cannot be taken back from here",
      "  firstbell-school inbox refuse 3f7kq2mz --reason never-here --state DIR\n"
      "  firstbell-school inbox refuse 3f7kq2mz --reason left --new-school \"Ashdown Academy\" "
      "--town Leeds --state DIR\n",
      [this] { return Refuse(); });
  refuse
      .add_option("--reason", reason_,
                  "never-here; left; duplicate (there is another alert of the same child and "
                  "incident); other")
      ->required()
      ->check(CLI::IsMember({"never-here", "left", "duplicate", "other"}));
  refuse.add_option("--new-school", new_school_,
                    "Where the child goes to school now, if you know; the police check it");
  refuse.add_option("--town", new_town_, "The town of that school");
  refuse.add_option("--new-urn", new_urn_, "Its URN")->type_name("URN");
  AddPersonOptions(refuse);
}

void Program::AddArrival(CLI::App& inbox) {
  CLI::App& arrival = app_.Command(inbox, "arrival",
                                   "Say, by the close of registration, whether the child of an "
                                   "acknowledged alert has come. A child "
                                   "that is absent is looked for at once, with the police",
                                   "  firstbell-school inbox arrival 3f7kq2mz seen --state DIR\n"
                                   "  firstbell-school inbox arrival 3f7kq2mz absent --state DIR\n",
                                   [this] { return Arrival(); });
  AddPersonOptions(arrival);
  arrival.add_option("what", arrival_, "seen; late (seen, after registration); absent")
      ->required()
      ->check(CLI::IsMember({"seen", "late", "absent"}));
}

void Program::AddPersonOptions(CLI::App& command) {
  command.add_option("alert", alert_, "The alert's id, or its first characters")
      ->required()
      ->type_name("ID");
  command.add_option("--person", person_, "Who you are, by id, where several are enrolled here")
      ->type_name("ID");
  command.add_option("--passphrase-file", passphrase_file_, "Your passphrase; asked for otherwise")
      ->type_name("FILE");
}

base::Result<Exit> Program::Enrol() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const base::Secret text, console::ReadCode(code_file_, "The enrolment code"));
  FB_ASSIGN_OR_RETURN(const v1::EnrolmentCode code, DecodeEnrolmentCode(text.Reveal()));
  base::Secret passphrase;
  if (!IsDevice(code)) {
    FB_ASSIGN_OR_RETURN(passphrase, console::NewPassphrase(
                                        passphrase_file_,
                                        "A passphrase for your keys here, at least " +
                                            std::to_string(kPassphraseCharacters) + " characters",
                                        CheckPassphrase));
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
    app_.out() << enrolment.display_name() << " is enrolled as " << role << " of " << school
               << ", with the id " << enrolment.recipient_id() << ".\n"
               << "Alerts sealed from now on open with this passphrase, which nobody can restore. "
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

base::Result<Exit> Program::List() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(Inbox inbox, ReadInbox(*desk.store, desk.clock.Now()));
  inbox.wrong_clock = desk.clock.Read(ReadMachineTime()).certainty == Certainty::kWrong;
  inbox.simulated_clock = desk.clock.simulated();
  inbox.time_known = desk.clock.known();
  inbox.daemon_running = FileLock::Held(desk.state.DaemonLock());
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  app_.out() << (app_.json() ? InboxJson(inbox) + "\n" : InboxText(inbox, london));
  return Exit::kDone;
}

base::Result<PersonIdentity> Program::Who(const Desk& desk) {
  FB_ASSIGN_OR_RETURN(std::vector<PersonIdentity> here, ListPeople(desk.state));
  return WhoActs(*desk.store, std::move(here), person_);
}

base::Result<UnlockedPerson> Program::UnlockPerson(const Desk& desk) {
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, Who(desk));
  FB_ASSIGN_OR_RETURN(
      const base::Secret passphrase,
      console::ReadPassphrase(passphrase_file_, "Passphrase of " + person.display_name));
  return Unlock(desk.state, person, passphrase);
}

base::Result<Exit> Program::Show() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  const absl::Time now = desk.clock.Now();
  FB_ASSIGN_OR_RETURN(
      const v1::AlertContent content,
      OpenAlert(*desk.store, alert, person, desk.device.broker.envelope_public_key(), now));
  app_.out() << (app_.json() ? AlertJson(alert, content, now) + "\n"
                             : AlertText(alert, content, now, london));
  return Exit::kDone;
}

base::Result<Exit> Program::Acknowledge() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity self, Who(desk));
  FB_RETURN_IF_ERROR(CheckInForce(*desk.store, self.id));
  std::optional<link::Person> colleague;
  if (!handed_to_.empty()) {
    FB_ASSIGN_OR_RETURN(colleague, FindColleague(*desk.store, handed_to_, self.id));
  }
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  const base::RecipientId handed_to = colleague ? colleague->id : base::RecipientId();
  FB_ASSIGN_OR_RETURN(const Queued queued,
                      AcknowledgeAlert(*desk.store, alert, person, handed_to, desk.clock.Now()));
  SayAcknowledged(desk, alert, person, colleague, queued);
  return Exit::kDone;
}

void Program::SayAcknowledged(const Desk& desk, const HeldAlert& alert,
                              const UnlockedPerson& person,
                              const std::optional<link::Person>& colleague, Queued queued) {
  const bool before = queued == Queued::kBefore;
  if (app_.json()) {
    app_.out() << ordered_json({{"alert_id", alert.newest.alert_id.value()},
                                {"state", "acknowledged"},
                                {"by", person.identity.id.value()},
                                {"handed_to", colleague ? colleague->id.value() : ""},
                                {"acknowledged_before", before}})
                      .dump()
               << '\n';
    return;
  }
  if (before) {
    app_.out() << "You had acknowledged this alert already; nothing has changed.\n";
    return;
  }
  app_.out() << "Acknowledged. Under the signature of " << person.identity.display_name
             << " this says: "
             << (colleague ? "I handed it to " + colleague->display_name + ", who accepted it."
                           : "I am in school and have this.")
             << (alert.ended ? "\nIt was over for this school before: " + StateText(alert) + "."
                             : std::string())
             << "\nIt is kept here and goes to the broker "
             << (FileLock::Held(desk.state.DaemonLock())
                     ? "as soon as the link is up.\n"
                     : "once the daemon runs: firstbell-school run\n");
}

base::Result<Exit> Program::Ours() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  FB_ASSIGN_OR_RETURN(const Queued queued, SayOurs(*desk.store, alert, person, desk.clock.Now()));
  SaySigned(
      desk, alert, "ours",
      "Said under the signature of " + person.identity.display_name +
          ": this child is our pupil. What happened comes as soon as the broker has heard it.",
      queued);
  return Exit::kDone;
}

base::Result<Exit> Program::Refuse() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  v1::SchoolHeard new_school;
  new_school.set_name(new_school_);
  new_school.set_town(new_town_);
  new_school.set_urn(new_urn_);
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  FB_ASSIGN_OR_RETURN(
      const Queued queued,
      RefuseAlert(*desk.store, alert, person, ParseRefusal(reason_), new_school, desk.clock.Now()));
  SaySigned(
      desk, alert, "refused",
      "Refused under the signature of " + person.identity.display_name +
          ": this child is not our pupil. Nobody here opens it any more, and its copy is "
          "destroyed once the broker has heard it. If your roll says otherwise, correct it. "
          "Keep what you read to yourself; if you had read what happened, telephone the force.",
      queued);
  return Exit::kDone;
}

base::Result<Exit> Program::Arrival() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  const v1::Arrival arrival = arrival_ == "seen"   ? v1::ARRIVAL_SEEN
                              : arrival_ == "late" ? v1::ARRIVAL_LATE
                                                   : v1::ARRIVAL_ABSENT;
  FB_ASSIGN_OR_RETURN(const Queued queued,
                      SayArrival(*desk.store, alert, person, arrival, desk.clock.Now()));
  SaySigned(
      desk, alert, model::Word(arrival),
      "Said under the signature of " + person.identity.display_name + ": the child is " +
          std::string(model::Word(arrival)) + "." +
          (arrival == v1::ARRIVAL_ABSENT
               ? " The police are told at once and telephone. Do not ring home before you have "
                 "spoken to them, unless the alert says that you may."
               : ""),
      queued);
  return Exit::kDone;
}

void Program::SaySigned(const Desk& desk, const HeldAlert& alert, std::string_view what,
                        const std::string& sentence, Queued queued) {
  const bool before = queued == Queued::kBefore;
  if (app_.json()) {
    app_.out() << ordered_json({{"alert_id", alert.newest.alert_id.value()},
                                {"said", what},
                                {"said_before", before}})
                      .dump()
               << '\n';
  } else if (before) {
    app_.out() << "This was said here already; nothing has changed.\n";
  } else {
    app_.out()
        << sentence << '\n'
        << (FileLock::Held(desk.state.DaemonLock())
                ? ""
                : "The daemon does not run: it goes out once it does, firstbell-school run\n");
  }
}

base::Result<Exit> Program::People() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(auto known, desk.store->People());
  const std::vector<link::Person> people = std::move(known).value_or(std::vector<link::Person>());
  app_.out() << (app_.json() ? PeopleJson(people) + "\n" : PeopleText(people));
  return Exit::kDone;
}

}  // namespace
}  // namespace firstbell::school

int main(int argc, char** argv) {
  firstbell::base::ForbidDumps();
  firstbell::crypto::LockPrivateKeys();
  firstbell::school::Program program;
  return program.Main(argc, argv);
}
