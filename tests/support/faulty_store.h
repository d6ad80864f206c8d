#pragma once

// Any store, with the failures that the world has: a verb that fails once and was not done, fails
// once and *was* done, or is overtaken by something just before it. Otherwise it is the store
// behind it. One that does a single verb wrongly is derived from it.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "broker/base/mutex.h"
#include "broker/store/store.h"

namespace firstbell::support {

enum class Fault { kNotDone, kDone };

// Threads: safe. `behind` outlives it.
class FaultyStore : public store::Store {
 public:
  explicit FaultyStore(store::Store& behind) : behind_(behind) {}

  // The next call of `verb` ("AcceptIncident") answers `status`, having been done or not.
  void FailNext(const std::string& verb, Fault fault, base::Status status);
  // `hook` runs just before the next call of `verb` reaches the store.
  void BeforeNext(const std::string& verb, std::function<void()> hook);
  // Asked at every call of whatever verb, before any plan; nothing: the plan, or the store behind
  // it.
  struct Strike {
    Fault fault = Fault::kNotDone;
    base::Status status;
  };
  using Schedule = std::function<std::optional<Strike>(const std::string& verb)>;
  void StrikeBy(Schedule schedule);

  store::Status Initialise(const store::Identity& identity, const store::Events& events) override;
  store::Result<store::Identity> GetIdentity() override;
  store::Result<store::Counts> Count() override;
  store::Status SaveClockOffset(absl::Duration offset, const store::Events& events) override;
  store::Result<std::optional<absl::Duration>> ClockOffset() override;
  store::Status AppendEvents(const store::Events& events) override;

