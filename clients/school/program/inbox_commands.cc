// firstbell-school inbox: what a person does with alerts.

#include <nlohmann/json.hpp>

#include "broker/model/alert.h"
#include "clients/console/local_time.h"
#include "clients/console/passphrase.h"
#include "clients/school/alert_text.h"
#include "clients/school/inbox_text.h"
#include "clients/school/lease.h"
#include "clients/school/people_text.h"
#include "clients/school/program/program.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

using nlohmann::ordered_json;

}  // namespace

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
  acknowledge.add_option("--handed-to", handed_to_,
                         "The colleague who accepted it, by id: see inbox people");
  CLI::App& ours = app_.Command(
      inbox, "ours", "Say: the child that is asked about is our pupil; what happened is then sent",
      "  firstbell-school inbox ours 3f7kq2mz --state DIR\n", [this] { return Ours(); });
  for (CLI::App* command : {&show, &acknowledge, &ours}) AddPersonOptions(*command);
  AddRefuse(inbox);
  AddArrival(inbox);
  AddHandOver(inbox);
  AddReply(inbox);
  app_.Command(inbox, "people",
               "List who is enrolled at this school, and whether the delivery log bears it out",
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

void Program::AddHandOver(CLI::App& inbox) {
  CLI::App& hand_over =
      app_.Command(inbox, "hand-over",
                   "Ask a colleague to take an alert over. It stays yours until they acknowledge "
                   "it, which they see "
                   "that they are asked to on every machine of the school",
                   "  firstbell-school inbox hand-over 3f7kq2mz --to 7h2p --state DIR\n",
                   [this] { return HandOver(); });
  AddPersonOptions(hand_over);
  hand_over.add_option("--to", handed_to_, "The colleague, by id: see inbox people")
      ->required()
      ->type_name("ID");
}

void Program::AddReply(CLI::App& inbox) {
  CLI::App& reply =
      app_.Command(inbox, "reply", kReplyWhat, kReplyExamples, [this] { return Reply(); });
  AddPersonOptions(reply);
  AddReplyOptions(reply, reply_);
}

void Program::AddPersonOptions(CLI::App& command) {
  command.add_option("alert", alert_, "The alert's id, or its first characters")
      ->required()
      ->type_name("ID");
  AddWho(command);
}

void Program::AddWho(CLI::App& command) {
  command.add_option("--person", person_, "Who you are, by id, where several are enrolled here")
      ->type_name("ID");
  command.add_option("--passphrase-file", passphrase_file_, "Your passphrase; asked for otherwise")
      ->type_name("FILE");
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

base::Result<base::Secret> Program::AskPassphrase(const Desk& desk, const PersonIdentity& person) {
  FB_RETURN_IF_ERROR(CheckLease(*desk.store, desk.clock.Now()));
  return console::ReadPassphrase(passphrase_file_, "Passphrase of " + person.display_name);
}

base::Result<UnlockedPerson> Program::UnlockPerson(const Desk& desk) {
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, Who(desk));
  FB_ASSIGN_OR_RETURN(const base::Secret passphrase, AskPassphrase(desk, person));
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

base::Result<Exit> Program::HandOver() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity self, Who(desk));
  FB_ASSIGN_OR_RETURN(const link::Person colleague,
                      FindColleague(*desk.store, handed_to_, self.id));
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  FB_ASSIGN_OR_RETURN(const Queued queued,
                      OfferAlert(*desk.store, alert, person, colleague.id, desk.clock.Now()));
  SaySigned(desk, alert, "offered",
            "Under the signature of " + person.identity.display_name + ", " +
                colleague.display_name +
                " is asked to take it over. It is yours until they "
                "acknowledge it; the police telephone if nobody does before the deadline.",
            queued);
  return Exit::kDone;
}

base::Result<Exit> Program::Reply() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenInbox(state_));
  FB_ASSIGN_OR_RETURN(const HeldAlert alert, FindShown(*desk.store, alert_));
  FB_ASSIGN_OR_RETURN(const std::string text, ReadReplyText(app_, reply_));
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  FB_ASSIGN_OR_RETURN(const Queued queued,
                      SendReply(*desk.store, alert, person, ParseReplyAbout(reply_.about), text,
                                desk.device.broker.envelope_public_key(), desk.clock.Now()));
  SaySigned(desk, alert, "replied",
            "Sealed to the force's desk, under the signature of " + person.identity.display_name +
                ". It is kept nowhere here. In danger, dial 999.",
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
  FB_ASSIGN_OR_RETURN(const link::LogTrust trust, desk.store->Trust());
  app_.out() << (app_.json() ? PeopleJson(people, trust) + "\n" : PeopleText(people, trust));
  return Exit::kDone;
}

}  // namespace firstbell::school
