// The review desk, over the whole broker: real certificates, real calls, a school's link.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "firstbell/v1/review_service.grpc.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/invented.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using support::kHigh;
using support::kPrimary;
using testing::HasSubstr;
using testing::Not;

constexpr char kWren[] = "urn:firstbell:officer:examplebury:wren";
constexpr char kLark[] = "urn:firstbell:officer:examplebury:lark";
constexpr char kTheirs[] = "urn:firstbell:officer:otherbury:wren";

class ReviewTest : public testing::Test {
 protected:
  using Stub = std::unique_ptr<v1::ReviewService::Stub>;
  Stub As(std::string_view uri) { return v1::ReviewService::NewStub(broker_.ChannelAs(uri)); }

  // Zoë, whose postcode agrees with nobody's.
  void SubmitUnsure(const std::string& reference) {
    v1::Incident incident = support::IncidentOf(reference);
    incident.mutable_children(0)->mutable_home_address()->set_postcode("M1 1AA");
    ASSERT_TRUE(broker_.Submit(incident).ok());
  }
  static grpc::Status Look(const Stub& stub, const std::string& reference,
                           v1::GetCaseResponse* seen) {
    v1::GetCaseRequest request;
    request.set_reference(reference);
    request.set_child_ref("C1");
    Context context;
    return stub->GetCase(&context, request, seen);
  }
  static v1::DecideCaseRequest Place(const std::string& reference) {
    v1::DecideCaseRequest request;
    request.set_reference(reference);
    request.set_child_ref("C1");
    request.set_outcome(v1::CHILD_OUTCOME_ACCEPTED);
    request.set_reason(v1::DECISION_REASON_DETAILS_AGREE);
    request.add_urns(kPrimary.value());
    return request;
  }
  static v1::DecideCaseRequest Withhold(const std::string& reference) {
    v1::DecideCaseRequest request;
    request.set_reference(reference);
    request.set_child_ref("C1");
    request.set_outcome(v1::CHILD_OUTCOME_WITHHELD);
    request.set_reason(v1::DECISION_REASON_DUPLICATE);
    return request;
  }
  static grpc::Status Decide(const Stub& stub, const v1::DecideCaseRequest& request) {
    v1::DecideCaseResponse response;
    Context context;
    return stub->DecideCase(&context, request, &response);
  }
  v1::IncidentStatus AsTheForceSees(const std::string& reference) {
    v1::GetIncidentRequest request;
    request.set_reference(reference);
    v1::GetIncidentResponse response;
    Context context;
    EXPECT_TRUE(force_->GetIncident(&context, request, &response).ok());
    return response.incident();
  }

  RunningBroker broker_;
  const std::unique_ptr<v1::IncidentService::Stub> force_ =
      v1::IncidentService::NewStub(broker_.ChannelAs(kForceUri));
};

