#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/csv/reader.h"
#include "adapters/csv/reject.h"
#include "adapters/csv/table.h"
#include "adapters/csv/text.h"
#include "broker/base/limits.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<Row> rows;
  base::Status status;
};

Outcome ReadFile(const std::filesystem::path& path) {
  Outcome outcome;
  auto reader = Reader::Open(path);
  if (!reader.ok()) return {{}, reader.status()};
  while (true) {
    Row row;
    const auto more = (*reader)->Next(row);
    if (!more.ok()) outcome.status = more.status();
    if (!more.ok() || !*more) return outcome;
    outcome.rows.push_back(row);
  }
}

Outcome ReadRows(std::string_view bytes) {
  return ReadFile(TempFile(bytes).path());
}

TEST(Reader, CountsLinesAcrossBlankOnesAndQuotedBreaks) {
  const Outcome read = ReadRows("a,b\r\n\r\n\"one\r\ntwo\",\"say \"\"hi\"\"\"\r\nlast,\n");
  ASSERT_TRUE(read.status.ok());
  ASSERT_EQ(read.rows.size(), 3u);
  EXPECT_EQ(read.rows[1].line, 3u);
  EXPECT_THAT(read.rows[1].fields, ElementsAre("one\r\ntwo", "say \"hi\""));
  EXPECT_EQ(read.rows[2].line, 5u);
  EXPECT_THAT(read.rows[2].fields, ElementsAre("last", ""));
  EXPECT_FALSE(read.rows[2].without_line_end);
}

TEST(Reader, TakesALastRowWithoutLineEnd) {
  const Outcome read = ReadRows("a,b\n1,2");
  ASSERT_TRUE(read.status.ok());
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.rows[1].fields, ElementsAre("1", "2"));
  EXPECT_TRUE(read.rows[1].without_line_end);
}

TEST(Reader, AWrongQuoteCostsItsRowAlone) {
  const Outcome read = ReadRows("a,b\n\"x\"y,2\nO\"Neil,3\n4,5\n");
  ASSERT_TRUE(read.status.ok());
  ASSERT_EQ(read.rows.size(), 4u);
  EXPECT_THAT(read.rows[1].defect, HasSubstr("quotation mark"));
  EXPECT_EQ(read.rows[1].line, 2u);
  EXPECT_THAT(read.rows[2].defect, HasSubstr("quotation mark"));
  EXPECT_THAT(read.rows[3].defect, IsEmpty());
  EXPECT_THAT(read.rows[3].fields, ElementsAre("4", "5"));
}

// A carriage return by itself ends a row, and what follows it is on the same line of the file.
TEST(Reader, ADefectAfterALoneCarriageReturnHasItsLine) {
  const Outcome read = ReadRows("a,b\n1,2\r3,4\"5\n6,7\n");
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.rows.size(), 4u);
  EXPECT_EQ(read.rows[2].line, 2u);
  EXPECT_THAT(read.rows[2].defect, HasSubstr("without being doubled"));
  EXPECT_EQ(read.rows[3].line, 3u);
}

TEST(Reader, AQuoteNeverClosedIsAnErrorThatNamesItsLine) {
  const Outcome at_end = ReadRows("a,b\n1,2\n\"open,3\n4,5\n");
  EXPECT_EQ(at_end.status.code(), base::Code::kDataLoss);
  EXPECT_THAT(std::string(at_end.status.message()), HasSubstr("line 3: "));

  std::string many = "a,b\n1,\"open\n";
  while (many.size() < 2 * limits::kImportLineBytes) many += "1,2\n";
  const Outcome far = ReadRows(many);
  EXPECT_EQ(far.status.code(), base::Code::kDataLoss);
  EXPECT_THAT(std::string(far.status.message()), HasSubstr("line 2: "));
}

