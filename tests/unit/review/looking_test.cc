#include "broker/review/looking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/retry.h"
#include "tests/support/invented.h"

namespace firstbell::review {
namespace {

using model::LookAlarm;
using support::kNight;
using testing::ElementsAre;
using testing::IsEmpty;

enum class Standing { kOpen, kDecided };

class LookingTest : public testing::Test {
 protected:
  LookJudgement Look(absl::Time at, std::size_t which, Standing standing = Standing::kOpen) {
    return JudgeLook(looks_, {base::IncidentId("i-" + std::to_string(which)), 0, at,
                              standing == Standing::kDecided});
  }
  // Of as many looks at the same case as the hour allows, all at `at`.
  void SpendHour(absl::Time at) {
    for (std::size_t i = 0; i < limits::kLooksPerHour; ++i) ASSERT_TRUE(Look(at, 1).may.ok()) << i;
  }

  model::OfficerLooks looks_;
};

TEST_F(LookingTest, AnHoursLooksAreLimitedAndComeBackAfterAnHour) {
  SpendHour(kNight);
  const absl::Time later = kNight + absl::Minutes(20);
  const LookJudgement refused = Look(later, 2);
  EXPECT_TRUE(absl::IsResourceExhausted(refused.may)) << refused.may;
  EXPECT_EQ(model::RetryAfter(refused.may), absl::Minutes(40));
  EXPECT_EQ(looks_.looks.size(), limits::kLooksPerHour) << "a refused look is none";
  EXPECT_FALSE(Look(kNight + absl::Hours(1) - absl::Seconds(1), 2).may.ok());
  EXPECT_TRUE(Look(kNight + absl::Hours(1), 2).may.ok());
}

TEST_F(LookingTest, ADaysLooksAreLimitedTooAndNoMoreThanThatAreKept) {
  absl::Time now = kNight;
  for (std::size_t i = 0; i < limits::kLooksPerDay; ++i, now += absl::Minutes(2)) {
    ASSERT_TRUE(Look(now, 1).may.ok()) << i;
  }
  const LookJudgement refused = Look(now, 1);
  EXPECT_TRUE(absl::IsResourceExhausted(refused.may));
  EXPECT_EQ(model::RetryAfter(refused.may), kNight + absl::Hours(24) - now);
  EXPECT_TRUE(Look(kNight + absl::Hours(24), 1).may.ok());
  EXPECT_EQ(looks_.looks.size(), limits::kLooksPerDay);
}

TEST_F(LookingTest, ManyCasesWithoutADecisionRaiseTheAlarmOnceAnHour) {
  for (std::size_t i = 1; i < limits::kCasesLeftUndecided; ++i) {
    EXPECT_THAT(Look(kNight, i).alarms, IsEmpty());
    EXPECT_THAT(Look(kNight, i).alarms, IsEmpty()) << "the same case again is no other";
  }
  EXPECT_THAT(Look(kNight, 900).alarms, ElementsAre(LookAlarm::kManyUndecided));
  EXPECT_THAT(Look(kNight + absl::Minutes(30), 901).alarms, IsEmpty());
  // An hour after the first: those of then no longer count.
  for (std::size_t i = 1; i < limits::kCasesLeftUndecided - 1; ++i) {
    EXPECT_THAT(Look(kNight + absl::Hours(1), i).alarms, IsEmpty());
  }
  EXPECT_THAT(Look(kNight + absl::Hours(1), 902).alarms, ElementsAre(LookAlarm::kManyUndecided));
}

TEST_F(LookingTest, WhoDecidesLooksAsOneWho) {
  for (std::size_t i = 1; i < limits::kCasesLeftUndecided; ++i) Look(kNight, i);
  looks_.decided_at = kNight + absl::Minutes(1);
  for (std::size_t i = 1; i < limits::kCasesLeftUndecided; ++i) {
    EXPECT_THAT(Look(kNight + absl::Minutes(2), 100 + i).alarms, IsEmpty());
  }
  EXPECT_THAT(Look(kNight + absl::Minutes(3), 200).alarms, ElementsAre(LookAlarm::kManyUndecided));
}

TEST_F(LookingTest, ManyDecidedCasesLookedAtAgainRaiseTheAlarm) {
  looks_.decided_at = kNight;
  for (std::size_t i = 1; i < limits::kDecidedCasesSeen; ++i) {
    EXPECT_THAT(Look(kNight, i, Standing::kDecided).alarms, IsEmpty());
    EXPECT_THAT(Look(kNight, i, Standing::kDecided).alarms, IsEmpty());
  }
  EXPECT_THAT(Look(kNight, 900, Standing::kDecided).alarms, ElementsAre(LookAlarm::kManyDecided));
  EXPECT_THAT(Look(kNight, 901, Standing::kDecided).alarms, IsEmpty());
}

TEST_F(LookingTest, ABudgetThatIsSpentRaisesTheAlarmOnce) {
  SpendHour(kNight);
  EXPECT_THAT(Look(kNight, 1).alarms, ElementsAre(LookAlarm::kBudgetSpent));
  EXPECT_THAT(Look(kNight, 1).alarms, IsEmpty());
}

TEST_F(LookingTest, EachAlarmHasAWord) {
  EXPECT_EQ(Word(LookAlarm::kManyUndecided), "many_undecided");
  EXPECT_EQ(Word(LookAlarm::kManyDecided), "many_decided");
  EXPECT_EQ(Word(LookAlarm::kBudgetSpent), "budget_spent");
}

}  // namespace
}  // namespace firstbell::review
