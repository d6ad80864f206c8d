#include "broker/server/rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/retry.h"
#include "broker/model/violations.h"
#include "broker/server/watch_hub.h"
#include "firstbell/v1/incident_service.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace firstbell::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

// --- Errors on their way out --------------------------------------------------------------

struct Mapping {
  base::Status inside;
  grpc::StatusCode outside;
  bool tells_why;
};
class MappingTest : public testing::TestWithParam<Mapping> {};
TEST_P(MappingTest, CodeMessageAndDetails) {
  const auto& [inside, outside, tells_why] = GetParam();
  const grpc::Status status = ToRpc(inside);
  EXPECT_EQ(status.error_code(), outside);
  EXPECT_EQ(status.error_message() == "why", tells_why) << status.error_message();
  EXPECT_FALSE(status.error_message().empty());
  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), static_cast<int>(outside));
  EXPECT_EQ(details.message(), status.error_message());
  EXPECT_EQ(ToStatusBytes(inside), status.error_details());
  const bool retry =
      outside == grpc::StatusCode::UNAVAILABLE || outside == grpc::StatusCode::RESOURCE_EXHAUSTED;
  EXPECT_EQ(details.details_size(), retry ? 1 : 0);
  EXPECT_TRUE(!retry || details.details(0).Is<google::rpc::RetryInfo>());
}
INSTANTIATE_TEST_SUITE_P(
    Each, MappingTest,
    testing::Values(
        Mapping{base::InvalidArgument("why"), grpc::StatusCode::INVALID_ARGUMENT, true},
        Mapping{base::NotFound("why"), grpc::StatusCode::NOT_FOUND, true},
        Mapping{base::AlreadyExists("why"), grpc::StatusCode::ALREADY_EXISTS, true},
        Mapping{base::PermissionDenied("why"), grpc::StatusCode::PERMISSION_DENIED, true},
        Mapping{base::FailedPrecondition("why"), grpc::StatusCode::FAILED_PRECONDITION, true},
        Mapping{base::ResourceExhausted("why"), grpc::StatusCode::RESOURCE_EXHAUSTED, true},
        Mapping{base::Unimplemented("why"), grpc::StatusCode::UNIMPLEMENTED, true},
        Mapping{base::Unauthenticated("why"), grpc::StatusCode::UNAUTHENTICATED, true},
        // Whether it is kept is not known: the same again is safe.
        Mapping{base::Unknown("why"), grpc::StatusCode::UNAVAILABLE, false},
        Mapping{base::Unavailable("why"), grpc::StatusCode::UNAVAILABLE, false},
        // What is broken here says no detail outside.
        Mapping{base::Internal("why"), grpc::StatusCode::INTERNAL, false},
        Mapping{base::DataLoss("why"), grpc::StatusCode::INTERNAL, false}));

TEST(RpcTest, FaultyFieldsTravelAsABadRequest) {
  model::Violations violations;
  violations.Add("incident.reference", "is required");
  violations.Add("incident.children[1].date_of_birth", "is required");
  const google::rpc::Status details = DetailsOf(ToRpc(violations.ToStatus()));
  ASSERT_EQ(details.details_size(), 1);
  google::rpc::BadRequest request;
  ASSERT_TRUE(details.details(0).UnpackTo(&request));
  ASSERT_EQ(request.field_violations_size(), 2);
  EXPECT_EQ(request.field_violations(1).field(), "incident.children[1].date_of_birth");
}

// gRPC drops trailers above 8 KiB: an answer that names too much would say nothing.
TEST(RpcTest, TheMostFaultyRequestsAnswerFitsTheTrailer) {
  model::Violations violations;
  for (int i = 0; i < 5000; ++i) {
    violations.Add("incident.children[" + std::to_string(i) + "].collection.may_not_collect[17]",
                   "is longer than 500 bytes, the most that this text may have");
  }
  EXPECT_LT(ToRpc(violations.ToStatus()).error_details().size(), 7000u);
}

TEST(RpcTest, AKnownDelayIsTheOneThatIsTold) {
  const auto delay_of = [](const base::Status& error) {
    google::rpc::Status status;
    google::rpc::RetryInfo info;
    EXPECT_TRUE(status.ParseFromString(ToStatusBytes(error)));
    EXPECT_TRUE(status.details_size() == 1 && status.details(0).UnpackTo(&info));
    return info.retry_delay().seconds();
  };
  EXPECT_EQ(delay_of(base::ResourceExhausted("x")), 2);
  EXPECT_EQ(delay_of(model::WithRetryAfter(base::ResourceExhausted("x"), absl::Hours(5))),
            5 * 3600);
}

