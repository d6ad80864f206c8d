#include "tests/scenarios/simulated_world.h"

#include <utility>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/base/file.h"
#include "tests/scenarios/outside_files.h"
#include "tests/scenarios/passphrase.h"

namespace firstbell::scenarios {
namespace {

const base::Secret kNone;

// The call that firstbell-school makes over gRPC.
class DirectEnrolment final : public school::EnrolmentPort {
 public:
  explicit DirectEnrolment(SimulatedBroker& broker) : broker_(broker) {}
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolmentCode&,
                                        const v1::EnrolRequest& request) override {
    return broker_.Enrol(request);
  }

 private:
  SimulatedBroker& broker_;
};

base::Result<inquiry::Auditor> National() {
  return inquiry::AuditorOf("urn:firstbell:auditor:named-national:scenario", "named-national");
}

}  // namespace

base::Result<std::unique_ptr<World>> SimulatedWorld::Make(const std::filesystem::path& directory) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  const absl::Time start = absl::FromCivil(absl::CivilMinute(2026, 1, 5, 9, 0), london);
  std::unique_ptr<SimulatedWorld> world(new SimulatedWorld(directory, start, london));
  FB_RETURN_IF_ERROR(world->Initialise());
  return std::unique_ptr<World>(std::move(world));
}

SimulatedWorld::SimulatedWorld(const std::filesystem::path& directory, absl::Time start,
                               absl::TimeZone london)
    : directory_(directory),
      keys_(registry::At(directory / "data", {})),
      london_(london),
      clock_(start) {}

base::Status SimulatedWorld::Initialise() {
  FB_RETURN_IF_ERROR(registry::MakeKeys(keys_, directory_ / "root",
                                        {"Examplebury", {"localhost"}, base::SystemClock().Now()}));
  FB_RETURN_IF_ERROR(
      store_.Initialise({"firstbell.example/scenario", true},
                        {model::Event(model::EventKind::kBrokerInitialised, clock_.Now())}));
  return StartBroker();
}

// --- Registers, calendars, people -----------------------------------------------------------

base::Status SimulatedWorld::AddSchool(const v1::School& school) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::ImportSchoolsRequest request;
  *request.add_schools() = school;
  return broker->desk().ImportSchools(request).status();
}

base::Status SimulatedWorld::SetHours(base::Urn urn, const v1::SchoolHours& hours) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::SetSchoolHoursRequest request;
  request.set_urn(urn.value());
  *request.mutable_hours() = hours;
  return broker->desk().SetSchoolHours(request).status();
}

base::Status SimulatedWorld::AddBankHoliday(const std::string& date) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  for (const v1::Nation nation : {v1::NATION_ENGLAND, v1::NATION_WALES}) {
    v1::BankHoliday& holiday = *holidays_.add_holidays();
    holiday.set_nation(nation);
    holiday.set_date(date);
    holiday.set_title("A bank holiday");
  }
  return broker->desk().ImportBankHolidays(holidays_).status();
}

base::Status SimulatedWorld::AddPupil(base::Urn urn, const v1::Pupil& pupil) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::ImportRollRequest request;
  request.set_urn(urn.value());
  request.set_mode(v1::ImportRollRequest::MODE_ONLY_ADD);
  *request.add_pupils() = pupil;
  FB_RETURN_IF_ERROR(broker->desk().ImportRoll(request).status());
  return RunOn();
}

base::Result<std::string> SimulatedWorld::NewCode(base::Urn urn, v1::RecipientRole role,
                                                  const std::string& name) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::CreateEnrolmentCodeRequest request;
  request.set_urn(urn.value());
  request.set_role(role);
  request.set_display_name(name);
  FB_ASSIGN_OR_RETURN(const auto answer, broker->desk().CreateEnrolmentCode(request));
  return answer.code();
}

