#include "tests/support/faulty_store.h"

namespace firstbell::support {

using store::Events;
using store::Page;
using store::Result;
using store::Status;

void FaultyStore::FailNext(const std::string& verb, Fault fault, base::Status status) {
  base::MutexLock lock(mutex_);
  Plan& plan = plans_[verb];
  plan.fault = fault;
  plan.status = std::move(status);
}

void FaultyStore::BeforeNext(const std::string& verb, std::function<void()> hook) {
  base::MutexLock lock(mutex_);
  plans_[verb].hook = std::move(hook);
}

void FaultyStore::StrikeBy(Schedule schedule) {
  schedule_ = std::move(schedule);
}

FaultyStore::Plan FaultyStore::Begin(const std::string& verb) {
  Plan plan;
  if (schedule_) {
    auto strike = schedule_(verb);
    if (strike) return {strike->fault, std::move(strike->status), {}};
  }
  {
    base::MutexLock lock(mutex_);
    const auto found = plans_.find(verb);
    if (found == plans_.end()) return plan;
    plan = std::move(found->second);
    plans_.erase(found);
  }
  if (plan.hook) plan.hook();
  return plan;
}

template <typename Call>
auto FaultyStore::Run(const std::string& verb, Call call) -> decltype(call()) {
  const Plan plan = Begin(verb);
  if (plan.fault == Fault::kNotDone) return plan.status;
  auto answer = call();
  if (plan.fault == Fault::kDone) return plan.status;
  return answer;
}

template <typename Call>
auto FaultyStore::RunEach(const std::string& verb, std::size_t count, Call call)
    -> decltype(call()) {
  const Plan plan = count == 0 ? Plan() : Begin(verb);  // about nothing: no step
  if (plan.fault == Fault::kNotDone) return decltype(call())(count, plan.status);
  auto answers = call();
  if (plan.fault == Fault::kDone) return decltype(call())(count, plan.status);
  return answers;
}

Status FaultyStore::Initialise(const store::Identity& identity, const Events& events) {
  return Run("Initialise", [&] { return behind_.Initialise(identity, events); });
}
Result<store::Identity> FaultyStore::GetIdentity() {
  return Run("GetIdentity", [&] { return behind_.GetIdentity(); });
}
Result<store::Counts> FaultyStore::Count() {
  return Run("Count", [&] { return behind_.Count(); });
}
Status FaultyStore::SaveClockOffset(absl::Duration offset, const Events& events) {
  return Run("SaveClockOffset", [&] { return behind_.SaveClockOffset(offset, events); });
}
Result<std::optional<absl::Duration>> FaultyStore::ClockOffset() {
  return Run("ClockOffset", [&] { return behind_.ClockOffset(); });
}
Status FaultyStore::AppendEvents(const Events& events) {
  return Run("AppendEvents", [&] { return behind_.AppendEvents(events); });
}

Result<store::ImportCounts> FaultyStore::ImportSchools(absl::Span<const model::School> schools,
                                                       const Events& events) {
  return Run("ImportSchools", [&] { return behind_.ImportSchools(schools, events); });
}
Status FaultyStore::SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                                   const Events& events) {
  return Run("SetSchoolHours", [&] { return behind_.SetSchoolHours(urn, hours, events); });
}
Status FaultyStore::SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                                   const Events& events) {
  return Run("SetDirectLines", [&] { return behind_.SetDirectLines(urn, lines, events); });
}
Result<store::SchoolFacts> FaultyStore::GetSchool(base::Urn urn) {
  return Run("GetSchool", [&] { return behind_.GetSchool(urn); });
}
Result<store::ImportCounts> FaultyStore::ImportRoll(base::Urn urn,
                                                    absl::Span<const store::RollEntry> entries,
                                                    store::RollMode mode, absl::Time now,
                                                    const Events& events) {
  return Run("ImportRoll", [&] { return behind_.ImportRoll(urn, entries, mode, now, events); });
}
Result<store::ImportCounts> FaultyStore::LoadRolls(const store::RollLoad& load) {
  return Run("LoadRolls", [&] { return behind_.LoadRolls(load); });
}
Result<store::FoundPupils> FaultyStore::FindPupils(const store::PupilQuery& query) {
  return Run("FindPupils", [&] { return behind_.FindPupils(query); });
}
Status FaultyStore::ReadRolls(const std::function<void(const model::PupilAtSchool& pupil)>& visit) {
  return Run("ReadRolls", [&] { return behind_.ReadRolls(visit); });
}
Status FaultyStore::ReadSchools(
    const std::function<void(const store::SchoolFacts& school)>& visit) {
  return Run("ReadSchools", [&] { return behind_.ReadSchools(visit); });
}
Status FaultyStore::SaveRollCounts(const std::string& counts) {
  return Run("SaveRollCounts", [&] { return behind_.SaveRollCounts(counts); });
}
Result<std::string> FaultyStore::RollCounts() {
  return Run("RollCounts", [&] { return behind_.RollCounts(); });
}
Result<model::Pupil> FaultyStore::GetPupil(base::Urn urn, const base::LocalId& id) {
  return Run("GetPupil", [&] { return behind_.GetPupil(urn, id); });
}
Status FaultyStore::ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                                       const Events& events) {
  return Run("ImportBankHolidays", [&] { return behind_.ImportBankHolidays(holidays, events); });
}
Result<std::vector<model::BankHoliday>> FaultyStore::BankHolidays() {
  return Run("BankHolidays", [&] { return behind_.BankHolidays(); });
}
Result<store::ImportCounts> FaultyStore::ImportCalendars(
    absl::Span<const model::CalendarChange> changes, const Events& events) {
  return Run("ImportCalendars", [&] { return behind_.ImportCalendars(changes, events); });
}
Result<std::vector<model::CalendarDefault>> FaultyStore::CalendarDefaults() {
  return Run("CalendarDefaults", [&] { return behind_.CalendarDefaults(); });
}

