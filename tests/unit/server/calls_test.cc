// What callers may say, and what they are answered.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/status.pb.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using google::protobuf::util::MessageDifferencer;
using grpc::StatusCode;
using support::Eventually;
using support::IncidentOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class CallsTest : public testing::Test {
 protected:
  grpc::Status Submit(const v1::Incident& incident, v1::IncidentAnswer* answer = nullptr) {
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = incident;
    v1::SubmitIncidentResponse response;
    Context context;
    const grpc::Status status = force_->SubmitIncident(&context, request, &response);
    if (answer != nullptr) *answer = response.answer();
    return status;
  }
  grpc::Status Get(v1::IncidentService::Stub& as, const std::string& reference) {
    v1::GetIncidentRequest request;
    request.set_reference(reference);
    v1::GetIncidentResponse response;
    Context context;
    return as.GetIncident(&context, request, &response);
  }

  RunningBroker broker_;
  const std::unique_ptr<v1::IncidentService::Stub> force_ =
      v1::IncidentService::NewStub(broker_.ChannelAs(kForceUri));
};

TEST_F(CallsTest, FaultyFieldsAreNamedByTheirPath) {
  v1::Incident incident = IncidentOf("R1");
  incident.clear_reference();
  incident.mutable_children(0)->mutable_name()->clear_family_name();
  incident.mutable_children(0)->set_date_of_birth("2014-02-30");
  const grpc::Status status = Submit(incident);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FaultyFields(status.error_details()),
            "incident.reference,incident.children[0].name.family_name,"
            "incident.children[0].date_of_birth");
  EXPECT_THAT(status.error_message(), Not(HasSubstr("2014")));
}

TEST_F(CallsTest, AnAnswerThatNamesTheMostFieldsArrives) {
  v1::Incident incident = IncidentOf("R1");
  for (int i = 0; i < 45; ++i) {
    v1::Child& child = *incident.add_children();
    child.set_child_ref("X" + std::to_string(i));
    for (int k = 0; k < 15; ++k) {
      child.mutable_collection()->add_may_not_collect(std::string(501, 'x'));
    }
  }
  const grpc::Status status = Submit(incident);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_THAT(FaultyFields(status.error_details()), HasSubstr("incident.children[1].name"));
}

