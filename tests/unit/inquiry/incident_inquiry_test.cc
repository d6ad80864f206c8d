#include "broker/inquiry/incident_inquiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/model/text.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/world.h"

namespace firstbell::inquiry {
namespace {

using namespace support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class IncidentInquiryTest : public testing::Test {
 protected:
  // One that is placed, a minute later each, or one that is at review.
  void Submit(const std::string& reference) {
    world_.Submit(IncidentOf(reference));
    world_.clock.Set(world_.clock.Now() + absl::Minutes(1));
  }
  void SubmitUnknown(const std::string& reference) {
    v1::Incident incident = IncidentOf(reference);
    incident.mutable_children(0)->mutable_name()->set_given_names("Nobody");
    world_.Submit(incident);
    world_.clock.Set(world_.clock.Now() + absl::Minutes(1));
  }
  // Every page of it.
  std::vector<std::string> List(v1::ListIncidentsRequest request, absl::Time now,
                                const base::ForceCode& force = kForce) {
    std::vector<std::string> references;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = inquiry_.List(force, request, now);
      FB_CHECK(page.ok());
      EXPECT_LE(page->incidents_size(), request.page_size() == 0 ? 50 : int(request.page_size()));
      for (const auto& one : page->incidents()) references.push_back(one.answer().reference());
      request.set_page_token(page->next_page_token());
      if (request.page_token().empty()) return references;
    }
    ADD_FAILURE() << "the pages do not end";
    return references;
  }

  World world_;
  IncidentInquiry inquiry_{world_.store};
};

TEST_F(IncidentInquiryTest, AnotherForcesReferenceIsNotFoundAsIfItWereNotThere) {
  Submit("R1");
  const auto theirs = inquiry_.Get(kOtherForce, base::Reference("R1"), kNight).status();
  const auto nobodys = inquiry_.Get(kOtherForce, base::Reference("R9"), kNight).status();
  EXPECT_TRUE(absl::IsNotFound(theirs));
  EXPECT_EQ(theirs, nobodys);
  EXPECT_THAT(List({}, kNight, kOtherForce), IsEmpty());
}

TEST_F(IncidentInquiryTest, IsFoundByTheReferenceThatASchoolQuotes) {
  Submit("R1");
  const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
  const auto found = inquiry_.OfNotice(kForce, model::OwnReference(alert.id), kNight);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->answer().reference(), "R1");
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.OfNotice(kForce, "FB-3F7", kNight).status()));
  const auto theirs =
      inquiry_.OfNotice(kOtherForce, model::OwnReference(alert.id), kNight).status();
  EXPECT_TRUE(absl::IsNotFound(theirs));
  EXPECT_EQ(theirs, inquiry_.OfNotice(kOtherForce, "FB-00000000", kNight).status());
}

