#include "broker/registry/enrolment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/violations.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::registry {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class KeptRecipients final : public RecipientObserver {
 public:
  void RecipientChanged(const model::Recipient& recipient) override { kept.push_back(recipient); }
  std::vector<model::Recipient> kept;
};

class EnrolmentTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  v1::EnrolmentCode Code(v1::RecipientRole role, base::Urn urn = kPrimary) {
    v1::CreateEnrolmentCodeRequest request;
    request.set_urn(urn.value());
    request.set_role(role);
    request.set_display_name("Ms Invented");
    const auto response = enrolment_.CreateCode(request, world_.clock.Now());
    FB_CHECK(response.ok());
    FB_CHECK(response->code().starts_with("FB1-"));
    last_code_ = response->code();
    v1::EnrolmentCode code;
    FB_CHECK(code.ParseFromString(base::Base64UrlDecode(last_code_.substr(4)).value()));
    return code;
  }
  v1::EnrolRequest DeviceRequest(const std::string& secret) {
    v1::EnrolRequest request;
    request.set_secret(secret);
    request.set_signing_request(crypto::MakeSigningRequest(signing_));
    request.set_curve_public_key(crypto::MakeCurveKeys().public_key);
    return request;
  }
  v1::EnrolRequest PersonRequest(const std::string& secret) {
    v1::EnrolRequest request;
    request.set_secret(secret);
    request.set_signing_request(crypto::MakeSigningRequest(signing_));
    request.set_opening_request(crypto::MakeSigningRequest(opening_));
    return request;
  }
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolRequest& request) {
    return enrolment_.Enrol(request, world_.clock.Now());
  }
  base::Status GuessWrong() { return Enrol(DeviceRequest(crypto::RandomBytes(16))).status(); }
  std::vector<model::Recipient> Enrolled() { return world_.memory.RecipientsOf(kPrimary).value(); }

  World world_;
  const crypto::PrivateKey signing_ = crypto::PrivateKey::Generate();
  const crypto::PrivateKey opening_ = crypto::PrivateKey::Generate();
  std::string last_code_;
  KeptRecipients observer_;
  Certificates certificates_{TestAuthority()};
  Enrolment enrolment_{world_.store, certificates_, observer_,
                       BrokerFacts{"broker.example:7442", TestAuthority().certificate,
                                   TestAuthority().certificate, v1::BrokerIdentity()}};
};

TEST_F(EnrolmentTest, ACodeWorksOnce) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_DEVICE);
  const auto first = Enrol(DeviceRequest(code.secret()));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(DeviceRequest(code.secret())).status()));
  ASSERT_THAT(Enrolled(), SizeIs(1));
  ASSERT_THAT(observer_.kept, SizeIs(1));
  EXPECT_EQ(observer_.kept[0].id.value(), first->recipient_id());
}

// Unknown, used and expired are told apart by nobody.
TEST_F(EnrolmentTest, UnknownUsedAndExpiredSoundTheSame) {
  const v1::EnrolmentCode used = Code(v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(Enrol(DeviceRequest(used.secret())).ok());
  const v1::EnrolmentCode expired = Code(v1::RECIPIENT_ROLE_DEVICE);
  world_.clock.Set(kNight + limits::kEnrolmentCodeLife);
  const base::Status of_unknown = GuessWrong();
  EXPECT_EQ(Enrol(DeviceRequest(used.secret())).status(), of_unknown);
  EXPECT_EQ(Enrol(DeviceRequest(expired.secret())).status(), of_unknown);
  EXPECT_TRUE(absl::IsPermissionDenied(of_unknown));
}

TEST_F(EnrolmentTest, ACodeWorksUntilTheLastInstant) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_DEVICE);
  world_.clock.Set(kNight + limits::kEnrolmentCodeLife - absl::Nanoseconds(1));
  EXPECT_TRUE(Enrol(DeviceRequest(code.secret())).ok());
}

TEST_F(EnrolmentTest, TwoThatRaceForACodeDoNotBothEnrol) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_DEVICE);
  base::Status twin;
  world_.store.BeforeNext("Enrol", [&] { twin = Enrol(DeviceRequest(code.secret())).status(); });
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(DeviceRequest(code.secret())).status()));
  EXPECT_TRUE(twin.ok());
  EXPECT_THAT(Enrolled(), SizeIs(1));
}

TEST_F(EnrolmentTest, APersonGetsTwoCertificatesOverTheirOwnKeys) {
  const auto answer = Enrol(PersonRequest(Code(v1::RECIPIENT_ROLE_LEAD).secret()));
  ASSERT_TRUE(answer.ok()) << answer.status();
  const auto signing = crypto::ReadCertificate(answer->signing_certificate()).value();
  const auto opening = crypto::ReadCertificate(answer->opening_certificate()).value();
  EXPECT_EQ(signing.public_key, signing_.PublicKey());
  EXPECT_EQ(opening.public_key, opening_.PublicKey());
  EXPECT_EQ(signing.uris, std::vector<std::string>{"urn:firstbell:school:100001:person:" +
                                                   answer->recipient_id()});
  EXPECT_EQ(answer->display_name(), "Ms Invented");
  EXPECT_EQ(answer->school_name(), SchoolOf(kPrimary).name);
  EXPECT_EQ(answer->chain_size(), 2);
}

