#include "broker/server/wake_message.h"

#include <gtest/gtest.h>

namespace firstbell::server {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'523'000);  // Tuesday 3 March 2026, 07:30

dispatch::WakeUpCall CallOf(const std::string& mailbox) {
  return {{v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(mailbox)},
          {},
          OccasionAt(model::WakeUpReason::kRung, kNow),
          kNow,
          kNow};
}

TEST(WakeUpMail, SaysThatSomethingWaitsAndNotAWordMore) {
  const std::string mail =
      WakeUpMail(CallOf("dsl@school.example"), "firstbell@police.example", "01632 960 999");
  const std::size_t id = mail.find("Message-ID: <"), id_ends = mail.find("\r\n", id);
  ASSERT_NE(id, std::string::npos);
  EXPECT_EQ(mail.substr(0, id) + mail.substr(id_ends + 2),
            "Date: Tue, 03 Mar 2026 07:30:00 +0000\r\n"
            "From: Firstbell <firstbell@police.example>\r\n"
            "To: dsl@school.example\r\n"
            "Subject: Firstbell holds something for your school\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=us-ascii\r\n"
            "\r\n"
            "Firstbell holds something for your school.\r\n"
            "\r\n"
            "Open Firstbell on the school's machine, or telephone 01632 960 999.\r\n"
            "\r\n"
            "A machine sent this, to tell you that and nothing more. Please do not answer it.\r\n");
  const std::string message_id = mail.substr(id, id_ends - id);
  EXPECT_EQ(message_id.size(), std::string("Message-ID: <@police.example>").size() + 32);
  EXPECT_TRUE(message_id.ends_with("@police.example>"));
}

TEST(WakeUpMail, SentAgainItIsTheSameMessage) {
  const auto id_of = [](const dispatch::WakeUpCall& call) {
    const std::string mail = WakeUpMail(call, "firstbell@police.example", "");
    return mail.substr(mail.find("Message-ID: "), 60);
  };
  dispatch::WakeUpCall call = CallOf("dsl@school.example");
  const std::string first = id_of(call);
  call.now += absl::Minutes(4);
  EXPECT_EQ(id_of(call), first);
  EXPECT_NE(id_of(CallOf("head@school.example")), first);
  call.occasion = OccasionAt(model::WakeUpReason::kRung, kNow + absl::Minutes(30));
  EXPECT_NE(id_of(call), first) << "the next rung is another message";
}

TEST(WakeUpMail, WithoutATelephoneItNamesNone) {
  const std::string mail = WakeUpMail(CallOf("dsl@school.example"), "firstbell@police.example", "");
  EXPECT_NE(mail.find("Open Firstbell on the school's machine.\r\n"), std::string::npos);
}

// As proto/FORMATS.md says; computed by openssl:
//   printf '1772523000.{"event":"something_waits"}' | openssl dgst -sha256 -hmac secret
TEST(WakeUpSignature, IsOverTheTimeAndTheBody) {
  EXPECT_EQ(kWakeUpBody, R"({"event":"something_waits"})");
  EXPECT_EQ(WakeUpSignature("secret", kNow),
            "t=1772523000,v1=ffa4587af290f1b89d43c31179b82733513d0cfd75d8957956a222fd4e274b5f");
  EXPECT_NE(WakeUpSignature("secret", kNow + absl::Seconds(1)).substr(13),
            WakeUpSignature("secret", kNow).substr(13));
}

}  // namespace
}  // namespace firstbell::server
