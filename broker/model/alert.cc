#include "broker/model/alert.h"

#include "broker/base/limits.h"
#include "broker/model/policy.h"

#include <algorithm>

namespace firstbell::model {
namespace {

constexpr std::size_t kOwnReference = 8;  // characters of 32: a trillion

// What an enum value from a newer wire is called here.
constexpr std::string_view kUnspecified = "unspecified";

}  // namespace

std::string OwnReference(const base::AlertId& id) {
  std::string reference = "FB-" + id.value().substr(0, kOwnReference);
  for (char& c : reference) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return reference;
}

std::string IdPrefixOf(std::string_view reference) {
  std::string prefix;
  for (const char c : reference) {
    prefix.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return prefix.starts_with("fb-") ? prefix.substr(3) : prefix;
}

bool Seen(const Alert& alert) {
  return alert.seen_before || Advance(alert.state, v1::RECEIPT_KIND_SHOWN) == alert.state;
}

bool Opened(const Alert& alert) {
  return alert.state == v1::ALERT_STATE_OPENED || alert.state == v1::ALERT_STATE_ACKNOWLEDGED;
}

std::optional<absl::Time> LookAt(const Alert& alert) {
  if (!Ended(alert.state)) return alert.climb_at;
  const SafeArrival& arrival = alert.arrival;
  const bool asked = alert.state == v1::ALERT_STATE_ACKNOWLEDGED && !arrival.overdue &&
                     arrival.said == v1::ARRIVAL_UNSPECIFIED;
  return asked ? arrival.due : std::nullopt;
}

v1::CallAbout CallAboutOf(const Alert& alert) {
  const bool absent = alert.arrival.said == v1::ARRIVAL_ABSENT && !alert.arrival.decided;
  if (absent && !TakenBack(alert.state)) return v1::CALL_ABOUT_ABSENCE;
  const v1::CallAbout reply = alert.replies > 0 ? v1::CALL_ABOUT_REPLY : v1::CALL_ABOUT_UNSPECIFIED;
  if (!Ended(alert.state)) {
    if (alert.telephone.wanted) return v1::CALL_ABOUT_ALERT;
    return alert.telephone.unready && !Seen(alert) ? v1::CALL_ABOUT_UNREADY : reply;
  }
  if (alert.state != v1::ALERT_STATE_ACKNOWLEDGED) return reply;
  const SafeArrival& arrival = alert.arrival;
  const bool unsaid = arrival.said == v1::ARRIVAL_UNSPECIFIED && arrival.overdue;
  return unsaid ? v1::CALL_ABOUT_ARRIVAL : reply;
}

SafeArrival AskArrival(const Alert& alert, absl::Time acknowledged_at) {
  SafeArrival arrival = alert.arrival;
  if (IsAuthority(alert.urn)) return arrival;
  arrival.due = std::max(alert.deadline, acknowledged_at) + limits::kRegistration;
  return arrival;
}

v1::Arrival ArrivalOf(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_SEEN:
      return v1::ARRIVAL_SEEN;
    case v1::RECEIPT_KIND_SEEN_LATE:
      return v1::ARRIVAL_LATE;
    case v1::RECEIPT_KIND_ABSENT:
      return v1::ARRIVAL_ABSENT;
    default:
      return v1::ARRIVAL_UNSPECIFIED;
  }
}

void Say(v1::Arrival said, absl::Time at, Alert& alert) {
  if (alert.arrival.at && at < *alert.arrival.at) return;
  alert.arrival.said = said;
  alert.arrival.at = at;
  if (said != v1::ARRIVAL_ABSENT) alert.arrival.decided = false;
}

v1::Part PartOf(const Alert& alert) {
  return alert.ours.asked && !alert.ours.at ? v1::PART_IDENTITY : v1::PART_WHOLE;
}

Alert Revised(Alert alert, const Revision& revision) {
  const bool acknowledged = alert.state == v1::ALERT_STATE_ACKNOWLEDGED;
  alert.seen_before = Seen(alert);
  if (Opened(alert)) alert.opened_revision = alert.revision;
  alert.show_from = alert.seen_before ? revision.at : std::min(alert.show_from, revision.show_from);
  alert.deadline = acknowledged ? revision.deadline : std::min(alert.deadline, revision.deadline);
  alert.climb_at = std::min(alert.climb_at.value_or(alert.show_from), alert.show_from);
  if (acknowledged) {
    alert.rung = 0;
    alert.telephone = {};
    alert.acknowledged_at.reset();
    // A child that is absent is looked for, whatever else is said of it.
    const bool absent = alert.arrival.said == v1::ARRIVAL_ABSENT && !alert.arrival.decided;
    if (!absent) alert.arrival = {};
  }
  alert.revision = revision.number;
  alert.urgent = revision.urgent;
  alert.state = v1::ALERT_STATE_ACCEPTED;
  alert.changed_at = revision.at;
  return alert;
}

bool TakenBack(AlertState state) {
  return state == v1::ALERT_STATE_REDIRECTED || state == v1::ALERT_STATE_WITHDRAWN;
}

bool Ended(AlertState state) {
  return state == v1::ALERT_STATE_ACKNOWLEDGED || TakenBack(state);
}

bool Late(const Alert& alert, absl::Time now) {
  if (alert.acknowledged_at.has_value()) return *alert.acknowledged_at >= alert.deadline;
  return !Ended(alert.state) && now >= alert.deadline;
}

void Enter(AlertState state, absl::Time at, Alert& alert) {
  alert.state = state;
  alert.changed_at = at;
  const auto first = [at](std::optional<absl::Time>& step) {
    if (!step) step = at;
  };
  if (state == v1::ALERT_STATE_SENT) first(alert.steps.sent);
  if (state == v1::ALERT_STATE_RECEIVED) first(alert.steps.received);
  if (state == v1::ALERT_STATE_SHOWN) first(alert.steps.shown);
  if (state == v1::ALERT_STATE_OPENED) first(alert.steps.opened);
}

AlertState Advance(AlertState state, v1::ReceiptKind kind) {
  if (Ended(state)) return state;
  switch (kind) {
    case v1::RECEIPT_KIND_RECEIVED:
      return std::max(state, v1::ALERT_STATE_RECEIVED);
    case v1::RECEIPT_KIND_SHOWN:
      return std::max(state, v1::ALERT_STATE_SHOWN);
    case v1::RECEIPT_KIND_OPENED:
      return std::max(state, v1::ALERT_STATE_OPENED);
    case v1::RECEIPT_KIND_ACKNOWLEDGED:
      return v1::ALERT_STATE_ACKNOWLEDGED;
    default:  // erased and ours are facts about an alert, not states of it
      return state;
  }
}

bool SameDecision(const CaseDecision& a, const CaseDecision& b) {
  return a.outcome == b.outcome && a.reason == b.reason && a.officer == b.officer &&
         a.urns == b.urns;
}

absl::Time ExpiryOf(absl::Time sealed_at, absl::Time deadline) {
  return std::max(sealed_at, deadline) + limits::kSealingLife;
}

std::string_view Word(AlertState state) {
  switch (state) {
    case v1::ALERT_STATE_ACCEPTED:
      return "accepted";
    case v1::ALERT_STATE_SENT:
      return "sent";
    case v1::ALERT_STATE_RECEIVED:
      return "received";
    case v1::ALERT_STATE_SHOWN:
      return "shown";
    case v1::ALERT_STATE_OPENED:
      return "opened";
    case v1::ALERT_STATE_ACKNOWLEDGED:
      return "acknowledged";
    case v1::ALERT_STATE_REDIRECTED:
      return "redirected";
    case v1::ALERT_STATE_WITHDRAWN:
      return "withdrawn";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_RECEIVED:
      return "received";
    case v1::RECEIPT_KIND_SHOWN:
      return "shown";
    case v1::RECEIPT_KIND_ERASED:
      return "erased";
    case v1::RECEIPT_KIND_OPENED:
      return "opened";
    case v1::RECEIPT_KIND_ACKNOWLEDGED:
      return "acknowledged";
    case v1::RECEIPT_KIND_OURS:
      return "ours";
    case v1::RECEIPT_KIND_REFUSED:
      return "refused";
    case v1::RECEIPT_KIND_SEEN:
      return "seen";
    case v1::RECEIPT_KIND_SEEN_LATE:
      return "seen_late";
    case v1::RECEIPT_KIND_ABSENT:
      return "absent";
    case v1::RECEIPT_KIND_OFFERED:
      return "offered";
    case v1::RECEIPT_KIND_REPLIED:
      return "replied";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::Reason reason) {
  switch (reason) {
    case v1::REASON_OUT_OF_SCOPE_AGE:
      return "out_of_scope_age";
    case v1::REASON_OUT_OF_SCOPE_LEGAL_BASIS:
      return "out_of_scope_legal_basis";
    case v1::REASON_NO_MATCH:
      return "no_match";
    case v1::REASON_NOT_UNIQUE:
      return "not_unique";
    case v1::REASON_NOT_CORROBORATED:
      return "not_corroborated";
    case v1::REASON_CONFLICT:
      return "conflict";
    case v1::REASON_PROTECTED:
      return "protected";
    case v1::REASON_NOT_AT_SCHOOL:
      return "not_at_school";
    case v1::REASON_SCHOOL_CLOSED:
      return "school_closed";
    case v1::REASON_NOT_CONFIDENT:
      return "not_confident";
    case v1::REASON_COMPETING_CLAIM:
      return "competing_claim";
    case v1::REASON_REFUSED:
      return "refused";
    case v1::REASON_CORRECTED:
      return "corrected";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::ChildOutcome outcome) {
  switch (outcome) {
    case v1::CHILD_OUTCOME_ACCEPTED:
      return "accepted";
    case v1::CHILD_OUTCOME_AT_REVIEW:
      return "at_review";
    case v1::CHILD_OUTCOME_WITHHELD:
      return "withheld";
    case v1::CHILD_OUTCOME_UNPLACEABLE:
      return "unplaceable";
    case v1::CHILD_OUTCOME_WITHDRAWN:
      return "withdrawn";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::DecisionReason reason) {
  switch (reason) {
    case v1::DECISION_REASON_DETAILS_AGREE:
      return "details_agree";
    case v1::DECISION_REASON_SCHOOL_CONFIRMED:
      return "school_confirmed";
    case v1::DECISION_REASON_AUTHORITY_CONFIRMED:
      return "authority_confirmed";
    case v1::DECISION_REASON_FAMILY_CONFIRMED:
      return "family_confirmed";
    case v1::DECISION_REASON_FOUND_ON_ROLL:
      return "found_on_roll";
    case v1::DECISION_REASON_OUT_OF_SCOPE:
      return "out_of_scope";
    case v1::DECISION_REASON_UNSAFE_TO_TELL:
      return "unsafe_to_tell";
    case v1::DECISION_REASON_DUPLICATE:
      return "duplicate";
    case v1::DECISION_REASON_MISTAKEN:
      return "mistaken";
    case v1::DECISION_REASON_NO_SCHOOL_FOUND:
      return "no_school_found";
    case v1::DECISION_REASON_NOT_AT_SCHOOL:
      return "not_at_school";
    case v1::DECISION_REASON_SCHOOL_OUT_OF_REACH:
      return "school_out_of_reach";
    case v1::DECISION_REASON_WITHDRAWN:
      return "withdrawn";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::CallOutcome outcome) {
  switch (outcome) {
    case v1::CALL_OUTCOME_ACKNOWLEDGED:
      return "acknowledged";
    case v1::CALL_OUTCOME_NOT_REACHED:
      return "not_reached";
    case v1::CALL_OUTCOME_CALL_AGAIN:
      return "call_again";
    default:
      return "unknown";
  }
}

std::string_view Word(v1::CallAbout about) {
  switch (about) {
    case v1::CALL_ABOUT_ARRIVAL:
      return "arrival";
    case v1::CALL_ABOUT_ABSENCE:
      return "absence";
    case v1::CALL_ABOUT_UNREADY:
      return "unready";
    case v1::CALL_ABOUT_REPLY:
      return "reply";
    default:
      return "alert";
  }
}

std::string_view Word(v1::RefusalReason reason) {
  switch (reason) {
    case v1::REFUSAL_REASON_NEVER_HERE:
      return "never_here";
    case v1::REFUSAL_REASON_LEFT:
      return "left";
    case v1::REFUSAL_REASON_DUPLICATE:
      return "duplicate";
    case v1::REFUSAL_REASON_OTHER:
      return "other";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::Unready unready) {
  switch (unready) {
    case v1::UNREADY_NO_RECIPIENT:
      return "no_recipient";
    case v1::UNREADY_NO_LINK:
      return "no_link";
    case v1::UNREADY_UNCONFIRMED:
      return "unconfirmed";
    case v1::UNREADY_NOBODY_ON_DUTY:
      return "nobody_on_duty";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::Arrival arrival) {
  switch (arrival) {
    case v1::ARRIVAL_SEEN:
      return "seen";
    case v1::ARRIVAL_LATE:
      return "late";
    case v1::ARRIVAL_ABSENT:
      return "absent";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::WithdrawalReason reason) {
  switch (reason) {
    case v1::WITHDRAWAL_REASON_MISTAKEN:
      return "mistaken";
    case v1::WITHDRAWAL_REASON_OUT_OF_SCOPE:
      return "out_of_scope";
    case v1::WITHDRAWAL_REASON_UNSAFE_TO_TELL:
      return "unsafe_to_tell";
    case v1::WITHDRAWAL_REASON_DUPLICATE:
      return "duplicate";
    default:
      return kUnspecified;
  }
}

std::string_view Word(v1::RecipientRole role) {
  switch (role) {
    case v1::RECIPIENT_ROLE_DEVICE:
      return "device";
    case v1::RECIPIENT_ROLE_LEAD:
      return "lead";
    case v1::RECIPIENT_ROLE_DEPUTY:
      return "deputy";
    case v1::RECIPIENT_ROLE_HEAD:
      return "head";
    default:
      return kUnspecified;
  }
}

}  // namespace firstbell::model
