// The outside files as they are really published, read whole. Skipped where the data is not there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "adapters/bank_holidays/bank_holidays.h"
#include "adapters/gias/links.h"
#include "adapters/gias/register.h"
#include "broker/base/file.h"
#include "tests/support/data.h"

namespace firstbell::adapters {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

const absl::CivilDay kToday(2026, 3, 3);

struct Register {
  std::map<std::uint32_t, v1::School> schools;
  std::vector<Reject> rejects;
  base::Result<Totals> totals = Totals();
};

Register Read(const std::filesystem::path& path) {
  Register read;
  gias::Sinks sinks;
  sinks.school = [&](v1::School school) {
    read.schools[school.urn()] = std::move(school);
    return base::OkStatus();
  };
  sinks.reject = [&](const Reject& reject) { read.rejects.push_back(reject); };
  read.totals = gias::ReadRegister(path, kToday, sinks);
  return read;
}

std::ptrdiff_t Count(const Register& read, v1::Nation nation, v1::SchoolStatus status) {
  return std::count_if(read.schools.begin(), read.schools.end(), [&](const auto& entry) {
    return entry.second.nation() == nation && entry.second.status() == status;
  });
}

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = support::DataDir();
    if (!folder) GTEST_SKIP() << "no data: set FIRSTBELL_DATA";
    folder_ = *folder;
  }
  std::filesystem::path folder_;
};

TEST_F(RealData, TheRegisterGivesItsSchoolsInSeconds) {
  const auto start = std::chrono::steady_clock::now();
  const Register read = Read(folder_ / "gias" / "edubaseallstatefunded20250717.csv.gz");
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(read.totals.ok()) << read.totals.status();
  EXPECT_EQ(read.totals->rows, 22'010u);
  EXPECT_EQ(read.schools.size(), 22'010u);
  EXPECT_TRUE(read.rejects.empty());
  EXPECT_EQ(Count(read, v1::NATION_ENGLAND, v1::SCHOOL_STATUS_OPEN), 22'010);
  EXPECT_LT(took, std::chrono::seconds(10));
  const v1::School& first = read.schools.at(100000);
  EXPECT_EQ(first.name(), "The Aldgate School");
  EXPECT_EQ(first.postcode(), "EC3A 5DE");
  EXPECT_EQ(first.local_authority_name(), "City of London");
  // Her name stands in the file, in three columns.
  EXPECT_THAT(first.SerializeAsString(), Not(HasSubstr("Allan")));
}

TEST_F(RealData, TheFileOfAllSchoolsGivesClosedAndWelshOnes) {
  const Register read =
      Read(folder_ / "gias" / "schools_all_incl_closed_independent_wales_2022-04-07.csv.gz");
  ASSERT_TRUE(read.totals.ok()) << read.totals.status();
  EXPECT_EQ(read.schools.size(), 49'514u);
  EXPECT_TRUE(read.rejects.empty());
  const auto welsh = Count(read, v1::NATION_WALES, v1::SCHOOL_STATUS_OPEN) +
                     Count(read, v1::NATION_WALES, v1::SCHOOL_STATUS_CLOSED);
  EXPECT_EQ(welsh, 2'455);
  EXPECT_EQ(Count(read, v1::NATION_ENGLAND, v1::SCHOOL_STATUS_CLOSED) +
                Count(read, v1::NATION_WALES, v1::SCHOOL_STATUS_CLOSED),
            22'182);
  EXPECT_EQ(read.schools.at(400001).name(), "Ysgol Cae'r Gwenyn");
}

TEST_F(RealData, TheLinksSayWhichSchoolFollowedWhich) {
  std::vector<Reject> rejects;
  const auto links =
      gias::ReadLinks(folder_ / "gias" / "links_edubasealldata20250422.csv.gz",
                      {[&](const Reject& reject) { rejects.push_back(reject); }, {}});
  ASSERT_TRUE(links.ok()) << links.status();
  EXPECT_EQ(links->totals.rows, 33'801u);
  EXPECT_EQ(links->totals.left_aside, 347u);
  EXPECT_TRUE(rejects.empty());
  std::size_t relations = 0, most = 0;
  for (const auto& [urn, predecessors] : links->predecessors) {
    relations += predecessors.size();
    most = std::max(most, predecessors.size());
  }
  EXPECT_EQ(relations, 20'228u);
  EXPECT_EQ(most, 14u);
  // Kingsgate's infants and juniors.
  EXPECT_THAT(links->predecessors.at(base::Urn(132245)),
              IsSupersetOf({base::Urn(100016), base::Urn(100017)}));
}

TEST_F(RealData, TheBankHolidaysReachFrom2012To2028) {
  const auto text = base::ReadFile(folder_ / "calendar" / "bank-holidays.json");
  ASSERT_TRUE(text.ok()) << text.status();
  const auto holidays = bank_holidays::Parse(*text);
  ASSERT_TRUE(holidays.ok()) << holidays.status();
  EXPECT_EQ(holidays->size(), 2u * 140 + 157 + 174);
  EXPECT_EQ(holidays->front().date(), "2012-01-02");
  EXPECT_EQ(holidays->back().date(), "2028-12-26");
  EXPECT_EQ(holidays->back().nation(), v1::NATION_NORTHERN_IRELAND);
}

}  // namespace
}  // namespace firstbell::adapters