base::Status SimulatedWorld::AddMachine(Machine machine) {
  FB_ASSIGN_OR_RETURN(const std::string code, NewCode(machine.urn, v1::RECIPIENT_ROLE_DEVICE, ""));
  FB_ASSIGN_OR_RETURN(auto state, school::StateDirectory::OpenOrMake(
                                      directory_ / ("machine-" + machine.urn.ToString() + "-" +
                                                    std::to_string(machine.number))));
  Linked& linked = machines_[machine];
  linked.machine = std::make_unique<SimulatedMachine>(std::move(state));
  DirectEnrolment port(*broker_);
  FB_RETURN_IF_ERROR(linked.machine->Enrol(code, kNone, port).status());
  return SwitchOn(machine);
}

base::Result<base::RecipientId> SimulatedWorld::AddPerson(base::Urn urn, v1::RecipientRole role,
                                                          const std::string& name) {
  FB_ASSIGN_OR_RETURN(const std::string code, NewCode(urn, role, name));
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find({urn, 1}));
  DirectEnrolment port(*broker_);
  FB_ASSIGN_OR_RETURN(const auto enrolled,
                      linked->machine->Enrol(code, base::Secret(kPassphrase), port));
  FB_RETURN_IF_ERROR(RunOn());
  return base::RecipientId(enrolled.recipient_id());
}

base::Status SimulatedWorld::Revoke(const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::RevokeRecipientRequest request;
  request.set_recipient_id(person.value());
  FB_RETURN_IF_ERROR(broker->desk().RevokeRecipient(request).status());
  return RunOn();
}

// --- Time and trouble -----------------------------------------------------------------------

base::Status SimulatedWorld::WakeAt(base::Urn urn, const std::string& mailbox) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::SetWakeUpsRequest request;
  request.set_urn(urn.value());
  request.add_addresses()->set_kind(v1::WAKE_UP_KIND_EMAIL);
  request.mutable_addresses(0)->set_value(mailbox);
  return broker->desk().SetWakeUps(request).status();
}

base::Result<std::vector<std::string>> SimulatedWorld::MailIn(const std::string& mailbox) {
  return mailboxes_.mail[mailbox];
}

std::vector<dispatch::Sent> SimulatedWorld::Mailboxes::Send(
    absl::Span<const dispatch::WakeUpCall> calls) {
  for (const dispatch::WakeUpCall& call : calls) {
    mail[call.address.value.Reveal()].push_back("something waits");
  }
  return std::vector<dispatch::Sent>(calls.size(), dispatch::Sent::kDelivered);
}

base::Status SimulatedWorld::SetTime(absl::Time time) {
  clock_.Set(time);
  if (broker_ != nullptr) broker_->ClockMoved();
  return RunOn();
}

base::Status SimulatedWorld::StopBroker() {
  broker_.reset();
  for (auto& [machine, linked] : machines_) linked.broken = linked.session.has_value();
  return RunOn();
}

base::Status SimulatedWorld::StartBroker() {
  if (broker_ != nullptr) return base::FailedPrecondition("the broker runs already");
  FB_ASSIGN_OR_RETURN(broker_, SimulatedBroker::Start(store_, keys_, clock_));
  return RunOn();
}

base::Status SimulatedWorld::SwitchOff(Machine machine) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  Disconnect(*linked);
  linked->machine->SwitchOff();
  linked->hanging = false;
  return RunOn();
}

base::Status SimulatedWorld::SwitchOn(Machine machine) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  FB_RETURN_IF_ERROR(linked->machine->SwitchOn());
  return RunOn();
}

base::Status SimulatedWorld::GiveRoll(Machine machine, const v1::Pupil& pupil) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  const auto path = directory_ / ("roll-" + machine.urn.ToString() + ".csv");
  FB_RETURN_IF_ERROR(base::WriteFileDurably(path, RollCsv(machine.urn, pupil), base::kOwnerOnly));
  linked->machine->AnswerBy({path, machine.urn, london_});
  return RunOn();
}

base::Status SimulatedWorld::Hang(Machine machine) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  linked->hanging = true;
  return base::OkStatus();
}

base::Status SimulatedWorld::GoOn(Machine machine) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  linked->hanging = false;
  return RunOn();
}

