#include "broker/inquiry/statistics_inquiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "tests/support/log_options.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::inquiry {
namespace {

using namespace support;

const Auditor kNamed{.identity = "urn:firstbell:auditor:named-national:icl",
                     .names = Names::kNamed};
const Auditor kPseudonymous{.identity = "urn:firstbell:auditor:national:icl"};
const Auditor kForceAlone{.identity = "urn:firstbell:auditor:force-examplebury:dpo",
                          .force = kForce};

class StatisticsInquiryTest : public testing::Test {
 protected:
  StatisticsInquiryTest() { EXPECT_TRUE(keeper_.Open(kNight).ok()); }
  void Submit(int incidents, const base::ForceCode& force = kForce) {
    for (int i = 0; i < incidents; ++i) {
      const auto answer =
          world_.intake.Submit(force, IncidentOf("R" + std::to_string(next_++)), kNight);
      ASSERT_TRUE(answer.ok()) << answer.status();
    }
  }
  static v1::GetStatisticsRequest Week(std::initializer_list<v1::StatisticsGroup> groups = {}) {
    v1::GetStatisticsRequest request;
    const absl::CivilDay day = absl::ToCivilDay(kNight, base::LondonTimeZone().value());
    request.set_from(absl::FormatCivilTime(day - 3));
    request.set_before(absl::FormatCivilTime(day + 3));
    for (const v1::StatisticsGroup group : groups) request.add_group_by(group);
    return request;
  }
  static std::optional<std::uint64_t> Of(const v1::StatisticsRow& row, const std::string& word) {
    const auto count = row.counts().find(word);
    if (count == row.counts().end() || !count->second.has_value()) return std::nullopt;
    return count->second.value();
  }

  World world_;
  LogKeeper keeper_{world_.memory, LogOptions(world_.memory)};
  SchoolPseudonyms schools_{world_.memory, base::Secret(std::string(32, 'p'))};
  Questions questions_{world_.store, base::LondonTimeZone().value()};
  StatisticsInquiry inquiry_{world_.store, keeper_, schools_, questions_,
                             base::LondonTimeZone().value()};
  int next_ = 0;
};

TEST_F(StatisticsInquiryTest, ANamedScopeIsToldTheNumbersAsTheyAre) {
  Submit(3);
  const auto answer = inquiry_.Get(kNamed, Week(), kNight);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(Of(answer->total(), "alerts"), 3u);
  EXPECT_EQ(Of(answer->total(), "waits"), 3u);
  EXPECT_EQ(Of(answer->total(), "overdue"), 0u);
  EXPECT_EQ(answer->checkpoint().origin(), "examplebury.example/log");
  const auto later = inquiry_.Get(kNamed, Week(), kBell);
  EXPECT_EQ(Of(later->total(), "overdue"), 3u) << "the bell has rung";
  EXPECT_EQ(later->total().before_bell(), 0.0);
}

TEST_F(StatisticsInquiryTest, APseudonymousScopeIsToldNoNumberBelowFive) {
  Submit(3);
  const auto few = inquiry_.Get(kPseudonymous, Week(), kNight);
  ASSERT_TRUE(few.ok()) << few.status();
  EXPECT_EQ(Of(few->total(), "alerts"), std::nullopt);
  EXPECT_FALSE(few->total().has_before_bell());
  Submit(8);
  const auto more = inquiry_.Get(kPseudonymous, Week(), kNight);
  EXPECT_EQ(Of(more->total(), "alerts"), 10u) << "eleven, rounded to fives";
}

TEST_F(StatisticsInquiryTest, GroupsOfForcesAndTheScopeThatSeesOne) {
  Submit(7);
  Submit(6, kOtherForce);
  const auto all = inquiry_.Get(kNamed, Week({v1::STATISTICS_GROUP_FORCE}), kNight);
  ASSERT_EQ(all->rows_size(), 2);
  EXPECT_EQ(Of(all->total(), "alerts"), 13u);
  const auto one = inquiry_.Get(kForceAlone, Week({v1::STATISTICS_GROUP_FORCE}), kNight);
  ASSERT_EQ(one->rows_size(), 1);
  EXPECT_EQ(one->rows(0).force(), kForce.value());
  EXPECT_EQ(Of(one->total(), "alerts"), 5u);
  v1::GetStatisticsRequest request = Week();
  request.set_force(kOtherForce.value());
  EXPECT_TRUE(absl::IsPermissionDenied(inquiry_.Get(kForceAlone, request, kNight).status()));
}

TEST_F(StatisticsInquiryTest, ByHourAndWeekdayOfLondon) {
  Submit(6);
  const auto answer =
      inquiry_.Get(kNamed, Week({v1::STATISTICS_GROUP_HOUR, v1::STATISTICS_GROUP_WEEKDAY}), kNight);
  ASSERT_EQ(answer->rows_size(), 1);
  EXPECT_EQ(answer->rows(0).hour(), 2u);
  EXPECT_EQ(Of(answer->rows(0), "alerts"), 6u);
}

TEST_F(StatisticsInquiryTest, WhatIsAskedWronglyIsSaid) {
  v1::GetStatisticsRequest request = Week();
  request.set_from("yesterday");
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.Get(kNamed, request, kNight).status()));
  request = Week();
  request.set_before(request.from());
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.Get(kNamed, request, kNight).status()));
  absl::CivilDay from;
  ASSERT_TRUE(absl::ParseCivilTime(request.from(), &from));
  request.set_before(absl::FormatCivilTime(from + limits::kStatisticsDays + 1));
  EXPECT_TRUE(absl::IsInvalidArgument(inquiry_.Get(kNamed, request, kNight).status()));
}

