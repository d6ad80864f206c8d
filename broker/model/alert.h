#pragma once

// An alert: one child of one incident at one establishment, = (force, reference, child_ref, urn).
// It survives revisions. Also the sealing that carries it and the case of a child without one.
// Values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "firstbell/v1/alert.pb.h"
#include "firstbell/v1/incident_service.pb.h"
#include "firstbell/v1/link.pb.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::model {

using AlertState = v1::AlertState;

// How far a force has come in telephoning an alert's school.
struct Telephone {
  bool wanted = false;   // its ladder says so
  bool unready = false;  // before the morning: its people may not hear of it
  std::uint32_t calls = 0;
  v1::CallOutcome last = v1::CALL_OUTCOME_UNSPECIFIED;  // what came of the last one
  base::OfficerId last_by;
  std::optional<absl::Time> last_at, again_at;  // again: as the school asked
  friend bool operator==(const Telephone&, const Telephone&) = default;
};

// Whether a school is asked first if the child is its pupil, and what it said.
struct Ours {
  bool asked = false;
  std::optional<absl::Time> at;  // it said so
  friend bool operator==(const Ours&, const Ours&) = default;
};

// Whether the child has come to school, once its alert is acknowledged (PRODUCT, rule 10).
struct SafeArrival {
  std::optional<absl::Time> due;  // by when the school is to say so; nothing: nobody asks
  v1::Arrival said = v1::ARRIVAL_UNSPECIFIED;
  std::optional<absl::Time> at;
  bool overdue = false;  // the time has passed, and its force is to telephone
  bool decided = false;  // of a child that is absent: its force knows what is to be done
  friend bool operator==(const SafeArrival&, const SafeArrival&) = default;
};

// When an alert first came so far, in whatever revision.
struct Steps {
  std::optional<absl::Time> sent, received, shown, opened;
  friend bool operator==(const Steps&, const Steps&) = default;
};

struct Alert {
  base::AlertId id;
  base::IncidentId incident_id;
  base::ForceCode force;
  base::ChildRef child_ref;
  base::Urn urn;
  std::uint32_t revision = 1;
  std::uint32_t sealing = 0;  // number of the newest; 0: not sealed yet
  AlertState state = v1::ALERT_STATE_ACCEPTED;
  absl::Time accepted_at;
  absl::Time changed_at;  // when `state` was entered
  absl::Time show_from;
  absl::Time deadline;
  std::optional<absl::Time> acknowledged_at;
  bool urgent = false;
  // When the roll of its school was imported, as the child was placed; nothing: it has none.
  std::optional<absl::Time> roll_as_of = std::nullopt;
  // Its ladder (ladder.h): how many rungs it has climbed, and when that is looked at next; nothing:
  // it climbs no further.
  std::uint32_t rung = 0;
  std::optional<absl::Time> climb_at = std::nullopt;
  Telephone telephone = {};
  // Of revisions before this one: a device had shown it; the newest whose account somebody at the
  // school had opened, 0 for none.
  bool seen_before = false;
  std::uint32_t opened_revision = 0;
  base::LocalId local_id = {};  // the child's entry on the school's roll; empty: no roll says so
  Ours ours = {};
  v1::RefusalReason refused = v1::REFUSAL_REASON_UNSPECIFIED;  // the school: it is not its pupil
  SafeArrival arrival = {};
  // The colleague who is asked to take it over, and who asks; none, or until it is acknowledged.
  base::RecipientId offered_to = {}, offered_by = {};
  std::uint32_t replies = 0;  // of its school, that the force's desk has not dealt with
  // Names of adults in the incident (model/policy.h), ascending: who is called so at its school is
  // sealed nothing.
  std::vector<std::uint64_t> excluded = {};
  // Since when it is known that somebody read the account at a school that it was not for.
  std::optional<absl::Time> breach_at = std::nullopt;
  // Of its school, as the register had it when the child was placed; empty: it named none.
  base::AuthorityCode authority = {};
  Steps steps = {};
  friend bool operator==(const Alert&, const Alert&) = default;
};

// By what a school calls an alert to its force, "FB-3F7KQ2MZ", and what of an alert's id that is:
// lower case, without the "FB-".
std::string OwnReference(const base::AlertId& id);
std::string IdPrefixOf(std::string_view reference);

