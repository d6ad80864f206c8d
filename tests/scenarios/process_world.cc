#include "tests/scenarios/process_world.h"

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/model/alert.h"
#include "broker/registry/config.h"
#include "clients/console/output.h"
#include "tests/scenarios/outside_files.h"
#include "tests/scenarios/passphrase.h"
#include "tests/scenarios/read_json.h"
#include "tests/scenarios/typed.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"

namespace firstbell::scenarios {
namespace {

constexpr std::size_t kLogTailBytes = 20'000;

std::string Loopback(int port) {
  return "127.0.0.1:" + std::to_string(port);
}

bool UnderWay(const v1::Delivery& delivery) {
  return delivery.state() == v1::ALERT_STATE_ACCEPTED || delivery.state() == v1::ALERT_STATE_SENT;
}

}  // namespace

base::Result<std::unique_ptr<World>> ProcessWorld::Make(const std::filesystem::path& directory,
                                                        const std::filesystem::path& programs) {
  std::unique_ptr<ProcessWorld> world(new ProcessWorld(directory, programs));
  FB_ASSIGN_OR_RETURN(world->london_, base::LondonTimeZone());
  const base::Status initialised = world->Initialise();
  if (!initialised.ok()) return base::Annotate(initialised, world->Logs());
  return std::unique_ptr<World>(std::move(world));
}

ProcessWorld::ProcessWorld(const std::filesystem::path& directory,
                           const std::filesystem::path& programs)
    : directory_(directory), programs_(programs), logs_(directory / "logs") {
  for (const char* folder : {"logs", "files", "machines"}) {
    std::filesystem::create_directory(directory_ / folder);
  }
  const std::vector<int> ports = support::FreePorts(3);
  grpc_ = Loopback(ports[0]);
  enrolment_ = Loopback(ports[1]);
  link_ = "tcp://" + Loopback(ports[2]);
}

base::Status ProcessWorld::Initialise() {
  FB_RETURN_IF_ERROR(base::WriteFileDurably(Below("passphrase"), kPassphrase, base::kOwnerOnly));
  Arguments init = {"init", "--data", Below("data"), "--root-keys", Below("root")};
  init.insert(init.end(),
              {"--simulated-clock", "--clock", std::string(kStart), "--metrics", "", "--log", ""});
  init.insert(init.end(), {"--grpc", grpc_, "--enrolment", enrolment_, "--link", link_});
  init.insert(init.end(), {"--public-enrolment", enrolment_, "--public-link", link_});
  FB_RETURN_IF_ERROR(Run("firstbell-admin", init).status());
  FB_RETURN_IF_ERROR(Admin({"certificate", "issue", "--role", "operator", "--name", "scenario",
                            "--out", Below("operator")})
                         .status());
  FB_RETURN_IF_ERROR(Admin({"certificate", "issue", "--role", "auditor", "--scope",
                            "named-national", "--name", "scenario", "--out", Below("auditor")})
                         .status());
  return StartBroker();
}

// --- Running programs -------------------------------------------------------------------------

base::Result<std::string> ProcessWorld::Run(const std::string& program, Arguments arguments) {
  const Arguments argv = Joined({(programs_ / program).string(), "--json"}, arguments);
  const Finished finished = support::RunToEnd(argv, directory_);
  if (finished.exit_code == 0) return finished.out;
  return base::Unknown(program + " " + arguments.front() + " ended with " +
                       std::to_string(finished.exit_code) + ": " + finished.out + finished.err);
}

base::Result<std::string> ProcessWorld::Admin(Arguments arguments) {
  if (broker_ == nullptr) {
    return Run("firstbell-admin", Joined(std::move(arguments), {"--data", Below("data")}));
  }
  return Run("firstbell-admin",
             Joined(std::move(arguments), {"--broker", grpc_, "--identity", Below("operator")}));
}

base::Result<std::string> ProcessWorld::School(Machine machine, Arguments arguments) {
  return Run("firstbell-school", Joined(std::move(arguments), {"--state", StateOf(machine)}));
}

base::Result<std::string> ProcessWorld::AsForce(const base::ForceCode& force, Arguments arguments) {
  const std::string identity = Below("force-" + force.value());
  if (forces_.insert(force).second) {
    FB_RETURN_IF_ERROR(Admin({"certificate", "issue", "--role", "force", "--name", force.value(),
                              "--out", identity})
                           .status());
  }
  return Run("firstbell-control",
             Joined(std::move(arguments), {"--address", grpc_, "--identity", identity}));
}

base::Result<std::string> ProcessWorld::AsOfficer(const Officer& officer, Arguments arguments) {
  const std::string identity = Below("officer-" + officer.force.value() + "-" + officer.id.value());
  if (officers_.insert(officer).second) {
    FB_RETURN_IF_ERROR(
        Admin({"certificate", "issue", "--role", "officer", "--force", officer.force.value(),
               "--name", officer.id.value(), "--out", identity})
            .status());
  }
  return Run("firstbell-control",
             Joined(std::move(arguments), {"--address", grpc_, "--identity", identity}));
}

base::Result<std::string> ProcessWorld::AsAuditor(Arguments arguments) {
  return Run("firstbell-audit",
             Joined(std::move(arguments), {"--address", grpc_, "--identity", Below("auditor"),
                                           "--state", Below("audited")}));
}

// --- Registers, calendars, people -------------------------------------------------------------

base::Status ProcessWorld::Import(const std::string& what, const std::string& file,
                                  const std::string& text) {
  const std::string path = Below("files/" + file);
  FB_RETURN_IF_ERROR(base::WriteFileDurably(path, text, base::kOwnerOnly));
  Arguments arguments = {what, "import", path};
  if (what == "roll") arguments.push_back("--only-add");
  return Admin(std::move(arguments)).status();
}

base::Status ProcessWorld::AddSchool(const v1::School& school) {
  return Import("schools", "register.csv", RegisterCsv(school));
}

base::Status ProcessWorld::SetHours(base::Urn urn, const v1::SchoolHours& hours) {
  return Admin({"school", "set-hours", urn.ToString(), "--window", hours.window(), "--bell",
                hours.bell(), "--closing", hours.closing()})
      .status();
}

base::Status ProcessWorld::AddBankHoliday(const std::string& date) {
  holidays_.insert(date);
  return Import("bank-holidays", "bank-holidays.json", BankHolidaysJson(holidays_));
}

base::Status ProcessWorld::AddPupil(base::Urn urn, const v1::Pupil& pupil) {
  return Import("roll", "roll.csv", RollCsv(urn, pupil));
}

base::Result<std::string> ProcessWorld::NewCode(Arguments arguments) {
  FB_ASSIGN_OR_RETURN(const std::string json, Admin(Joined({"enrol-code"}, std::move(arguments))));
  FB_ASSIGN_OR_RETURN(const auto answer, FromJson<v1::CreateEnrolmentCodeResponse>(json));
  return answer.code();
}

base::Result<std::string> ProcessWorld::Enrol(Machine machine, const std::string& code,
                                              Arguments more) {
  FB_RETURN_IF_ERROR(base::WriteFileDurably(Below("code"), code, base::kOwnerOnly));
  return School(machine, Joined({"enrol", "--code-file", Below("code")}, std::move(more)));
}

base::Status ProcessWorld::AddMachine(Machine machine) {
  FB_ASSIGN_OR_RETURN(const std::string code, NewCode({machine.urn.ToString(), "--device"}));
  FB_RETURN_IF_ERROR(Enrol(machine, code, {}).status());
  daemons_[machine];
  return SwitchOn(machine);
}

base::Result<base::RecipientId> ProcessWorld::AddPerson(base::Urn urn, v1::RecipientRole role,
                                                        const std::string& name) {
  FB_ASSIGN_OR_RETURN(
      const std::string code,
      NewCode({urn.ToString(), "--person", std::string(model::Word(role)), "--name", name}));
  FB_ASSIGN_OR_RETURN(const std::string json,
                      Enrol({urn, 1}, code, {"--passphrase-file", Below("passphrase")}));
  const auto enrolled = nlohmann::json::parse(json, nullptr, false);
  if (!enrolled.contains("recipient_id")) return base::InvalidArgument("no recipient id: " + json);
  const base::RecipientId id(enrolled["recipient_id"].get<std::string>());
  people_[id] = urn;
  return id;
}

base::Status ProcessWorld::Revoke(const base::RecipientId& person) {
  people_.erase(person);
  return Admin({"recipients", "revoke", person.value()}).status();
}

base::Status ProcessWorld::StartMail() {
  if (mail_ != nullptr) return base::OkStatus();
  mail_authority_ = std::make_unique<support::PeerAuthority>();
  mail_ = std::make_unique<support::Peer>(*mail_authority_, "mail_server.py",
                                          std::vector<std::string>{"localhost"},
                                          Arguments{"--tls", "starttls"});
  FB_ASSIGN_OR_RETURN(registry::Config config, registry::ReadConfig(Below("data/broker.toml")));
  config.wake_ups = support::MailThrough(*mail_authority_, *mail_, "smtp");
  FB_RETURN_IF_ERROR(base::WriteFileDurably(Below("data/broker.toml"),
                                            registry::FormatConfig(config), base::kOwnerOnly));
  FB_RETURN_IF_ERROR(StopBroker());
  return StartBroker();
}

base::Status ProcessWorld::WakeAt(base::Urn urn, const std::string& mailbox) {
  FB_RETURN_IF_ERROR(StartMail());
  return Admin({"wake-ups", "set", urn.ToString(), "--email", mailbox}).status();
}

base::Result<std::vector<std::string>> ProcessWorld::MailIn(const std::string& mailbox) {
  FB_RETURN_IF_ERROR(StartMail());
  std::vector<std::string> mail;
  const std::string said = mail_->Transcript(), to = "C: RCPT TO:<" + mailbox + ">\n";
  for (std::size_t at = said.find(to); at != std::string::npos; at = said.find(to, at + 1)) {
    const std::size_t taken = said.find("S: 250 taken\n", at);
    if (taken != std::string::npos) mail.push_back(said.substr(at, taken - at));
  }
  return mail;
}

// --- Time and trouble -------------------------------------------------------------------------

base::Status ProcessWorld::SetTime(absl::Time time) {
  now_ = time;
  return Admin({"clock", "advance", "--to", absl::FormatTime("%Y-%m-%d %H:%M", time, london_)})
      .status();
}

base::Status ProcessWorld::StopBroker() {
  if (broker_ != nullptr) broker_->Kill();
  broker_.reset();
  return base::OkStatus();
}

base::Status ProcessWorld::StartBroker() {
  const Arguments argv = {(programs_ / "firstbell-broker").string(), "--data", Below("data"),
                          "--simulated-clock"};
  broker_ = std::make_unique<Running>(argv, LogOf("broker"));
  base::Status up;
  support::Eventually(patience(), [&] {
    up = Admin({"status"}).status();
    return up.ok() || !broker_->alive();
  });
  return up;
}

base::Status ProcessWorld::SwitchOff(Machine machine) {
  FB_ASSIGN_OR_RETURN(Daemon* const daemon, Find(machine));
  daemon->running.reset();
  daemon->hanging = false;
  return base::OkStatus();
}

base::Status ProcessWorld::SwitchOn(Machine machine) {
  FB_ASSIGN_OR_RETURN(Daemon* const daemon, Find(machine));
  Arguments argv = {(programs_ / "firstbell-school").string(), "run", "--state", StateOf(machine)};
  if (!daemon->roll.empty()) argv = Joined(std::move(argv), {"--roll", daemon->roll});
  daemon->running = std::make_unique<Running>(argv, LogOf(StateOf(machine).filename().string()));
  return base::OkStatus();
}

base::Status ProcessWorld::GiveRoll(Machine machine, const v1::Pupil& pupil) {
  FB_ASSIGN_OR_RETURN(Daemon* const daemon, Find(machine));
  daemon->roll = StateOf(machine).string() + "-roll.csv";
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(daemon->roll, RollCsv(machine.urn, pupil), base::kOwnerOnly));
  FB_RETURN_IF_ERROR(SwitchOff(machine));
  return SwitchOn(machine);
}