// --- The force, the school, the auditor -----------------------------------------------------

base::Result<v1::IncidentAnswer> SimulatedWorld::Report(const base::ForceCode& force,
                                                        const v1::Incident& incident) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const v1::IncidentAnswer answer, broker->Submit(force, incident));
  FB_RETURN_IF_ERROR(RunOn());
  return answer;
}

base::Status SimulatedWorld::Withdraw(const base::ForceCode& force,
                                      const base::Reference& reference,
                                      const std::vector<std::string>& children,
                                      v1::WithdrawalReason reason) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::WithdrawIncidentRequest request;
  request.set_reference(reference.value());
  request.set_reason(reason);
  for (const std::string& child : children) request.add_child_refs(child);
  FB_RETURN_IF_ERROR(broker->Withdraw(force, request).status());
  return RunOn();
}

base::Result<std::vector<v1::NoticeStatus>> SimulatedWorld::Notices(
    const base::ForceCode& force, const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const auto status, broker->incidents().Get(force, reference, clock_.Now()));
  return std::vector<v1::NoticeStatus>(status.notices().begin(), status.notices().end());
}

base::Result<std::vector<v1::ReviewStatus>> SimulatedWorld::Reviews(
    const base::ForceCode& force, const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const auto status, broker->incidents().Get(force, reference, clock_.Now()));
  return std::vector<v1::ReviewStatus>(status.reviews().begin(), status.reviews().end());
}

base::Result<SeenInbox> SimulatedWorld::Inbox(Machine machine) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find(machine));
  FB_ASSIGN_OR_RETURN(const std::string json, linked->machine->InboxJson(clock_.Now()));
  return ReadInboxJson(json);
}

base::Result<std::string> SimulatedWorld::Open(base::Urn urn, const base::RecipientId& person,
                                               const base::AlertId& alert) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find({urn, 1}));
  FB_ASSIGN_OR_RETURN(
      const std::string read,
      linked->machine->Open(person, base::Secret(kPassphrase), alert, clock_.Now()));
  FB_RETURN_IF_ERROR(RunOn());
  return read;
}

base::Status SimulatedWorld::Acknowledge(base::Urn urn, const base::RecipientId& person,
                                         const base::AlertId& alert,
                                         const base::RecipientId& handed_to) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find({urn, 1}));
  FB_RETURN_IF_ERROR(linked->machine->Acknowledge(person, base::Secret(kPassphrase), alert,
                                                  handed_to, clock_.Now()));
  return RunOn();
}

base::Status SimulatedWorld::Say(base::Urn urn, const base::RecipientId& person,
                                 const base::AlertId& alert, const Saying& saying) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find({urn, 1}));
  FB_RETURN_IF_ERROR(
      linked->machine->Say(person, base::Secret(kPassphrase), alert, saying, clock_.Now()));
  return RunOn();
}

base::Status SimulatedWorld::SayDuty(base::Urn urn, const base::RecipientId& person,
                                     const v1::Duty& duty) {
  FB_ASSIGN_OR_RETURN(Linked* const linked, Find({urn, 1}));
  FB_RETURN_IF_ERROR(
      linked->machine->SayDuty(person, base::Secret(kPassphrase), duty, clock_.Now()));
  return RunOn();
}

base::Result<std::vector<v1::Delivery>> SimulatedWorld::Deliveries() {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const inquiry::Auditor auditor, National());
  FB_ASSIGN_OR_RETURN(const auto listed, broker->deliveries().List(auditor, {}, clock_.Now()));
  return std::vector<v1::Delivery>(listed.deliveries().begin(), listed.deliveries().end());
}

