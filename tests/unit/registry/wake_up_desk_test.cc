#include "broker/registry/wake_up_desk.h"

#include <gmock/gmock.h>

#include "broker/base/limits.h"
#include "tests/support/world.h"

namespace firstbell::registry {
namespace {

using namespace support;  // of this folder's tests alone
using base::Code;
using testing::HasSubstr;
using testing::Not;

class WakeUpDeskTest : public testing::Test {
 protected:
  base::Result<std::string> Set(const std::vector<std::string>& values, base::Urn urn = kPrimary) {
    v1::SetWakeUpsRequest request;
    request.set_urn(urn.value());
    for (const std::string& value : values) {
      v1::WakeUpAddress& address = *request.add_addresses();
      address.set_kind(value.find("://") == std::string::npos ? v1::WAKE_UP_KIND_EMAIL
                                                              : v1::WAKE_UP_KIND_WEBHOOK);
      address.set_value(value);
    }
    FB_ASSIGN_OR_RETURN(const auto answer, desk_.Set(request, kNight));
    return answer.webhook_secret();
  }
  v1::SchoolWakeUps Get(base::Urn urn = kPrimary) {
    v1::GetWakeUpsRequest request;
    request.set_urn(urn.value());
    return desk_.Get(request).value();
  }
  base::Result<v1::TestWakeUpsResponse> Test(base::Urn urn = kPrimary) {
    v1::TestWakeUpsRequest request;
    request.set_urn(urn.value());
    return desk_.Test(request, kNight);
  }
  void Become(v1::WakeUpOutcome outcome) {
    const auto due = world_.memory.DueWakeUps(kNight, "", 100).value();
    for (const store::WakeUp& one : due.items) {
      const store::WakeUpAttempt attempt{one.key(), one.attempts, outcome, kNight, kNight, {}};
      ASSERT_TRUE(world_.memory.RecordWakeUps({&attempt, 1}).front().ok());
    }
  }

  World world_;
  WakeUpDesk desk_{world_.store};
};

TEST_F(WakeUpDeskTest, WhatIsSetIsShownAndTheLogNamesNobody) {
  ASSERT_TRUE(Set({"dsl@School.example", "https://hooks.example/school"}).ok());
  const v1::SchoolWakeUps school = Get();
  ASSERT_EQ(school.ways_size(), 2);
  EXPECT_EQ(school.ways(0).address().value(), "dsl@school.example");
  EXPECT_EQ(school.ways(1).address().kind(), v1::WAKE_UP_KIND_WEBHOOK);
  EXPECT_FALSE(school.cannot_be_woken());
  EXPECT_THAT(world_.LogText(), HasSubstr("wake_ups.set"));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("example")));
  ASSERT_TRUE(Set({}).ok());
  EXPECT_EQ(Get().ways_size(), 0);
}

TEST_F(WakeUpDeskTest, ASecretIsShownOnceWheneverTheWebhooksChange) {
  EXPECT_EQ(Set({"dsl@school.example"}).value(), "") << "no webhook";
  const std::string first = Set({"dsl@school.example", "https://hooks.example/a"}).value();
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(Set({"head@school.example", "https://hooks.example/a"}).value(), "") << "as before";
  EXPECT_EQ(world_.memory.WakeUpsOf(kPrimary)->secret.Reveal(), first);
  const std::string second = Set({"https://hooks.example/b"}).value();
  EXPECT_EQ(second.size(), 64u);
  EXPECT_NE(second, first);
  EXPECT_EQ(world_.memory.WakeUpsOf(kPrimary)->secret.Reveal(), second);
  EXPECT_EQ(Set({"dsl@school.example"}).value(), "");
  EXPECT_EQ(world_.memory.WakeUpsOf(kPrimary)->secret.Reveal(), "") << "it has none any more";
}

TEST_F(WakeUpDeskTest, SaysWhatIsWrongAndNotWithWhom) {
  const auto wrong = Set({"dsl@school.example", "Ottoline <ottoline@school.example>"}).status();
  EXPECT_EQ(wrong.code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(base::Message(wrong)), HasSubstr("addresses[1].value"));
  EXPECT_THAT(std::string(base::Message(wrong)), Not(HasSubstr("ttoline")));
  EXPECT_EQ(Set({}, base::Urn(999'999)).status().code(), Code::kNotFound);
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= limits::kWakeUpAddresses; ++i) {
    many.push_back("dsl" + std::to_string(i) + "@school.example");
  }
  EXPECT_EQ(Set(many).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(Get().ways_size(), 0);
}

TEST_F(WakeUpDeskTest, TestReceiversExistWhereTheClockIsSimulated) {
  const std::string receiver = "bounce@receivers.firstbell.invalid";
  EXPECT_TRUE(Set({receiver}).ok());
  store::MemoryStore real;
  ASSERT_TRUE(Seed(real).ok());
  ASSERT_TRUE(real.Initialise({"invented", false}, {}).ok());
  v1::SetWakeUpsRequest request;
  request.set_urn(kPrimary.value());
  request.add_addresses()->set_kind(v1::WAKE_UP_KIND_EMAIL);
  request.mutable_addresses(0)->set_value(receiver);
  EXPECT_EQ(WakeUpDesk(real).Set(request, kNight).status().code(), Code::kFailedPrecondition);
}

TEST_F(WakeUpDeskTest, ATestIsOneToEachAddress) {
  EXPECT_EQ(Test().status().code(), Code::kFailedPrecondition) << "nobody to wake";
  EXPECT_EQ(Test(base::Urn(999'999)).status().code(), Code::kNotFound);
  ASSERT_TRUE(Set({"dsl@school.example", "head@school.example"}).ok());
  EXPECT_EQ(Test()->queued(), 2u);
  EXPECT_EQ(Test()->queued(), 2u) << "the same minute";
  EXPECT_EQ(Get().waiting(), 2u);
}

TEST_F(WakeUpDeskTest, WhoCannotBeWokenComesFirst) {
  for (const base::Urn urn : {kPrimary, kHigh, kWelsh}) {
    ASSERT_TRUE(Set({"dsl@school.example"}, urn).ok());
  }
  ASSERT_TRUE(Test(kWelsh).ok());
  Become(v1::WAKE_UP_OUTCOME_BOUNCED);
  v1::ListWakeUpsRequest request;
  request.set_page_size(2);
  const v1::ListWakeUpsResponse first = desk_.List(request).value();
  ASSERT_EQ(first.schools_size(), 2);
  EXPECT_EQ(first.schools(0).urn(), kWelsh.value());
  EXPECT_TRUE(first.schools(0).cannot_be_woken());
  EXPECT_EQ(first.schools(0).ways(0).last(), v1::WAKE_UP_OUTCOME_BOUNCED);
  EXPECT_TRUE(first.schools(0).ways(0).has_last_at());
  request.set_page_token(first.next_page_token());
  const v1::ListWakeUpsResponse second = desk_.List(request).value();
  ASSERT_EQ(second.schools_size(), 1);
  EXPECT_EQ(second.schools(0).urn(), kHigh.value());
  EXPECT_EQ(second.next_page_token(), "");
  request.clear_page_token();
  request.set_only_failing(true);
  EXPECT_EQ(desk_.List(request)->schools_size(), 1);
}

}  // namespace
}  // namespace firstbell::registry
