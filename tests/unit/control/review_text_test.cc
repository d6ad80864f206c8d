#include "clients/control/review_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "broker/model/alert.h"

namespace firstbell::control {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::protobuf::Timestamp At(std::int64_t seconds) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  return time;
}

const console::LocalTime kLondon = console::LocalTime::London().value();

v1::CaseSummary Waiting() {
  v1::CaseSummary summary;
  summary.set_reference("INV-1");
  summary.set_child_ref("C1");
  summary.set_reason(v1::REASON_NOT_CORROBORATED);
  *summary.mutable_opened_at() = At(1772503800);
  *summary.mutable_deadline() = At(1772527500);
  summary.set_candidates(7);
  summary.set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
  return summary;
}

TEST(ReviewText, EachReasonIsTypedAndReadBackAndBelongsToOneOutcome) {
  std::set<std::string> typed;
  for (const auto outcome :
       {v1::CHILD_OUTCOME_ACCEPTED, v1::CHILD_OUTCOME_WITHHELD, v1::CHILD_OUTCOME_UNPLACEABLE}) {
    for (const v1::DecisionReason reason : ReasonsOf(outcome)) {
      EXPECT_EQ(ParseReason(Typed(reason)), reason);
      EXPECT_TRUE(typed.insert(Typed(reason)).second);
      EXPECT_THAT(ReasonLines(outcome), HasSubstr("  " + Typed(reason) + " "));
    }
  }
  // Two reasons are the machine's alone: found on a roll, and withdrawn.
  EXPECT_EQ(typed.size(), static_cast<std::size_t>(v1::DecisionReason_MAX) - 2);
  EXPECT_EQ(ParseReason("school_confirmed"), v1::DECISION_REASON_UNSPECIFIED);
}

TEST(ReviewText, ACaseNamesItsChildItsCandidatesAndWhatAgrees) {
  v1::GetCaseResponse seen;
  *seen.mutable_summary() = Waiting();
  seen.mutable_child()->set_given_names("Mia\x1b[2J");
  seen.mutable_child()->set_family_name("Sandwell");
  seen.mutable_child()->set_date_of_birth("2017-05-04");
  seen.mutable_child()->add_schools_heard("Elm Park");
  seen.mutable_child()->set_is_protected(true);
  v1::CaseCandidate& candidate = *seen.add_candidates();
  candidate.mutable_school()->set_urn(100001);
  candidate.mutable_school()->set_name("Elm Park Primary");
  candidate.mutable_school()->set_town("Leeds");
  candidate.mutable_school()->set_telephone("01632960123");
  candidate.mutable_school()->set_status(v1::SCHOOL_STATUS_OPEN);
  candidate.set_on_roll(true);
  candidate.set_enrolment(v1::ENROLMENT_MAIN);
  candidate.set_forename(v1::AGREEMENT_AGREE);
  candidate.set_family_name(v1::AGREEMENT_AGREE);
  candidate.set_date_of_birth(v1::AGREEMENT_CLOSE);
  candidate.set_postcode(v1::AGREEMENT_DIFFER);
  candidate.set_address(v1::AGREEMENT_UNKNOWN);
  candidate.set_school_heard(v1::AGREEMENT_CLOSE);
  candidate.set_upn(v1::AGREEMENT_UNKNOWN);
  EXPECT_EQ(
      Describe(seen, kLondon),
      "INV-1  C1  waits since Tue 3 Mar 2026 02:10, to be decided by Tue 3 Mar 2026 08:45\n"
      "Mia?[2J Sandwell, born 2017-05-04; told: Elm Park; PROTECTED: take care whom you tell\n"
      "Not placed by machine: too little says that it is the pupil who is like it\n"
      "Candidates, the likeliest first (1 of 7):\n"
      "1  Elm Park Primary, Leeds, URN 100001, telephone 01632960123\n"
      "   on roll today, main registration\n"
      "   agree: forename, family name\n"
      "   close: date of birth, school told\n"
      "   differ: postcode\n"
      "   not known: address, UPN\n");
  seen.clear_candidates();
  seen.clear_child();
  EXPECT_THAT(Describe(seen, kLondon), HasSubstr("has been erased"));
  EXPECT_THAT(Describe(seen, kLondon), HasSubstr("No pupil is a candidate."));
}

TEST(ReviewText, AListSaysWhatIsLateAndWhatWasDecided) {
  CaseTable table(kLondon);
  v1::CaseSummary summary = Waiting();
  table.Add(summary);
  EXPECT_THAT(table.ToString(), Not(HasSubstr("LATE")));
  summary.set_late(true);
  table.Add(summary);
  EXPECT_THAT(table.ToString(), HasSubstr("Tue 3 Mar 2026 08:45  LATE"));
  summary.set_outcome(v1::CHILD_OUTCOME_WITHHELD);
  summary.set_decision_reason(v1::DECISION_REASON_DUPLICATE);
  summary.set_decided_by("wren");
  table.Add(summary);
  EXPECT_THAT(table.ToString(), HasSubstr("withheld by wren: its school is told"));
}

TEST(ReviewText, ADecisionSaysWhenTheSchoolIsShownIt) {
  v1::DecideCaseResponse decided;
  *decided.mutable_summary() = Waiting();
  decided.mutable_summary()->set_outcome(v1::CHILD_OUTCOME_UNPLACEABLE);
  decided.mutable_summary()->set_decision_reason(v1::DECISION_REASON_NO_SCHOOL_FOUND);
  decided.mutable_summary()->set_decided_by("wren");
  EXPECT_EQ(Describe(decided, kLondon),
            "INV-1  C1  unplaceable by wren: nobody could say which school\n");
  decided.mutable_summary()->set_outcome(v1::CHILD_OUTCOME_ACCEPTED);
  *decided.mutable_show_from() = At(1772523000);
  *decided.mutable_deadline() = At(1772527500);
  EXPECT_EQ(Describe(decided, kLondon),
            "INV-1  C1  placed: shown from Tue 3 Mar 2026 07:30, to be acknowledged by "
            "Tue 3 Mar 2026 08:45\n");
}

}  // namespace
}  // namespace firstbell::control