TEST_F(IncidentInquiryTest, TheAnswerIsTheStoredOneAndNamesNoSchool) {
  const auto answer = world_.Submit(IncidentOf("R1"));
  const auto status = inquiry_.Get(kForce, base::Reference("R1"), kNight);
  ASSERT_TRUE(status.ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(status->answer(), answer));
  ASSERT_EQ(status->notices_size(), 1);
  EXPECT_EQ(status->notices(0).state(), v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(model::FromWire(status->notices(0).deadline()), kBell);
  EXPECT_THAT(status->DebugString(), Not(HasSubstr("urn")));
  EXPECT_THAT(status->DebugString(), Not(HasSubstr("Larch")));
}

TEST_F(IncidentInquiryTest, LateIsFromTheBellOn) {
  Submit("R1");
  const base::Reference reference("R1");
  EXPECT_FALSE(inquiry_.Get(kForce, reference, kBell - absl::Nanoseconds(1))->notices(0).late());
  EXPECT_TRUE(inquiry_.Get(kForce, reference, kBell)->notices(0).late());
}

TEST_F(IncidentInquiryTest, NewestFirstOverPagesWithNothingTwiceOrMissing) {
  for (const std::string reference : {"R1", "R2", "R3", "R4", "R5"}) Submit(reference);
  v1::ListIncidentsRequest request;
  request.set_page_size(2);
  EXPECT_THAT(List(request, kNight), ElementsAre("R5", "R4", "R3", "R2", "R1"));
}

TEST_F(IncidentInquiryTest, AFilterThatLeavesMostOutStillFillsItsPages) {
  for (int i = 0; i < 30; ++i) Submit("R" + std::to_string(i));
  SubmitUnknown("U1");
  for (int i = 30; i < 60; ++i) Submit("R" + std::to_string(i));
  SubmitUnknown("U2");
  v1::ListIncidentsRequest request;
  request.set_page_size(2);
  request.set_filter(v1::ListIncidentsRequest::FILTER_AT_REVIEW);
  const auto page = inquiry_.List(kForce, request, kNight);
  EXPECT_EQ(page->incidents_size(), 2);
  EXPECT_THAT(List(request, kNight), ElementsAre("U2", "U1"));
}

TEST_F(IncidentInquiryTest, EachFilter) {
  Submit("R1");
  SubmitUnknown("U1");
  v1::Incident abroad = IncidentOf("W1");
  abroad.set_legal_basis(v1::LEGAL_BASIS_SCOTLAND);
  world_.Submit(abroad);
  v1::ListIncidentsRequest request;
  request.set_filter(v1::ListIncidentsRequest::FILTER_OPEN);
  EXPECT_THAT(List(request, kNight), ElementsAre("U1", "R1"));
  request.set_filter(v1::ListIncidentsRequest::FILTER_LATE);
  EXPECT_THAT(List(request, kNight), IsEmpty());
  EXPECT_THAT(List(request, kBell), ElementsAre("R1"));
  request.set_filter(v1::ListIncidentsRequest::FILTER_ALL);
  EXPECT_THAT(List(request, kNight), ElementsAre("W1", "U1", "R1"));
}

TEST_F(IncidentInquiryTest, WhatAnOfficerDecidedIsToldAndNeverWhere) {
  SubmitUnknown("U1");
  SubmitUnknown("U2");
  const auto get = [&](const std::string& reference) {
    return inquiry_.Get(kForce, base::Reference(reference), kNight).value();
  };
  const v1::IncidentStatus waits = get("U1");
  ASSERT_EQ(waits.reviews_size(), 1);
  EXPECT_EQ(waits.reviews(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
  EXPECT_FALSE(waits.reviews(0).has_decided_at());

  const auto decide = [&](const std::string& reference, v1::ChildOutcome outcome,
                          v1::DecisionReason reason, std::vector<base::Urn> urns) {
    const auto incident = world_.memory.GetIncident(kForce, base::Reference(reference)).value();
    store::NewDecision made;
    made.incident_id = incident.id;
    made.child_ref = base::ChildRef("C1");
    made.decision = {outcome, reason, base::OfficerId("wren"), urns, kNight};
    for (const base::Urn urn : urns) {
      model::Alert alert;
      alert.id = base::AlertId("by-hand");
      alert.incident_id = incident.id;
      alert.force = kForce;
      alert.child_ref = made.child_ref;
      alert.urn = urn;
      made.alerts.push_back(alert);
    }
    ASSERT_TRUE(world_.memory.DecideCase(made).ok());
  };
  decide("U1", v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_SCHOOL_CONFIRMED, {kPrimary});
  decide("U2", v1::CHILD_OUTCOME_UNPLACEABLE, v1::DECISION_REASON_NO_SCHOOL_FOUND, {});
  const v1::IncidentStatus placed = get("U1");
  EXPECT_EQ(placed.answer().children(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW) << "the first";
  EXPECT_EQ(placed.reviews(0).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(placed.reviews(0).reason(), v1::DECISION_REASON_UNSPECIFIED);
  EXPECT_EQ(placed.notices_size(), 1);
  EXPECT_THAT(placed.DebugString(), Not(HasSubstr("urn")));
  const v1::IncidentStatus unplaceable = get("U2");
  EXPECT_EQ(unplaceable.reviews(0).outcome(), v1::CHILD_OUTCOME_UNPLACEABLE);
  EXPECT_EQ(unplaceable.reviews(0).reason(), v1::DECISION_REASON_NO_SCHOOL_FOUND);
  EXPECT_EQ(model::FromWire(unplaceable.reviews(0).decided_at()), kNight);

  v1::ListIncidentsRequest request;
  request.set_filter(v1::ListIncidentsRequest::FILTER_AT_REVIEW);
  EXPECT_THAT(List(request, kNight), IsEmpty());
  request.set_filter(v1::ListIncidentsRequest::FILTER_OPEN);
  EXPECT_THAT(List(request, kNight), ElementsAre("U1"));
}

TEST_F(IncidentInquiryTest, FromIsInclusiveBeforeIsNot) {
  for (const std::string reference : {"R1", "R2", "R3"}) Submit(reference);
  v1::ListIncidentsRequest request;
  *request.mutable_accepted_from() = model::ToWire(kNight + absl::Minutes(1));
  *request.mutable_accepted_before() = model::ToWire(kNight + absl::Minutes(2));
  EXPECT_THAT(List(request, kNight), ElementsAre("R2"));
}

TEST_F(IncidentInquiryTest, ATokenThatIsNoneAndAPageThatIsTooLarge) {
  v1::ListIncidentsRequest request;
  request.set_page_token("not a token");
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.List(kForce, request, kNight).status()));
  request.clear_page_token();
  request.set_page_size(std::numeric_limits<std::uint32_t>::max());
  EXPECT_TRUE(inquiry_.List(kForce, request, kNight).ok());
}

TEST_F(IncidentInquiryTest, AStoreThatFailsIsNotAnEmptyAnswer) {
  Submit("R1");
  for (const std::string verb : {"ListIncidents", "AlertsOf"}) {
    world_.store.FailNext(verb, Fault::kNotDone, base::DataLoss("invented"));
    EXPECT_TRUE(absl::IsDataLoss(inquiry_.List(kForce, {}, kNight).status())) << verb;
  }
  world_.store.FailNext("GetIncident", Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_TRUE(absl::IsDataLoss(inquiry_.Get(kForce, base::Reference("R1"), kNight).status()));
}

}  // namespace
}  // namespace firstbell::inquiry
