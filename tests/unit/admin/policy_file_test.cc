#include "clients/admin/policy_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/message_differencer.h"

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
