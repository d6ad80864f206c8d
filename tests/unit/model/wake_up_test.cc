#include "broker/model/wake_up.h"

#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

v1::WakeUpAddress Wire(WakeUpKind kind, const std::string& value) {
  v1::WakeUpAddress wire;
  wire.set_kind(kind);
  wire.set_value(value);
  return wire;
}

// As parsed; empty: it was refused.
std::string Email(const std::string& value) {
  const auto parsed = ParseWakeUpAddress(Wire(v1::WAKE_UP_KIND_EMAIL, value), "addresses[0]");
  return parsed.ok() ? parsed->value.Reveal() : "";
}
std::string Webhook(const std::string& value) {
  const auto parsed = ParseWakeUpAddress(Wire(v1::WAKE_UP_KIND_WEBHOOK, value), "addresses[0]");
  return parsed.ok() ? parsed->value.Reveal() : "";
}

TEST(WakeUpAddress, IsAPlainMailbox) {
  EXPECT_EQ(Email("dsl@school.example"), "dsl@school.example");
  EXPECT_EQ(Email("Dsl.Team+bell@Office.School.Example"), "Dsl.Team+bell@office.school.example");
  EXPECT_EQ(Email("o'neill@school.example"), "o'neill@school.example");
}

TEST(WakeUpAddress, IsNothingElse) {
  for (const char* wrong : {"",
                            "dsl",
                            "@school.example",
                            "dsl@",
                            "dsl@school",
                            "dsl@@school.example",
                            "dsl@x@school.example",
                            ".dsl@school.example",
                            "dsl.@school.example",
                            "d..sl@school.example",
                            "dsl@-school.example",
                            "dsl@school-.example",
                            "dsl@.example",
                            "dsl@school..example",
                            "dsl@school.example.",
                            "\"dsl\"@school.example",
                            "Lead <dsl@school.example>",
                            "<dsl@school.example>",
                            "dsl@school.example,x@y.example",
                            " dsl@school.example",
                            "dsl@school.example ",
                            "dsl@[192.0.2.1]",
                            "dsl(x)@school.example",
                            "dsl@sch\xC3\xB6ol.example",
                            "ds\xC3\xB6l@school.example",
                            "dsl\\@school.example",
                            "dsl;x@school.example"}) {
    EXPECT_EQ(Email(wrong), "") << wrong;
  }
}

TEST(WakeUpAddress, NoHeaderCanBeWrittenThroughIt) {
  for (const std::string& wrong : std::vector<std::string>{
           "dsl@school.example\r\nBcc: x@y.example", "dsl\r\nRCPT TO:<x@y.example>@school.example",
           "dsl@school.example\n", "dsl@school.example\r", std::string("dsl@school.example\0", 19),
           "dsl\t@school.example"}) {
    EXPECT_EQ(Email(wrong), "");
  }
}

TEST(WakeUpAddress, IsBounded) {
  const std::string local(64, 'a'), label(61, 'd');
  EXPECT_NE(Email(local + "@school.example"), "");
  EXPECT_EQ(Email(local + "a@school.example"), "");
  const std::string start = local + "@" + label + "." + label + "." + label + ".";
  const std::string longest = start + std::string(limits::kEmailBytes - start.size(), 'e');
  EXPECT_NE(Email(longest), "");
  EXPECT_EQ(Email(longest + "e"), "") << "one more than RFC 5321 allows";
  const std::string stem = "https://hooks.example/";
  EXPECT_NE(Webhook(stem + std::string(limits::kWebhookBytes - stem.size(), 'p')), "");
  EXPECT_EQ(Webhook(stem + std::string(limits::kWebhookBytes - stem.size() + 1, 'p')), "");
}

TEST(WakeUpAddress, AWebhookIsHttpsAndAPath) {
  EXPECT_EQ(Webhook("https://hooks.example/school/a%20b"), "https://hooks.example/school/a%20b");
  EXPECT_EQ(Webhook("https://Hooks.Example"), "https://hooks.example/");
  EXPECT_EQ(Webhook("https://localhost:8443/x"), "https://localhost:8443/x");
  for (const char* wrong : {"",
                            "http://hooks.example/",
                            "HTTPS://hooks.example/",
                            "hooks.example",
                            "https://",
                            "https:///path",
                            "https://user@hooks.example/",
                            "https://user:word@hooks.example/",
                            "https://hooks.example/?a=b",
                            "https://hooks.example/#a",
                            "https://hooks.example:0/",
                            "https://hooks.example:65536/",
                            "https://hooks.example:/",
                            "https://hooks.example:x/",
                            "https://[::1]/",
                            "https://hooks.example/a b",
                            "https://hooks.example/a\r\nHost: b",
                            "https://hooks.example/%",
                            "https://hooks.example/%0",
                            "https://hooks.example/%zz",
                            "https://hooks.example\\@other.example/",
                            "ftp://hooks.example/",
                            "https://-a.example/"}) {
    EXPECT_EQ(Webhook(wrong), "") << wrong;
  }
}

