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

namespace firstbell::model {

using AlertState = v1::AlertState;

// How far a force has come in telephoning an alert's school.
struct Telephone {
  bool wanted = false;  // its ladder says so
  std::uint32_t calls = 0;
  v1::CallOutcome last = v1::CALL_OUTCOME_UNSPECIFIED;  // what came of the last one
  base::OfficerId last_by;
  std::optional<absl::Time> last_at, again_at;  // again: as the school asked
  friend bool operator==(const Telephone&, const Telephone&) = default;
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
  friend bool operator==(const Alert&, const Alert&) = default;
};

// Acknowledged, redirected or withdrawn.
bool Ended(AlertState state);
// A device has shown it, or more: people know of it. So is whatever has ended.
bool Seen(AlertState state);
// Redirected or withdrawn: its school is told nothing more of the child by it.
bool TakenBack(AlertState state);
// `now >= deadline` and not ended, or acknowledged at or after the deadline.
bool Late(const Alert& alert, absl::Time now);
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
  friend bool operator==(const Sealing&, const Sealing&) = default;
};

// When a sealing's content is to be read no more: limits::kSealingLife after the later of its
// making and its deadline, so that one that is made before a long holiday outlives it.
absl::Time ExpiryOf(absl::Time sealed_at, absl::Time deadline);

// What was decided about a case: by an officer, once and for good; or by a machine, which found the
// child on a roll that came later, until rolls change again.
struct CaseDecision {
  v1::ChildOutcome outcome = v1::CHILD_OUTCOME_UNSPECIFIED;  // accepted, withheld or unplaceable
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