Status FaultyStore::SetLadder(const model::LadderScope& scope,
                              const std::optional<model::Ladder>& ladder, const Events& events) {
  return Run("SetLadder", [&] { return behind_.SetLadder(scope, ladder, events); });
}
Result<std::vector<model::OwnLadder>> FaultyStore::OwnLadders() {
  return Run("OwnLadders", [&] { return behind_.OwnLadders(); });
}

Status FaultyStore::AddEnrolmentGrant(const model::EnrolmentGrant& grant, const Events& events) {
  return Run("AddEnrolmentGrant", [&] { return behind_.AddEnrolmentGrant(grant, events); });
}
Result<model::EnrolmentGrant> FaultyStore::FindEnrolmentGrant(std::string_view secret_sha256,
                                                              absl::Time now) {
  return Run("FindEnrolmentGrant", [&] { return behind_.FindEnrolmentGrant(secret_sha256, now); });
}
Status FaultyStore::Enrol(std::string_view secret_sha256, const model::Recipient& recipient,
                          absl::Time now, const Events& events) {
  return Run("Enrol", [&] { return behind_.Enrol(secret_sha256, recipient, now, events); });
}
Result<model::Recipient> FaultyStore::Revoke(const base::RecipientId& id, absl::Time now,
                                             const Events& events) {
  return Run("Revoke", [&] { return behind_.Revoke(id, now, events); });
}
Result<model::Recipient> FaultyStore::SetDuty(const store::NewDuty& duty) {
  return Run("SetDuty", [&] { return behind_.SetDuty(duty); });
}

Status FaultyStore::NoteAlive(absl::Span<const store::SignOfLife> signs) {
  return Run("NoteAlive", [&] { return behind_.NoteAlive(signs); });
}

