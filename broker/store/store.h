#pragma once

// What the broker keeps, as verbs. Each writing verb is a domain event and one atomic step: its
// preconditions are judged inside the step, it is durable when it returns OK (synced), its log
// events land with it or not at all, and it may be called twice. Drivers do the verbs natively.
//
// Threads: every verb is safe from any thread; writing verbs block until their group is synced.
// Bounds: those of base/limits.h; lists page.
// Errors, beyond each verb's own: Unknown, the outcome of a commit is unclear: the store takes no
//   more writes until it is reopened; Unavailable, it is in that state; DataLoss, stored bytes do
//   not read back; ResourceExhausted, the disk is full.
// Ownership: all by value.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/store/statistics.h"
#include "broker/store/values.h"

namespace firstbell::store {

class Store {
 public:
  virtual ~Store() = default;

  // --- The store itself -------------------------------------------------------------------
  // Once, on an empty store. AlreadyExists: it has an identity.
  virtual Status Initialise(const Identity& identity, const Events& events) = 0;
  // FailedPrecondition: not initialised.
  virtual Result<Identity> GetIdentity() = 0;
  virtual Result<Counts> Count() = 0;
  // How far a simulated clock stands ahead of (or behind) the wall clock; kept across restarts.
  virtual Status SaveClockOffset(absl::Duration offset, const Events& events) = 0;
  virtual Result<std::optional<absl::Duration>> ClockOffset() = 0;
  // Events without a change of state: a question asked, a receipt refused, a certificate issued.
  virtual Status AppendEvents(const Events& events) = 0;