TEST_F(CallsTest, BytesThatAreNoMessageAreInvalidNotUnimplemented) {
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = IncidentOf("R-XX");
  const std::string good = request.SerializeAsString();
  std::string not_utf8 = good;
  not_utf8.replace(not_utf8.find("XX"), 2, "\xff\xfe");
  const auto channel = broker_.ChannelAs(kForceUri);
  const std::string method = "/firstbell.v1.IncidentService/SubmitIncident";
  for (const std::string& bad : {not_utf8, good.substr(0, good.size() - 3), std::string("\xff")}) {
    const RawAnswer answer = CallRaw(channel, method, bad);
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(answer.status.error_message(), HasSubstr("UTF-8"));
  }
  EXPECT_TRUE(CallRaw(channel, method, good).status.ok());
  EXPECT_EQ(CallRaw(channel, method, "").status.error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(CallsTest, TheSameAgainOtherContentAndACorrection) {
  v1::IncidentAnswer first, second;
  ASSERT_TRUE(Submit(IncidentOf("R1"), &first).ok());
  EXPECT_EQ(first.children(0).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  ASSERT_TRUE(Submit(IncidentOf("R1"), &second).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(first, second));

  v1::Incident other = IncidentOf("R1");
  other.set_nature("assault");
  EXPECT_EQ(Submit(other).error_code(), StatusCode::ALREADY_EXISTS);
  other.set_revision(2);
  const grpc::Status correction = Submit(other);
  EXPECT_TRUE(correction.ok()) << correction.error_message();
  const grpc::Status overtaken = Submit(IncidentOf("R1"), &second);
  EXPECT_TRUE(overtaken.ok()) << "the first again gets its first answer";
  EXPECT_TRUE(MessageDifferencer::Equals(first, second));
}

TEST_F(CallsTest, AnotherForcesReferenceIsNotFound) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  const auto other = v1::IncidentService::NewStub(broker_.ChannelAs(kOtherForceUri));
  EXPECT_TRUE(Get(*force_, "R1").ok());
  const grpc::Status theirs = Get(*other, "R1");
  EXPECT_EQ(theirs.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(theirs.error_message(), Get(*other, "R9").error_message());
  const auto officer =
      v1::IncidentService::NewStub(broker_.ChannelAs("urn:firstbell:officer:examplebury:7"));
  EXPECT_TRUE(Get(*officer, "R1").ok());
}

// Every fifth has an impossible date, every seventh is not even UTF-8.
TEST_F(CallsTest, TwoHundredInAStreamOfWhichSomeAreBad) {
  constexpr std::uint64_t kCount = 200;
  const auto bad_date = [](std::uint64_t i) { return i % 5 == 0; };
  const auto bad_text = [](std::uint64_t i) { return i % 7 == 0; };
  Context context;
  const auto stream = force_->SubmitIncidents(&context);
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= kCount; ++i) {
      v1::SubmitIncidentsRequest request;
      request.set_sequence(i);
      *request.mutable_incident() = IncidentOf("S" + std::to_string(i));
      if (bad_date(i)) request.mutable_incident()->mutable_children(0)->set_date_of_birth("x");
      if (bad_text(i)) request.mutable_incident()->set_nature("\xff\xfe");
      EXPECT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  std::map<std::uint64_t, v1::SubmitIncidentsResponse> answers;
  v1::SubmitIncidentsResponse response;
  while (stream->Read(&response)) {
    EXPECT_TRUE(answers.emplace(response.sequence(), response).second) << response.sequence();
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.size(), kCount);
  for (const auto& [i, answer] : answers) {
    if (!bad_date(i) && !bad_text(i)) {
      EXPECT_EQ(answer.answer().reference(), "S" + std::to_string(i));
    } else if (!bad_text(i)) {
      EXPECT_EQ(FaultyFields(answer.error_status()), "incident.children[0].date_of_birth");
    } else {
      EXPECT_FALSE(answer.error_status().empty());
    }
  }
}

// Single calls and streams count alike, what is refused counts as nothing, and the delay is real.
TEST_F(CallsTest, AForceBeyondItsLimitIsToldWhichAndWhenAndNoOtherIs) {
  registry::Config config = broker_.config();
  config.incidents.a_minute = 3;
  broker_.Restart(config);
  ASSERT_TRUE(Eventually(absl::Seconds(20), [&] { return Submit(IncidentOf("R1")).ok(); }));
  Context context;
  const auto stream = force_->SubmitIncidents(&context);
  std::vector<v1::SubmitIncidentsResponse> answers(3);
  for (std::uint64_t i = 0; i < answers.size(); ++i) {
    v1::SubmitIncidentsRequest request;
    request.set_sequence(i);
    *request.mutable_incident() = IncidentOf("S" + std::to_string(i));
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&answers[i]));
  }
  EXPECT_TRUE(answers[0].error_status().empty());
  EXPECT_TRUE(answers[1].error_status().empty());
  const grpc::Status refused = Submit(IncidentOf("R2"));
  EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("in a minute (3)"));
  google::rpc::Status details;
  google::rpc::RetryInfo retry;
  for (const std::string& bytes : {refused.error_details(), answers[2].error_status()}) {
    ASSERT_TRUE(details.ParseFromString(bytes));
    EXPECT_EQ(details.code(), StatusCode::RESOURCE_EXHAUSTED);
    ASSERT_TRUE(details.details_size() == 1 && details.details(0).UnpackTo(&retry));
    EXPECT_GT(retry.retry_delay().seconds(), 0);
    EXPECT_LE(retry.retry_delay().seconds(), 20);
  }
  v1::SubmitIncidentRequest theirs;
  *theirs.mutable_incident() = IncidentOf("R1");
  EXPECT_TRUE(CallRaw(broker_.ChannelAs(kOtherForceUri),
                      "/firstbell.v1.IncidentService/SubmitIncident", theirs.SerializeAsString())
                  .status.ok());
  v1::AdvanceClockRequest advance;
  advance.set_by(std::to_string(retry.retry_delay().seconds()) + "s");
  ASSERT_TRUE(CallRaw(broker_.ChannelAs(kOperatorUri), "/firstbell.v1.OperatorService/AdvanceClock",
                      advance.SerializeAsString())
                  .status.ok());
  EXPECT_TRUE(Submit(IncidentOf("R2")).ok());
  context.TryCancel();
}

