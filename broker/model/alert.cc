#include "broker/model/alert.h"

#include "broker/base/limits.h"

#include <algorithm>

namespace firstbell::model {
namespace {

// What an enum value from a newer wire is called here.
constexpr std::string_view kUnspecified = "unspecified";

}  // namespace

bool Seen(AlertState state) {
  return Advance(state, v1::RECEIPT_KIND_SHOWN) == state;
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
    default:  // erased, ours and refused are facts about an alert, not states of it
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
