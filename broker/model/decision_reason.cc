#include "broker/model/decision_reason.h"

namespace firstbell::model {

v1::ChildOutcome OutcomeOf(v1::DecisionReason reason) {
  switch (reason) {
    case v1::DECISION_REASON_DETAILS_AGREE:
    case v1::DECISION_REASON_SCHOOL_CONFIRMED:
    case v1::DECISION_REASON_AUTHORITY_CONFIRMED:
    case v1::DECISION_REASON_FAMILY_CONFIRMED:
      return v1::CHILD_OUTCOME_ACCEPTED;
    case v1::DECISION_REASON_OUT_OF_SCOPE:
    case v1::DECISION_REASON_UNSAFE_TO_TELL:
    case v1::DECISION_REASON_DUPLICATE:
    case v1::DECISION_REASON_MISTAKEN:
      return v1::CHILD_OUTCOME_WITHHELD;
    case v1::DECISION_REASON_NO_SCHOOL_FOUND:
    case v1::DECISION_REASON_NOT_AT_SCHOOL:
    case v1::DECISION_REASON_SCHOOL_OUT_OF_REACH:
      return v1::CHILD_OUTCOME_UNPLACEABLE;
    default:
      return v1::CHILD_OUTCOME_UNSPECIFIED;
  }
}

}  // namespace firstbell::model