Result<model::Recipient> FaultyStore::GetRecipient(const base::RecipientId& id) {
  return Run("GetRecipient", [&] { return behind_.GetRecipient(id); });
}
Result<std::vector<model::Recipient>> FaultyStore::RecipientsOf(base::Urn urn) {
  return Run("RecipientsOf", [&] { return behind_.RecipientsOf(urn); });
}
Result<Page<model::Recipient>> FaultyStore::ListRecipients(std::string_view after,
                                                           std::size_t limit) {
  return Run("ListRecipients", [&] { return behind_.ListRecipients(after, limit); });
}

Status FaultyStore::SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                              const store::Events& events) {
  return Run("SetPolicy", [&] { return behind_.SetPolicy(scope, policy, events); });
}
Result<std::vector<model::OwnPolicy>> FaultyStore::OwnPolicies() {
  return Run("OwnPolicies", [&] { return behind_.OwnPolicies(); });
}
Result<std::vector<model::Alert>> FaultyStore::AlertsBeginning(std::string_view prefix,
                                                               std::size_t limit) {
  return Run("AlertsBeginning", [&] { return behind_.AlertsBeginning(prefix, limit); });
}

Result<store::Accepted> FaultyStore::AcceptIncident(const store::NewIncident& incident) {
  return Run("AcceptIncident", [&] { return behind_.AcceptIncident(incident); });
}
Result<store::Accepted> FaultyStore::ReviseIncident(const store::NewRevision& revision) {
  return Run("ReviseIncident", [&] { return behind_.ReviseIncident(revision); });
}
Result<store::Incident> FaultyStore::GetRevision(const base::IncidentId& id,
                                                 std::uint32_t revision) {
  return Run("GetRevision", [&] { return behind_.GetRevision(id, revision); });
}
Result<store::Incident> FaultyStore::GetIncident(const base::ForceCode& force,
                                                 const base::Reference& reference) {
  return Run("GetIncident", [&] { return behind_.GetIncident(force, reference); });
}
Result<store::Incident> FaultyStore::GetIncident(const base::IncidentId& id) {
  return Run("GetIncident", [&] { return behind_.GetIncident(id); });
}
Result<Page<store::Incident>> FaultyStore::ListIncidents(const base::ForceCode& force,
                                                         std::optional<absl::Time> from,
                                                         std::optional<absl::Time> before,
                                                         std::string_view after,
                                                         std::size_t limit) {
  return Run("ListIncidents",
             [&] { return behind_.ListIncidents(force, from, before, after, limit); });
}
Result<std::vector<model::Alert>> FaultyStore::AlertsOf(const base::IncidentId& id) {
  return Run("AlertsOf", [&] { return behind_.AlertsOf(id); });
}
Result<std::vector<model::Case>> FaultyStore::CasesOf(const base::IncidentId& id) {
  return Run("CasesOf", [&] { return behind_.CasesOf(id); });
}

Result<Page<model::Case>> FaultyStore::ListCases(const base::ForceCode& force,
                                                 store::CaseStanding standing,
                                                 std::string_view after, std::size_t limit) {
  return Run("ListCases", [&] { return behind_.ListCases(force, standing, after, limit); });
}
Result<model::Case> FaultyStore::GetCase(const base::IncidentId& id,
                                         const base::ChildRef& child_ref) {
  return Run("GetCase", [&] { return behind_.GetCase(id, child_ref); });
}
Result<store::Decided> FaultyStore::DecideCase(const store::NewDecision& decision) {
  return Run("DecideCase", [&] { return behind_.DecideCase(decision); });
}
Status FaultyStore::RecordLook(const store::NewLook& look) {
  return Run("RecordLook", [&] { return behind_.RecordLook(look); });
}

