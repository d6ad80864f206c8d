// Wake-ups over real sockets: a mail server and a webhook with TLS, and what goes wrong with them.

#include "broker/server/wake_sender.h"

#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/server/wake_message.h"
#include "tests/support/eventually.h"
#include "tests/unit/server/wake_calls.h"

namespace firstbell::server {
namespace {

using dispatch::Sent;
using dispatch::WakeUpCall;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kHere = {"localhost"};

std::vector<Sent> Send(const registry::WakeUpConfig& config, const std::vector<WakeUpCall>& calls,
                       TestReceivers receivers = TestReceivers::kUnknown) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto sender = WakeSender::Make(config, receivers);
  if (!sender.ok()) ADD_FAILURE() << sender.status();
  return sender.ok() ? (*sender)->Send(calls) : std::vector<Sent>();
}

Sent SendOne(const registry::WakeUpConfig& config, const WakeUpCall& call) {
  const auto sent = Send(config, {call});
  return sent.size() == 1 ? sent[0] : Sent::kNotTried;
}

class MailTest : public testing::Test {
 protected:
  Peer Server(const std::string& tls, const support::Arguments& more = {},
              const std::vector<std::string>& names = kHere) {
    support::Arguments arguments = {"--tls", tls};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Peer(authority_, "mail_server.py", names, arguments);
  }
  // With a user, whose password stands in a file.
  registry::WakeUpConfig As(registry::WakeUpConfig config, const std::string& password) {
    const auto file = authority_.path() / "password";
    EXPECT_TRUE(base::WriteFileDurably(file, password + "\n", base::kOwnerOnly).ok());
    config.user = "broker";
    config.password_file = file.string();
    return config;
  }

  const PeerAuthority authority_;
};

TEST_F(MailTest, IsTakenOverTlsAndIsWhatItShouldBe) {
  const Peer server = Server("implicit");
  const WakeUpCall call = MailTo("dsl@school.example");
  EXPECT_EQ(SendOne(support::MailThrough(authority_, server), call), Sent::kDelivered);
  const std::string said = server.Transcript();
  EXPECT_THAT(said, HasSubstr("C: MAIL FROM:<firstbell@police.example>"));
  EXPECT_THAT(said, HasSubstr("C: RCPT TO:<dsl@school.example>"));
  std::string mail;
  for (const char c : WakeUpMail(call, "firstbell@police.example", "")) {
    if (c != '\r') mail += c == '\n' ? "\nC: " : std::string(1, c);
  }
  EXPECT_THAT(said, HasSubstr("C: " + mail + ".\n")) << "to the letter";
}

TEST_F(MailTest, EachAddressIsAMessageOfItsOwn) {
  const Peer server = Server("implicit");
  EXPECT_THAT(Send(support::MailThrough(authority_, server),
                   {MailTo("dsl@school.example"), MailTo("bounce@school.example"),
                    MailTo("busy@school.example"), MailTo("spam@school.example"),
                    MailTo("head@other.example")}),
              ElementsAre(Sent::kDelivered, Sent::kBounced, Sent::kLater, Sent::kBounced,
                          Sent::kDelivered));
}

TEST_F(MailTest, StartTlsComesFirst) {
  const Peer server = Server("starttls", {"--user", "broker", "--password", "a long one"});
  const auto config = As(support::MailThrough(authority_, server, "smtp"), "a long one");
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kDelivered);
  const std::string said = server.Transcript();
  EXPECT_LT(said.find("-- encrypted"), said.find("C: AUTH"));
  EXPECT_LT(said.find("C: AUTH"), said.find("C: MAIL FROM"));
}

TEST_F(MailTest, WithoutEncryptionNothingIsSent) {
  const Peer server = Server("none");
  const auto config = As(support::MailThrough(authority_, server, "smtp"), "a long one");
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kLater);
  const std::string said = server.Transcript();
  EXPECT_THAT(said, HasSubstr("C: EHLO"));
  EXPECT_THAT(said, Not(HasSubstr("C: MAIL")));
  EXPECT_THAT(said, Not(HasSubstr("C: AUTH")));
}

TEST_F(MailTest, AServerThatNobodyVouchesForIsToldNothing) {
  const Peer server = Server("implicit"), other_name = Server("implicit", {}, {"mail.example"});
  const PeerAuthority other;
  auto config = support::MailThrough(authority_, server);
  config.ca_file = other.ca_file();
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kLater);
  config.ca_file.clear();
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kLater) << "the system's";
  EXPECT_THAT(server.Transcript(), Not(HasSubstr("C:")));
  EXPECT_EQ(SendOne(support::MailThrough(authority_, other_name), MailTo("dsl@school.example")),
            Sent::kLater);
  EXPECT_THAT(other_name.Transcript(), Not(HasSubstr("C:"))) << "it answers to another name";
}