base::Status ProcessWorld::Hang(Machine machine) {
  FB_ASSIGN_OR_RETURN(Daemon* const daemon, Find(machine));
  daemon->hanging = true;
  if (daemon->running != nullptr) daemon->running->Signal(SIGSTOP);
  return base::OkStatus();
}

base::Status ProcessWorld::GoOn(Machine machine) {
  FB_ASSIGN_OR_RETURN(Daemon* const daemon, Find(machine));
  daemon->hanging = false;
  if (daemon->running != nullptr) daemon->running->Signal(SIGCONT);
  return base::OkStatus();
}

base::Status ProcessWorld::Settle() {
  if (broker_ == nullptr) return base::OkStatus();
  base::Status settled;
  support::Eventually(patience(), [&] {
    const auto deliveries = Deliveries();
    settled = deliveries.status();
    for (const auto& [machine, daemon] : daemons_) {
      if (!settled.ok() || daemon.running == nullptr || daemon.hanging) continue;
      settled = Settled(machine, *deliveries);
    }
    return settled.ok();
  });
  return settled;
}

// Nobody at its school may read it: for an hour it has not been sealed.
bool ProcessWorld::ForNobody(const v1::Delivery& delivery) {
  if (delivery.state() != v1::ALERT_STATE_ACCEPTED) return false;
  if (now_ - model::FromWire(delivery.accepted_at()) < absl::Hours(1)) return false;
  const auto history = AsAuditor({"show", delivery.alert_id()});
  return history.ok() && history->find("alert.sealed") == std::string::npos;
}