// Acknowledged, redirected or withdrawn.
bool Ended(AlertState state);
// A device has shown it, in this revision or before, or more: people know of it. So is whatever has
// ended.
bool Seen(const Alert& alert);
// Somebody has opened the account, in this revision.
bool Opened(const Alert& alert);
// When it is looked at next: its ladder, or once it is acknowledged, whether its school has said
// that the child has come.
std::optional<absl::Time> LookAt(const Alert& alert);
// Why its force is to telephone about it; unspecified: it is not.
v1::CallAbout CallAboutOf(const Alert& alert);
// Acknowledged now: by the close of registration its school is to say whether the child has come.
// An authority has no registers.
SafeArrival AskArrival(const Alert& alert, absl::Time acknowledged_at);
// Whether something was said of the child's coming by a receipt of that kind.
v1::Arrival ArrivalOf(v1::ReceiptKind kind);
// `at` by the clock of who says so: what was said last stands.
void Say(v1::Arrival said, absl::Time at, Alert& alert);
// The part of it that is sealed next.
v1::Part PartOf(const Alert& alert);
// Redirected or withdrawn: its school is told nothing more of the child by it.
bool TakenBack(AlertState state);
// `now >= deadline` and not ended, or acknowledged at or after the deadline.
bool Late(const Alert& alert, absl::Time now);
// It is in `state` from `at` on; of its steps the first time counts, and one that was passed over
// has none.
void Enter(AlertState state, absl::Time at, Alert& alert);
// The state after a receipt of `kind`: the furthest of both. Nothing moves an ended alert.
AlertState Advance(AlertState state, v1::ReceiptKind kind);
// "accepted", "sent" …: the one word of each state, as logs, events and screens use it.
std::string_view Word(AlertState state);
std::string_view Word(v1::ReceiptKind kind);
std::string_view Word(v1::Reason reason);
std::string_view Word(v1::ChildOutcome outcome);
std::string_view Word(v1::DecisionReason reason);
std::string_view Word(v1::RecipientRole role);
std::string_view Word(v1::CallOutcome outcome);
std::string_view Word(v1::CallAbout about);  // "alert" where it is on no list
std::string_view Word(v1::RefusalReason reason);
std::string_view Word(v1::Arrival arrival);
std::string_view Word(v1::Unready unready);
std::string_view Word(v1::WithdrawalReason reason);

// An alert as a later revision of its incident makes it: accepted anew, to be shown and
// acknowledged once more.
struct Revision {
  std::uint32_t number = 0;
  absl::Time at;
  bool urgent = false;
  // As if it came now, by the school's calendar.
  absl::Time show_from, deadline;
};
// What was acknowledged gets a deadline of its own and climbs its ladder from the first rung. What
// was not keeps the rungs that it has climbed, and its deadline or an earlier one: a correction
// buys nobody time. What somebody has seen is replaced at once. Pure.
Alert Revised(Alert alert, const Revision& revision);

// One encryption of an alert to the people on duty. Persisted before it is sent; a resend sends
// identical bytes.
struct Sealing {
  base::AlertId alert_id;
  std::uint32_t number = 0;
  std::uint32_t revision = 1;
  std::vector<base::RecipientId> people;  // whom it is sealed to, sorted
  std::string ciphertext_sha256;          // 32 bytes
  std::string envelope;                   // a serialized v1::SealedEnvelope
  absl::Time sealed_at;
  // The alert's, as the envelope's signed header says them.
  absl::Time show_from;
  absl::Time deadline;
  v1::Part part = v1::PART_WHOLE;
  base::RecipientId offered_to = {};  // the alert's, as it was sealed
  friend bool operator==(const Sealing&, const Sealing&) = default;
};

// When a sealing's content is to be read no more: limits::kSealingLife after the later of its
// making and its deadline, so that one that is made before a long holiday outlives it.
absl::Time ExpiryOf(absl::Time sealed_at, absl::Time deadline);

// What was decided about a case: by an officer, once and for good; or by a machine, which found the
// child on a roll that came later, until rolls change again.
struct CaseDecision {
  // Accepted, withheld, unplaceable; or withdrawn, by its force.
  v1::ChildOutcome outcome = v1::CHILD_OUTCOME_UNSPECIFIED;
  v1::DecisionReason reason = v1::DECISION_REASON_UNSPECIFIED;
  base::OfficerId officer;      // empty: a machine
  std::vector<base::Urn> urns;  // accepted: the schools, ascending, distinct
  absl::Time decided_at;
  bool by_machine() const { return officer.empty(); }
  friend bool operator==(const CaseDecision&, const CaseDecision&) = default;
};

// The same officer said the same, whenever that was.
bool SameDecision(const CaseDecision& a, const CaseDecision& b);

// A child that no machine may place: it waits for a person, or for a roll that shows it.
struct Case {
  struct Candidate {
    base::Urn urn;
    base::LocalId local_id;
    friend bool operator==(const Candidate&, const Candidate&) = default;
  };
  base::IncidentId incident_id;
  base::ForceCode force;
  base::ChildRef child_ref;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::vector<Candidate> candidates;
  absl::Time opened_at;
  absl::Time deadline;                   // by when a person is to have decided
  std::optional<CaseDecision> decision;  // nothing: it waits
  // When the oldest roll of its candidates' schools was imported; nothing: there is none.
  std::optional<absl::Time> roll_as_of = std::nullopt;
  friend bool operator==(const Case&, const Case&) = default;
};

}  // namespace firstbell::model
