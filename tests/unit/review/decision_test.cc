#include "broker/review/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/decision_reason.h"
#include "broker/model/violations.h"
#include "tests/support/invented.h"

namespace firstbell::review {
namespace {

using support::kPrimary;
using testing::ElementsAre;
using testing::IsEmpty;

const base::OfficerId kWren("wren");

v1::DecideCaseRequest Request(v1::ChildOutcome outcome, v1::DecisionReason reason,
                              const std::vector<std::uint32_t>& urns = {}) {
  v1::DecideCaseRequest request;
  request.set_outcome(outcome);
  request.set_reason(reason);
  for (const std::uint32_t urn : urns) request.add_urns(urn);
  return request;
}

// The faulty fields that the answer names.
std::vector<std::string> Faults(const v1::DecideCaseRequest& request) {
  const auto decision = ParseDecision(request, kWren, support::kNight);
  if (decision.ok()) return {};
  EXPECT_TRUE(absl::IsInvalidArgument(decision.status()));
  std::vector<std::string> fields;
  const auto request_of = model::BadRequestOf(decision.status());
  for (const auto& one : request_of.field_violations()) fields.push_back(one.field());
  return fields;
}

TEST(DecisionTest, EachReasonBelongsToOneOutcomeAndToNoOther) {
  for (int number = 1; number < v1::DecisionReason_ARRAYSIZE; ++number) {
    const auto reason = static_cast<v1::DecisionReason>(number);
    EXPECT_NE(model::Word(reason), "unspecified") << number;
    for (const auto outcome :
         {v1::CHILD_OUTCOME_ACCEPTED, v1::CHILD_OUTCOME_WITHHELD, v1::CHILD_OUTCOME_UNPLACEABLE}) {
      std::vector<std::uint32_t> urns;
      if (outcome == v1::CHILD_OUTCOME_ACCEPTED) urns.push_back(kPrimary.value());
      const auto faults = Faults(Request(outcome, reason, urns));
      if (outcome == model::OutcomeOf(reason)) {
        EXPECT_THAT(faults, IsEmpty()) << number;
      } else {
        EXPECT_THAT(faults, testing::Contains("reason")) << number;
      }
    }
  }
}

TEST(DecisionTest, EveryFaultyFieldIsNamed) {
  EXPECT_THAT(Faults({}), ElementsAre("outcome", "reason"));
  EXPECT_THAT(Faults(Request(v1::CHILD_OUTCOME_AT_REVIEW, v1::DECISION_REASON_DUPLICATE)),
              ElementsAre("outcome"));
  EXPECT_THAT(Faults(Request(v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED)),
              ElementsAre("urns"));
  EXPECT_THAT(Faults(Request(v1::CHILD_OUTCOME_WITHHELD, v1::DECISION_REASON_DUPLICATE,
                             {kPrimary.value()})),
              ElementsAre("urns"));
  EXPECT_THAT(Faults(Request(v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED,
                             {99'999, 100'001, 1'000'000, 100'001})),
              ElementsAre("urns[0]", "urns[2]", "urns[3]"));
}

TEST(DecisionTest, AtMostAsManySchoolsAsAChildMayHave) {
  std::vector<std::uint32_t> urns;
  for (std::uint32_t i = 0; i < limits::kEstablishmentsPerChild; ++i) urns.push_back(100'001 + i);
  const auto request = [&] {
    return Request(v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED, urns);
  };
  EXPECT_THAT(Faults(request()), IsEmpty());
  urns.push_back(200'000);
  EXPECT_THAT(Faults(request()), ElementsAre("urns"));
}

TEST(DecisionTest, WhatAgreesIsAReasonForTheSchoolOfACandidateThatIsShownAlone) {
  model::Case value;
  const auto check = [&](std::uint32_t urn, v1::DecisionReason reason) {
    const auto decision =
        ParseDecision(Request(v1::CHILD_OUTCOME_ACCEPTED, reason, {urn}), kWren, support::kNight);
    return CheckAgainstCandidates(decision.value(), value);
  };
  const auto agree = v1::DECISION_REASON_DETAILS_AGREE;
  EXPECT_TRUE(absl::IsInvalidArgument(check(100'000, agree)));
  for (std::uint32_t i = 0; i <= limits::kCandidates; ++i) {
    value.candidates.push_back({base::Urn(100'000 + i), base::LocalId("p")});
  }
  EXPECT_TRUE(check(100'000, agree).ok());
  EXPECT_TRUE(check(100'000 + limits::kCandidates - 1, agree).ok());
  EXPECT_FALSE(check(100'000 + limits::kCandidates, agree).ok()) << "not shown";
  EXPECT_TRUE(check(200'000, v1::DECISION_REASON_SCHOOL_CONFIRMED).ok());
}

TEST(DecisionTest, SchoolsInAnyOrderAreOneDecision) {
  const auto parse = [](const std::vector<std::uint32_t>& urns, absl::Time now) {
    return ParseDecision(
               Request(v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED, urns),
               kWren, now)
        .value();
  };
  const auto a = parse({100'002, 100'001}, support::kNight);
  const auto b = parse({100'001, 100'002}, support::kBell);
  EXPECT_TRUE(model::SameDecision(a, b));
  EXPECT_NE(a, b);
  EXPECT_FALSE(model::SameDecision(a, parse({100'001}, support::kNight)));
}

}  // namespace
}  // namespace firstbell::review