TEST_F(EnrolmentTest, ABadRequestLeavesTheCodeUsable) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_LEAD);
  v1::EnrolRequest request = PersonRequest(code.secret());
  request.set_opening_request("no request");
  const auto refused = Enrol(request).status();
  EXPECT_EQ(model::BadRequestOf(refused).field_violations(0).field(), "opening_request");
  EXPECT_TRUE(Enrol(PersonRequest(code.secret())).ok());

  const v1::EnrolmentCode device = Code(v1::RECIPIENT_ROLE_DEVICE);
  request = DeviceRequest(device.secret());
  request.set_curve_public_key("short");
  EXPECT_EQ(model::BadRequestOf(Enrol(request).status()).field_violations(0).field(),
            "curve_public_key");
  request = DeviceRequest(device.secret());
  request.mutable_signing_request()->back() ^= 1;  // its own signature no longer holds
  EXPECT_EQ(model::BadRequestOf(Enrol(request).status()).field_violations(0).field(),
            "signing_request");
  EXPECT_TRUE(Enrol(DeviceRequest(device.secret())).ok());
}

TEST_F(EnrolmentTest, ACodeForAPersonWantsANameAndASchool) {
  v1::CreateEnrolmentCodeRequest request;
  request.set_urn(kPrimary.value());
  request.set_role(v1::RECIPIENT_ROLE_HEAD);
  auto refused = enrolment_.CreateCode(request, kNight).status();
  EXPECT_EQ(model::BadRequestOf(refused).field_violations(0).field(), "display_name");
  request.set_role(static_cast<v1::RecipientRole>(99));
  refused = enrolment_.CreateCode(request, kNight).status();
  EXPECT_EQ(model::BadRequestOf(refused).field_violations(0).field(), "role");
  request.set_role(v1::RECIPIENT_ROLE_DEVICE);
  request.set_urn(999999);
  EXPECT_TRUE(absl::IsNotFound(enrolment_.CreateCode(request, kNight).status()));
}

// Whoever reads the store or the log cannot enrol by what stands there.
TEST_F(EnrolmentTest, TheSecretIsNotKeptOnlyItsDigest) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_LEAD);
  EXPECT_EQ(code.secret().size(), 16u);
  EXPECT_TRUE(world_.memory.FindEnrolmentGrant(crypto::Sha256(code.secret()), kNight).ok());
  EXPECT_FALSE(world_.memory.FindEnrolmentGrant(code.secret(), kNight).ok());
  EXPECT_TRUE(
      absl::IsPermissionDenied(Enrol(PersonRequest(crypto::Sha256(code.secret()))).status()));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr(base::HexEncode(code.secret()))));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("Invented")));
}

TEST_F(EnrolmentTest, EnrolledButUnansweredIsAnsweredToTheSameKeys) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_DEVICE);
  const v1::EnrolRequest request = DeviceRequest(code.secret());
  world_.store.FailNext("Enrol", Fault::kDone, base::Unknown("no answer from the disk"));
  EXPECT_TRUE(absl::IsUnknown(Enrol(request).status()));
  EXPECT_THAT(observer_.kept, IsEmpty());
  ASSERT_THAT(Enrolled(), SizeIs(1));
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(DeviceRequest(code.secret())).status()));
  const auto answer = Enrol(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->recipient_id(), Enrolled()[0].id.value());
  EXPECT_THAT(observer_.kept, SizeIs(1)) << "the school hears of it now";
}

TEST_F(EnrolmentTest, TheSameKeysGetTheSameAnswerWhileTheCodeLives) {
  const v1::EnrolRequest person = PersonRequest(Code(v1::RECIPIENT_ROLE_LEAD).secret());
  const auto first = Enrol(person);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::uint64_t size = world_.memory.LogSize().value();
  EXPECT_EQ(Enrol(person)->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(world_.memory.LogSize().value(), size);
  v1::EnrolRequest other = person;
  other.set_opening_request(crypto::MakeSigningRequest(crypto::PrivateKey::Generate()));
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(other).status()));
  other = person;
  other.set_signing_request("no request at all");
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(other).status())) << "nor is the code said to be used";
  world_.clock.Set(kNight + limits::kEnrolmentCodeLife);
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(person).status()));
}

TEST_F(EnrolmentTest, ARevokedRecipientIsNotAnsweredAgain) {
  const v1::EnrolRequest request = DeviceRequest(Code(v1::RECIPIENT_ROLE_DEVICE).secret());
  v1::RevokeRecipientRequest revoke;
  revoke.set_recipient_id(Enrol(request)->recipient_id());
  ASSERT_TRUE(enrolment_.Revoke(revoke, kNight).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Enrol(request).status()));
  EXPECT_THAT(Enrolled(), SizeIs(1));
}

TEST_F(EnrolmentTest, FailedAndNotDoneLeavesTheCodeUsable) {
  const v1::EnrolmentCode code = Code(v1::RECIPIENT_ROLE_DEVICE);
  world_.store.FailNext("Enrol", Fault::kNotDone, base::ResourceExhausted("disk full"));
  EXPECT_TRUE(absl::IsResourceExhausted(Enrol(DeviceRequest(code.secret())).status()));
  EXPECT_THAT(Enrolled(), IsEmpty());
  EXPECT_TRUE(Enrol(DeviceRequest(code.secret())).ok());
}

TEST_F(EnrolmentTest, RevokingTwiceAnswersTheFirstTime) {
  const auto enrolled = Enrol(DeviceRequest(Code(v1::RECIPIENT_ROLE_DEVICE).secret()));
  v1::RevokeRecipientRequest request;
  request.set_recipient_id(enrolled->recipient_id());
  const auto first = enrolment_.Revoke(request, kNight + absl::Minutes(1));
  const std::uint64_t size = world_.memory.LogSize().value();
  const auto second = enrolment_.Revoke(request, kNight + absl::Minutes(9));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(world_.memory.LogSize().value(), size);
  EXPECT_FALSE(observer_.kept.back().in_force());
  request.set_recipient_id("nobody");
  EXPECT_TRUE(absl::IsNotFound(enrolment_.Revoke(request, kNight).status()));
}

}  // namespace
}  // namespace firstbell::registry