TEST_F(MailTest, WhatIsWrongWithUsIsNoBounce) {
  const Peer server = Server("implicit", {"--user", "broker", "--password", "a long one"});
  const auto wrong = As(support::MailThrough(authority_, server), "another");
  EXPECT_EQ(SendOne(wrong, MailTo("dsl@school.example")), Sent::kLater) << "535";
  EXPECT_EQ(SendOne(support::MailThrough(authority_, server), MailTo("dsl@school.example")),
            Sent::kLater)
      << "530 to MAIL FROM";
  const Peer refuses = Server("implicit", {"--refuse-sender"});
  EXPECT_EQ(SendOne(support::MailThrough(authority_, refuses), MailTo("bounce@school.example")),
            Sent::kLater)
      << "550 to MAIL FROM";
}

TEST_F(MailTest, AServerThatIsAwayIsTriedAgain) {
  registry::WakeUpConfig config;
  {
    const Peer server = Server("implicit");
    config = support::MailThrough(authority_, server);
  }
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kLater);
  config.smtp.clear();
  EXPECT_EQ(SendOne(config, MailTo("dsl@school.example")), Sent::kLater) << "none is set";
}

TEST_F(MailTest, WhereTheServerTakesNoneTheOthersDoNotWaitForTheirTurn) {
  const Peer server = Server("none");
  const std::vector<WakeUpCall> calls(20 * limits::kMailsAtOnce, MailTo("dsl@school.example"));
  EXPECT_THAT(Send(support::MailThrough(authority_, server, "smtp"), calls), Each(Sent::kLater));
  const std::string said = server.Transcript();
  std::size_t tries = 0;
  for (std::size_t at = said.find("EHLO"); at != std::string::npos;
       at = said.find("EHLO", at + 1)) {
    ++tries;
  }
  EXPECT_LE(tries, 2 * limits::kMailsAtOnce);
}

TEST_F(MailTest, AFewConnectionsCarryMany) {
  const Peer server = Server("implicit");
  std::vector<WakeUpCall> calls;
  for (std::size_t i = 0; i < 4 * limits::kMailsAtOnce; ++i) {
    calls.push_back(MailTo("slow" + std::to_string(i) + "@school.example"));
  }
  EXPECT_THAT(Send(support::MailThrough(authority_, server), calls), Each(Sent::kDelivered));
  EXPECT_EQ(server.Peak("sessions"), static_cast<int>(limits::kMailsAtOnce));
}

TEST_F(MailTest, AFileThatIsNotThereOrIsOpenToOthersIsSaidAtTheStart) {
  registry::WakeUpConfig config;
  config.ca_file = (authority_.path() / "nothing").string();
  EXPECT_TRUE(absl::IsNotFound(WakeSender::Make(config, TestReceivers::kUnknown).status()));
  config.ca_file.clear();
  config.password_file = (authority_.path() / "password").string();
  EXPECT_TRUE(absl::IsNotFound(WakeSender::Make(config, TestReceivers::kUnknown).status()));
  const auto everyone = base::kOwnerOnly | std::filesystem::perms::others_read;
  ASSERT_TRUE(base::WriteFileDurably(config.password_file, "word", everyone).ok());
  EXPECT_TRUE(
      absl::IsFailedPrecondition(WakeSender::Make(config, TestReceivers::kUnknown).status()));
}

class WebhookTest : public testing::Test {
 protected:
  registry::WakeUpConfig Config() const {
    registry::WakeUpConfig config;
    config.webhook_ca_file = authority_.ca_file();
    config.private_webhooks = true;
    config.timeout = absl::Seconds(20);
    return config;
  }

  const PeerAuthority authority_;
  const Peer hook_{authority_, "hook_server.py", kHere};
};

TEST_F(WebhookTest, EachAnswerHasItsMeaning) {
  std::vector<WakeUpCall> calls;
  for (const char* path : {"/ok", "/gone", "/missing", "/busy", "/moved"}) {
    calls.push_back(HookAt(hook_, path));
  }
  EXPECT_THAT(Send(Config(), calls), ElementsAre(Sent::kDelivered, Sent::kBounced, Sent::kBounced,
                                                 Sent::kLater, Sent::kLater));
  const std::string asked = hook_.Transcript();
  std::size_t of_ok = 0;
  for (std::size_t at = asked.find(" /ok\n"); at != std::string::npos;
       at = asked.find(" /ok\n", at + 1)) {
    ++of_ok;
  }
  EXPECT_EQ(of_ok, 1u) << "a redirect is not followed";
}