TEST(Reader, AnOverlongLineCostsItselfAlone) {
  const std::string fits(limits::kImportLineBytes - 1, 'x');
  const Outcome read = ReadRows(fits + "\n" + fits + "x\n" + fits + fits + "\nafter\n");
  ASSERT_TRUE(read.status.ok());
  ASSERT_EQ(read.rows.size(), 4u);
  EXPECT_THAT(read.rows[0].defect, IsEmpty());
  EXPECT_THAT(read.rows[1].defect, HasSubstr("longer than 64 KiB"));
  EXPECT_THAT(read.rows[2].defect, HasSubstr("longer than 64 KiB"));
  EXPECT_EQ(read.rows[3].line, 4u);
  EXPECT_THAT(read.rows[3].fields, ElementsAre("after"));
}

TEST(Reader, TakesTheMarkOfUtf8AwayAndRefusesUtf16) {
  const Outcome marked = ReadRows(
      "\xef\xbb\xbf"
      "urn\n1\n");
  ASSERT_EQ(marked.rows.size(), 2u);
  EXPECT_THAT(marked.rows[0].fields, ElementsAre("urn"));
  const Outcome wide = ReadRows(std::string_view("\xff\xfeu\0r\0n\0\n\0", 10));
  EXPECT_EQ(wide.status.code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(wide.status.message()), HasSubstr("UTF-16"));
}

TEST(Reader, ReadsCompressedFilesAndSeesThatOneIsCutOff) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919) + ",x\n";
  TempFile file;
  file.WriteCompressed(text);
  EXPECT_EQ(ReadFile(file.path()).rows.size(), 20'001u);
  file.CutTo(std::filesystem::file_size(file.path()) / 2);
  const Outcome cut = ReadFile(file.path());
  EXPECT_EQ(cut.status.code(), base::Code::kDataLoss);
  EXPECT_THAT(std::string(cut.status.message()), HasSubstr("cut off"));
}

TEST(Reader, SaysWhenThereIsNoSuchFileOrItIsAFolder) {
  EXPECT_EQ(ReadFile(std::filesystem::path("/no/such/file.csv")).status.code(),
            base::Code::kNotFound);
  EXPECT_EQ(ReadFile(std::filesystem::temp_directory_path()).status.code(), base::Code::kDataLoss);
}

TEST(Table, FindsColumnsInAnyLetterCaseAndChecksTheShape) {
  const TempFile file(" URN ,Name\n1,2\n1\n1,2,3\n");
  auto table = Table::Open(file.path());
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->Find("urn"), 0u);
  EXPECT_EQ(table->Find("NAME"), 1u);
  EXPECT_EQ(table->Find("town"), std::nullopt);
  Row row;
  ASSERT_TRUE(*table->Next(row));
  EXPECT_THAT(row.defect, IsEmpty());
  ASSERT_TRUE(*table->Next(row));
  EXPECT_EQ(row.defect, "the row has 1 fields where the header has 2");
  ASSERT_TRUE(*table->Next(row));
  EXPECT_EQ(row.defect, "the row has 3 fields where the header has 2");
  EXPECT_FALSE(*table->Next(row));
}

TEST(Table, ALastRowThatStopsInTheMiddleMeansCutOff) {
  const TempFile file("a,b\n1,2\n3");
  auto table = Table::Open(file.path());
  ASSERT_TRUE(table.ok());
  Row row;
  ASSERT_TRUE(*table->Next(row));
  EXPECT_EQ(table->Next(row).status().code(), base::Code::kDataLoss);
}

TEST(Table, RefusesAnEmptyFileAndADoubledColumn) {
  EXPECT_EQ(Table::Open(TempFile("\n\n").path()).status().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(Table::Open(TempFile("urn,URN\n").path()).status().message()),
              HasSubstr("'urn' stands twice"));
}

TEST(Text, ConvertsWindows1252ByteByByte) {
  EXPECT_EQ(FromWindows1252("St Mary\x92s \x96 Caf\xe9\xa0!"), "St Mary’s – Café\u00a0!");
  EXPECT_EQ(FromWindows1252("plain"), "plain");
  for (const char* byte : {"\x81", "\x8d", "\x8f", "\x90", "\x9d"}) {
    EXPECT_EQ(FromWindows1252(byte), std::nullopt);
  }
}

