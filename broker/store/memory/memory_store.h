#pragma once

// The store in memory: standard containers under one mutex. The obvious twin of the other drivers,
// and what scenarios and simulations run on. Nothing survives the object; "durable" means only
// "done".
//
// Threads: safe. Errors: those of the verbs alone. No copy, no move.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/audit/tile_builder.h"
#include "broker/base/mutex.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"
#include "broker/store/store.h"

namespace firstbell::store {

class MemoryStore final : public Store {
 public:
  MemoryStore() = default;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  Status Initialise(const Identity& identity, const Events& events) override;
  Result<Identity> GetIdentity() override;
  Result<Counts> Count() override;
  Status SaveClockOffset(absl::Duration offset, const Events& events) override;
  Result<std::optional<absl::Duration>> ClockOffset() override;
  Status AppendEvents(const Events& events) override;

  Result<ImportCounts> ImportSchools(absl::Span<const model::School> schools,
                                     const Events& events) override;
  Status SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                        const Events& events) override;
  Status SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                        const Events& events) override;
  Result<SchoolFacts> GetSchool(base::Urn urn) override;
  Result<ImportCounts> ImportRoll(base::Urn urn, absl::Span<const RollEntry> entries, RollMode mode,
                                  absl::Time now, const Events& events) override;
  Result<ImportCounts> LoadRolls(const RollLoad& load) override;
  Result<FoundPupils> FindPupils(const PupilQuery& query) override;
  Result<model::Pupil> GetPupil(base::Urn urn, const base::LocalId& id) override;
  Status ReadRolls(const std::function<void(const model::PupilAtSchool& pupil)>& visit) override;
  Status ReadSchools(const std::function<void(const SchoolFacts& school)>& visit) override;
  Status SaveRollCounts(const std::string& counts) override;
  Result<std::string> RollCounts() override;
  Status ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                            const Events& events) override;
  Result<std::vector<model::BankHoliday>> BankHolidays() override;
  Result<ImportCounts> ImportCalendars(absl::Span<const model::CalendarChange> changes,
                                       const Events& events) override;
  Result<std::vector<model::CalendarDefault>> CalendarDefaults() override;
  Status SetLadder(const model::LadderScope& scope, const std::optional<model::Ladder>& ladder,
                   const Events& events) override;
  Result<std::vector<model::OwnLadder>> OwnLadders() override;
  Status SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                   const Events& events) override;
  Result<std::vector<model::OwnPolicy>> OwnPolicies() override;

  Status AddEnrolmentGrant(const model::EnrolmentGrant& grant, const Events& events) override;
  Result<model::EnrolmentGrant> FindEnrolmentGrant(std::string_view secret_sha256,
                                                   absl::Time now) override;
  Status Enrol(std::string_view secret_sha256, const model::Recipient& recipient, absl::Time now,
               const Events& events) override;
  Result<model::Recipient> Revoke(const base::RecipientId& id, absl::Time now,
                                  const Events& events) override;
  Result<model::Recipient> SetDuty(const NewDuty& duty) override;
  Status NoteAlive(absl::Span<const SignOfLife> signs) override;
  Result<model::Recipient> GetRecipient(const base::RecipientId& id) override;
  Result<std::vector<model::Recipient>> RecipientsOf(base::Urn urn) override;
  Result<Page<model::Recipient>> ListRecipients(std::string_view after, std::size_t limit) override;

  Result<Accepted> AcceptIncident(const NewIncident& incident) override;
  Result<Accepted> ReviseIncident(const NewRevision& revision) override;
  Result<Incident> GetRevision(const base::IncidentId& id, std::uint32_t revision) override;
  Result<Incident> GetIncident(const base::ForceCode& force,
                               const base::Reference& reference) override;
  Result<Incident> GetIncident(const base::IncidentId& id) override;
  Result<Page<Incident>> ListIncidents(const base::ForceCode& force, std::optional<absl::Time> from,
                                       std::optional<absl::Time> before, std::string_view after,
                                       std::size_t limit) override;
  Result<std::vector<model::Alert>> AlertsOf(const base::IncidentId& id) override;
  Result<std::vector<model::Case>> CasesOf(const base::IncidentId& id) override;
  Result<std::vector<base::IncidentId>> IncidentsWithOpenCases() override;

  Result<Page<model::Case>> ListCases(const base::ForceCode& force, CaseStanding standing,
                                      std::string_view after, std::size_t limit) override;
  Result<model::Case> GetCase(const base::IncidentId& id, const base::ChildRef& child_ref) override;
  Result<Decided> DecideCase(const NewDecision& decision) override;
  Status RecordLook(const NewLook& look) override;

  Result<model::Alert> GetAlert(const base::AlertId& id) override;
  Result<std::vector<model::Alert>> AlertsBeginning(std::string_view prefix,
                                                    std::size_t limit) override;
  Result<model::Alert> GetAlertByPseudonym(std::string_view pseudonym) override;
  Result<Page<model::Alert>> ListAlerts(const AlertFilter& filter, std::string_view after,
                                        std::size_t limit) override;
  Result<Page<OpenAlert>> OpenAlerts(base::Urn urn, std::string_view after,
                                     std::size_t limit) override;
  std::vector<Status> RecordSealings(absl::Span<const NewSealing> sealings) override;
  Result<model::Sealing> GetSealing(const base::AlertId& id, std::uint32_t number) override;
  std::vector<Result<Recorded>> RecordSent(absl::Span<const SentAlert> sent,
                                           absl::Time now) override;
  Result<std::vector<base::Urn>> SchoolsWithOpenAlerts() override;
  Result<Page<model::Alert>> DueAlerts(absl::Time now, std::string_view after,
                                       std::size_t limit) override;
  std::vector<Result<Recorded>> RecordClimbs(absl::Span<const NewClimb> climbs) override;
  Result<Page<model::Alert>> Calls(const base::ForceCode& force, std::string_view after,
                                   std::size_t limit) override;
  Result<Recorded> RecordCall(const NewCall& call) override;
  Status Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                    const Events& events) override;
  Status PlaceAgain(const Replacement& replacement) override;
  std::vector<Result<Recorded>> RecordReceipts(absl::Span<const NewReceipt> receipts) override;
  Result<std::vector<model::Receipt>> ReceiptsOf(const base::AlertId& id) override;
  Result<Page<LeftBehind>> StillHeld(base::Urn urn, std::string_view after,
                                     std::size_t limit) override;

  Status SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                    const base::Redacted<std::string>& secret, const Events& events) override;
  Result<SchoolWakeUps> WakeUpsOf(base::Urn urn) override;
  Result<Page<SchoolWakeUps>> ListWakeUps(WakeUpList which, std::string_view after,
                                          std::size_t limit) override;
  Result<std::size_t> QueueWakeUps(base::Urn urn, const WakeCall& call,
                                   const Events& events) override;
  Result<std::vector<WakeUp>> QueuedWakeUps(base::Urn urn) override;
  Result<Page<WakeUp>> DueWakeUps(absl::Time now, std::string_view after,
                                  std::size_t limit) override;
  std::vector<Status> RecordWakeUps(absl::Span<const WakeUpAttempt> attempts) override;

  Result<std::uint64_t> LogSize() override;
  Result<LogHead> GetLogHead() override;
  Result<LogHead> IntegrateLog(std::size_t limit, const SignHead& sign) override;
  Result<std::string> ReadTile(int level, std::uint64_t index) override;
  Status SaveCheckpoint(CheckpointKind kind, const SignedHead& checkpoint) override;
  Result<std::optional<SignedHead>> GetCheckpoint(CheckpointKind kind) override;
  Result<std::vector<LogEntry>> ReadLog(std::uint64_t first, std::size_t limit) override;
  Result<std::vector<LogEntry>> AlertHistory(const base::AlertId& id) override;
  Result<std::vector<LogEntry>> RecipientHistory(const base::RecipientId& id) override;
  Result<std::uint64_t> EraseHistory(const base::AlertId& id, const TellErased& tell) override;
  Status BeginLogAnew(const std::string& origin, const Events& events) override;
  Status RecordQuestion(const NewQuestion& question) override;
  Status ReadStatistics(
      absl::CivilDay from, absl::CivilDay before,
      const std::function<void(const StatKey& key, const StatCell& cell)>& visit) override;

  Status Verify(const Progress& progress) override;

 private:
  struct PupilRow {
    RollEntry entry;
    Claim claim;
    bool disputed = false;
  };
  struct SchoolRow {
    model::School school;
    std::optional<model::SchoolHours> hours;
    model::SchoolYear year;
    std::optional<absl::Time> roll_imported_at;
    model::DirectLines direct_lines;
    std::map<base::LocalId, PupilRow> pupils;
  };
  struct IncidentRow {
    Incident incident;
    std::vector<base::AlertId> alerts;
    std::vector<model::Case> cases;
    std::map<std::uint32_t, Incident> earlier;  // by revision
  };
  struct AlertRow {
    model::Alert alert;
    std::vector<model::Sealing> sealings;  // number 1 first
    std::vector<model::Receipt> receipts;  // oldest first
  };
  // Unix nanoseconds and an id. Negated nanoseconds make the newest come first.
  template <typename Id>
  using ByTime = std::set<std::pair<std::int64_t, Id>>;
  using Officer = std::pair<base::ForceCode, base::OfficerId>;

  // The index in which a case stands, and where.
  std::map<base::ForceCode, ByTime<CasePlace>>& CaseOrders(CaseStanding standing)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return standing == CaseStanding::kOpen ? open_cases_ : decided_cases_;
  }
  static std::int64_t CaseOrder(const model::Case& value);

  void Append(const Events& events) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static SchoolFacts FactsOf(const SchoolRow& row);
  // Where what that scope says stands.
  model::SchoolYear& YearOf(const model::CalendarScope& scope)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Nothing is changed unless it is OK.
  Status CheckLoad(const std::vector<SchoolRoll>& rolls) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutPupil(base::Urn urn, SchoolRow& row, PupilRow pupil)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RemovePupil(base::Urn urn, SchoolRow& row, const base::LocalId& id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False where the block is too large.
  bool LookAt(std::uint64_t block, Promising& promising) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  model::EnrolmentGrant* LiveGrant(std::string_view secret_sha256, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status CheckNewRecipient(const model::Recipient& recipient) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Where the child's case stands in its incident; nothing where there is none.
  std::optional<CasePlace> FindCase(const base::IncidentId& id, const base::ChildRef& child_ref)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Result<Page<model::Alert>> ReadByTime(const ByTime<base::AlertId>& order, absl::Time until,
                                        std::string_view after, std::size_t limit)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One for each address of the school; how many are new.
  std::size_t Wake(base::Urn urn, const WakeCall& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutWakeUp(const WakeUp& wake_up) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropWakeUp(const WakeUpKey& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status RecordWakeUp(const WakeUpAttempt& attempt) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyWakeUps() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Result<Recorded> RecordClimb(const NewClimb& climb) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutAlert(const model::Alert& alert) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Nothing is changed unless it is OK.
  Status CheckRevision(const IncidentRow& row, const NewRevision& given)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What follows from a refusal, but for the alert itself.
  void PutRefusal(const model::Alert& refused, absl::Time at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static Holders HoldersOf(const AlertRow& row);
  // Whether StillHeld knows it, after it or its receipts changed.
  void NoteHeld(const AlertRow& row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Result<Recorded> RecordSentOne(const SentAlert& sent, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status RecordSealing(const NewSealing& sealing) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Nothing is changed by the first; false: it all stands as it says.
  Result<bool> CheckReplacement(const Replacement& replacement)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Changes nothing; of a case that nobody has decided.
  Status CheckDecision(const NewDecision& given) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutCase(const model::Case& value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Result<Recorded> RecordReceipt(const NewReceipt& receipt) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static OpenAlert ToOpenAlert(const AlertRow& row);
  // The newest sealing.
  static bool HasReceived(const AlertRow& row, const base::RecipientId& device);

  Status Keep(CheckpointKind kind, const SignedHead& checkpoint)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Status VerifyRolls() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyRecipients() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyIncidents() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyCases() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyAlerts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Status VerifyLog(const Progress& progress) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;

  std::optional<Identity> identity_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Duration> clock_offset_ ABSL_GUARDED_BY(mutex_);

  std::map<base::Urn, SchoolRow> schools_ ABSL_GUARDED_BY(mutex_);
  std::map<std::uint64_t, std::set<std::pair<base::Urn, base::LocalId>>> pupils_by_block_
      ABSL_GUARDED_BY(mutex_);
  std::string roll_counts_ ABSL_GUARDED_BY(mutex_);
  std::vector<model::BankHoliday> holidays_ ABSL_GUARDED_BY(mutex_);
  std::map<model::CalendarScope, model::SchoolYear> calendars_ ABSL_GUARDED_BY(mutex_);
  std::map<model::LadderScope, model::Ladder> ladders_ ABSL_GUARDED_BY(mutex_);
  std::map<model::Scope, v1::Policy> policies_ ABSL_GUARDED_BY(mutex_);

  std::map<std::string, model::EnrolmentGrant, std::less<>> grants_ ABSL_GUARDED_BY(mutex_);
  std::map<base::RecipientId, model::Recipient> recipients_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<base::Urn, base::RecipientId>> recipients_by_urn_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, base::RecipientId> devices_by_curve_key_ ABSL_GUARDED_BY(mutex_);

  std::map<base::IncidentId, IncidentRow> incidents_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<base::ForceCode, base::Reference>, base::IncidentId> incidents_by_reference_
      ABSL_GUARDED_BY(mutex_);
  std::map<base::ForceCode, ByTime<base::IncidentId>> incidents_by_force_ ABSL_GUARDED_BY(mutex_);

  std::map<base::ForceCode, ByTime<CasePlace>> open_cases_ ABSL_GUARDED_BY(mutex_);  // by deadline
  std::map<base::ForceCode, ByTime<CasePlace>> decided_cases_ ABSL_GUARDED_BY(mutex_);  // newest
  std::map<Officer, model::OfficerLooks> officers_ ABSL_GUARDED_BY(mutex_);

  std::map<base::AlertId, AlertRow> alerts_ ABSL_GUARDED_BY(mutex_);
  ByTime<base::AlertId> alerts_by_time_ ABSL_GUARDED_BY(mutex_);                    // newest first
  std::map<base::Urn, ByTime<base::AlertId>> alerts_of_ ABSL_GUARDED_BY(mutex_);    // the same
  std::map<base::Urn, ByTime<base::AlertId>> open_alerts_ ABSL_GUARDED_BY(mutex_);  // oldest first
  ByTime<base::AlertId> due_alerts_ ABSL_GUARDED_BY(mutex_);                        // by climb_at
  std::map<base::Urn, std::set<base::AlertId>> held_alerts_ ABSL_GUARDED_BY(mutex_);
  std::map<base::ForceCode, ByTime<base::AlertId>> called_alerts_
      ABSL_GUARDED_BY(mutex_);  // by deadline

  std::map<base::Urn, SchoolWakeUps> wake_ups_ ABSL_GUARDED_BY(mutex_);  // with an address each
  std::map<WakeUpKey, WakeUp> queued_wake_ups_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<std::int64_t, WakeUpKey>> due_wake_ups_ ABSL_GUARDED_BY(mutex_);  // that wait

  std::vector<LogEntry> log_ ABSL_GUARDED_BY(mutex_);
  std::map<base::AlertId, std::vector<std::uint64_t>> history_ ABSL_GUARDED_BY(mutex_);
  std::map<base::RecipientId, std::vector<std::uint64_t>> key_history_ ABSL_GUARDED_BY(mutex_);
  audit::Frontier tree_ ABSL_GUARDED_BY(mutex_);
  std::map<audit::TilePlace, std::string> tiles_ ABSL_GUARDED_BY(mutex_);
  std::map<CheckpointKind, SignedHead> checkpoints_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::pair<absl::CivilDay, std::uint32_t>, std::less<>> asked_
      ABSL_GUARDED_BY(mutex_);  // by auditor: what they have spent of a day's budget
};

}  // namespace firstbell::store