Result<model::Alert> FaultyStore::GetAlert(const base::AlertId& id) {
  return Run("GetAlert", [&] { return behind_.GetAlert(id); });
}
Result<Page<model::Alert>> FaultyStore::ListAlerts(const store::AlertFilter& filter,
                                                   std::string_view after, std::size_t limit) {
  return Run("ListAlerts", [&] { return behind_.ListAlerts(filter, after, limit); });
}
Result<Page<store::OpenAlert>> FaultyStore::OpenAlerts(base::Urn urn, std::string_view after,
                                                       std::size_t limit) {
  return Run("OpenAlerts", [&] { return behind_.OpenAlerts(urn, after, limit); });
}
std::vector<Status> FaultyStore::RecordSealings(absl::Span<const store::NewSealing> sealings) {
  return RunEach("RecordSealings", sealings.size(),
                 [&] { return behind_.RecordSealings(sealings); });
}
Result<model::Sealing> FaultyStore::GetSealing(const base::AlertId& id, std::uint32_t number) {
  return Run("GetSealing", [&] { return behind_.GetSealing(id, number); });
}
std::vector<Result<store::Recorded>> FaultyStore::RecordSent(
    absl::Span<const store::SentAlert> sent, absl::Time now) {
  return RunEach("RecordSent", sent.size(), [&] { return behind_.RecordSent(sent, now); });
}
Result<std::vector<base::Urn>> FaultyStore::SchoolsWithOpenAlerts() {
  return Run("SchoolsWithOpenAlerts", [&] { return behind_.SchoolsWithOpenAlerts(); });
}
Result<store::Page<model::Alert>> FaultyStore::DueAlerts(absl::Time now, std::string_view after,
                                                         std::size_t limit) {
  return Run("DueAlerts", [&] { return behind_.DueAlerts(now, after, limit); });
}
std::vector<Result<store::Recorded>> FaultyStore::RecordClimbs(
    absl::Span<const store::NewClimb> climbs) {
  return RunEach("RecordClimbs", climbs.size(), [&] { return behind_.RecordClimbs(climbs); });
}
Result<store::Page<model::Alert>> FaultyStore::Calls(const base::ForceCode& force,
                                                     std::string_view after, std::size_t limit) {
  return Run("Calls", [&] { return behind_.Calls(force, after, limit); });
}
Result<store::Recorded> FaultyStore::RecordCall(const store::NewCall& call) {
  return Run("RecordCall", [&] { return behind_.RecordCall(call); });
}
Status FaultyStore::Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                               const Events& events) {
  return Run("Reschedule", [&] { return behind_.Reschedule(id, show_from, deadline, events); });
}
Result<std::vector<base::IncidentId>> FaultyStore::IncidentsWithOpenCases() {
  return Run("IncidentsWithOpenCases", [&] { return behind_.IncidentsWithOpenCases(); });
}
Status FaultyStore::PlaceAgain(const store::Replacement& replacement) {
  return Run("PlaceAgain", [&] { return behind_.PlaceAgain(replacement); });
}
std::vector<Result<store::Recorded>> FaultyStore::RecordReceipts(
    absl::Span<const store::NewReceipt> receipts) {
  return RunEach("RecordReceipts", receipts.size(),
                 [&] { return behind_.RecordReceipts(receipts); });
}
Result<std::vector<model::Receipt>> FaultyStore::ReceiptsOf(const base::AlertId& id) {
  return Run("ReceiptsOf", [&] { return behind_.ReceiptsOf(id); });
}
Result<store::Page<store::LeftBehind>> FaultyStore::StillHeld(base::Urn urn, std::string_view after,
                                                              std::size_t limit) {
  return Run("StillHeld", [&] { return behind_.StillHeld(urn, after, limit); });
}

