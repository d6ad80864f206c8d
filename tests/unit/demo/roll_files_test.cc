#include "clients/demo/roll_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "adapters/csv/table.h"
#include "adapters/gias/register.h"
#include "adapters/roll_csv/roll.h"
#include "broker/model/upn.h"
#include "tests/support/temp_directory.h"

namespace firstbell::demo {
namespace {

class RollFilesTest : public ::testing::Test {
 protected:
  base::Result<WrittenFiles> Write(std::uint64_t queries) const {
    return WriteRollFiles(roll_, {directory_.path() / "county", queries, kModerate}, [](double) {});
  }
  std::filesystem::path File(const char* name) const { return directory_.path() / "county" / name; }

  const support::TempDirectory directory_;
  const NamePool names_;
  const InventedRoll roll_{{.seed = 3, .families = 4000}, names_};
};

TEST_F(RollFilesTest, AnOperatorCanImportThem) {
  const auto written = Write(0);
  ASSERT_TRUE(written.ok()) << written.status();
  std::set<base::Urn> schools;
  const auto register_read = adapters::gias::ReadRegister(
      File("schools.csv"), model::Date(2026, 3, 3),
      {[&](v1::School school) {
         schools.insert(base::Urn(school.urn()));
         return base::OkStatus();
       },
       [](const adapters::Reject& reject) { ADD_FAILURE() << reject.field << reject.reason; },
       {}});
  ASSERT_TRUE(register_read.ok()) << register_read.status();
  EXPECT_EQ(schools.size(), written->schools);
  std::uint64_t pupils = 0;
  std::set<std::string> upns;
  const auto roll_read = adapters::roll_csv::ReadRoll(
      File("roll.csv"),
      {[&](const adapters::roll_csv::RollRow& row) {
         EXPECT_TRUE(schools.contains(row.urn)) << row.urn.ToString();
         EXPECT_TRUE(model::ParseUpn(row.pupil.upn())) << row.pupil.upn();
         upns.insert(row.pupil.upn());
         ++pupils;
         return base::OkStatus();
       },
       [](const adapters::Reject& reject) { ADD_FAILURE() << reject.field << reject.reason; },
       {}});
  ASSERT_TRUE(roll_read.ok()) << roll_read.status();
  EXPECT_EQ(pupils, written->pupils);
  EXPECT_EQ(upns.size(), pupils) << "a UPN is one pupil's";
  EXPECT_FALSE(std::filesystem::exists(File("queries.csv")));
}

TEST_F(RollFilesTest, EveryQuestionHasItsAnswer) {
  ASSERT_TRUE(Write(2000).ok());
  auto queries = adapters::csv::Table::Open(File("queries.csv"));
  auto truth = adapters::csv::Table::Open(File("truth.csv"));
  ASSERT_TRUE(queries.ok() && truth.ok());
  std::map<std::string, int> kinds;
  adapters::csv::Row question, answer;
  while (*queries->Next(question)) {
    ASSERT_TRUE(*truth->Next(answer));
    EXPECT_EQ(question.fields.front(), answer.fields.front());
    EXPECT_EQ(answer.fields[1] == "present", !answer.fields[3].empty());
    ++kinds[answer.fields[1]];
  }
  EXPECT_NEAR(kinds["present"], 1400, 100);
  for (const char* kind : {"absent stranger", "absent sibling", "absent twin"}) {
    EXPECT_NEAR(kinds[kind], 200, 60) << kind;
  }
}

TEST_F(RollFilesTest, NothingIsWrittenOver) {
  ASSERT_TRUE(Write(0).ok());
  const auto again = Write(0);
  EXPECT_EQ(again.status().code(), base::Code::kFailedPrecondition);
  EXPECT_TRUE(std::string(base::Message(again.status())).find("empty directory") !=
              std::string::npos);
}

}  // namespace
}  // namespace firstbell::demo
