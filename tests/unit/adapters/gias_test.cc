#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/gias/register.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::gias {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Outcome {
  std::vector<v1::School> schools;
  std::vector<Reject> rejects;
  base::Result<RegisterTotals> totals = RegisterTotals();
};

Outcome Read(std::string_view bytes) {
  const TempFile file(bytes);
  Outcome outcome;
  Sinks sinks;
  sinks.school = [&](v1::School school) {
    outcome.schools.push_back(std::move(school));
    return base::OkStatus();
  };
  sinks.reject = [&](const Reject& reject) { outcome.rejects.push_back(reject); };
  outcome.totals = ReadRegister(file.path(), absl::CivilDay(2026, 3, 3), sinks);
  return outcome;
}

// The register's own column names, in an order of our own, among columns that are not read.
const std::string kGiasHeader =
    "\"EstablishmentName\",\"URN\",\"LA (code)\",\"LA (name)\",\"EstablishmentNumber\","
    "\"TypeOfEstablishment (name)\",\"EstablishmentStatus (name)\",\"OpenDate\","
    "\"PhaseOfEducation (name)\",\"StatutoryLowAge\",\"Town\",\"Postcode\",\"TelephoneNum\","
    "\"HeadFirstName\",\"HeadLastName\"\r\n";

std::string GiasRow(const std::string& name, const std::string& urn, const std::string& status,
                    const std::string& head = "Invented") {
  return "\"" + name + "\"," + urn + ",\"999\",\"Exampleshire\",\"2001\",\"Community school\",\"" +
         status + "\",\"\",\"Primary\",4,\"Examplebury\",\"ZZ1 1AA\",\"01632960000\",\"" + head +
         "\",\"Person\"\r\n";
}

TEST(Register, ReadsTheBytesOfWindows1252) {
  const Outcome read =
      Read(kGiasHeader + GiasRow("St Ann\x92s \x96 Caf\xe9\xa0School ", "100000", "Open"));
  ASSERT_TRUE(read.totals.ok());
  ASSERT_EQ(read.schools.size(), 1u);
  const v1::School& school = read.schools[0];
  EXPECT_EQ(school.name(), "St Ann’s – Café\u00a0School");
  EXPECT_EQ(school.urn(), 100000u);
  EXPECT_EQ(school.nation(), v1::NATION_ENGLAND);
  EXPECT_EQ(school.local_authority_code(), "999");
  EXPECT_EQ(school.local_authority_name(), "Exampleshire");
  EXPECT_EQ(school.establishment_number(), "2001");
  EXPECT_EQ(school.type(), "Community school");
  EXPECT_EQ(school.phase(), "Primary");
  EXPECT_EQ(school.status(), v1::SCHOOL_STATUS_OPEN);
  EXPECT_EQ(school.town(), "Examplebury");
  EXPECT_EQ(school.postcode(), "ZZ1 1AA");
  EXPECT_EQ(school.telephone(), "01632960000");
}

TEST(Register, ReadsUtf8WhereTheMarkSaysSo) {
  const Outcome read =
      Read("\xef\xbb\xbf" + kGiasHeader + GiasRow("Café School", "100000", "Open"));
  ASSERT_EQ(read.schools.size(), 1u);
  EXPECT_EQ(read.schools[0].name(), "Café School");
}

TEST(Register, KnowsOfTrustsWhereTheFileHasTheirColumn) {
  const auto with = [](const std::string& code) {
    std::string header = kGiasHeader, row = GiasRow("A School", "100000", "Open");
    header.insert(header.size() - 2, ",\"Trusts (code)\"");
    row.insert(row.size() - 2, "," + code);
    return Read(header + row);
  };
  EXPECT_EQ(with("2044").schools.at(0).trust_code(), "2044");
  EXPECT_TRUE(with("2044").totals->trusts_known);
  EXPECT_EQ(with("").schools.at(0).trust_code(), "");
  EXPECT_TRUE(with("").totals->trusts_known);
  EXPECT_FALSE(Read(kGiasHeader + GiasRow("A School", "100000", "Open")).totals->trusts_known);
}

TEST(Register, KeepsNothingOfTheHeadTeacher) {
  // 0x9d is no character: a column that is not read cannot spoil its row either.
  const Outcome read = Read(kGiasHeader + GiasRow("A School", "100000", "Open", "Unreadable\x9d"));
  ASSERT_EQ(read.schools.size(), 1u);
  EXPECT_THAT(read.schools[0].SerializeAsString(), Not(HasSubstr("Unreadable")));
  EXPECT_THAT(read.schools[0].SerializeAsString(), Not(HasSubstr("Person")));
}