// Its clock has been told, its receipts are answered, and nothing is on its way to it.
base::Status ProcessWorld::Settled(Machine machine, const std::vector<v1::Delivery>& deliveries) {
  FB_ASSIGN_OR_RETURN(const SeenInbox inbox, Inbox(machine));
  const std::string who = "the machine of " + machine.urn.ToString();
  if (inbox.now < now_) return base::Unavailable(who + " has not heard what time it is");
  if (inbox.unconfirmed > 0) return base::Unavailable(who + " waits for answers to receipts");
  const bool anyone = std::any_of(people_.begin(), people_.end(),
                                  [&](const auto& one) { return one.second == machine.urn; });
  const bool coming =
      std::any_of(deliveries.begin(), deliveries.end(), [&](const v1::Delivery& delivery) {
        return base::Urn(delivery.urn()) == machine.urn && UnderWay(delivery) &&
               !ForNobody(delivery);
      });
  if (anyone && coming) return base::Unavailable("an alert is on its way to " + who);
  return base::OkStatus();
}

// --- The force, the school, the auditor -------------------------------------------------------

base::Result<v1::IncidentAnswer> ProcessWorld::Report(const base::ForceCode& force,
                                                      const v1::Incident& incident) {
  const std::string path = Below("files/incident.json");
  FB_RETURN_IF_ERROR(base::WriteFileDurably(path, console::ToJson(incident), base::kOwnerOnly));
  FB_ASSIGN_OR_RETURN(const std::string json, AsForce(force, {"submit", path}));
  return FromJson<v1::IncidentAnswer>(json);
}

