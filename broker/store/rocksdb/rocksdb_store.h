#pragma once

// The store in one directory, by RocksDB: the embedded default, for one broker process.
//
// Ownership: the directory belongs to whoever has it open; a second open, from this process or
// another, is refused. Threads: safe. Writing verbs are grouped: one synced write for all that
// wait. Reads see one snapshot each and never wait for a write. Durability: an OK verb is in the
// write-ahead log and synced. Bounds: limits::kCommitGroup. Errors: those of store.h. After an
// unclear commit the observer is told, and every writing verb is Unavailable until the directory is
// opened again, which replays what stands; reading goes on.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "broker/base/limits.h"
#include "broker/store/store.h"

namespace rocksdb {
class DB;
}

namespace firstbell::store {

namespace rocks {
class CommitGroup;
}

// What a test makes of one commit.
enum class CommitFault {
  kNone,
  kFailBefore,  // nothing is written, and an error reported
  kFailAfter,   // everything is written and synced, and an error reported
  kDiskFull,    // nothing is written, and a full disk reported
};

// One synced write, and what it made true.
struct Commit {
  std::size_t verbs;
  absl::Duration took;
  const Events& events;
};

// Told of the store's commits, by one thread at a time, before the verbs in them answer. Must not
// block nor call the store.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  // It is durable.
  virtual void Committed(const Commit& commit) = 0;
  // A write failed, a full disk among the reasons, and what stands is unclear: once, for good.
  virtual void Unclear() = 0;
};

class RocksDbStore final : public Store {
 public:
  struct Options {
    bool create_if_missing = true;
    std::uint64_t disk_reserve_bytes = limits::kDiskReserveBytes;
    // Asked before each commit, by one thread at a time. Empty outside tests.
    std::function<CommitFault()> fault;
    CommitObserver* observer = nullptr;  // may be none; outlives the store
  };

  // Makes the directory, with mode 0700, where it is missing. FailedPrecondition: another process
  // has it open, or its layout is of a newer version. NotFound: missing, and not to be created.
  // DataLoss, PermissionDenied, ResourceExhausted.
  static Result<std::unique_ptr<RocksDbStore>> Open(const std::filesystem::path& directory,
                                                    Options options);
  ~RocksDbStore() override;
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

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
  RocksDbStore(const std::filesystem::path& directory, absl::TimeZone london,
               const Options& options, std::unique_ptr<rocksdb::DB> db);

  const std::unique_ptr<rocksdb::DB> db_;
  const std::unique_ptr<rocks::CommitGroup> commits_;
};

}  // namespace firstbell::store
