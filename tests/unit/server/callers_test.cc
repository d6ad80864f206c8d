// Who gets in: certificates and roles over real mutual TLS, enrolment codes over the listener that
// authenticates the broker alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/crypto/x509.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class CallersTest : public testing::Test {
 protected:
  grpc::Status GetStatusBy(const std::shared_ptr<grpc::Channel>& channel) {
    Context context;
    v1::GetStatusResponse response;
    return v1::OperatorService::NewStub(channel)->GetStatus(&context, {}, &response);
  }
  StatusCode Get(const ClientKeys& keys) { return GetStatusBy(broker_.Channel(keys)).error_code(); }
  grpc::Status Enrol(const v1::EnrolRequest& request) {
    Context context;
    v1::EnrolResponse response;
    return v1::EnrolmentService::NewStub(broker_.EnrolmentChannel())
        ->Enrol(&context, request, &response);
  }

  RunningBroker broker_;
};

TEST_F(CallersTest, NobodyWithoutACertificateOfThisAuthorityIsTalkedTo) {
  EXPECT_EQ(Get({}), StatusCode::UNAVAILABLE);

  const absl::Time now = base::SystemClock().Now();
  const auto other =
      crypto::MakeRoot("Examplebury", now - absl::Hours(1), now + absl::Hours(1)).value();
  const auto key = crypto::PrivateKey::Generate();
  const std::string forged = crypto::Issue(other, {.common_name = "a caller",
                                                   .public_key = key.PublicKey(),
                                                   .usage = crypto::Usage::kTlsClient,
                                                   .uri = std::string(kOperatorUri),
                                                   .not_before = now - absl::Hours(1),
                                                   .not_after = now + absl::Hours(1)})
                                 .value();
  const std::string chain =
      crypto::CertificateToPem(forged) + crypto::CertificateToPem(other.certificate);
  EXPECT_EQ(Get({chain, key.ToPem()}), StatusCode::UNAVAILABLE);
  EXPECT_EQ(Get(broker_.KeysFor(kOperatorUri)), StatusCode::OK);
}

TEST_F(CallersTest, OnlyAUriOfOursIsAnIdentity) {
  for (const std::string uri :
       {"", "https://force.example/", "urn:other:operator:night-desk",
        "urn:firstbell:operator:", "urn:firstbell:operator:Night", "urn:firstbell:operator:a:b"}) {
    EXPECT_EQ(Get(broker_.KeysFor(uri)), StatusCode::UNAUTHENTICATED) << uri;
  }
}

TEST_F(CallersTest, AnotherRoleIsRefusedByName) {
  for (const std::string_view uri :
       {kForceUri, kAuditorUri, std::string_view("urn:firstbell:authority:383"),
        std::string_view("urn:firstbell:officer:kent:7"),
        std::string_view("urn:firstbell:school:100001:device:x")}) {
    const grpc::Status status = GetStatusBy(broker_.ChannelAs(uri));
    EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED) << uri;
    EXPECT_THAT(status.error_message(), HasSubstr("GetStatus"));
  }
}

// The streams check by themselves.
TEST_F(CallersTest, StreamsAreRefusedToAnotherRoleToo) {
  const auto incidents = v1::IncidentService::NewStub(broker_.ChannelAs(kOperatorUri));
  Context submitting, watching, reading;
  const auto submit = incidents->SubmitIncidents(&submitting);
  v1::SubmitIncidentsResponse submitted;
  EXPECT_FALSE(submit->Read(&submitted));
  EXPECT_EQ(submit->Finish().error_code(), StatusCode::PERMISSION_DENIED);
  const auto watch = incidents->WatchIncident(&watching, {});
  v1::WatchIncidentResponse watched;
  EXPECT_FALSE(watch->Read(&watched));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::PERMISSION_DENIED);
  const auto read =
      v1::DeliveryLogService::NewStub(broker_.ChannelAs(kForceUri))->ReadEntries(&reading, {});
  v1::LogEntry entry;
  EXPECT_FALSE(read->Read(&entry));
  EXPECT_EQ(read->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

// A person's certificate of the same authority is for receipts, not for calls.
TEST_F(CallersTest, AnEnrolledPersonsCertificateMayCallNothing) {
  const Enrolled lead = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const std::string chain = crypto::CertificateToPem(lead.answer.signing_certificate()) +
                            crypto::CertificateToPem(lead.answer.chain(0));
  EXPECT_NE(Get({chain, lead.signing.ToPem()}), StatusCode::OK);
}

TEST_F(CallersTest, TheEnrolmentListenerServesEnrolmentAlone) {
  EXPECT_EQ(GetStatusBy(broker_.EnrolmentChannel()).error_code(), StatusCode::UNIMPLEMENTED);
  const std::string any_client = "/firstbell.v1.EnrolmentService/Enrol";
  EXPECT_EQ(CallRaw(broker_.ChannelAs(kOperatorUri), any_client, "").status.error_code(),
            StatusCode::UNIMPLEMENTED);
}

TEST_F(CallersTest, ACodeThatIsUnknownUsedOrExpiredIsRefusedInTheSameWords) {
  const Enrolled device;
  v1::EnrolmentCode unknown;
  unknown.set_role(v1::RECIPIENT_ROLE_DEVICE);
  unknown.set_secret("sixteen bytes...");
  const grpc::Status of_unknown = Enrol(broker_.RequestFor(device, unknown));
  EXPECT_EQ(of_unknown.error_code(), StatusCode::PERMISSION_DENIED);

  const auto used = broker_.Code(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(Enrol(broker_.RequestFor(device, used)).ok());
  const auto expired = broker_.Code(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  v1::AdvanceClockRequest advance;
  advance.set_by("24h");
  v1::AdvanceClockResponse advanced;
  Context context;
  ASSERT_TRUE(v1::OperatorService::NewStub(broker_.ChannelAs(kOperatorUri))
                  ->AdvanceClock(&context, advance, &advanced)
                  .ok());
  for (const auto& code : {used, expired}) {
    const grpc::Status status = Enrol(broker_.RequestFor(Enrolled(), code));
    EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(status.error_message(), of_unknown.error_message());
  }
}

TEST_F(CallersTest, AnEnrolmentRequestWithAFaultNamesTheField) {
  const auto code = broker_.Code(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  v1::EnrolRequest request = broker_.RequestFor(Enrolled(), code);
  request.set_opening_request("nonsense");
  const grpc::Status status = Enrol(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FaultyFields(status.error_details()), "opening_request");
}

}  // namespace
}  // namespace firstbell::server