base::Status ProcessWorld::Withdraw(const base::ForceCode& force, const base::Reference& reference,
                                    const std::vector<std::string>& children,
                                    v1::WithdrawalReason reason) {
  Arguments arguments = {"withdraw", reference.value(), "--reason", Typed(model::Word(reason))};
  for (const std::string& child : children) arguments = Joined(arguments, {"--child", child});
  return AsForce(force, std::move(arguments)).status();
}

base::Result<std::vector<v1::NoticeStatus>> ProcessWorld::Notices(
    const base::ForceCode& force, const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(const std::string json, AsForce(force, {"show", reference.value()}));
  FB_ASSIGN_OR_RETURN(const auto status, FromJson<v1::IncidentStatus>(json));
  return std::vector<v1::NoticeStatus>(status.notices().begin(), status.notices().end());
}

base::Result<std::vector<v1::ReviewStatus>> ProcessWorld::Reviews(
    const base::ForceCode& force, const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(const std::string json, AsForce(force, {"show", reference.value()}));
  FB_ASSIGN_OR_RETURN(const auto status, FromJson<v1::IncidentStatus>(json));
  return std::vector<v1::ReviewStatus>(status.reviews().begin(), status.reviews().end());
}

base::Result<SeenInbox> ProcessWorld::Inbox(Machine machine) {
  FB_ASSIGN_OR_RETURN(const std::string json, School(machine, {"inbox", "list"}));
  return ReadInboxJson(json);
}

