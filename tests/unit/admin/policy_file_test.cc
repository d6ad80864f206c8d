#include "clients/admin/policy_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/temp_directory.h"

namespace firstbell::admin {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

constexpr std::string_view kAll = R"([disclosure]
withhold = ["parties", "place", "home-address"]

[schools]
identity_first = "always"
push = "at-window"
nobody_left = "trust"

[told]
nursery = "authority"
settings = "ask"
copy_virtual_school_head = true

[[told.authority]]
code = 383
districts = ["LS1", "LS2"]
)";

TEST(PolicyFileTest, WhatIsWrittenIsReadBack) {
  const auto policy = ParsePolicyFile(kAll);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->disclosure().withheld_size(), 3);
  EXPECT_EQ(policy->identity_first(), v1::IDENTITY_FIRST_ALWAYS);
  EXPECT_EQ(policy->push(), v1::PUSH_AT_WINDOW);
  EXPECT_EQ(policy->nobody_left(), v1::NOBODY_LEFT_TRUST);
  EXPECT_EQ(policy->told().settings(), v1::SETTINGS_RULE_ASK);
  EXPECT_EQ(policy->told().authorities(0).districts(1), "LS2");
  const auto again = ParsePolicyFile(FormatPolicyFile(*policy));
  ASSERT_TRUE(again.ok()) << again.status() << FormatPolicyFile(*policy);
  EXPECT_TRUE(MessageDifferencer::Equals(*policy, *again));
}

// A force's desk, with its certificate in a file.
class DeskFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const absl::Time now = absl::FromUnixSeconds(1772503800);
    certificate_ = crypto::MakeSelfSigned(crypto::PrivateKey::Generate(), "A force",
                                          {.common_name = "a desk",
                                           .public_key = {},
                                           .usage = crypto::Usage::kOpening,
                                           .not_before = now,
                                           .not_after = now + absl::Hours(24)})
                       .value();
    Write("desk.pem", crypto::CertificateToPem(certificate_));
  }
  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(base::WriteFileDurably(directory_.File(name), text, base::kOwnerOnly).ok());
  }
  base::Result<v1::Policy> Read(const std::string& text) {
    Write("kent.toml", text);
    return ReadPolicyFile(directory_.File("kent.toml"));
  }
  std::string Fault(const std::string& text) {
    return std::string(base::Message(Read(text).status()));
  }

  support::TempDirectory directory_;
  std::string certificate_;
};

TEST_F(DeskFileTest, TheCertificateStandsBesideThePolicy) {
  const auto policy = Read("desk_certificate = \"desk.pem\"\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->desk_certificate(), certificate_);
  EXPECT_THAT(Fault("desk_certificate = \"absent.pem\"\n"), HasSubstr("desk_certificate"));
  Write("desk.pem", "no certificate");
  EXPECT_THAT(Fault("\ndesk_certificate = \"desk.pem\"\n"), HasSubstr("line 2"));
  EXPECT_THAT(Fault("desk_certificate = 3\n"), HasSubstr("names a file"));
}

TEST_F(DeskFileTest, WhatIsShownNamesItAndDoesNotLoseIt) {
  v1::Policy policy;
  policy.set_desk_certificate(certificate_);
  const std::string shown = FormatPolicyFile(policy);
  EXPECT_THAT(shown, HasSubstr(base::HexEncode(crypto::Sha256(certificate_))));
  EXPECT_THAT(Fault(shown), HasSubstr("name the file too"));
  EXPECT_EQ(Read("desk_certificate = \"desk.pem\"\n" + shown)->desk_certificate(), certificate_);
  EXPECT_THAT(Fault("desk_certificate = \"desk.pem\"\ndesk_certificate_sha256 = \"00\"\n"),
              testing::AllOf(HasSubstr("line 2"), HasSubstr("another certificate")));
}

TEST(PolicyFileTest, ACodeThatIsNoNumberOfAnAuthorityIsNamed) {
  EXPECT_THAT(
      std::string(base::Message(ParsePolicyFile("[[told.authority]]\ncode = 6e93\n").status())),
      HasSubstr("line 2"));
}

TEST(PolicyFileTest, ASectionInWhichNothingStandsSaysNothing) {
  const auto policy = ParsePolicyFile("[disclosure]\nimpact_only = false\n[told]\n[schools]\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->ByteSizeLong(), 0u);
}

TEST(PolicyFileTest, AMistakeIsNamedWithItsLine) {
  const auto fault = [](std::string_view text) {
    return std::string(base::Message(ParsePolicyFile(text).status()));
  };
  EXPECT_THAT(fault("[disclosure]\nwithhold = [\"plaice\"]\n"),
              testing::AllOf(HasSubstr("line 2"), HasSubstr("is one of parties, place")));
  EXPECT_THAT(fault("[disclosure]\nhide = true\n"), HasSubstr("no such setting as hide"));
  EXPECT_THAT(fault("[schools]\n\npush = \"never\"\n"), HasSubstr("line 3"));
  EXPECT_THAT(fault("[told]\nsettings = \"some\"\n"), HasSubstr("every, registered, ask"));
  EXPECT_THAT(fault("[schools]\nnobody_left = 1\n"), HasSubstr("head, trust, authority"));
  EXPECT_THAT(fault("[[told.authority]]\ncode = \"Leeds\"\n"), HasSubstr("three digits"));
  EXPECT_THAT(fault("disclosure = 1\n"), HasSubstr("is a section"));
  EXPECT_THAT(fault("[disclosure\n"), HasSubstr("line 1"));
}

}  // namespace
}  // namespace firstbell::admin
