#include "clients/control/words.h"

#include "broker/model/alert.h"
#include "clients/console/errors.h"
#include "clients/console/output.h"

namespace firstbell::control {
namespace {

std::string WhenOrWhy(const v1::ChildAnswer& child, const console::LocalTime& london) {
  if (child.outcome() == v1::CHILD_OUTCOME_ACCEPTED) {
    return "shown from " + london.Format(child.show_from()) + ", to be acknowledged by " +
           london.Format(child.deadline());
  }
  if (child.outcome() == v1::CHILD_OUTCOME_WITHDRAWN) return "no school has it any more";
  return std::string(Sentence(child.reason()));
}

}  // namespace

std::string_view Sentence(v1::Reason reason) {
  switch (reason) {
    case v1::REASON_OUT_OF_SCOPE_AGE:
      return "under reception age, or 18 and over";
    case v1::REASON_OUT_OF_SCOPE_LEGAL_BASIS:
      return "the legal basis is not that of England and Wales";
    case v1::REASON_NO_MATCH:
      return "nobody on any roll is like this child; to be placed by hand";
    case v1::REASON_NOT_UNIQUE:
      return "more than one pupil may be this child; to be placed by hand";
    case v1::REASON_NOT_CORROBORATED:
      return "too little says that it is the pupil who is like it; to be placed by hand";
    case v1::REASON_CONFLICT:
      return "the UPN contradicts the name and date of birth; to be placed by hand";
    case v1::REASON_COMPETING_CLAIM:
      return "several schools have this child on their rolls; to be placed by hand";
    case v1::REASON_PROTECTED:
      return "marked protected: never placed by machine; to be placed by hand";
    case v1::REASON_SCHOOL_CLOSED:
      return "the school on the roll is not open; to be placed by hand";
    case v1::REASON_NOT_CONFIDENT:
      return "a machine cannot be sure of this child's school; to be placed by hand";
    case v1::REASON_REFUSED:
      return "a school says that it is not its pupil; to be placed by hand";
    case v1::REASON_CORRECTED:
      return "who it is was corrected since a person placed it; to be placed by hand";
    case v1::REASON_NOT_AT_SCHOOL:
      return "not at a school: the local authority is told by hand";
    default:
      return "no reason was given";
  }
}

std::string_view Sentence(v1::DecisionReason reason) {
  switch (reason) {
    case v1::DECISION_REASON_DETAILS_AGREE:
      return "what agrees is enough for a person";
    case v1::DECISION_REASON_SCHOOL_CONFIRMED:
      return "the school said so";
    case v1::DECISION_REASON_AUTHORITY_CONFIRMED:
      return "the local authority said so";
    case v1::DECISION_REASON_FAMILY_CONFIRMED:
      return "a parent or carer said so, where it was safe to ask";
    case v1::DECISION_REASON_FOUND_ON_ROLL:
      return "rolls that came later show where the child is";
    case v1::DECISION_REASON_OUT_OF_SCOPE:
      return "seen closer, not within the scheme";
    case v1::DECISION_REASON_UNSAFE_TO_TELL:
      return "telling a school would put the child at risk";
    case v1::DECISION_REASON_DUPLICATE:
      return "its school is told of it under another reference";
    case v1::DECISION_REASON_MISTAKEN:
      return "reported by mistake";
    case v1::DECISION_REASON_NO_SCHOOL_FOUND:
      return "nobody could say which school";
    case v1::DECISION_REASON_NOT_AT_SCHOOL:
      return "not at a school: the local authority was told instead";
    case v1::DECISION_REASON_SCHOOL_OUT_OF_REACH:
      return "its school is in no register here";
    case v1::DECISION_REASON_WITHDRAWN:
      return "the force withdrew it";
    default:
      return "no reason was given";
  }
}

std::string_view Sentence(v1::WithdrawalReason reason) {
  switch (reason) {
    case v1::WITHDRAWAL_REASON_MISTAKEN:
      return "it did not happen so, or not to this child";
    case v1::WITHDRAWAL_REASON_OUT_OF_SCOPE:
      return "seen closer, not within the scheme";
    case v1::WITHDRAWAL_REASON_UNSAFE_TO_TELL:
      return "that a school knows would put the child at risk";
    case v1::WITHDRAWAL_REASON_DUPLICATE:
      return "reported under another reference too";
    default:
      return "no reason was given";
  }
}

std::string_view Sentence(v1::RefusalReason reason) {
  switch (reason) {
    case v1::REFUSAL_REASON_NEVER_HERE:
      return "was never here";
    case v1::REFUSAL_REASON_LEFT:
      return "has left";
    case v1::REFUSAL_REASON_DUPLICATE:
      return "has another alert of the same child and incident";
    default:
      return "not its pupil, for another reason";
  }
}

std::string Describe(const v1::IncidentAnswer& answer, const console::LocalTime& london) {
  std::string text;
  for (const v1::ChildAnswer& child : answer.children()) {
    text += console::Printable(answer.reference() + "  " + child.child_ref()) + "  " +
            std::string(model::Word(child.outcome())) + "  " + WhenOrWhy(child, london) + "\n";
  }
  return text;
}

std::string Heading(const v1::IncidentAnswer& answer, const console::LocalTime& london) {
  return console::Printable(answer.reference()) + ", revision " +
         std::to_string(answer.revision()) + ", taken on " + london.Format(answer.accepted_at()) +
         (answer.withdrawn() == v1::WITHDRAWAL_REASON_UNSPECIFIED
              ? ""
              : "; withdrawn: " + std::string(Sentence(answer.withdrawn()))) +
         "\n";
}

std::string Warnings(const v1::IncidentAnswer& answer) {
  std::string text;
  for (const v1::Warning& warning : answer.warnings()) {
    text +=
        console::Printable("warning: " + answer.reference() + "  " + warning.child_ref() + "  " +
                           warning.field() + ": the name of " + warning.names() +
                           " stands in it, whom this child's school should not read of; correct "
                           "it with the next revision") +
        "\n";
  }
  return text;
}

bool IsRefusal(const base::Status& status) {
  switch (status.code()) {
    case base::Code::kUnavailable:
    case base::Code::kDeadlineExceeded:
    case base::Code::kUnknown:
    case base::Code::kCancelled:
      return false;
    default:
      return true;
  }
}

std::string Refusal(std::uint64_t line, const base::Status& status) {
  return "incident of line " + std::to_string(line) +
         (IsRefusal(status) ? ": refused: " : ": no answer: ") + console::Explain(status);
}

std::string RefusalJson(std::uint64_t line, const base::Status& status) {
  return "{\"line\":" + std::to_string(line) + "," + console::ErrorJson(status).substr(1);
}

}  // namespace firstbell::control