TEST_F(ReviewTest, AnOfficerPlacesAndTheSchoolsLinkHasItAtOnce) {
  broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  LinkPeer school(broker_, device.curve);
  school.Hello(device.id);
  school.Await(v1::LinkMessage::kWelcome);
  SubmitUnsure("R1");
  const v1::IncidentStatus before = AsTheForceSees("R1");
  ASSERT_EQ(before.reviews_size(), 1);
  EXPECT_EQ(before.reviews(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW);

  const Stub wren = As(kWren);
  v1::ListCasesResponse listed;
  Context listing;
  ASSERT_TRUE(wren->ListCases(&listing, {}, &listed).ok());
  ASSERT_EQ(listed.cases_size(), 1);
  v1::GetCaseResponse seen;
  ASSERT_TRUE(Look(wren, listed.cases(0).reference(), &seen).ok());
  ASSERT_EQ(seen.candidates_size(), 1);
  EXPECT_EQ(seen.candidates(0).school().urn(), kPrimary.value());
  ASSERT_TRUE(Decide(wren, Place("R1")).ok());
  school.Await(v1::LinkMessage::kPush);

  const v1::IncidentStatus after = AsTheForceSees("R1");
  EXPECT_EQ(after.answer().children(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW)
      << "the first answer stays";
  EXPECT_EQ(after.reviews(0).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(after.notices_size(), 1);
  EXPECT_THAT(after.ShortDebugString(), Not(HasSubstr("urn")));
}

TEST_F(ReviewTest, OnlyTheForcesNamedOfficersHaveADesk) {
  SubmitUnsure("R1");
  v1::GetCaseResponse seen;
  for (const std::string_view uri : {kForceUri, kOtherForceUri, kAuditorUri, kOperatorUri,
                                     std::string_view("urn:firstbell:authority:kent")}) {
    const Stub stub = As(uri);
    v1::ListCasesResponse listed;
    Context context;
    EXPECT_EQ(stub->ListCases(&context, {}, &listed).error_code(), StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(Look(stub, "R1", &seen).error_code(), StatusCode::PERMISSION_DENIED) << uri;
    EXPECT_EQ(Decide(stub, Place("R1")).error_code(), StatusCode::PERMISSION_DENIED) << uri;
  }
  const Stub theirs = As(kTheirs);
  EXPECT_EQ(Look(theirs, "R1", &seen).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Decide(theirs, Place("R1")).error_code(), StatusCode::NOT_FOUND);
  v1::ListCasesResponse listed;
  Context context;
  ASSERT_TRUE(theirs->ListCases(&context, {}, &listed).ok());
  EXPECT_EQ(listed.cases_size(), 0);
  EXPECT_EQ(AsTheForceSees("R1").notices_size(), 0);
}

TEST_F(ReviewTest, ASecondOfficerIsToldThatItWasDecided) {
  SubmitUnsure("R1");
  ASSERT_TRUE(Decide(As(kLark), Withhold("R1")).ok());
  const grpc::Status second = Decide(As(kWren), Place("R1"));
  EXPECT_EQ(second.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(second.error_message(), HasSubstr("by officer lark: withheld, duplicate"));
  EXPECT_TRUE(Decide(As(kLark), Withhold("R1")).ok()) << "the same again";
  EXPECT_EQ(AsTheForceSees("R1").reviews(0).reason(), v1::DECISION_REASON_DUPLICATE);
}

TEST_F(ReviewTest, AFaultyDecisionNamesItsFields) {
  SubmitUnsure("R1");
  v1::DecideCaseRequest request = Place("R1");
  request.clear_urns();
  request.set_reason(v1::DECISION_REASON_DUPLICATE);
  const grpc::Status refused = Decide(As(kWren), request);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FaultyFields(refused.error_details()), "reason,urns");
}

TEST_F(ReviewTest, ABudgetThatIsSpentSaysWhenToLookAgain) {
  SubmitUnsure("R1");
  const Stub wren = As(kWren);
  v1::GetCaseResponse seen;
  for (std::size_t i = 0; i < limits::kLooksPerHour; ++i) {
    ASSERT_TRUE(Look(wren, "R1", &seen).ok()) << i;
  }
  const grpc::Status refused = Look(wren, "R1", &seen);
  EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(refused.error_details()));
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(0).UnpackTo(&retry));
  EXPECT_GT(retry.retry_delay().seconds(), 50 * 60);
  EXPECT_TRUE(Look(As(kLark), "R1", &seen).ok());
}

TEST_F(ReviewTest, AWatchGoesOnUntilAnOfficerHasDecided) {
  SubmitUnsure("R1");
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  Context context;
  const auto watch = force_->WatchIncident(&context, request);
  v1::WatchIncidentResponse change;
  ASSERT_TRUE(watch->Read(&change));
  EXPECT_EQ(change.review().child_ref(), "C1");
  EXPECT_EQ(change.review().outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
  ASSERT_TRUE(Decide(As(kWren), Withhold("R1")).ok());
  ASSERT_TRUE(watch->Read(&change));
  EXPECT_EQ(change.review().outcome(), v1::CHILD_OUTCOME_WITHHELD);
  EXPECT_EQ(change.review().reason(), v1::DECISION_REASON_DUPLICATE);
  EXPECT_FALSE(watch->Read(&change));
  EXPECT_TRUE(watch->Finish().ok());
}

TEST_F(ReviewTest, AWatchOfAChildThatIsPlacedByHandTellsItsNotice) {
  SubmitUnsure("R1");
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  Context context;
  const auto watch = force_->WatchIncident(&context, request);
  v1::WatchIncidentResponse change;
  ASSERT_TRUE(watch->Read(&change));
  ASSERT_TRUE(Decide(As(kWren), Place("R1")).ok());
  ASSERT_TRUE(watch->Read(&change));
  EXPECT_EQ(change.notice().state(), v1::ALERT_STATE_ACCEPTED);
  ASSERT_TRUE(watch->Read(&change));
  EXPECT_EQ(change.review().outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(change.review().reason(), v1::DECISION_REASON_UNSPECIFIED);
  EXPECT_THAT(change.ShortDebugString(), Not(HasSubstr("urn")));
  context.TryCancel();  // the notice has not ended, so that the watch has not, either
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::CANCELLED);
}

}  // namespace
}  // namespace firstbell::server