TEST_F(CallsTest, AStreamThatIsCancelledLeavesWhatItAnsweredDurable) {
  Context context;
  const auto stream = force_->SubmitIncidents(&context);
  v1::SubmitIncidentsRequest request;
  *request.mutable_incident() = IncidentOf("R1");
  ASSERT_TRUE(stream->Write(request));
  v1::SubmitIncidentsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_TRUE(Get(*force_, "R1").ok());
}

TEST_F(CallsTest, AWatchTellsEachStateAndEndsWithTheAcknowledgement) {
  const Enrolled lead = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  Context context;
  const auto watch = force_->WatchIncident(&context, request);
  v1::WatchIncidentResponse notice;
  ASSERT_TRUE(watch->Read(&notice));
  EXPECT_EQ(notice.notice().state(), v1::ALERT_STATE_ACCEPTED);

  LinkPeer school(broker_, device.curve);
  school.Hello(device.id);
  const auto push = school.Await(v1::LinkMessage::kPush).push().envelope();
  ASSERT_TRUE(watch->Read(&notice));
  EXPECT_EQ(notice.notice().state(), v1::ALERT_STATE_SENT);
  school.Receipts({ReceiptFor(push, device, v1::RECEIPT_KIND_RECEIVED)});
  ASSERT_TRUE(watch->Read(&notice));
  EXPECT_EQ(notice.notice().state(), v1::ALERT_STATE_RECEIVED);
  school.Receipts({ReceiptFor(push, lead, v1::RECEIPT_KIND_ACKNOWLEDGED)});
  ASSERT_TRUE(watch->Read(&notice));
  EXPECT_EQ(notice.notice().state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_FALSE(watch->Read(&notice));
  EXPECT_TRUE(watch->Finish().ok());
}

TEST_F(CallsTest, AWatchOfWhatHasNoNoticeEndsAndOfWhatIsUnknownIsNotFound) {
  v1::Incident withheld = IncidentOf("R1");
  withheld.set_legal_basis(v1::LEGAL_BASIS_SCOTLAND);
  ASSERT_TRUE(Submit(withheld).ok());
  v1::WatchIncidentRequest request;
  v1::WatchIncidentResponse notice;
  request.set_reference("R1");
  Context first, second;
  auto watch = force_->WatchIncident(&first, request);
  EXPECT_FALSE(watch->Read(&notice));
  EXPECT_TRUE(watch->Finish().ok());
  request.set_reference("R9");
  watch = force_->WatchIncident(&second, request);
  EXPECT_FALSE(watch->Read(&notice));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::NOT_FOUND);
}

TEST_F(CallsTest, AWatchThatIsCancelledIsForgotten) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  for (int i = 0; i < 20; ++i) {
    Context context;
    const auto watch = force_->WatchIncident(&context, request);
    v1::WatchIncidentResponse notice;
    ASSERT_TRUE(i % 2 == 1 || watch->Read(&notice));
    context.TryCancel();
    EXPECT_EQ(watch->Finish().error_code(), StatusCode::CANCELLED);
  }
  // The change after them reaches nobody, and does no harm.
  const Enrolled lead = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  LinkPeer school(broker_, device.curve);
  school.Hello(device.id);
  school.Await(v1::LinkMessage::kPush);
  EXPECT_TRUE(Get(*force_, "R1").ok());
}

TEST_F(CallsTest, AnAuditorReadsTheWholeLogAsAStream) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  const auto auditor = v1::DeliveryLogService::NewStub(broker_.ChannelAs(kAuditorUri));
  Context asking, reading;
  v1::Checkpoint checkpoint;
  ASSERT_TRUE(auditor->GetCheckpoint(&asking, {}, &checkpoint).ok());
  const auto stream = auditor->ReadEntries(&reading, {});
  v1::LogEntry entry;
  std::uint64_t count = 0;
  while (stream->Read(&entry)) EXPECT_EQ(entry.position(), count++);
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(count, checkpoint.size());
}

TEST_F(CallsTest, HealthSaysServingOnBothListeners) {
  const std::string check = "/grpc.health.v1.Health/Check";
  const std::string serving = "\x08\x01";  // HealthCheckResponse{status: SERVING}
  EXPECT_EQ(CallRaw(broker_.ChannelAs(kForceUri), check, "").bytes, serving);
  EXPECT_EQ(CallRaw(broker_.EnrolmentChannel(), check, "").bytes, serving);
}

}  // namespace
}  // namespace firstbell::server