TEST(Register, MapsEachStatusAndRejectsAnUnknownOne) {
  const Outcome read = Read(
      kGiasHeader + GiasRow("A", "100001", "Open") +
      GiasRow("B", "100002", "Open, but proposed to close") + GiasRow("C", "100003", "Closed") +
      GiasRow("D", "100004", "Proposed to open") + GiasRow("E", "100005", "Ajar"));
  std::vector<v1::SchoolStatus> statuses;
  for (const v1::School& school : read.schools) statuses.push_back(school.status());
  EXPECT_THAT(statuses, ElementsAre(v1::SCHOOL_STATUS_OPEN, v1::SCHOOL_STATUS_OPEN,
                                    v1::SCHOOL_STATUS_CLOSED, v1::SCHOOL_STATUS_PROPOSED));
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].line, 6u);
  EXPECT_EQ(read.rejects[0].field, "EstablishmentStatus (name)");
  EXPECT_EQ(read.rejects[0].urn, "100005");
}

TEST(Register, RejectsByLineFieldAndReason) {
  const Outcome read = Read(kGiasHeader + GiasRow("A", "12345", "Open") +
                            GiasRow("B", "100002", "Open") + GiasRow("C", "100002", "Open") +
                            GiasRow("", "100003", "Open") + GiasRow("D\x81", "100004", "Open") +
                            GiasRow("E\"E", "100005", "Open") + GiasRow("F", "100006", "Open"));
  ASSERT_TRUE(read.totals.ok());
  EXPECT_EQ(read.totals->rows, 7u);
  EXPECT_EQ(read.totals->rejected, 5u);
  EXPECT_EQ(read.schools.size(), 2u);
  std::vector<std::string> places;
  for (const Reject& reject : read.rejects) {
    places.push_back(std::to_string(reject.line) + " " + reject.field);
    EXPECT_THAT(reject.reason, Not(IsEmpty()));
  }
  EXPECT_THAT(places, ElementsAre("2 urn", "4 urn", "5 name", "6 EstablishmentName", "7 "));
}

TEST(Register, TellsTheSecondFileByItsHeader) {
  const Outcome read = Read(
      "urn,name,town,postcode,lead_school,open_date,close_date\n"
      "400001,Ysgol y Ddôl,Examplebury,ZZ1 1AA,false,\"\",\"\"\n"
      "100001,Shut School,Exampleton,ZZ1 1AB,false,01-01-1920,02-03-2026\n"
      "100002,Last Day School,Exampleton,ZZ1 1AC,true,\"\",03-03-2026\n"
      "100003,Next Year's School,Exampleton,,false,01-09-2026,\"\"\n"
      "100004,Odd School,Exampleton,,false,31-02-2020,\"\"\n");
  ASSERT_TRUE(read.totals.ok());
  ASSERT_EQ(read.schools.size(), 4u);
  EXPECT_EQ(read.schools[0].nation(), v1::NATION_WALES);
  EXPECT_EQ(read.schools[0].name(), "Ysgol y Ddôl");
  EXPECT_EQ(read.schools[0].status(), v1::SCHOOL_STATUS_OPEN);
  EXPECT_EQ(read.schools[1].nation(), v1::NATION_ENGLAND);
  EXPECT_EQ(read.schools[1].status(), v1::SCHOOL_STATUS_CLOSED);
  EXPECT_EQ(read.schools[2].status(), v1::SCHOOL_STATUS_OPEN);
  EXPECT_EQ(read.schools[3].status(), v1::SCHOOL_STATUS_PROPOSED);
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].line, 6u);
  EXPECT_EQ(read.rejects[0].field, "open_date");
}

TEST(Register, RefusesAnotherFileSayingWhichColumnIsMissing) {
  const Outcome read = Read("local_id,given_names\n1,x\n");
  EXPECT_EQ(read.totals.status().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(read.totals.status().message()), HasSubstr("'urn' is missing"));
}

TEST(Register, StopsWhenTheSinkSaysSo) {
  const TempFile file(kGiasHeader + GiasRow("A", "100001", "Open") +
                      GiasRow("B", "100002", "Open"));
  int calls = 0;
  Sinks sinks;
  sinks.school = [&](const v1::School&) { return ++calls, base::Unavailable("gone"); };
  sinks.reject = [](const Reject&) {};
  EXPECT_EQ(ReadRegister(file.path(), absl::CivilDay(2026, 3, 3), sinks).status().code(),
            base::Code::kUnavailable);
  EXPECT_EQ(calls, 1);
}

TEST(Register, SaysWhichFileKnowsLess) {
  EXPECT_FALSE(
      Read(kGiasHeader + GiasRow("Invented School", "100000", "Open")).totals->empty_is_unknown);
  EXPECT_TRUE(Read("urn,name,town,postcode,lead_school,open_date,close_date\n"
                   "100000,Invented School,Examplebury,ZZ1 1AA,,,\n")
                  .totals->empty_is_unknown);
}

}  // namespace
}  // namespace firstbell::adapters::gias