TEST_F(WebhookTest, TheCallIsSignedAndSaysNothingElse) {
  const WakeUpCall call = HookAt(hook_, "/ok");
  ASSERT_EQ(SendOne(Config(), call), Sent::kDelivered);
  const std::string mac = crypto::HmacSha256(
      "shown once", "1772523000." + std::string(R"({"event":"something_waits"})"));
  EXPECT_EQ(hook_.Transcript(),
            "-- calls 1\nPOST /ok\nHost: localhost:" + std::to_string(hook_.port()) +
                "\nUser-Agent: Firstbell\nAccept: */*\n"
                "Content-Type: application/json\n"
                "Firstbell-Signature: t=1772523000,v1=" +
                base::HexEncode(mac) +
                "\nContent-Length: 27\n"
                "{\"event\":\"something_waits\"}\n");
}

TEST_F(WebhookTest, WhatStandsBesideUsIsNotCalledUnlessAllowed) {
  auto config = Config();
  config.private_webhooks = false;
  EXPECT_EQ(SendOne(config, HookAt(hook_, "/ok")), Sent::kBounced);
  EXPECT_EQ(hook_.Transcript(), "");
}

TEST_F(WebhookTest, AWebhookThatNobodyVouchesForIsToldNothing) {
  auto config = Config();
  config.webhook_ca_file.clear();
  EXPECT_EQ(SendOne(config, HookAt(hook_, "/ok")), Sent::kLater);
  const Peer other_name(authority_, "hook_server.py", {"hooks.example"});
  EXPECT_EQ(SendOne(Config(), HookAt(other_name, "/ok")), Sent::kLater);
  EXPECT_EQ(hook_.Transcript() + other_name.Transcript(), "");
}

TEST_F(WebhookTest, AnAnswerWithoutAnEndIsCutOff) {
  EXPECT_EQ(SendOne(Config(), HookAt(hook_, "/endless")), Sent::kDelivered) << "its number is 200";
  EXPECT_TRUE(support::Eventually(absl::Seconds(30), [&] { return hook_.Peak("endless") > 0; }));
  EXPECT_GE(hook_.Peak("endless"), static_cast<int>(limits::kWebhookAnswerBytes));
  EXPECT_LT(hook_.Peak("endless"), 32 << 20);
}

TEST_F(WebhookTest, OneThatDoesNotAnswerIsTriedAgainAndHoldsUpNoOther) {
  auto config = Config();
  config.timeout = absl::Seconds(2);
  EXPECT_THAT(Send(config, {HookAt(hook_, "/stuck"), HookAt(hook_, "/ok")}),
              ElementsAre(Sent::kLater, Sent::kDelivered));
}

TEST_F(WebhookTest, ManyAreCalledAtOnceAndNoMore) {
  std::vector<WakeUpCall> calls(limits::kWebhooksAtOnce + 8, HookAt(hook_, "/slow"));
  EXPECT_THAT(Send(Config(), calls), Each(Sent::kDelivered));
  EXPECT_GT(hook_.Peak("calls"), static_cast<int>(limits::kWebhooksAtOnce) / 2);
  EXPECT_LE(hook_.Peak("calls"), static_cast<int>(limits::kWebhooksAtOnce));
}

TEST_F(WebhookTest, WhatIsUnderWayEndsWithUs) {
  const auto sender = WakeSender::Make(Config(), TestReceivers::kUnknown).value();
  std::vector<Sent> sent;
  std::thread sending([&] {
    const std::vector<WakeUpCall> calls = {HookAt(hook_, "/stuck")};
    sent = sender->Send(calls);
  });
  EXPECT_TRUE(support::Eventually(absl::Seconds(30), [&] { return hook_.Peak("calls") == 1; }));
  sender->Stop();
  sending.join();
  EXPECT_THAT(sent, ElementsAre(Sent::kNotTried));
}

TEST(TestReceiverTest, AnswerWithoutANetworkWhereTheClockIsSimulated) {
  const auto of = [](const std::string& local) {
    return MailTo(local + "@" + std::string(model::kTestReceivers));
  };
  WakeUpCall late = of("late"), very_late = of("late");
  late.now += model::kLateBy - absl::Seconds(1);
  very_late.now += model::kLateBy;
  const std::vector<WakeUpCall> calls = {of("acknowledge"), of("never"), of("bounce"), of("typo"),
                                         of("late"),        late,        very_late};
  EXPECT_THAT(Send({}, calls, TestReceivers::kKnown),
              ElementsAre(Sent::kDelivered, Sent::kDelivered, Sent::kBounced, Sent::kBounced,
                          Sent::kLater, Sent::kLater, Sent::kDelivered));
  EXPECT_THAT(Send({}, calls, TestReceivers::kUnknown), Each(Sent::kBounced));
}

}  // namespace
}  // namespace firstbell::server
