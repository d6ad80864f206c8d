#include "broker/registry/wake_up_section.h"

#include <gmock/gmock.h>

#include "broker/registry/config.h"

namespace firstbell::registry {
namespace {

using testing::HasSubstr;

TEST(WakeUpSection, WhatIsWrittenIsRead) {
  Config config;
  config.wake_ups = {.smtp = "smtps://mail.example:465",
                     .from = "firstbell@police.example",
                     .user = "broker \"two\"",
                     .password_file = "/etc/firstbell/smtp-password",
                     .ca_file = "/etc/firstbell/mail-ca.pem",
                     .telephone = "+44 (1632) 960 999",
                     .timeout = absl::Seconds(7),
                     .webhook_ca_file = "/etc/firstbell/hooks-ca.pem",
                     .private_webhooks = true};
  const auto read = ParseConfig(FormatConfig(config));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(FormatConfig(*read), FormatConfig(config));
  EXPECT_EQ(read->wake_ups.user, config.wake_ups.user);
  EXPECT_EQ(read->wake_ups.timeout, absl::Seconds(7));
  EXPECT_TRUE(read->wake_ups.private_webhooks);
}

TEST(WakeUpSection, WithoutItNoMailIsSent) {
  const auto config = ParseConfig("");
  EXPECT_EQ(config->wake_ups.smtp, "");
  EXPECT_FALSE(config->wake_ups.private_webhooks);
  EXPECT_TRUE(ParseConfig(FormatConfig({})).ok());
}

struct Bad {
  std::string toml, says;
};
class BadWakeUpSection : public testing::TestWithParam<Bad> {};

TEST_P(BadWakeUpSection, IsRefusedWithLineAndKey) {
  const auto config = ParseConfig("[wake_ups]\n" + GetParam().toml);
  ASSERT_TRUE(absl::IsInvalidArgument(config.status())) << GetParam().toml;
  EXPECT_THAT(std::string(base::Message(config.status())), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadWakeUpSection,
    testing::Values(
        Bad{"smpt = \"x\"", "wake_ups.smpt"}, Bad{"smtp = 465", "quotes"},
        Bad{"smtp = \"mail.example:465\"", "smtps://"},
        Bad{"smtp = \"http://mail.example\"", "smtps://"}, Bad{"smtp = \"smtps://\"", "smtps://"},
        Bad{"smtp = \"smtps://mail.example:0\"", "smtps://"},
        Bad{"smtp = \"smtps://user@mail.example\"", "smtps://"},
        Bad{"smtp = \"smtps://mail.example/x\"", "smtps://"},
        Bad{"smtp = \"smtps://mail.example\"", "wake_ups.from"},
        Bad{"from = \"Firstbell <a@police.example>\"", "wake_ups.from"},
        Bad{"from = \"a@police.example\\r\\nBcc: b@x.example\"", "one line"},
        Bad{"user = \"broker\"", "password_file"}, Bad{"password_file = \"p\"", "password_file"},
        Bad{"telephone = \"ask for Ottoline\"", "wake_ups.telephone"},
        Bad{"telephone = \"1\\n2\"", "one line"}, Bad{"\ntimeout = \"2m\"", "line 3"},
        Bad{"timeout = \"0s\"", "one minute"}, Bad{"private_webhooks = \"yes\"", "true or false"}));

}  // namespace
}  // namespace firstbell::registry