TEST_F(StatisticsInquiryTest, SchoolsWithAlertsAndNoMachineAreCounted) {
  Submit(1);
  const auto answer = inquiry_.Get(kNamed, Week(), kNight);
  EXPECT_EQ(answer->schools_without_link().value(), 1u);
  const auto hidden = inquiry_.Get(kPseudonymous, Week(), kNight);
  EXPECT_FALSE(hidden->schools_without_link().has_value());
  const auto list = inquiry_.ListWithoutLink(kNamed, {}, kNight);
  ASSERT_EQ(list->schools_size(), 1);
  EXPECT_TRUE(list->schools(0).no_machine());
  EXPECT_EQ(list->schools(0).urn(), kPrimary.value());
  const auto withheld = inquiry_.ListWithoutLink(kPseudonymous, {}, kNight);
  EXPECT_TRUE(withheld->withheld());
  EXPECT_EQ(withheld->schools_size(), 0);
}

TEST_F(StatisticsInquiryTest, ASchoolIsSilentOnceNoMachineOfItWasLinkedForLong) {
  Submit(1);
  const Member device = MakeDevice(kPrimary);
  ASSERT_TRUE(Enrol(world_.memory, device).ok());
  const store::SignOfLife linked{device.recipient.id, kNight};
  ASSERT_TRUE(world_.memory.NoteAlive(absl::MakeConstSpan(&linked, 1)).ok());
  const auto silent = [&](absl::Time now) {
    return inquiry_.ListWithoutLink(kNamed, {}, now)->schools_size();
  };
  EXPECT_EQ(silent(kNight + limits::kSilentAfter - absl::Seconds(1)), 0);
  EXPECT_EQ(silent(kNight + limits::kSilentAfter), 1);
}

TEST_F(StatisticsInquiryTest, ADaysQuestionsAreBounded) {
  base::Status last = base::OkStatus();
  std::uint32_t asked = 0;
  for (; last.ok() && asked < limits::kAuditorBudget; ++asked) {
    last = inquiry_.Get(kNamed, Week(), kNight).status();
  }
  EXPECT_EQ(last.code(), base::Code::kResourceExhausted);
  EXPECT_LT(asked, limits::kAuditorBudget);
  EXPECT_TRUE(inquiry_.Get(kPseudonymous, Week(), kNight).ok()) << "another's budget";
  EXPECT_TRUE(inquiry_.Get(kNamed, Week(), kNight + absl::Hours(24)).ok());
}

}  // namespace
}  // namespace firstbell::inquiry
