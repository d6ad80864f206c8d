#pragma once

// What every driver judges alike, once it has read what a verb is about. Pure; any thread. Each
// error is the verb's own, as store.h promises it.

#include <array>

#include "absl/time/time.h"
#include "broker/store/store.h"

namespace firstbell::store {

// Every child that an incident has named, in the log's order.
std::vector<base::ChildRef> ChildrenOf(const Incident& incident);
// Incidents. AlreadyExists: the reference stands there with another digest.
Status CheckSameContent(const Incident& stored, const Incident& given);
// FailedPrecondition, as ReviseIncident says of what has changed since it was read.
Status CheckFollows(const Incident& stored, const NewRevision& given);
Status CheckUnchanged(absl::Span<const model::Alert> stored, const NewRevision& given);
Status CheckUnchanged(const model::Case* stored, const CaseChange& given);

// Rolls. InvalidArgument: a local id twice.
Status CheckRoll(absl::Span<const RollEntry> entries);
// The same of one that comes in a load, and says whose it is.
Status CheckRoll(const SchoolRoll& roll);
// A load. `pupils` that stand in the store: FailedPrecondition unless there is none.
Status CheckNoPupils(std::uint64_t pupils);
Status RollTwice(base::Urn urn);
// A roll's claim to a child.
struct Claim {
  // Hashes of given names, family name, date of birth and permanent UPN; the last 0 for none.
  using Who = std::array<std::uint32_t, 4>;
  absl::Time at;          // when this roll first claimed this child
  std::optional<Who> as;  // who it was then; nothing: as the entry says now
};
// The claim once an entry has changed. One that becomes another child's is a new claim: of given
// names, family name and date of birth two must be as first claimed, and the permanent UPN that was
// first known. So no chain of small changes turns an old claim into one to somebody else.
Claim ClaimAfter(const model::Pupil& before, const Claim& claim, const model::Pupil& after,
                 absl::Time now);

// The best of what FindPupils looks at, as it promises.
class Promising {
 public:
  explicit Promising(const PupilQuery& query) : query_(query) {}

  // Those of a block follow, in (urn, local id) order.
  void BeginBlock() { in_block_.fill(0); }
  void Look(std::uint64_t fingerprint, base::Urn urn, std::string_view local_id);
  // Whether PupilQuery::more_blocks are not needed.
  bool Enough() const { return best_ >= query_.enough; }
  // The most promising first.
  std::vector<std::pair<base::Urn, base::LocalId>> Take();
  // Whether Take left some out for their number alone.
  bool full() const { return full_; }

