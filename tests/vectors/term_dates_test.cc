// Term dates as real authorities publish them: their holidays are believed, the first day of their
// next year is met even where it was not imported, and a term that is left out is missed.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "broker/calendar/school_days.h"
#include "tests/support/data.h"

namespace firstbell::calendar {
namespace {

using model::Date;
using model::DateRange;

DateRange Range(const nlohmann::json& first, const nlohmann::json& last) {
  const auto from = model::ParseDate(first.get<std::string>());
  const auto to = model::ParseDate(last.get<std::string>());
  EXPECT_TRUE(from && to);
  return {from.value_or(Date()), to.value_or(Date())};
}

// Published either as terms or as the holidays between them.
model::DateRanges TermsOf(const nlohmann::json& authority) {
  model::DateRanges terms, holidays;
  for (const auto& year : authority.at("years")) {
    for (const auto& term : year.value("terms", nlohmann::json::array())) {
      terms.push_back(Range(term.at(0), term.at(1)));
    }
    for (const auto& holiday : year.value("holidays", nlohmann::json::array())) {
      holidays.push_back(Range(holiday.at("start"), holiday.at("end")));
    }
  }
  std::sort(holidays.begin(), holidays.end());
  for (std::size_t i = 1; i < holidays.size(); ++i) {
    const DateRange between{holidays[i - 1].last + 1, holidays[i].first - 1};
    if (between.first <= between.last) terms.push_back(between);
  }
  std::sort(terms.begin(), terms.end());
  return terms;
}

class TermDates : public testing::Test {
 protected:
  void SetUp() override {
    const auto data = support::DataDir();
    if (!data) GTEST_SKIP() << "no real data here: set FIRSTBELL_DATA to its folder";
    std::ifstream file(*data / "calendar" / "term_dates_la_sample.json");
    const auto json = nlohmann::json::parse(file);
    for (const auto& [name, authority] : json.at("la").items()) {
      terms_[name] = TermsOf(authority);
    }
    ASSERT_GE(terms_.size(), 7u);
  }

  static SchoolDays With(model::DateRanges terms) {
    SchoolDays school = Plain(v1::NATION_ENGLAND);
    school.terms = std::move(terms);
    return school;
  }

  std::map<std::string, model::DateRanges> terms_;
};

TEST_F(TermDates, LeaveNoDayUnknownBetweenThem) {
  for (const auto& [name, terms] : terms_) {
    const SchoolDays school = With(terms);
    for (Date day = terms.front().first; day <= terms.back().last; ++day) {
      EXPECT_NE(TermsOn(school, day), InTerms::kUnknown) << name << " " << day;
    }
  }
}

TEST_F(TermDates, WithoutTheNextYearItsFirstDayIsASchoolDay) {
  for (const auto& [name, terms] : terms_) {
    for (std::size_t i = 1; i < terms.size(); ++i) {
      const SchoolDays before = With({terms.begin(), terms.begin() + static_cast<long>(i)});
      EXPECT_EQ(TermsOn(before, terms[i].first), InTerms::kUnknown) << name;
    }
  }
}

TEST_F(TermDates, ATermLeftOutIsMissed) {
  for (const auto& [name, terms] : terms_) {
    for (std::size_t i = 1; i + 1 < terms.size(); ++i) {
      model::DateRanges rest = terms;
      rest.erase(rest.begin() + static_cast<long>(i));
      for (Date day = terms[i].first; day <= terms[i].last; ++day) {
        EXPECT_EQ(TermsOn(With(rest), day), InTerms::kUnknown) << name << " " << day;
      }
    }
  }
}

}  // namespace
}  // namespace firstbell::calendar