  // --- Registers and rolls ----------------------------------------------------------------
  // Adds or replaces; hours, direct lines, roll and recipients of a school stay. `removed` is 0.
  virtual Result<ImportCounts> ImportSchools(absl::Span<const model::School> schools,
                                             const Events& events) = 0;
  // On every weekday: what its year says of hours goes. NotFound: no such school.
  virtual Status SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                                const Events& events) = 0;
  // In place of those it had; none: it has none any more. NotFound: no such school.
  virtual Status SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                                const Events& events) = 0;
  virtual Result<SchoolFacts> GetSchool(base::Urn urn) = 0;
  // One school's roll. NotFound: no such school. InvalidArgument: a local id twice.
  // FailedPrecondition: LoadRolls is at work.
  virtual Result<ImportCounts> ImportRoll(base::Urn urn, absl::Span<const RollEntry> entries,
                                          RollMode mode, absl::Time now, const Events& events) = 0;
  // The first rolls of a store that has no pupil yet, of many schools, as one step: after a crash
  // all of them stand or none. Pupils are not kept in memory meanwhile; it takes minutes for
  // millions, and needs about twice their room on the disk. FailedPrecondition: a pupil stands in
  // the store, or another load is at work. NotFound: a school is not in the register.
  // InvalidArgument: a local id twice in a roll, or a school twice. Or the source's own error.
  // Whatever fails, nothing is left of it. Every other verb may be called meanwhile, and ImportRoll
  // is refused; who reads the rolls may see the loaded ones a moment before they are durable.
  virtual Result<ImportCounts> LoadRolls(const RollLoad& load) = 0;
  virtual Result<FoundPupils> FindPupils(const PupilQuery& query) = 0;
  // NotFound: nobody on that roll has this id, or not any more.
  virtual Result<model::Pupil> GetPupil(base::Urn urn, const base::LocalId& id) = 0;
  // Every pupil of every roll, in (urn, local id) order, all of one moment. `visit` must not call
  // the store.
  virtual Status ReadRolls(const std::function<void(const model::PupilAtSchool& pupil)>& visit) = 0;
  // Every school, in URN order. `visit` must not call the store.
  virtual Status ReadSchools(const std::function<void(const SchoolFacts& school)>& visit) = 0;
  // What matching counted on the rolls, opaque here; empty: nothing yet. Replaces all.
  virtual Status SaveRollCounts(const std::string& counts) = 0;
  virtual Result<std::string> RollCounts() = 0;
  // Replaces all.
  virtual Status ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                                    const Events& events) = 0;
  virtual Result<std::vector<model::BankHoliday>> BankHolidays() = 0;
  // What nations, authorities, trusts and schools say of their school days, by model::Apply, all in
  // one step. Of scopes: `added`, said nothing before; `removed`, says nothing any more. NotFound:
  // a school is not in the register.
  virtual Result<ImportCounts> ImportCalendars(absl::Span<const model::CalendarChange> changes,
                                               const Events& events) = 0;
  // Of nations, then of authorities, then of trusts, in order; what a school says is in its facts.
  virtual Result<std::vector<model::CalendarDefault>> CalendarDefaults() = 0;

  // A force's or a school's own ladder, in place of the one it had; nothing: it has none any more.
  // NotFound: no such school.
  virtual Status SetLadder(const model::LadderScope& scope,
                           const std::optional<model::Ladder>& ladder, const Events& events) = 0;
  // Of forces, then of schools, in order.
  virtual Result<std::vector<model::OwnLadder>> OwnLadders() = 0;
  // The same of policies.
  virtual Status SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                           const Events& events) = 0;
  virtual Result<std::vector<model::OwnPolicy>> OwnPolicies() = 0;

  // --- Recipients -------------------------------------------------------------------------
  // AlreadyExists: the same secret.
  virtual Status AddEnrolmentGrant(const model::EnrolmentGrant& grant, const Events& events) = 0;
  // The grant while `now` is before its expiry, used or not; otherwise NotFound. Decides nothing.
  virtual Result<model::EnrolmentGrant> FindEnrolmentGrant(std::string_view secret_sha256,
                                                           absl::Time now) = 0;
  // Uses up the grant and adds the recipient. NotFound: unknown, used or expired.
  // FailedPrecondition: another urn or role than the grant's. AlreadyExists: the id, or a CURVE key
  // already in force. ResourceExhausted: limits::kRecipientsPerSchool in force.
  virtual Status Enrol(std::string_view secret_sha256, const model::Recipient& recipient,
                       absl::Time now, const Events& events) = 0;
  // NotFound. Revoking again changes nothing and answers the first revocation.
  virtual Result<model::Recipient> Revoke(const base::RecipientId& id, absl::Time now,
                                          const Events& events) = 0;
  // In place of what stood. NotFound. FailedPrecondition: a device, or revoked. Said earlier than
  // what stands, or the same: nothing is written. The recipient as it stands then.
  virtual Result<model::Recipient> SetDuty(const NewDuty& duty) = 0;
  // Kept where it is later by limits::kLinkedWithin than what stands; in one step. One that is
  // unknown or revoked is left aside.
  virtual Status NoteAlive(absl::Span<const SignOfLife> signs) = 0;
  virtual Result<model::Recipient> GetRecipient(const base::RecipientId& id) = 0;
  // Of one school, revoked ones too, in id order.
  virtual Result<std::vector<model::Recipient>> RecipientsOf(base::Urn urn) = 0;
  // Of all schools, revoked ones too, in (urn, id) order.
  virtual Result<Page<model::Recipient>> ListRecipients(std::string_view after,
                                                        std::size_t limit) = 0;

  // --- Incidents --------------------------------------------------------------------------
  // Incident, alerts, cases and events land together. Same (force, reference) and digest: OK,
  // `was_there`, nothing written. AlreadyExists: same (force, reference), other digest.
  virtual Result<Accepted> AcceptIncident(const NewIncident& incident) = 0;
  // The same of a later revision, in place of the one that stood, which is kept. That revision with
  // that digest again: OK, `was_there`, nothing written. AlreadyExists: it stands with another.
  // FailedPrecondition: another revision stands than it follows, or an alert or case of the
  // incident has changed since it was read: read and try again. NotFound.
  virtual Result<Accepted> ReviseIncident(const NewRevision& revision) = 0;
  // As it stood then, or stands. NotFound.
  virtual Result<Incident> GetRevision(const base::IncidentId& id, std::uint32_t revision) = 0;
  virtual Result<Incident> GetIncident(const base::ForceCode& force,
                                       const base::Reference& reference) = 0;
  virtual Result<Incident> GetIncident(const base::IncidentId& id) = 0;
  // Of one force, newest first, accepted in [from, before).
  virtual Result<Page<Incident>> ListIncidents(const base::ForceCode& force,
                                               std::optional<absl::Time> from,
                                               std::optional<absl::Time> before,
                                               std::string_view after, std::size_t limit) = 0;
  virtual Result<std::vector<model::Alert>> AlertsOf(const base::IncidentId& id) = 0;
  virtual Result<std::vector<model::Case>> CasesOf(const base::IncidentId& id) = 0;
  // Incidents with a case that nobody has decided, each once, in order.
  virtual Result<std::vector<base::IncidentId>> IncidentsWithOpenCases() = 0;

  // --- The review desk ----------------------------------------------------------------------
  // Of one force: the open ones with the soonest deadline first, the decided ones newest first.
  virtual Result<Page<model::Case>> ListCases(const base::ForceCode& force, CaseStanding standing,
                                              std::string_view after, std::size_t limit) = 0;
  // NotFound: no case of that child.
  virtual Result<model::Case> GetCase(const base::IncidentId& id,
                                      const base::ChildRef& child_ref) = 0;
  // The case is closed, its alerts and events land, and the officer is known to have decided, all
  // together. model::SameDecision again: OK, `was_there`, nothing written. AlreadyExists: decided
  // otherwise, or by another officer. FailedPrecondition: a school of the decision would be told
  // twice or not at all, for rolls have changed since it was made; or an alert of `ended` was shown
  // or has ended. NotFound.
  virtual Result<Decided> DecideCase(const NewDecision& decision) = 0;
  // Judges a look and keeps what it changes with its events, in one step: two looks at once are
  // judged one after the other. Each call is a look of its own.
  virtual Status RecordLook(const NewLook& look) = 0;

  // --- Alerts -----------------------------------------------------------------------------
  virtual Result<model::Alert> GetAlert(const base::AlertId& id) = 0;
  // Whose ids begin so, in order; at most `limit`.
  virtual Result<std::vector<model::Alert>> AlertsBeginning(std::string_view prefix,
                                                            std::size_t limit) = 0;
  // By audit::PseudonymOf its id. NotFound.
  virtual Result<model::Alert> GetAlertByPseudonym(std::string_view pseudonym) = 0;
  // Newest accepted first. A page may be short, or empty, and still have a next one: at most
  // limits::kRowsLookedAt alerts are looked at.
  virtual Result<Page<model::Alert>> ListAlerts(const AlertFilter& filter, std::string_view after,
                                                std::size_t limit) = 0;
  // The outbox: alerts of one school that have not ended, oldest first.
  virtual Result<Page<OpenAlert>> OpenAlerts(base::Urn urn, std::string_view after,
                                             std::size_t limit) = 0;
  // Each sealing is a step of its own; one result each, in order. Persisted before anything is
  // sent. FailedPrecondition: its number is not the alert's sealing + 1, its revision or times are
  // not the alert's, or the alert has ended. The same sealing again: OK, nothing written.
  virtual std::vector<Status> RecordSealings(absl::Span<const NewSealing> sealings) = 0;
  virtual Result<model::Sealing> GetSealing(const base::AlertId& id, std::uint32_t number) = 0;
  // Each is a step of its own; one result each, in order. Moves `accepted` to `sent` at `now`;
  // anything further stays: `was_there`, and its events are not written. NotFound.
  virtual std::vector<Result<Recorded>> RecordSent(absl::Span<const SentAlert> sent,
                                                   absl::Time now) = 0;
  // Schools with an alert that has not ended, in order.
  virtual Result<std::vector<base::Urn>> SchoolsWithOpenAlerts() = 0;
  // Alerts whose ladder, or arrival, is to be looked at by `now` (model::LookAt), the earliest
  // first.
  virtual Result<Page<model::Alert>> DueAlerts(absl::Time now, std::string_view after,
                                               std::size_t limit) = 0;
  // Each is a step of its own; one result each, in order. FailedPrecondition: the alert has ended,
  // or stands on another rung than `from`. On `to`, and looked at again as said: `was_there`,
  // nothing written. NotFound.
  virtual std::vector<Result<Recorded>> RecordClimbs(absl::Span<const NewClimb> climbs) = 0;
  // Alerts of a force that it is to telephone about (model::CallAboutOf), the earliest deadline
  // first.
  virtual Result<Page<model::Alert>> Calls(const base::ForceCode& force, std::string_view after,
                                           std::size_t limit) = 0;
  // Acknowledged, the alert ends with it. The same by the same officer again: `was_there`, nothing
  // written. NotFound: that force has no such alert. FailedPrecondition: it has ended.
  // AlreadyExists: another call was recorded since `calls_before`.
  virtual Result<Recorded> RecordCall(const NewCall& call) = 0;
  // Earlier times for an alert that no device has shown yet; its ladder is looked at at once.
  // FailedPrecondition: one is later, or it was shown, or has ended. The times that it has: OK,
  // nothing written. NotFound.
  virtual Status Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                            const Events& events) = 0;
  // All of it in one step. FailedPrecondition: an alert of `ended` was shown or has ended
  // otherwise, or a person has decided the child's case. NotFound: no such incident, or no such
  // alert of the child. The same again: OK, nothing written.
  virtual Status PlaceAgain(const Replacement& replacement) = 0;
  // Each receipt is a step of its own; one result each, in order. An alert moves by model::Advance;
  // `acknowledged_at` is the first acknowledgement's recorded_at. A device's *received* is noted
  // for the sealing it names. What is said of an earlier revision, or of identity alone, moves an
  // alert as AfterReceipt (rules.h) says. *Refused*, the alert is `redirected`, the entry of the
  // roll that it was placed by is disputed (DisputesRoll), and in the same step a case of the child
  // waits (CaseAfterRefusal). NotFound: no such alert, or another school's. FailedPrecondition: no
  // sealing of that number with that digest. PermissionDenied: the signer is unknown there, or was
  // revoked. model::SameStatement again: OK,
  // `was_there`, nothing written.
  virtual std::vector<Result<Recorded>> RecordReceipts(absl::Span<const NewReceipt> receipts) = 0;
  // Every receipt of an alert, as recorded, oldest first.
  virtual Result<std::vector<model::Receipt>> ReceiptsOf(const base::AlertId& id) = 0;
  // Alerts of a school that were taken back and of which a device there still holds a copy, in
  // order.
  virtual Result<Page<LeftBehind>> StillHeld(base::Urn urn, std::string_view after,
                                             std::size_t limit) = 0;

  // --- Wake-ups, as wake_up_records.h says -------------------------------------------------
  virtual Status SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                            const base::Redacted<std::string>& secret, const Events& events) = 0;
  virtual Result<SchoolWakeUps> WakeUpsOf(base::Urn urn) = 0;
  virtual Result<Page<SchoolWakeUps>> ListWakeUps(WakeUpList which, std::string_view after,
                                                  std::size_t limit) = 0;
  virtual Result<std::size_t> QueueWakeUps(base::Urn urn, const WakeCall& call,
                                           const Events& events) = 0;
  virtual Result<std::vector<WakeUp>> QueuedWakeUps(base::Urn urn) = 0;
  virtual Result<Page<WakeUp>> DueWakeUps(absl::Time now, std::string_view after,
                                          std::size_t limit) = 0;
  virtual std::vector<Status> RecordWakeUps(absl::Span<const WakeUpAttempt> attempts) = 0;

  // --- The delivery log -------------------------------------------------------------------
  // Verbs write entries, each in the step that it records; a tree over them (RFC 6962) follows them
  // by IntegrateLog. How many entries stand, in the tree or not yet.
  virtual Result<std::uint64_t> LogSize() = 0;
  // The tree, as far as it has come.
  virtual Result<LogHead> GetLogHead() = 0;
  // The note over a head of the log, the same for the same head.
  using SignHead = std::function<std::string(const LogHead& head)>;
  // Takes the entries that follow into the tree, `limit` at most, with the tiles that they
  // complete. How the tree stands then; the note that `sign` gives for that is kept in the same
  // step, as SaveCheckpoint keeps one that was signed. Nothing is left and the note is kept
  // already, or `sign` is empty: nothing is written. Unavailable: another call took some meanwhile.
  // FailedPrecondition: as SaveCheckpoint.
  virtual Result<LogHead> IntegrateLog(std::size_t limit, const SignHead& sign) = 0;
  // A tile of the tree (C2SP tlog-tiles): its hashes, 32 bytes each, as far as the tree has come,
  // 256 at most. NotFound: it has come nowhere there.
  virtual Result<std::string> ReadTile(int level, std::uint64_t index) = 0;
  // FailedPrecondition: one of a larger tree is kept, or another of the same size: this log has
  // said something else. The same again: OK. Of the same head with other signatures: they replace
  // those that were kept.
  virtual Status SaveCheckpoint(CheckpointKind kind, const SignedHead& checkpoint) = 0;
  virtual Result<std::optional<SignedHead>> GetCheckpoint(CheckpointKind kind) = 0;
  virtual Result<std::vector<LogEntry>> ReadLog(std::uint64_t first, std::size_t limit) = 0;
  // Entries whose event is about this alert, oldest first.
  virtual Result<std::vector<LogEntry>> AlertHistory(const base::AlertId& id) = 0;
  // The same of a recipient's keys: enrolled, revoked.
  virtual Result<std::vector<LogEntry>> RecipientHistory(const base::RecipientId& id) = 0;
  // The events of an erasure, by the positions of the entries that are closed by it, ascending.
  using TellErased = std::function<Events(absl::Span<const std::uint64_t> positions)>;
  // What an alert's entries commit to goes, with its salts and what told of whom they were, from
  // the disk too; the entries stay, and so does the tree. How many; none any more: no event is
  // written, and what an earlier call left on the disk goes now.
  virtual Result<std::uint64_t> EraseHistory(const base::AlertId& id, const TellErased& tell) = 0;
  // From now on the same entries are another log's: its checkpoints are forgotten. AlreadyExists:
  // that is its origin.
  virtual Status BeginLogAnew(const std::string& origin, const Events& events) = 0;
  // ResourceExhausted: the auditor's budget of that day does not reach; nothing is written.
  virtual Status RecordQuestion(const NewQuestion& question) = 0;
  // What was counted of deliveries that were accepted on days of [from, before), in key order.
  // `visit` must not call the store.
  virtual Status ReadStatistics(
      absl::CivilDay from, absl::CivilDay before,
      const std::function<void(const StatKey& key, const StatCell& cell)>& visit) = 0;

  // Reads everything and holds it against itself: indexes against records, states against receipts,
  // every leaf against its event and salt, the tree against the head. DataLoss naming the first
  // thing that is wrong; ids only. `progress` may be empty.
  using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;
  virtual Status Verify(const Progress& progress) = 0;
};

}  // namespace firstbell::store