base::Result<std::string> ProcessWorld::Open(base::Urn urn, const base::RecipientId& person,
                                             const base::AlertId& alert) {
  return School({urn, 1}, {"inbox", "show", alert.value(), "--person", person.value(),
                           "--passphrase-file", Below("passphrase")});
}

base::Status ProcessWorld::Acknowledge(base::Urn urn, const base::RecipientId& person,
                                       const base::AlertId& alert,
                                       const base::RecipientId& handed_to) {
  Arguments arguments = {"inbox",        "acknowledge",       alert.value(),      "--person",
                         person.value(), "--passphrase-file", Below("passphrase")};
  if (!handed_to.empty()) arguments = Joined(arguments, {"--handed-to", handed_to.value()});
  return School({urn, 1}, std::move(arguments)).status();
}

base::Status ProcessWorld::Say(base::Urn urn, const base::RecipientId& person,
                               const base::AlertId& alert, const Saying& saying) {
  return SchoolAs(urn, person, InboxArguments(alert, saying));
}

base::Status ProcessWorld::SayDuty(base::Urn urn, const base::RecipientId& person,
                                   const v1::Duty& duty) {
  return SchoolAs(urn, person, DutyArguments(duty));
}

base::Status ProcessWorld::SchoolAs(base::Urn urn, const base::RecipientId& person,
                                    const Arguments& arguments) {
  return School({urn, 1}, Joined(arguments, {"--person", person.value(), "--passphrase-file",
                                             Below("passphrase")}))
      .status();
}

base::Result<std::vector<v1::Delivery>> ProcessWorld::Deliveries() {
  FB_ASSIGN_OR_RETURN(const std::string lines, AsAuditor({"list"}));
  return FromLines<v1::Delivery>(lines);
}

base::Status ProcessWorld::VerifyLog() {
  return AsAuditor({"verify"}).status();
}

// --- The end ------------------------------------------------------------------------------------

base::Status ProcessWorld::Finish() {
  daemons_.clear();
  const int code = broker_ == nullptr ? 0 : broker_->Stop();
  broker_.reset();
  if (code != 0) return base::Internal("the broker ended with " + std::to_string(code));
  return Admin({"verify"}).status();
}

std::string ProcessWorld::Logs() {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(logs_)) {
    const auto text = base::ReadFile(entry.path());
    if (!text.ok()) continue;
    const std::size_t from = text->size() > kLogTailBytes ? text->size() - kLogTailBytes : 0;
    all += "--- " + entry.path().filename().string() + "\n" + text->substr(from);
  }
  return all;
}

base::Result<ProcessWorld::Daemon*> ProcessWorld::Find(Machine machine) {
  const auto found = daemons_.find(machine);
  if (found != daemons_.end()) return &found->second;
  return base::InvalidArgument("the story has no such machine");
}

std::filesystem::path ProcessWorld::StateOf(Machine machine) const {
  return directory_ / "machines" / (machine.urn.ToString() + "-" + std::to_string(machine.number));
}

}  // namespace firstbell::scenarios