TEST(RpcTest, OkIsOk) {
  EXPECT_TRUE(ToRpc(base::OkStatus()).ok());
}

// --- Bytes on their way in ----------------------------------------------------------------

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

TEST(RpcTest, BytesAreParsedByUsAndTheWireIsNamedInTheError) {
  v1::SubmitIncidentRequest request;
  request.mutable_incident()->set_reference("R-XX");
  const std::string good = request.SerializeAsString();
  v1::SubmitIncidentRequest parsed;
  EXPECT_TRUE(ParseMessage(ToBytes(request), parsed).ok());
  EXPECT_EQ(parsed.incident().reference(), "R-XX");
  EXPECT_TRUE(ParseMessage(BufferOf(""), parsed).ok());

  std::string not_utf8 = good;
  not_utf8[not_utf8.find("XX")] = '\xff';
  for (const std::string& bad : {not_utf8, good.substr(0, good.size() - 1), std::string("\xff")}) {
    const base::Status status = ParseMessage(BufferOf(bad), parsed);
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(base::Message(status)), HasSubstr("SubmitIncidentRequest"));
    EXPECT_THAT(std::string(base::Message(status)), Not(HasSubstr("R-")));
  }
}

TEST(RpcTest, BytesInPiecesAreOneMessage) {
  v1::GetIncidentRequest request;
  request.set_reference("R1");
  const std::string bytes = request.SerializeAsString();
  const grpc::Slice pieces[] = {grpc::Slice(bytes.substr(0, 1)), grpc::Slice(bytes.substr(1))};
  v1::GetIncidentRequest parsed;
  EXPECT_TRUE(ParseMessage(grpc::ByteBuffer(pieces, 2), parsed).ok());
  EXPECT_EQ(parsed.reference(), "R1");
}

// --- The hub ------------------------------------------------------------------------------

model::Alert Changed(const std::string& incident, const std::string& id) {
  model::Alert alert;
  alert.incident_id = base::IncidentId(incident);
  alert.id = base::AlertId(id);
  return alert;
}

// Notes what it is told.
WatchHub::Watcher Into(std::vector<std::string>& seen) {
  return {
      .changed = [&seen](const model::Alert& alert) { seen.push_back(alert.id.value()); },
      .reviewed = [&seen](const model::Case& value) { seen.push_back(value.child_ref.value()); },
      .closing = [&seen] { seen.push_back("closing"); }};
}

TEST(WatchHubTest, AChangeReachesEveryWatcherOfThatIncidentUntilItLeaves) {
  WatchHub hub;
  std::vector<std::string> first, second, other;
  auto a = hub.Watch(base::IncidentId("i1"), Into(first));
  const auto b = hub.Watch(base::IncidentId("i1"), Into(second));
  const auto c = hub.Watch(base::IncidentId("i2"), Into(other));
  hub.AlertChanged(Changed("i1", "a1"));
  a.reset();
  hub.AlertChanged(Changed("i1", "a2"));
  hub.AlertChanged(Changed("i3", "a3"));
  EXPECT_THAT(first, ElementsAre("a1"));
  EXPECT_THAT(second, ElementsAre("a1", "a2"));
  EXPECT_THAT(other, IsEmpty());
}

TEST(WatchHubTest, ADecisionReachesTheWatchersOfItsIncident) {
  WatchHub hub;
  std::vector<std::string> first, other;
  const auto a = hub.Watch(base::IncidentId("i1"), Into(first));
  const auto b = hub.Watch(base::IncidentId("i2"), Into(other));
  model::Case value;
  value.incident_id = base::IncidentId("i1");
  value.child_ref = base::ChildRef("C1");
  hub.CaseChanged(value);
  EXPECT_THAT(first, ElementsAre("C1"));
  EXPECT_THAT(other, IsEmpty());
}

TEST(WatchHubTest, ClosingTellsWhoIsThereAndTakesNoMore) {
  WatchHub hub;
  std::vector<std::string> stays, left;
  const auto a = hub.Watch(base::IncidentId("i1"), Into(stays));
  hub.Watch(base::IncidentId("i1"), Into(left)).reset();
  hub.Close();
  EXPECT_THAT(stays, ElementsAre("closing"));
  EXPECT_THAT(left, IsEmpty());
  EXPECT_EQ(hub.Watch(base::IncidentId("i1"), Into(left)), nullptr);
}

}  // namespace
}  // namespace firstbell::server
