#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/roll_csv/roll.h"
#include "broker/base/limits.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::roll_csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<RollRow> rows;
  std::vector<Reject> rejects;
  base::Result<Totals> totals = Totals();
};

Outcome Read(std::string_view bytes) {
  const TempFile file(bytes);
  Outcome outcome;
  Sinks sinks;
  sinks.pupil = [&](RollRow row) {
    outcome.rows.push_back(std::move(row));
    return base::OkStatus();
  };
  sinks.reject = [&](const Reject& reject) { outcome.rejects.push_back(reject); };
  outcome.totals = ReadRoll(file.path(), sinks);
  return outcome;
}

const std::string kHeader = "urn,local_id,given_names,family_name,date_of_birth\n";

std::vector<std::string> Places(const Outcome& outcome) {
  std::vector<std::string> places;
  for (const Reject& r : outcome.rejects) places.push_back(std::to_string(r.line) + " " + r.field);
  return places;
}

TEST(Roll, ReadsEveryColumnInAnyOrder) {
  const Outcome read = Read(
      "protected,leaving_date,entry_date,enrolment,postcode,address,former_family_name,"
      "preferred_given_name,upn,Date_Of_Birth,family_name,given_names,local_id,URN\r\n"
      "YES,2026-07-20,2020-09-01,Guest,EC3A 5DE,\"1 Larch Row\nExamplebury\",Oak,Zo,H801200001001,"
      "2014-02-28, O’Hartwhistle ,Zoë Ann,p-1,100000\r\n");
  ASSERT_TRUE(read.totals.ok()) << read.totals.status();
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.rows[0].urn, base::Urn(100000));
  EXPECT_EQ(read.rows[0].line, 2u);
  const v1::Pupil& pupil = read.rows[0].pupil;
  EXPECT_EQ(pupil.local_id(), "p-1");
  EXPECT_EQ(pupil.given_names(), "Zoë Ann");
  EXPECT_EQ(pupil.family_name(), "O’Hartwhistle");
  EXPECT_EQ(pupil.date_of_birth(), "2014-02-28");
  EXPECT_EQ(pupil.upn(), "H801200001001");
  EXPECT_EQ(pupil.preferred_given_name(), "Zo");
  EXPECT_EQ(pupil.former_family_name(), "Oak");
  EXPECT_EQ(pupil.address(), "1 Larch Row\nExamplebury");
  EXPECT_EQ(pupil.postcode(), "EC3A 5DE");
  EXPECT_EQ(pupil.enrolment(), v1::ENROLMENT_GUEST);
  EXPECT_EQ(pupil.entry_date(), "2020-09-01");
  EXPECT_EQ(pupil.leaving_date(), "2026-07-20");
  EXPECT_TRUE(pupil.is_protected());
}

TEST(Roll, RefusesAMissingUnknownOrDoubledColumn) {
  const Outcome missing = Read("urn,local_id,given_names,family_name\n");
  EXPECT_THAT(std::string(missing.totals.status().message()),
              HasSubstr("'date_of_birth' is missing"));
  const Outcome unknown = Read(
      "urn,local_id,given_names,family_name,date_of_birth,protcted\n100000,1,a,b,2015-01-01,yes\n");
  EXPECT_EQ(unknown.totals.status().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.totals.status().message()), HasSubstr("'protcted' is unknown"));
  EXPECT_THAT(unknown.rows, IsEmpty());
  const Outcome doubled = Read("urn,urn,local_id,given_names,family_name,date_of_birth\n");
  EXPECT_THAT(std::string(doubled.totals.status().message()), HasSubstr("stands twice"));
}

TEST(Roll, NamesEachFaultyFieldAndKeepsTheGoodRows) {
  const Outcome read = Read(
      "urn,local_id,given_names,family_name,date_of_birth,enrolment,protected,entry_date,"
      "leaving_date\n"
      "100000,1,Bran,Thistlewood,2015-01-01,,,,\n"
      "1000,2,Bran,Thistlewood,2015-02-30,,,,\n"
      "100000,,Bran,,2015-01-01,half,maybe,,\n"
      "100000,4,Bran,Thistlewood,2015-01-01,main,no,2020-09-01,2020-08-31\n"
      "100000,5,Bran,Thistlewood,2015-01-01,main,no,2020-09-01,2020-09-01\n");
  ASSERT_TRUE(read.totals.ok());
  EXPECT_EQ(read.totals->rows, 5u);
  EXPECT_EQ(read.totals->rejected, 3u);
  EXPECT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(Places(read), ElementsAre("3 urn", "3 date_of_birth", "4 local_id", "4 family_name",
                                        "4 enrolment", "4 protected", "5 leaving_date"));
}

TEST(Roll, ARejectCarriesTheRowsKeysAndNoOtherValue) {
  const Outcome read = Read(kHeader + "100000,p-9,Quintessa,Thistlewood,32 May\n");
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].urn, "100000");
  EXPECT_EQ(read.rejects[0].local_id, "p-9");
  EXPECT_EQ(read.rejects[0].reason, "is not a date YYYY-MM-DD that exists, 1900 to 2199");
}

TEST(Roll, RejectsTheSecondOfTwoEqualLocalIdsOfOneSchool) {
  const Outcome read = Read(kHeader +
                            "100000,1,Bran,Thistlewood,2015-01-01\n"
                            "100001,1,Isolde,Thistlewood,2016-01-01\n"
                            "100000,1,Corin,Thistlewood,2017-01-01\n");
  EXPECT_EQ(read.rows.size(), 2u);
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].line, 4u);
  EXPECT_THAT(read.rejects[0].reason, HasSubstr("line 2"));
}

TEST(Roll, RejectsTheWrongEncodingAndOverlongLinesRowByRow) {
  const std::string overlong(limits::kImportLineBytes + 1, 'x');
  const Outcome read = Read(kHeader + "100000,1,Zo\xeb,Thistlewood,2015-01-01\n" + overlong +
                            "\n100000,3,Bran," + std::string(201, 'y') +
                            ",2015-01-01\n"
                            "100000,4,\u00a0,Thistlewood,2015-01-01\n"
                            "100000,5,Bran,Thistlewood,2015-01-01\n");
  ASSERT_TRUE(read.totals.ok());
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(Places(read), ElementsAre("2 given_names", "3 ", "4 family_name", "5 given_names"));
  EXPECT_THAT(read.rejects[0].reason, HasSubstr("UTF-8"));
}

TEST(Roll, AFileThatIsCutOffIsAnErrorOfTheWhole) {
  const std::string good = "100000,1,Bran,Thistlewood,2015-01-01\n";
  const Outcome in_quotes = Read(kHeader + good + "100000,2,\"Isol");
  EXPECT_EQ(in_quotes.totals.status().code(), base::Code::kDataLoss);
  const Outcome in_row = Read(kHeader + good + "100000,2,Isol");
  EXPECT_EQ(in_row.totals.status().code(), base::Code::kDataLoss);
}

TEST(Roll, AHeaderAloneIsAnEmptyRoll) {
  const Outcome read = Read(kHeader);
  ASSERT_TRUE(read.totals.ok());
  EXPECT_EQ(read.totals->rows, 0u);
}

}  // namespace
}  // namespace firstbell::adapters::roll_csv