 private:
  struct One {
    int promise = 0;
    base::Urn urn;
    base::LocalId id;
    friend auto operator<=>(const One&, const One&) = default;
  };
  const PupilQuery& query_;
  std::vector<One> looked_at_;
  int best_ = std::numeric_limits<int>::min();
  int skipped_ = std::numeric_limits<int>::min();  // the most promising of those left out
  bool full_ = false;
  std::array<std::uint32_t, 24> in_block_{};  // how many, by promise; the last: that or more
};

// Calendars. What became of one scope.
void CountYear(const model::SchoolYear& before, const model::SchoolYear& after,
               ImportCounts& counts);

// Enrolment. FailedPrecondition: another urn or role than the grant's.
Status CheckAgainstGrant(const model::EnrolmentGrant& grant, const model::Recipient& recipient);
Status NoSuchGrant();
Status GrantThere();
Status RecipientThere();
Status CurveKeyInForce();
Status TooManyRecipients();

// People and devices. FailedPrecondition, as SetDuty says.
Status CheckDuty(const model::Recipient& recipient);
// Itself where nothing changes.
model::Recipient AfterDuty(model::Recipient recipient, const NewDuty& duty);
model::Recipient AfterSign(model::Recipient recipient, absl::Time at);

// The log. FailedPrecondition, as SaveCheckpoint says.
Status CheckFollows(const LogHead& kept, const LogHead& next);
// ResourceExhausted, as RecordQuestion says. `spent` of the question's day.
Status CheckBudget(std::uint32_t spent, const NewQuestion& question);
Status NoSuchTile();
// AlreadyExists, as BeginLogAnew says.
Status CheckOtherOrigin(const Identity& identity, const std::string& origin);
// What is left of an entry whose event is erased.
void Erase(LogEntry& entry);

// Cases. AlreadyExists, as DecideCase says.
Status CheckSameDecision(const model::CaseDecision& stored, const model::CaseDecision& given);
// FailedPrecondition, as DecideCase says. `alerts`: those of the incident, as they will stand.
Status CheckToldOnce(const NewDecision& given, absl::Span<const model::Alert> alerts);
// By what a case is in order among those that wait, or those decided.
absl::Time OrderOf(const model::Case& value);
Status NoSuchCase();

// Alerts.
Standing StandingOf(const model::Alert& alert);
// Of those that a filter lets through: what they may be.
std::vector<Standing> StandingsOf(const AlertFilter& filter);
bool Matches(const AlertFilter& filter, const model::Alert& alert);
// FailedPrecondition, as RecordSealings says.
Status CheckNextSealing(const model::Alert& alert, const model::Sealing& sealing);
// FailedPrecondition, as Reschedule says.
Status CheckReschedule(const model::Alert& alert, absl::Time show_from, absl::Time deadline);
model::Alert AfterReschedule(model::Alert alert, absl::Time show_from, absl::Time deadline);
// FailedPrecondition, as RecordClimbs says of one that AfterClimb changes.
Status CheckClimb(const model::Alert& alert, const NewClimb& climb);
model::Alert AfterClimb(model::Alert alert, const NewClimb& climb);
// NotFound, FailedPrecondition or AlreadyExists, as RecordCall says. `alert` null: there is none.
Status CheckCall(const model::Alert* alert, const NewCall& call);
bool SameCall(const model::Alert& alert, const NewCall& call);
model::Alert AfterCall(model::Alert alert, const NewCall& call);
// Whether DueAlerts and Calls know the alert.
bool Climbs(const model::Alert& alert);
bool IsCalled(const model::Alert& alert);
// FailedPrecondition or NotFound, as PlaceAgain and DecideCase say of an alert that is taken back,
// and of the child's case.
Status CheckRedirect(const model::Alert& alert, const base::IncidentId& incident,
                     const base::ChildRef& child);
Status CheckReopen(const model::Case& value);
model::Alert AfterRedirect(model::Alert alert, absl::Time at);
// Whatever it was; by that revision of its incident.
model::Alert AfterWithdrawal(model::Alert alert, std::uint32_t revision, absl::Time at);
SealedAs AsSealed(const model::Sealing& sealing);
// NotFound: no alert, or another school's. `alert` null: there is none.
Status CheckReceiptAlert(const model::Alert* alert, const model::Receipt& receipt);
// FailedPrecondition: no sealing of that number with that digest.
// `ciphertext_sha256` of the sealing that it names; empty: there is none.
Status CheckReceiptSealing(std::string_view ciphertext_sha256, const model::Receipt& receipt);
// PermissionDenied: the signer is unknown at that school, or was revoked.
Status CheckReceiptSigner(const model::Recipient* signer, const model::Receipt& receipt);
// Of a device: the newest sealing that it said to hold, and the newest of which it destroyed its
// copy, in whatever order it says so. Of whomever: how often they said what may be said again.
struct Held {
  std::uint32_t received = 0, erased = 0;
  std::uint32_t repeated = 0;
  bool still() const { return received > erased; }
  friend bool operator==(const Held&, const Held&) = default;
};
using Holders = std::map<base::RecipientId, Held>;
// OutOfRange: its signer has said so much about the alert that no more is kept.
Status CheckRepeated(const Holders& holders, const model::Receipt& receipt);
// The sealing that a receipt names.
struct SealingSaid {
  std::string ciphertext_sha256;  // empty: there is none
  std::uint32_t revision = 1;
  v1::Part part = v1::PART_WHOLE;
};
// The alert after a receipt that passed the checks:
//  - what is said of an earlier revision moves it nowhere; that one was opened is noted
//  - of identity alone: *opened* and *acknowledged* say no more than that it was shown
//  - *ours*: the whole is sealed from now on
//  - *refused*: redirected, whatever it was, unless it was taken back already. Where somebody had
//  opened the account, it is a breach since now.
//  - opened after it was taken back: the same
model::Alert AfterReceipt(model::Alert alert, const model::Receipt& receipt,
                          const SealingSaid& sealing);
// The child's case after its school refused it: it waits, under the deadline that runs.
model::Case CaseAfterRefusal(const model::Alert& refused, const std::optional<model::Case>& stood,
                             absl::Time at);
// Whether a refusal speaks against the roll's entry that the alert was placed by, `stood` being the
// child's case before it. Not where a machine saw too little in that entry, an officer chose it all
// the same, and the child was never at that school: the choice erred, and whoever the entry is of
// is still found by it. Of any other the entry is in doubt: the next report of it goes to the desk.
bool DisputesRoll(const model::Alert& refused, const std::optional<model::Case>& stood);
// Whether a receipt made it so.
bool RefusedNow(const model::Alert& before, const model::Alert& after);
void Note(const model::Receipt& receipt, Holders& holders);
// Of an alert that was taken back: the devices that StillHeld names.
std::set<base::RecipientId> StillHolding(const model::Alert& alert, const Holders& holders);

// Verify's own judgements. DataLoss naming the alert.
// The state is the furthest that its receipts bring it to (or `sent` or `redirected`, which no
// receipt says), each receipt names a sealing with its digest, and sealings count up from 1 to the
// alert's newest.
Status CheckAlertWhole(const model::Alert& alert, absl::Span<const model::Sealing> sealings,
                       absl::Span<const model::Receipt> receipts);
// A child that was placed has an alert at each of the decision's schools; one that was not, no
// schools in it. `alerts` are the incident's.
Status CheckCaseWhole(const model::Case& value, absl::Span<const model::Alert> alerts);
Status Damaged(std::string_view what, std::string_view id);

Status NoSuchSchool(base::Urn urn);
Status NoSuchPupil();
Status NoSuchAlert();
Status NoSuchIncident();
Status NoSuchRecipient();
Status NoSuchSealing();
Status HasIdentity();
Status NotInitialised();

}  // namespace firstbell::store