base::Status SimulatedWorld::VerifyLog() {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const inquiry::Auditor auditor, National());
  FB_RETURN_IF_ERROR(broker->TurnLog());
  FB_ASSIGN_OR_RETURN(const v1::Checkpoint head, broker->deliveries().GetCheckpoint({}));
  v1::ReadEntriesRequest request;
  request.set_count(head.size());
  audit::Frontier tree;
  FB_ASSIGN_OR_RETURN(inquiry::EntryRange range,
                      broker->deliveries().OpenEntries(auditor, request, clock_.Now()));
  while (!range.empty()) {
    FB_ASSIGN_OR_RETURN(const auto page, broker->deliveries().NextEntries(auditor, range));
    for (const v1::LogEntry& entry : page) {
      tree.Append(entry.entry());
      FB_RETURN_IF_ERROR(audit::CheckEntry(entry.entry(), entry.event(), entry.salt()));
    }
  }
  if (tree.size() == head.size() && tree.Root() == head.root_sha256()) return base::OkStatus();
  return base::DataLoss("the entries do not give the log's root");
}

base::Status SimulatedWorld::Finish() {
  broker_.reset();
  machines_.clear();
  return store_.Verify({});
}

// --- The link ---------------------------------------------------------------------------------

base::Result<SimulatedBroker*> SimulatedWorld::Broker() const {
  if (broker_ != nullptr) return broker_.get();
  return base::Unavailable("the broker is down");
}

bool SimulatedWorld::Connected(const Linked& linked) const {
  return broker_ != nullptr && linked.session && !linked.broken;
}

base::Result<SimulatedWorld::Linked*> SimulatedWorld::Find(Machine machine) {
  const auto found = machines_.find(machine);
  if (found != machines_.end()) return &found->second;
  return base::InvalidArgument("the story has no such machine");
}

base::Status SimulatedWorld::RunOn() {
  for (bool moved = true; moved;) {
    moved = broker_ != nullptr && broker_->RunTasks();
    if (broker_ != nullptr) FB_RETURN_IF_ERROR(waker_.Run(clock_.Now()).status());
    for (auto& [machine, linked] : machines_) {
      FB_ASSIGN_OR_RETURN(const bool ran, RunMachine(linked));
      moved |= ran;
    }
  }
  return base::OkStatus();
}

base::Result<bool> SimulatedWorld::RunMachine(Linked& linked) {
  if (!linked.machine->on()) return false;
  const bool comes_up = !linked.hanging && !linked.session && broker_ != nullptr;
  if (comes_up) {
    linked.session = "session-" + std::to_string(++sessions_);
    SendAll(linked, linked.machine->OnUp(clock_.Now()));
  }
  FB_ASSIGN_OR_RETURN(const bool delivered, Deliver(linked));
  if (linked.hanging) return false;
  if (linked.broken) Disconnect(linked);
  FB_ASSIGN_OR_RETURN(const auto frames, linked.machine->OnTick(clock_.Now()));
  SendAll(linked, frames);
  return comes_up || delivered || (!frames.empty() && Connected(linked));
}

// What arrived while the machine hung is read before it notices that the connection broke, as from
// a socket's buffer.
base::Result<bool> SimulatedWorld::Deliver(Linked& linked) {
  if (Connected(linked)) {
    for (std::string& frame : broker_->TakeFrames(*linked.session)) {
      linked.incoming.push_back(std::move(frame));
    }
  }
  if (linked.hanging) return false;
  const bool any = !linked.incoming.empty();
  while (!linked.incoming.empty()) {
    const std::string frame = std::move(linked.incoming.front());
    linked.incoming.pop_front();
    FB_ASSIGN_OR_RETURN(const auto frames, linked.machine->OnFrame(frame, clock_.Now()));
    SendAll(linked, frames);
  }
  return any;
}

void SimulatedWorld::SendAll(const Linked& linked, const std::vector<std::string>& frames) {
  if (!Connected(linked)) return;
  for (const std::string& frame : frames) {
    broker_->OnFrame(*linked.session, linked.machine->curve_public_key(), frame);
  }
}

void SimulatedWorld::Disconnect(Linked& linked) {
  if (!linked.session) return;
  if (Connected(linked)) broker_->OnGone(*linked.session);
  linked.session.reset();
  linked.broken = false;
  linked.incoming.clear();
  if (linked.machine->on()) linked.machine->OnDown();
}

}  // namespace firstbell::scenarios