TEST(WakeUpAddress, AnErrorNamesTheFieldAndNeverTheValue) {
  const auto wrong = ParseWakeUpAddress(
      Wire(v1::WAKE_UP_KIND_EMAIL, "Ottoline <ottoline@school.example>"), "addresses[3]");
  EXPECT_EQ(BadRequestOf(wrong.status()).field_violations(0).field(), "addresses[3].value");
  EXPECT_EQ(base::Message(wrong.status()).find("ottoline"), std::string_view::npos);
  EXPECT_FALSE(ParseWakeUpAddress(Wire(v1::WAKE_UP_KIND_UNSPECIFIED, "a@b.example"), "a").ok());
}

TEST(WakeUpAddress, AreAFewAndDistinct) {
  std::vector<v1::WakeUpAddress> wires;
  for (std::size_t i = 0; i <= limits::kWakeUpAddresses; ++i) {
    wires.push_back(Wire(v1::WAKE_UP_KIND_EMAIL, "dsl" + std::to_string(i) + "@school.example"));
  }
  std::vector<const v1::WakeUpAddress*> all;
  for (const auto& wire : wires) all.push_back(&wire);
  EXPECT_FALSE(ParseWakeUpAddresses(all, "addresses").ok());
  all.pop_back();
  EXPECT_EQ(ParseWakeUpAddresses(all, "addresses")->size(), limits::kWakeUpAddresses);
  wires[1] = Wire(v1::WAKE_UP_KIND_EMAIL, "dsl0@SCHOOL.example");
  EXPECT_FALSE(ParseWakeUpAddresses(all, "addresses").ok()) << "the same mailbox";
}

TEST(WakeUpAddress, HasANameThatDoesNotTellIt) {
  const WakeUpAddress one{v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>("a@b.example")};
  const WakeUpAddress other{v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>("c@b.example")};
  EXPECT_EQ(IdOf(one).value().size(), 16u);
  EXPECT_EQ(IdOf(one), IdOf(one));
  EXPECT_NE(IdOf(one), IdOf(other));
  EXPECT_EQ(ToWire(one).value(), "a@b.example");
}

TEST(TestReceivers, AreOfOneDomain) {
  const auto of = [](const std::string& value) {
    return TestReceiverOf({v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(value)});
  };
  EXPECT_EQ(of("acknowledge@receivers.firstbell.invalid"), TestReceiver::kAcknowledge);
  EXPECT_EQ(of("never@receivers.firstbell.invalid"), TestReceiver::kNever);
  EXPECT_EQ(of("late@receivers.firstbell.invalid"), TestReceiver::kLate);
  EXPECT_EQ(of("bounce@receivers.firstbell.invalid"), TestReceiver::kBounce);
  EXPECT_EQ(of("typo@receivers.firstbell.invalid"), TestReceiver::kBounce);
  EXPECT_EQ(of("acknowledge@school.example"), std::nullopt);
  EXPECT_EQ(of("acknowledge@x.receivers.firstbell.invalid"), std::nullopt);
}

TEST(WakeUpOccasion, FallsInAMinute) {
  const absl::Time at = absl::FromUnixSeconds(1'794'209'400);
  EXPECT_EQ(OccasionAt(WakeUpReason::kRung, at),
            OccasionAt(WakeUpReason::kRung, at + absl::Seconds(59)));
  EXPECT_NE(OccasionAt(WakeUpReason::kRung, at),
            OccasionAt(WakeUpReason::kRung, at + absl::Seconds(60)));
  EXPECT_NE(OccasionAt(WakeUpReason::kRung, at), OccasionAt(WakeUpReason::kTest, at));
}

TEST(WakeUpOutcome, WaitsOrHasFailedOrNeither) {
  EXPECT_TRUE(Waits(v1::WAKE_UP_OUTCOME_UNSPECIFIED));
  EXPECT_TRUE(Waits(v1::WAKE_UP_OUTCOME_LATER));
  EXPECT_FALSE(Failed(v1::WAKE_UP_OUTCOME_LATER));
  for (const auto ended : {v1::WAKE_UP_OUTCOME_DELIVERED, v1::WAKE_UP_OUTCOME_UNNEEDED}) {
    EXPECT_FALSE(Waits(ended) || Failed(ended)) << Word(ended);
  }
  for (const auto failed : {v1::WAKE_UP_OUTCOME_BOUNCED, v1::WAKE_UP_OUTCOME_GIVEN_UP}) {
    EXPECT_TRUE(!Waits(failed) && Failed(failed)) << Word(failed);
  }
}

}  // namespace
}  // namespace firstbell::model
