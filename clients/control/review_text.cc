#include "clients/control/review_text.h"

#include <algorithm>
#include <utility>

#include "broker/model/alert.h"
#include "clients/control/words.h"

namespace firstbell::control {
namespace {

constexpr std::size_t kReasonColumn = 22;

constexpr std::pair<v1::ChildOutcome, v1::DecisionReason> kReasons[] = {
    {v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_DETAILS_AGREE},
    {v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED},
    {v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_AUTHORITY_CONFIRMED},
    {v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_FAMILY_CONFIRMED},
    {v1::CHILD_OUTCOME_WITHHELD, v1::DECISION_REASON_OUT_OF_SCOPE},
    {v1::CHILD_OUTCOME_WITHHELD, v1::DECISION_REASON_UNSAFE_TO_TELL},
    {v1::CHILD_OUTCOME_WITHHELD, v1::DECISION_REASON_DUPLICATE},
    {v1::CHILD_OUTCOME_WITHHELD, v1::DECISION_REASON_MISTAKEN},
    {v1::CHILD_OUTCOME_UNPLACEABLE, v1::DECISION_REASON_NO_SCHOOL_FOUND},
    {v1::CHILD_OUTCOME_UNPLACEABLE, v1::DECISION_REASON_NOT_AT_SCHOOL},
    {v1::CHILD_OUTCOME_UNPLACEABLE, v1::DECISION_REASON_SCHOOL_OUT_OF_REACH},
};

// What waits is told by its deadline, what is decided by who decided what.
std::string Standing(const v1::CaseSummary& summary) {
  if (summary.outcome() == v1::CHILD_OUTCOME_AT_REVIEW) return summary.late() ? "LATE" : "";
  const bool placed = summary.outcome() == v1::CHILD_OUTCOME_ACCEPTED;
  const std::string by = summary.decided_by().empty() ? "machine" : summary.decided_by();
  return (placed ? "placed" : std::string(model::Word(summary.outcome()))) + " by " + by + ": " +
         std::string(Sentence(summary.decision_reason()));
}

// The reason without what is to be done: that is known at the desk.
std::string Why(v1::Reason reason) {
  const std::string_view sentence = Sentence(reason);
  return std::string(sentence.substr(0, sentence.find("; to be placed by hand")));
}

std::string_view Enrolled(v1::Enrolment enrolment) {
  switch (enrolment) {
    case v1::ENROLMENT_MAIN:
      return "main registration";
    case v1::ENROLMENT_SUBSIDIARY:
      return "subsidiary registration";
    case v1::ENROLMENT_GUEST:
      return "guest, registered elsewhere";
    default:
      return "registered";
  }
}

std::string Place(const v1::CaseSchool& school) {
  std::string text = school.name().empty() ? "a school that is in no register" : school.name();
  if (!school.town().empty()) text += ", " + school.town();
  text += ", URN " + std::to_string(school.urn());
  text += school.telephone().empty() ? ", no telephone number in the register"
                                     : ", telephone " + school.telephone();
  if (school.status() != v1::SCHOOL_STATUS_OPEN) text += ", NOT OPEN";
  return console::Printable(text);
}

// "   agree: forename, date of birth", or nothing where no field does.
std::string FieldsLine(const v1::CaseCandidate& candidate, v1::Agreement agreement,
                       std::string_view word) {
  const std::pair<std::string_view, v1::Agreement> fields[] = {
      {"forename", candidate.forename()},
      {"family name", candidate.family_name()},
      {"date of birth", candidate.date_of_birth()},
      {"postcode", candidate.postcode()},
      {"address", candidate.address()},
      {"school told", candidate.school_heard()},
      {"UPN", candidate.upn()},
  };
  std::string line;
  for (const auto& [name, of_field] : fields) {
    if (of_field != agreement) continue;
    line.append(line.empty() ? "   " : ", ");
    if (line == "   ") line.append(word).append(": ");
    line.append(name);
  }
  return line.empty() ? line : line + "\n";
}

std::string DescribeCandidate(int number, const v1::CaseCandidate& candidate) {
  return std::to_string(number) + "  " + Place(candidate.school()) + "\n   " +
         (candidate.on_roll() ? "on roll today, " + std::string(Enrolled(candidate.enrolment()))
                              : "not on the roll today") +
         "\n" + FieldsLine(candidate, v1::AGREEMENT_AGREE, "agree") +
         FieldsLine(candidate, v1::AGREEMENT_CLOSE, "close") +
         FieldsLine(candidate, v1::AGREEMENT_DIFFER, "differ") +
         FieldsLine(candidate, v1::AGREEMENT_UNKNOWN, "not known");
}

std::string DescribeChild(const v1::ChildReported& child) {
  std::string text = child.given_names() + " " + child.family_name();
  if (!child.preferred_given_name().empty()) text += ", called " + child.preferred_given_name();
  if (!child.former_family_name().empty()) text += ", formerly " + child.former_family_name();
  text += child.has_age() ? ", about " + std::to_string(child.age()) + " years old"
                          : ", born " + child.date_of_birth();
  for (const std::string& school : child.schools_heard()) text += "; told: " + school;
  if (child.is_protected()) text += "; PROTECTED: take care whom you tell";
  if (child.urgent()) text += "; URGENT";
  return console::Printable(text) + "\n";
}

// What a school said, and what that asks of the force.
std::string DescribeRefusal(const v1::SchoolRefusal& refusal, const console::LocalTime& london) {
  std::string text = "Refused by " + Place(refusal.school()) + ", " +
                     london.Format(refusal.refused_at()) + ": " +
                     std::string(Sentence(refusal.reason())) + "\n";
  if (!refusal.new_school().empty()) {
    text += "   it says that the child goes to: " + console::Printable(refusal.new_school()) +
            "; nobody was told because of that\n";
  }
  if (refusal.hasty()) text += "   said within three seconds of opening it: telephone and ask\n";
  if (refusal.has_breach_since()) {
    text += "   BREACH: somebody there had read what happened. Known since " +
            london.Format(refusal.breach_since()) +
            "; where it must be reported, the Information Commissioner is to hear by " +
            london.Format(refusal.report_by()) + "\n";
  }
  return text + (refusal.erased() ? "   its copies there are destroyed, under signature\n"
                                  : "   a machine there has not said yet that its copy is "
                                    "destroyed\n");
}

std::string DescribeStanding(const v1::CaseSummary& summary, const console::LocalTime& london) {
  const std::string deadline = london.Format(summary.deadline());
  if (summary.outcome() == v1::CHILD_OUTCOME_AT_REVIEW) {
    return "waits since " + london.Format(summary.opened_at()) + ", to be decided by " + deadline +
           (summary.late() ? "  LATE" : "") + "\n";
  }
  return Standing(summary) + ", " + london.Format(summary.decided_at()) + "\n";
}

}  // namespace

std::string Typed(v1::DecisionReason reason) {
  std::string word(model::Word(reason));
  std::replace(word.begin(), word.end(), '_', '-');
  return word;
}

std::vector<v1::DecisionReason> ReasonsOf(v1::ChildOutcome outcome) {
  std::vector<v1::DecisionReason> reasons;
  for (const auto& [of, reason] : kReasons) {
    if (of == outcome) reasons.push_back(reason);
  }
  return reasons;
}

std::string ReasonLines(v1::ChildOutcome outcome) {
  std::string lines;
  for (const v1::DecisionReason reason : ReasonsOf(outcome)) {
    std::string typed = Typed(reason);
    typed.resize(kReasonColumn, ' ');
    lines.append("  ").append(typed).append(Sentence(reason)).append("\n");
  }
  return lines;
}

v1::DecisionReason ParseReason(const std::string& typed) {
  for (const auto& [of, reason] : kReasons) {
    if (Typed(reason) == typed) return reason;
  }
  return v1::DECISION_REASON_UNSPECIFIED;
}

CaseTable::CaseTable(console::LocalTime london)
    : london_(london), table_({"REFERENCE", "CHILD", "WHY", "CANDIDATES", "DECIDE BY", ""}) {}

void CaseTable::Add(const v1::CaseSummary& summary) {
  table_.Add({summary.reference(), summary.child_ref(), Why(summary.reason()),
              std::to_string(summary.candidates()), london_.Format(summary.deadline()),
              Standing(summary)});
}

std::string Describe(const v1::GetCaseResponse& seen, const console::LocalTime& london) {
  const v1::CaseSummary& summary = seen.summary();
  std::string text = console::Printable(summary.reference() + "  " + summary.child_ref()) + "  " +
                     DescribeStanding(summary, london);
  text += seen.has_child() ? DescribeChild(seen.child())
                           : "what was reported of the child has been erased\n";
  const bool by_machine =
      summary.outcome() == v1::CHILD_OUTCOME_ACCEPTED && summary.decided_by().empty();
  text += (by_machine ? "At first not placed by machine: " : "Not placed by machine: ") +
          Why(summary.reason()) + "\n";
  for (const v1::CaseSchool& school : seen.placed_at()) text += "Placed at " + Place(school) + "\n";
  for (const v1::CaseSchool& school : seen.told_at()) {
    text += "Told already, before it was in doubt: " + Place(school) + "\n";
  }
  for (const v1::SchoolRefusal& refusal : seen.refused_by()) {
    text += DescribeRefusal(refusal, london);
  }
  if (seen.candidates().empty()) return text + "No pupil is a candidate.\n";
  text += "Candidates, the likeliest first";
  const auto shown = static_cast<std::uint32_t>(seen.candidates_size());
  if (shown < summary.candidates()) {
    text += " (" + std::to_string(shown) + " of " + std::to_string(summary.candidates()) + ")";
  }
  text += seen.summary().has_roll_as_of()
              ? ", by rolls of " + london.Format(seen.summary().roll_as_of()) + " or later:\n"
              : ":\n";
  for (int i = 0; i < seen.candidates_size(); ++i) {
    text += DescribeCandidate(i + 1, seen.candidates(i));
  }
  return text;
}

std::string Describe(const v1::DecideCaseResponse& decided, const console::LocalTime& london) {
  const v1::CaseSummary& summary = decided.summary();
  std::string text = console::Printable(summary.reference() + "  " + summary.child_ref()) + "  ";
  if (!decided.has_show_from()) return text + Standing(summary) + "\n";
  return text + "placed: shown from " + london.Format(decided.show_from()) +
         ", to be acknowledged by " + london.Format(decided.deadline()) + "\n";
}

}  // namespace firstbell::control