TEST(Text, KnowsDatesThatExist) {
  EXPECT_EQ(ParseIsoDate("2024-02-29"), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(ParseRegisterDate("29-02-2024"), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(ParseRegisterDate("29-07-1841"), absl::CivilDay(1841, 7, 29));
  EXPECT_EQ(ParseRegisterDate("31-06-1841"), std::nullopt);
  for (const char* bad :
       {"2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-01", "01-01-2026",
        "1899-12-31", "2200-01-01", "2026-01-1x", "2026--1-01", "+026-01-01", " 026-01-01", ""}) {
    EXPECT_EQ(ParseIsoDate(bad), std::nullopt) << bad;
  }
}

TEST(Text, SaysWhyATextCannotBeTaken) {
  EXPECT_EQ(TextDefect("Zoë O’Hara", 20, Lines::kOne), std::nullopt);
  EXPECT_THAT(*TextDefect("Zo\xeb", 20, Lines::kOne), HasSubstr("UTF-8"));
  EXPECT_THAT(*TextDefect("abc", 2, Lines::kOne), HasSubstr("longer than 2 bytes"));
  EXPECT_THAT(*TextDefect("a\nb", 9, Lines::kOne), HasSubstr("line break"));
  EXPECT_EQ(TextDefect("a\nb\r\nc", 9, Lines::kMany), std::nullopt);
  EXPECT_NE(TextDefect("a\rb", 9, Lines::kMany), std::nullopt);
  EXPECT_NE(TextDefect(std::string_view("a\0b", 3), 9, Lines::kMany), std::nullopt);
  EXPECT_NE(TextDefect("a\u0085b", 9, Lines::kMany), std::nullopt);
  EXPECT_THAT(*TextDefect("a\u202eb", 9, Lines::kOne), HasSubstr("direction"));
  EXPECT_EQ(Trim("\u00a0 x \t\u2003"), "x");
  EXPECT_EQ(Trim(" \u00a0"), "");
}

TEST(RejectFile, WritesNoFileWithoutRejects) {
  const TempFile file;
  RejectFile rejects(file.path());
  EXPECT_TRUE(rejects.Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(file.path()));
}

TEST(RejectFile, BeginsBeforeAnythingIsWrittenAndTakesTheOldOneAway) {
  const TempFile file;
  RejectFile first(file.path());
  ASSERT_TRUE(first.Begin().ok());
  first.Add(Reject{7, "upn", "is odd", "100000", "P1"});
  ASSERT_TRUE(first.Finish().ok());
  EXPECT_TRUE(std::filesystem::exists(file.path()));
  RejectFile second(file.path());
  ASSERT_TRUE(second.Begin().ok());
  ASSERT_TRUE(second.Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(file.path()));
  EXPECT_EQ(RejectFile("/no/such/folder/rejects.csv").Begin().code(),
            base::Code::kFailedPrecondition);
}

TEST(RejectFile, NeverTakesTheFileThatIsImported) {
  const TempFile file("urn,local_id\r\n100000,P1\r\n");
  EXPECT_EQ(RejectFile(file.path()).Begin().code(), base::Code::kFailedPrecondition);
  EXPECT_EQ(file.Read(), "urn,local_id\r\n100000,P1\r\n");
}

TEST(RejectFile, QuotesAndDisarmsFormulasAndIsItsOwnersAlone) {
  const TempFile file;
  RejectFile rejects(file.path());
  rejects.Add(Reject{7, "upn", "is \"odd\", so", "100000", "=HYPERLINK(1)"});
  rejects.Add(Reject{9, "", "the row is short", "", ""});
  ASSERT_TRUE(rejects.Finish().ok());
  EXPECT_EQ(file.Read(),
            "line,field,reason,urn,local_id\r\n"
            "7,\"upn\",\"is \"\"odd\"\", so\",\"100000\",\"'=HYPERLINK(1)\"\r\n"
            "9,\"\",\"the row is short\",\"\",\"\"\r\n");
  EXPECT_EQ(std::filesystem::status(file.path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(RejectFile, SaysThatItCannotBeWritten) {
  RejectFile rejects("/no/such/folder/rejects.csv");
  rejects.Add(Reject{1, "", "x", "", ""});
  EXPECT_EQ(rejects.Finish().code(), base::Code::kUnavailable);
}

}  // namespace
}  // namespace firstbell::adapters::csv
