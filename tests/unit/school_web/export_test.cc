// A child's record as a file for the school's own system.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/school_web/records_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using ExportTest = RecordsTest;

TEST_F(ExportTest, LeavesOutWhatThePoliceSaidUnlessItIsAskedFor) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "breakfast"}, {"note", "porridge"}});
  EXPECT_EQ(Open(child + "/export").status, 200);
  const Response without = Send(child + "/export", {{"as", "json"}});
  ASSERT_EQ(without.status, 200) << without.body;
  EXPECT_EQ(without.type, "application/json");
  EXPECT_EQ(without.file_name, "firstbell-record.json") << "it names nobody";
  EXPECT_THAT(without.body, HasSubstr("porridge"));
  EXPECT_THAT(without.body, Not(HasSubstr("a door was broken")));
  const auto json = nlohmann::json::parse(without.body);
  EXPECT_EQ(json["child"]["name"], "Robin Example");
  EXPECT_EQ(json["child"]["born"], "2017-05-04");
  EXPECT_EQ(json["made"]["by"], "Ada Example");

  const Response with = Send(child + "/export", {{"as", "json"}, {"police", "yes"}});
  EXPECT_THAT(with.body, HasSubstr("a door was broken"));
  EXPECT_THAT(with.body, HasSubstr("Signed: read"));
  const Response pdf = Send(child + "/export", {{"as", "pdf"}});
  EXPECT_EQ(pdf.type, "application/pdf");
  EXPECT_THAT(pdf.body, StartsWith("%PDF"));
}

TEST_F(ExportTest, ThatACopyWasMadeStandsInTheLedgerBeforeItLeaves) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/export", {{"as", "json"}, {"police", "yes"}});
  const std::string body = Open(child).body;
  EXPECT_THAT(body, HasSubstr("Told: A copy of this record, as JSON"));
  EXPECT_THAT(body, HasSubstr("with what the police said"));
  EXPECT_EQ(Send("/child/" + std::string(26, '0') + "/export", {{"as", "json"}}).status, 404);
  Send("/lock", {});
  EXPECT_EQ(Send(child + "/export", {{"as", "json"}}).status, 403);
}

}  // namespace
}  // namespace firstbell::school::web