  store::Result<store::ImportCounts> ImportSchools(absl::Span<const model::School> schools,
                                                   const store::Events& events) override;
  store::Status SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                               const store::Events& events) override;
  store::Status SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                               const store::Events& events) override;
  store::Result<store::SchoolFacts> GetSchool(base::Urn urn) override;
  store::Result<store::ImportCounts> ImportRoll(base::Urn urn,
                                                absl::Span<const store::RollEntry> entries,
                                                store::RollMode mode, absl::Time now,
                                                const store::Events& events) override;
  store::Result<store::ImportCounts> LoadRolls(const store::RollLoad& load) override;
  store::Result<store::FoundPupils> FindPupils(const store::PupilQuery& query) override;
  store::Result<model::Pupil> GetPupil(base::Urn urn, const base::LocalId& id) override;
  store::Status ReadRolls(
      const std::function<void(const model::PupilAtSchool& pupil)>& visit) override;
  store::Status ReadSchools(
      const std::function<void(const store::SchoolFacts& school)>& visit) override;
  store::Status SaveRollCounts(const std::string& counts) override;
  store::Result<std::string> RollCounts() override;
  store::Status ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                                   const store::Events& events) override;
  store::Result<std::vector<model::BankHoliday>> BankHolidays() override;
  store::Result<store::ImportCounts> ImportCalendars(
      absl::Span<const model::CalendarChange> changes, const store::Events& events) override;
  store::Result<std::vector<model::CalendarDefault>> CalendarDefaults() override;
  store::Status SetLadder(const model::LadderScope& scope,
                          const std::optional<model::Ladder>& ladder,
                          const store::Events& events) override;
  store::Result<std::vector<model::OwnLadder>> OwnLadders() override;
  store::Status SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                          const store::Events& events) override;
  store::Result<std::vector<model::OwnPolicy>> OwnPolicies() override;

  store::Status AddEnrolmentGrant(const model::EnrolmentGrant& grant,
                                  const store::Events& events) override;
  store::Result<model::EnrolmentGrant> FindEnrolmentGrant(std::string_view secret_sha256,
                                                          absl::Time now) override;
  store::Status Enrol(std::string_view secret_sha256, const model::Recipient& recipient,
                      absl::Time now, const store::Events& events) override;
  store::Result<model::Recipient> Revoke(const base::RecipientId& id, absl::Time now,
                                         const store::Events& events) override;
  store::Result<model::Recipient> SetDuty(const store::NewDuty& duty) override;
  store::Status NoteAlive(absl::Span<const store::SignOfLife> signs) override;
  store::Result<model::Recipient> GetRecipient(const base::RecipientId& id) override;
  store::Result<std::vector<model::Recipient>> RecipientsOf(base::Urn urn) override;
  store::Result<store::Page<model::Recipient>> ListRecipients(std::string_view after,
                                                              std::size_t limit) override;

  store::Result<store::Accepted> AcceptIncident(const store::NewIncident& incident) override;
  store::Result<store::Accepted> ReviseIncident(const store::NewRevision& revision) override;
  store::Result<store::Incident> GetRevision(const base::IncidentId& id,
                                             std::uint32_t revision) override;
  store::Result<store::Incident> GetIncident(const base::ForceCode& force,
                                             const base::Reference& reference) override;
  store::Result<store::Incident> GetIncident(const base::IncidentId& id) override;
  store::Result<store::Page<store::Incident>> ListIncidents(const base::ForceCode& force,
                                                            std::optional<absl::Time> from,
                                                            std::optional<absl::Time> before,
                                                            std::string_view after,
                                                            std::size_t limit) override;
  store::Result<std::vector<model::Alert>> AlertsOf(const base::IncidentId& id) override;
  store::Result<std::vector<model::Case>> CasesOf(const base::IncidentId& id) override;
  store::Result<std::vector<base::IncidentId>> IncidentsWithOpenCases() override;

  store::Result<store::Page<model::Case>> ListCases(const base::ForceCode& force,
                                                    store::CaseStanding standing,
                                                    std::string_view after,
                                                    std::size_t limit) override;
  store::Result<model::Case> GetCase(const base::IncidentId& id,
                                     const base::ChildRef& child_ref) override;
  store::Result<store::Decided> DecideCase(const store::NewDecision& decision) override;
  store::Status RecordLook(const store::NewLook& look) override;

  store::Result<model::Alert> GetAlert(const base::AlertId& id) override;
  store::Result<std::vector<model::Alert>> AlertsBeginning(std::string_view prefix,
                                                           std::size_t limit) override;
  store::Result<model::Alert> GetAlertByPseudonym(std::string_view pseudonym) override;
  store::Result<store::Page<model::Alert>> ListAlerts(const store::AlertFilter& filter,
                                                      std::string_view after,
                                                      std::size_t limit) override;
  store::Result<store::Page<store::OpenAlert>> OpenAlerts(base::Urn urn, std::string_view after,
                                                          std::size_t limit) override;
  std::vector<store::Status> RecordSealings(absl::Span<const store::NewSealing> sealings) override;
  store::Result<model::Sealing> GetSealing(const base::AlertId& id, std::uint32_t number) override;
  std::vector<store::Result<store::Recorded>> RecordSent(absl::Span<const store::SentAlert> sent,
                                                         absl::Time now) override;
  store::Result<std::vector<base::Urn>> SchoolsWithOpenAlerts() override;
  store::Result<store::Page<model::Alert>> DueAlerts(absl::Time now, std::string_view after,
                                                     std::size_t limit) override;
  std::vector<store::Result<store::Recorded>> RecordClimbs(
      absl::Span<const store::NewClimb> climbs) override;
  store::Result<store::Page<model::Alert>> Calls(const base::ForceCode& force,
                                                 std::string_view after,
                                                 std::size_t limit) override;
  store::Result<store::Recorded> RecordCall(const store::NewCall& call) override;
  store::Status Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                           const store::Events& events) override;
  store::Status PlaceAgain(const store::Replacement& replacement) override;
  std::vector<store::Result<store::Recorded>> RecordReceipts(
      absl::Span<const store::NewReceipt> receipts) override;
  store::Result<std::vector<model::Receipt>> ReceiptsOf(const base::AlertId& id) override;
  store::Result<store::Page<store::LeftBehind>> StillHeld(base::Urn urn, std::string_view after,
                                                          std::size_t limit) override;

  store::Status SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                           const base::Redacted<std::string>& secret,
                           const store::Events& events) override;
  store::Result<store::SchoolWakeUps> WakeUpsOf(base::Urn urn) override;
  store::Result<store::Page<store::SchoolWakeUps>> ListWakeUps(store::WakeUpList which,
                                                               std::string_view after,
                                                               std::size_t limit) override;
  store::Result<std::size_t> QueueWakeUps(base::Urn urn, const store::WakeCall& call,
                                          const store::Events& events) override;
  store::Result<std::vector<store::WakeUp>> QueuedWakeUps(base::Urn urn) override;
  store::Result<store::Page<store::WakeUp>> DueWakeUps(absl::Time now, std::string_view after,
                                                       std::size_t limit) override;
  std::vector<store::Status> RecordWakeUps(
      absl::Span<const store::WakeUpAttempt> attempts) override;

  store::Result<std::uint64_t> LogSize() override;
  store::Result<store::LogHead> GetLogHead() override;
  store::Result<store::LogHead> IntegrateLog(std::size_t limit, const SignHead& sign) override;
  store::Result<std::string> ReadTile(int level, std::uint64_t index) override;
  store::Status SaveCheckpoint(store::CheckpointKind kind,
                               const store::SignedHead& checkpoint) override;
  store::Result<std::optional<store::SignedHead>> GetCheckpoint(
      store::CheckpointKind kind) override;
  store::Result<std::vector<store::LogEntry>> ReadLog(std::uint64_t first,
                                                      std::size_t limit) override;
  store::Result<std::vector<store::LogEntry>> AlertHistory(const base::AlertId& id) override;
  store::Result<std::vector<store::LogEntry>> RecipientHistory(
      const base::RecipientId& id) override;
  store::Result<std::uint64_t> EraseHistory(const base::AlertId& id,
                                            const TellErased& tell) override;
  store::Status BeginLogAnew(const std::string& origin, const store::Events& events) override;
  store::Status RecordQuestion(const store::NewQuestion& question) override;
  store::Status ReadStatistics(
      absl::CivilDay from, absl::CivilDay before,
      const std::function<void(const store::StatKey& key, const store::StatCell& cell)>& visit)
      override;
  store::Status Verify(const Progress& progress) override;

 private:
  struct Plan {
    std::optional<Fault> fault;
    base::Status status;
    std::function<void()> hook;
  };

  // The plan for this call, used up; its hook has run.
  Plan Begin(const std::string& verb);
  // One answer, or the failure in its place.
  template <typename Call>
  auto Run(const std::string& verb, Call call) -> decltype(call());
  // One answer for each of `count`, or the failure in the place of each.
  template <typename Call>
  auto RunEach(const std::string& verb, std::size_t count, Call call) -> decltype(call());

  store::Store& behind_;
  Schedule schedule_;  // set before the first call
  base::Mutex mutex_;
  std::map<std::string, Plan> plans_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::support
