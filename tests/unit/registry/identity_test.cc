#include "broker/registry/identity.h"

#include <gtest/gtest.h>

#include "broker/registry/certificates.h"
#include "tests/support/invented.h"
#include "tests/support/members.h"

namespace firstbell::registry {
namespace {

struct Good {
  std::string uri;
  Role role;
  std::vector<std::string> parts;
};

TEST(IdentityTest, EveryFormIsRead) {
  const std::string id(26, 'a');
  for (const Good& good : std::vector<Good>{
           {"urn:firstbell:force:west-yorkshire", Role::kForce, {"west-yorkshire"}},
           {"urn:firstbell:officer:west-yorkshire:7", Role::kOfficer, {"west-yorkshire", "7"}},
           {"urn:firstbell:auditor:national:icl", Role::kAuditor, {"national", "icl"}},
           {"urn:firstbell:auditor:force-kent:x", Role::kAuditor, {"force-kent", "x"}},
           {"urn:firstbell:operator:night-desk", Role::kOperator, {"night-desk"}},
           {"urn:firstbell:authority:383", Role::kAuthority, {"383"}},
           {"urn:firstbell:school:100001:device:" + id, Role::kDevice, {"100001", id}},
           {"urn:firstbell:school:100001:person:" + id, Role::kPerson, {"100001", id}}}) {
    const auto identity = ParseIdentity(good.uri);
    ASSERT_TRUE(identity.ok()) << good.uri;
    EXPECT_EQ(identity->role, good.role) << good.uri;
    EXPECT_EQ(identity->parts, good.parts) << good.uri;
    EXPECT_EQ(identity->uri, good.uri);
  }
}

TEST(IdentityTest, NothingElseIs) {
  for (const std::string uri : {"",
                                "urn:firstbell:",
                                "urn:firstbell:force",
                                "urn:firstbell:force:",
                                "urn:firstbell:force:a:b",
                                "urn:firstbell:officer:a",
                                "urn:firstbell:officer:a:b:c",
                                "urn:firstbell:auditor:national",
                                "urn:firstbell:operator:a:b",
                                "urn:firstbell:king:a",
                                "urn:firstbell:Force:a",
                                "urn:firstbell:force:West",
                                "urn:firstbell:force:a b",
                                "urn:firstbell:force:a/../b",
                                "urn:firstbell:force:a\n",
                                "urn:firstbell:force:\xc3\xa9",
                                "URN:FIRSTBELL:force:a",
                                "xurn:firstbell:force:a",
                                "https://force.example/",
                                "urn:firstbell:school:99999:device:a",
                                "urn:firstbell:school:100001:cat:a",
                                "urn:firstbell:school:100001:device",
                                "urn:firstbell:device:a",
                                "urn:firstbell:force:a:"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseIdentity(uri).status())) << uri;
  }
  EXPECT_TRUE(ParseIdentity("urn:firstbell:force:" + std::string(40, 'a')).ok());
  EXPECT_FALSE(ParseIdentity("urn:firstbell:force:" + std::string(41, 'a')).ok());
  EXPECT_FALSE(ParseIdentity(std::string("urn:firstbell:force:a\0b", 23)).ok());
}

TEST(IdentityTest, WhatAnOperatorTypesBecomesTheSame) {
  const auto officer = MakeIdentity(Role::kOfficer, {"kent", "7"});
  ASSERT_TRUE(officer.ok());
  EXPECT_EQ(officer->uri, "urn:firstbell:officer:kent:7");
  EXPECT_EQ(officer->force(), base::ForceCode("kent"));
  EXPECT_FALSE(MakeIdentity(Role::kOfficer, {"kent"}).ok());
  EXPECT_FALSE(MakeIdentity(Role::kForce, {"Kent"}).ok());
  EXPECT_FALSE(MakeIdentity(Role::kForce, {"kent:x"}).ok());
}

TEST(CertificatesTest, CarryTheIdentityAndNoOther) {
  const Certificates certificates(support::TestAuthority());
  const auto key = crypto::PrivateKey::Generate();
  const auto der = certificates.IssueCaller(*MakeIdentity(Role::kForce, {"kent"}), key.PublicKey(),
                                            support::kNight);
  ASSERT_TRUE(der.ok()) << der.status();
  const auto facts = crypto::ReadCertificate(*der).value();
  EXPECT_EQ(facts.uris, std::vector<std::string>{"urn:firstbell:force:kent"});
  EXPECT_EQ(facts.public_key, key.PublicKey());
  EXPECT_EQ(facts.not_after, support::kNight + limits::kCallerCertificateLife);
}

TEST(CertificatesTest, ThoseOfSchoolsLiveLongerForTheyCanBeRevoked) {
  const Certificates certificates(support::TestAuthority());
  const auto der = certificates.IssueRecipient(
      *ParseIdentity("urn:firstbell:school:100001:device:d1"), crypto::Usage::kSigning,
      crypto::PrivateKey::Generate().PublicKey(), support::kNight);
  ASSERT_TRUE(der.ok()) << der.status();
  EXPECT_EQ(crypto::ReadCertificate(*der)->not_after, support::kNight + limits::kCertificateLife);
}

TEST(IdentityTest, AScopeThatCouldNeverBeUsedIsNotMade) {
  for (const std::string scope :
       {"national", "force-kent", "authority-886", "named-national", "named-authority-886"}) {
    EXPECT_TRUE(MakeIdentity(Role::kAuditor, {scope, "icl"}).ok()) << scope;
  }
  for (const std::string scope : {"galactic", "force-", "kent", "named-", "named-named-national"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(MakeIdentity(Role::kAuditor, {scope, "icl"}).status()));
  }
}

}  // namespace
}  // namespace firstbell::registry
