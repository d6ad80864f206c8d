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
  WithoutLinks without_link_{world_.store, schools_, world_.calendar};
  StatisticsInquiry inquiry_{{world_.store, keeper_, questions_, without_link_},
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

// The world's nights are before a school day.
TEST_F(StatisticsInquiryTest, ASchoolIsSilentOnceNoMachineOfItWasLinkedInTheMorning) {
  Submit(1);
  const Member device = MakeDevice(kPrimary);
  ASSERT_TRUE(Enrol(world_.memory, device).ok());
  const auto link = [&](absl::Time at) {
    const store::SignOfLife linked{device.recipient.id, at};
    ASSERT_TRUE(world_.memory.NoteAlive(absl::MakeConstSpan(&linked, 1)).ok());
  };
  const auto silent = [&](absl::Time now) {
    return inquiry_.ListWithoutLink(kNamed, {}, now)->schools_size();
  };
  link(kNight);
  EXPECT_EQ(silent(kBell - absl::Seconds(1)), 0) << "it may yet come";
  EXPECT_EQ(silent(kBell + absl::Minutes(2)), 1);
  link(kBell - absl::Minutes(30));
  EXPECT_EQ(silent(kBell + absl::Minutes(4)), 0);
  const absl::TimeZone london = base::LondonTimeZone().value();
  absl::CivilDay day = absl::ToCivilDay(kBell, london);
  while (absl::GetWeekday(day) != absl::Weekday::friday) ++day;
  link(absl::FromCivil(absl::CivilHour(day) + 8, london));
  for (const int hours : {24, 48, 72 + 7}) {
    EXPECT_EQ(silent(absl::FromCivil(absl::CivilHour(day) + 8 + hours - 8, london)), 0)
        << "off over the weekend";
  }
  EXPECT_EQ(silent(absl::FromCivil(absl::CivilHour(day) + 72 + 10, london)), 1);
}

TEST_F(StatisticsInquiryTest, AForceIsNotToldWhereAnothersAlertWaits) {
  Submit(6, kOtherForce);
  const Auditor force{.identity = "urn:firstbell:auditor:named-force-examplebury:dpo",
                      .force = kForce,
                      .names = Names::kNamed};
  EXPECT_EQ(inquiry_.ListWithoutLink(force, {}, kNight)->schools_size(), 0);
  EXPECT_EQ(inquiry_.Get(force, Week(), kNight)->schools_without_link().value(), 0u);
  EXPECT_EQ(inquiry_.ListWithoutLink(kNamed, {}, kNight)->schools_size(), 1);
  Submit(1);
  const absl::Time later = kNight + absl::Minutes(1);
  EXPECT_EQ(inquiry_.ListWithoutLink(force, {}, later)->schools_size(), 1);
}

TEST_F(StatisticsInquiryTest, ASchoolWithoutALinkHasNoAuthorityWhereItHasNoName) {
  Submit(1);
  const Auditor authority{.identity = "urn:firstbell:auditor:named-authority-845:x",
                          .authority = base::AuthorityCode("845"),
                          .names = Names::kNamed};
  EXPECT_EQ(inquiry_.ListWithoutLink(authority, {}, kNight)->schools_size(), 0);
  for (std::uint32_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(Enrol(world_.memory, MakePerson(base::Urn(100'950 + i))).ok());
  }
  const auto list = inquiry_.ListWithoutLink(kPseudonymous, {}, kNight + absl::Minutes(1));
  ASSERT_EQ(list->schools_size(), 6);
  for (const v1::SchoolWithoutLink& school : list->schools()) {
    EXPECT_TRUE(school.authority().empty());
    EXPECT_EQ(school.urn(), 0u);
  }
}

// What is not counted is not said to be nought.
TEST_F(StatisticsInquiryTest, ByTheHourAndOfAnAuthorityOnlyWhatIsCountedIsSaid) {
  Submit(6);
  const auto has = [](const v1::StatisticsRow& row, const std::string& word) {
    return row.counts().contains(word);
  };
  const auto all = inquiry_.Get(kNamed, Week(), kNight)->total();
  EXPECT_EQ(Of(all, "children_accepted"), 6u);
  EXPECT_EQ(Of(all, "rung_0"), 6u);
  const auto hour = inquiry_.Get(kNamed, Week({v1::STATISTICS_GROUP_HOUR}), kNight)->total();
  EXPECT_EQ(Of(hour, "alerts"), 6u);
  EXPECT_FALSE(has(hour, "rung_0") || has(hour, "reached_sent") || has(hour, "children_accepted"));
  const auto by = inquiry_.Get(kNamed, Week({v1::STATISTICS_GROUP_AUTHORITY}), kNight)->total();
  EXPECT_EQ(Of(by, "rung_0"), 6u);
  EXPECT_FALSE(has(by, "children_accepted") || has(by, "review_waits"));
}

// Two breakdowns of one hidden number narrow it down between them.
TEST_F(StatisticsInquiryTest, AScopeOfPseudonymsIsToldCasesByTheirReasonAlone) {
  Submit(6);
  const auto has = [](const v1::StatisticsRow& row, const std::string& word) {
    return row.counts().contains(word);
  };
  const auto named = inquiry_.Get(kNamed, Week(), kNight)->total();
  const auto hidden = inquiry_.Get(kPseudonymous, Week(), kNight)->total();
  for (const char* word :
       {"decided_by_officer", "review_no_match", "outcome_unplaceable", "children_withheld"}) {
    EXPECT_TRUE(has(named, word)) << word;
    EXPECT_FALSE(has(hidden, word)) << word;
  }
  for (const char* word : {"withheld_no_match", "children_accepted", "review_waits",
                           "decided_no_school_found", "arrival_unsaid"}) {
    EXPECT_TRUE(has(named, word)) << word;
    EXPECT_TRUE(has(hidden, word)) << word;
  }
}

TEST_F(StatisticsInquiryTest, AShareIsOfTheNumbersBesideIt) {
  Submit(12);
  const auto row = inquiry_.Get(kPseudonymous, Week(), kBell)->total();
  EXPECT_EQ(Of(row, "overdue"), 10u) << "twelve, rounded";
  EXPECT_EQ(Of(row, "due"), 10u);
  EXPECT_EQ(row.before_bell(), 0.0);
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