Status FaultyStore::SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                               const base::Redacted<std::string>& secret,
                               const store::Events& events) {
  return Run("SetWakeUps", [&] { return behind_.SetWakeUps(urn, addresses, secret, events); });
}
Result<store::SchoolWakeUps> FaultyStore::WakeUpsOf(base::Urn urn) {
  return Run("WakeUpsOf", [&] { return behind_.WakeUpsOf(urn); });
}
Result<store::Page<store::SchoolWakeUps>> FaultyStore::ListWakeUps(store::WakeUpList which,
                                                                   std::string_view after,
                                                                   std::size_t limit) {
  return Run("ListWakeUps", [&] { return behind_.ListWakeUps(which, after, limit); });
}
Result<std::size_t> FaultyStore::QueueWakeUps(base::Urn urn, const store::WakeCall& call,
                                              const store::Events& events) {
  return Run("QueueWakeUps", [&] { return behind_.QueueWakeUps(urn, call, events); });
}
Result<std::vector<store::WakeUp>> FaultyStore::QueuedWakeUps(base::Urn urn) {
  return Run("QueuedWakeUps", [&] { return behind_.QueuedWakeUps(urn); });
}
Result<store::Page<store::WakeUp>> FaultyStore::DueWakeUps(absl::Time now, std::string_view after,
                                                           std::size_t limit) {
  return Run("DueWakeUps", [&] { return behind_.DueWakeUps(now, after, limit); });
}
std::vector<Status> FaultyStore::RecordWakeUps(absl::Span<const store::WakeUpAttempt> attempts) {
  return RunEach("RecordWakeUps", attempts.size(), [&] { return behind_.RecordWakeUps(attempts); });
}

Result<std::uint64_t> FaultyStore::LogSize() {
  return Run("LogSize", [&] { return behind_.LogSize(); });
}
Result<store::LogHead> FaultyStore::IntegrateLog(std::size_t limit, const SignHead& sign) {
  return Run("IntegrateLog", [&] { return behind_.IntegrateLog(limit, sign); });
}
Result<std::string> FaultyStore::ReadTile(int level, std::uint64_t index) {
  return Run("ReadTile", [&] { return behind_.ReadTile(level, index); });
}
Status FaultyStore::SaveCheckpoint(store::CheckpointKind kind,
                                   const store::SignedHead& checkpoint) {
  return Run("SaveCheckpoint", [&] { return behind_.SaveCheckpoint(kind, checkpoint); });
}
Result<std::optional<store::SignedHead>> FaultyStore::GetCheckpoint(store::CheckpointKind kind) {
  return Run("GetCheckpoint", [&] { return behind_.GetCheckpoint(kind); });
}
Result<std::vector<store::LogEntry>> FaultyStore::RecipientHistory(const base::RecipientId& id) {
  return Run("RecipientHistory", [&] { return behind_.RecipientHistory(id); });
}
Result<model::Alert> FaultyStore::GetAlertByPseudonym(std::string_view pseudonym) {
  return Run("GetAlertByPseudonym", [&] { return behind_.GetAlertByPseudonym(pseudonym); });
}
Result<std::uint64_t> FaultyStore::EraseHistory(const base::AlertId& id, const TellErased& tell) {
  return Run("EraseHistory", [&] { return behind_.EraseHistory(id, tell); });
}
Status FaultyStore::BeginLogAnew(const std::string& origin, const Events& events) {
  return Run("BeginLogAnew", [&] { return behind_.BeginLogAnew(origin, events); });
}
Status FaultyStore::RecordQuestion(const store::NewQuestion& question) {
  return Run("RecordQuestion", [&] { return behind_.RecordQuestion(question); });
}
Status FaultyStore::ReadStatistics(
    absl::CivilDay from, absl::CivilDay before,
    const std::function<void(const store::StatKey& key, const store::StatCell& cell)>& visit) {
  return Run("ReadStatistics", [&] { return behind_.ReadStatistics(from, before, visit); });
}
Result<store::LogHead> FaultyStore::GetLogHead() {
  return Run("GetLogHead", [&] { return behind_.GetLogHead(); });
}
Result<std::vector<store::LogEntry>> FaultyStore::ReadLog(std::uint64_t first, std::size_t limit) {
  return Run("ReadLog", [&] { return behind_.ReadLog(first, limit); });
}
Result<std::vector<store::LogEntry>> FaultyStore::AlertHistory(const base::AlertId& id) {
  return Run("AlertHistory", [&] { return behind_.AlertHistory(id); });
}
Status FaultyStore::Verify(const Progress& progress) {
  return Run("Verify", [&] { return behind_.Verify(progress); });
}

}  // namespace firstbell::support
