// A whole broker, from a force's incident at night to a school's mailbox at the window, with a real
// mail server; and test receivers.

#include <gmock/gmock.h>

#include <httplib.h>

#include <csignal>

#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"
#include "tests/unit/server/wake_calls.h"

namespace firstbell::server {
namespace {

using support::kHigh;
using support::kPrimary;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(60);

class WokenSchoolTest : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    registry::Config config = broker_.config();
    config.wake_ups = support::MailThrough(authority_, mail_, "smtp");
    config.metrics_listen = "127.0.0.1:" + std::to_string(metrics_port_);
    broker_.Restart(config);
    operator_ = v1::OperatorService::NewStub(broker_.ChannelAs(kOperatorUri));
  }

  grpc::Status Set(base::Urn urn, const std::vector<std::string>& mailboxes) {
    v1::SetWakeUpsRequest request;
    request.set_urn(urn.value());
    for (const std::string& mailbox : mailboxes) {
      request.add_addresses()->set_kind(v1::WAKE_UP_KIND_EMAIL);
      request.mutable_addresses()->rbegin()->set_value(mailbox);
    }
    v1::SetWakeUpsResponse response;
    Context context;
    return operator_->SetWakeUps(&context, request, &response);
  }
  v1::SchoolWakeUps Get(base::Urn urn) {
    v1::GetWakeUpsRequest request;
    request.set_urn(urn.value());
    v1::SchoolWakeUps response;
    Context context;
    EXPECT_TRUE(operator_->GetWakeUps(&context, request, &response).ok());
    return response;
  }
  std::vector<std::uint32_t> Bounced() {
    v1::ListWakeUpsRequest request;
    request.set_only_failing(true);
    v1::ListWakeUpsResponse response;
    Context context;
    EXPECT_TRUE(operator_->ListWakeUps(&context, request, &response).ok());
    std::vector<std::uint32_t> urns;
    for (const v1::SchoolWakeUps& school : response.schools()) urns.push_back(school.urn());
    return urns;
  }
  grpc::Status Test(base::Urn urn) {
    v1::TestWakeUpsRequest request;
    request.set_urn(urn.value());
    v1::TestWakeUpsResponse response;
    Context context;
    return operator_->TestWakeUps(&context, request, &response);
  }
  void Advance(const std::string& by) {
    v1::AdvanceClockRequest request;
    request.set_by(by);
    v1::AdvanceClockResponse response;
    Context context;
    ASSERT_TRUE(operator_->AdvanceClock(&context, request, &response).ok());
  }
  // What main asks once a second.
  bool Soon(const std::function<bool()>& holds) {
    return support::Eventually(kPatience, [&] {
      broker_.broker().Look(std::chrono::steady_clock::now());
      return holds();
    });
  }
  bool BecomesSoon(base::Urn urn, v1::WakeUpOutcome outcome) {
    return Soon([&] { return Get(urn).ways(0).last() == outcome; });
  }

  std::string Metrics() {
    const auto answer = httplib::Client("127.0.0.1", metrics_port_).Get("/metrics");
    return answer ? answer->body : "";
  }

  const int metrics_port_ = support::FreePorts(1).front();
  const PeerAuthority authority_;
  const Peer mail_{authority_, "mail_server.py", {"localhost"}, {"--tls", "starttls"}};
  RunningBroker broker_;
  std::unique_ptr<v1::OperatorService::Stub> operator_;
};

TEST_F(WokenSchoolTest, AtTheWindowItsMailboxIsToldAndNobodyElses) {
  ASSERT_TRUE(Set(kPrimary, {"dsl@school.example"}).ok());
  ASSERT_TRUE(Set(kHigh, {"other@school.example"}).ok());
  ASSERT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
  broker_.broker().Look(std::chrono::steady_clock::now());
  EXPECT_EQ(mail_.Transcript(), "") << "it is 02:10";
  Advance("5h30m");
  ASSERT_TRUE(BecomesSoon(kPrimary, v1::WAKE_UP_OUTCOME_DELIVERED));
  EXPECT_THAT(mail_.Transcript(), HasSubstr("C: RCPT TO:<dsl@school.example>"));
  EXPECT_THAT(mail_.Transcript(), Not(HasSubstr("other@")));
}

TEST_F(WokenSchoolTest, WhatIsQueuedIsSentAfterARestart) {
  ASSERT_TRUE(Set(kPrimary, {"dsl@school.example"}).ok());
  ASSERT_TRUE(Test(kPrimary).ok());
  EXPECT_EQ(Get(kPrimary).waiting(), 1u);
  broker_.Restart(broker_.config());
  operator_ = v1::OperatorService::NewStub(broker_.ChannelAs(kOperatorUri));
  ASSERT_TRUE(BecomesSoon(kPrimary, v1::WAKE_UP_OUTCOME_DELIVERED));
  EXPECT_EQ(Get(kPrimary).waiting(), 0u);
}

TEST_F(WokenSchoolTest, WhoCannotBeWokenIsListed) {
  ASSERT_TRUE(Set(kPrimary, {"bounce@school.example"}).ok());
  ASSERT_TRUE(Set(kHigh, {"dsl@school.example"}).ok());
  ASSERT_TRUE(Test(kPrimary).ok());
  ASSERT_TRUE(Test(kHigh).ok());
  ASSERT_TRUE(BecomesSoon(kHigh, v1::WAKE_UP_OUTCOME_DELIVERED));
  ASSERT_TRUE(BecomesSoon(kPrimary, v1::WAKE_UP_OUTCOME_BOUNCED));
  EXPECT_EQ(Bounced(), std::vector<std::uint32_t>{kPrimary.value()});
  EXPECT_TRUE(Get(kPrimary).cannot_be_woken());
  const std::string metrics = Metrics();
  for (const std::string line :
       {"firstbell_wake_ups_total{outcome=\"bounced\",way=\"email\"} 1\n",
        "firstbell_wake_ups_total{outcome=\"delivered\",way=\"email\"} 1\n",
        "firstbell_schools_not_woken 1\n"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
  EXPECT_THAT(metrics, Not(HasSubstr("example")));
}

TEST_F(WokenSchoolTest, TestReceiversNeedNoMailServer) {
  const std::string at = "@receivers.firstbell.invalid";
  ASSERT_TRUE(Set(kPrimary, {"late" + at}).ok());
  ASSERT_TRUE(Set(kHigh, {"acknowledge" + at}).ok());
  ASSERT_TRUE(Test(kPrimary).ok());
  ASSERT_TRUE(Test(kHigh).ok());
  ASSERT_TRUE(BecomesSoon(kHigh, v1::WAKE_UP_OUTCOME_DELIVERED));
  ASSERT_TRUE(BecomesSoon(kPrimary, v1::WAKE_UP_OUTCOME_LATER));
  Advance("11m");
  ASSERT_TRUE(BecomesSoon(kPrimary, v1::WAKE_UP_OUTCOME_DELIVERED));
  EXPECT_EQ(mail_.Transcript(), "");
}

}  // namespace
}  // namespace firstbell::server
