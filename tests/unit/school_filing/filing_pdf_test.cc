// A record as PDF, read back by other people's programs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <regex>

#include "clients/school/filing/filing.h"
#include "clients/school/filing/fonts.h"
#include "clients/school/filing/handed_over.h"
#include "clients/school/filing/pdf_catalog.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school_filing/invented_record.h"

namespace firstbell::school_filing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

console::LocalTime London() {
  return console::LocalTime::London().value();
}

// Words with one space between them, wherever lines and pages end.
std::string OnOneLine(const std::string& text) {
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

class FilingPdfTest : public ::testing::Test {
 protected:
  std::string Make(const FiledRecord& record) {
    auto pdf = FilingPdf(record, London());
    EXPECT_TRUE(pdf.ok()) << pdf.status();
    return pdf.value_or("");
  }
  std::string Run(const std::string& program, const std::string& pdf,
                  const std::vector<std::string>& options = {}) {
    const std::string file = scratch_.File("record.pdf");
    std::ofstream(file, std::ios::binary) << pdf;
    support::Arguments arguments = {"/usr/bin/" + program};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(file);
    if (program == "pdftotext") arguments.push_back("-");
    const support::Finished finished = support::RunToEnd(arguments, scratch_.path());
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_EQ(finished.err, "");
    return finished.out;
  }
  std::string TextOf(const FiledRecord& record) {
    return OnOneLine(Run("pdftotext", Make(record)));
  }
  int PagesOf(const std::string& pdf) {
    std::smatch found;
    const std::string info = Run("pdfinfo", pdf);
    return std::regex_search(info, found, std::regex("Pages: +(\\d+)")) ? std::stoi(found[1]) : 0;
  }

 private:
  support::TempDirectory scratch_;
};

TEST_F(FilingPdfTest, SaysAllOfTheRecord) {
  FiledRecord record = InventedRecord();
  record.police_text = true;
  const std::string text = TextOf(record);
  for (const char* const said :
       {"Wren Quillfeather", "4 May 2017", "Year 4, Kestrels",
        "Larkmoor Primary School, URN 123456",
        "Firstbell record · Larkmoor Primary School · page 1 of ",
        "Made by Ottoline Marsh · Thu 2 Apr 2026 08:30", "From the police",
        "Domestic incident on Monday night", "Tue 3 Mar 2026 07:30 · Fenshire Police",
        "Shouting was heard upstairs. PC Bramble attended.", "Done: Breakfast club",
        "Came in quietly. Ate two pieces of toast. Sat with a friend.", "A concern",
        "Corrected by a later entry", "Erased: the force took it back",
        "In this copy, and marked as theirs.", "bound by the school's own policy"}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
}

TEST_F(FilingPdfTest, ThePolicesWordsAreThereOnlyWhereTheyWereAskedFor) {
  const std::string text = TextOf(InventedRecord());
  EXPECT_THAT(text, AllOf(HasSubstr(kLeftOut), HasSubstr("Domestic incident on Monday night"),
                          HasSubstr("Left out of this copy. That they said something")));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("Bramble")), Not(HasSubstr("frightened"))));
}

TEST_F(FilingPdfTest, WhatIsErasedHasNoFactsWhateverWasGiven) {
  FiledRecord record = InventedRecord();
  record.entries[1].gone = "written about another child";
  EXPECT_THAT(TextOf(record),
              AllOf(HasSubstr("Erased: written about another child"), Not(HasSubstr("toast"))));
}

TEST_F(FilingPdfTest, ItsMetadataNamesNobody) {
  const std::string info = Run("pdfinfo", Make(InventedRecord()), {"-isodates"});
  EXPECT_THAT(info, HasSubstr("A child's record"));
  EXPECT_THAT(info, HasSubstr("A4"));
  EXPECT_THAT(info, HasSubstr("2026-04-02T"));  // when the record was made, not now
  EXPECT_TRUE(std::regex_search(info, std::regex("Tagged: +yes"))) << info;
  for (const char* const name : {"Wren", "Quillfeather", "Ottoline", "Marsh", "Larkmoor"}) {
    EXPECT_THAT(info, Not(HasSubstr(name)));
  }
}

TEST_F(FilingPdfTest, HeadingsAreTaggedAsSuch) {
  const std::string tree = OnOneLine(Run("pdfinfo", Make(InventedRecord()), {"-struct-text"}));
  EXPECT_THAT(tree, StartsWith("Document Sect"));
  EXPECT_THAT(tree, HasSubstr("H1 (block) \"Wren Quillfeather\""));
  EXPECT_THAT(tree, HasSubstr("H2 (block) \"Done: Breakfast club\""));
  EXPECT_THAT(tree, Not(HasSubstr("page 1 of")));
}

TEST_F(FilingPdfTest, ItIsReadAloudInEnglishUnderItsTitle) {
  const std::string pdf = Make(InventedRecord());
  EXPECT_THAT(pdf, HasSubstr("/Lang (en-GB)"));
  EXPECT_THAT(pdf, HasSubstr("/DisplayDocTitle true"));
  for (const char* const none : {"", "%PDF-1.5\n", "Wren Quillfeather"}) {
    const auto made = WithCatalog(none);
    EXPECT_EQ(made.status().code(), base::Code::kInternal);
    EXPECT_THAT(made.status().ToString(), Not(HasSubstr("Wren")));
  }
}

TEST_F(FilingPdfTest, TheSameRecordGivesTheSameBytes) {
  const std::string pdf = Make(InventedRecord());
  EXPECT_THAT(pdf, StartsWith("%PDF"));
  FiledRecord other = InventedRecord();
  other.child = "Pip Quillfeather";
  EXPECT_NE(Make(other), pdf);
  EXPECT_EQ(Make(InventedRecord()), pdf);
}

TEST_F(FilingPdfTest, ALongTextGoesOnOverPagesAndLosesNoWord) {
  FiledRecord record = InventedRecord();
  std::string& text = record.entries[1].facts[1].text;
  text.clear();
  for (int i = 1; i <= 4000; ++i) text += "word" + std::to_string(i) + (i % 50 == 0 ? "\n" : " ");
  const std::string pdf = Make(record);
  const int pages = PagesOf(pdf);
  EXPECT_GE(pages, 5);
  EXPECT_LE(pages, 15);
  const std::string read = Run("pdftotext", pdf);
  for (int i = 1; i <= 4000; ++i) {
    ASSERT_THAT(read, ::testing::ContainsRegex("word" + std::to_string(i) + "[ \n\f]")) << i;
  }
  EXPECT_THAT(read, HasSubstr("page " + std::to_string(pages) + " of " + std::to_string(pages)));
}

// A page ends in no heading: what stands last on it, before the foot, belongs to an entry's facts.
TEST_F(FilingPdfTest, NoHeadingStandsAloneAtAPagesEnd) {
  for (int lines = 1; lines <= 48; ++lines) {
    FiledRecord record = InventedRecord();
    record.entries.resize(3);
    std::string& before = record.entries[1].facts[1].text;
    for (int i = 0; i < lines; ++i) before += "\nline";
    record.entries[2].corrected = false;
    record.entries[2].facts[0].text = std::string(3000, 'x');
    for (std::size_t i = 0; i < record.entries[2].facts[0].text.size(); i += 9) {
      record.entries[2].facts[0].text[i] = ' ';
    }
    const std::string read = Run("pdftotext", Make(record));
    const std::size_t heading = read.find("A concern"), page_end = read.find('\f', heading);
    ASSERT_THAT(read.substr(heading, page_end - heading), HasSubstr("xxxx")) << lines;
  }
}

TEST_F(FilingPdfTest, NamesOfAllScriptsAndNastyTextsAreSet) {
  FiledRecord record = InventedRecord();
  std::string marks = "Z";
  for (int i = 0; i < 500; ++i) marks += "\u0301";
  for (const std::string& nasty :
       {std::string("محمد عبد الله"), std::string("חיים כהן"),
        std::string("👩‍👧‍👦 🎒"), std::string("Nguyễn Thị Ánh"),
        std::string("王小明"), std::string("অনিকা"), marks, std::string("\0\x01\x1B", 3),
        std::string("\xFF\xFE\xC3"), std::string("\xED\xA0\x80"),
        std::string("<b>&amp;</b> %PDF (\\) endstream"), std::string(5000, 'x'),
        std::string("\u202Ereversed"), std::string()}) {
    record.child = record.school = record.form = record.born = record.made_by = nasty;
    record.entries[1].heading = record.entries[1].by = record.entries[3].gone = nasty;
    record.entries[1].facts = {{nasty, nasty}, {nasty, "text"}, {"term", nasty}};
    EXPECT_GE(PagesOf(Make(record)), 1);
  }
  record.child = "Nguyễn Thị Ánh";
  record.entries[1].heading = "<b>&amp;</b>";
  EXPECT_THAT(TextOf(record), AllOf(HasSubstr("Nguyễn Thị Ánh"), HasSubstr("<b>&amp;</b>")));
}

// U+10FFFD is nobody's character, so no font has it.
TEST_F(FilingPdfTest, WhereLettersCannotBeSetItSaysSo) {
  FiledRecord record = InventedRecord();
  EXPECT_THAT(TextOf(record), Not(HasSubstr("stand here as boxes")));
  record.entries[1].facts[0].text = "Miss \U0010FFFD";
  EXPECT_THAT(TextOf(record), HasSubstr("stand here as boxes. The copy as JSON has them all."));
}

TEST_F(FilingPdfTest, BytesOfAnySortAreSet) {
  std::mt19937 random(7);
  FiledRecord record = InventedRecord();
  for (int round = 0; round < 30; ++round) {
    std::string& text = record.entries[1].facts[1].text;
    text.resize(400);
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
    ASSERT_THAT(Make(record), StartsWith("%PDF"));
  }
}

TEST_F(FilingPdfTest, AnEmptyRecordIsOnePage) {
  EXPECT_EQ(PagesOf(Make({})), 1);
}

TEST_F(FilingPdfTest, TwoThousandEntriesAreSet) {
  FiledRecord record = InventedRecord();
  const std::vector<FiledEntry> some = record.entries;
  while (record.entries.size() < 2000) {
    record.entries.insert(record.entries.end(), some.begin(), some.end());
  }
  record.entries.back().gone = "the last of all";
  const std::string pdf = Make(record);
  EXPECT_GT(PagesOf(pdf), 200);
  EXPECT_THAT(OnOneLine(Run("pdftotext", pdf)), HasSubstr("Erased: the last of all"));
}

TEST_F(FilingPdfTest, WhatIsTooLongIsRefused) {
  FiledRecord record = InventedRecord();
  record.entries[1].facts[1].text.assign(kMostTextBytes, 'x');
  const base::Status status = FilingPdf(record, London()).status();
  EXPECT_EQ(status.code(), base::Code::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("JSON"));
}

// Of so many lines none is set; of fewer, pages are counted until there are too many.
TEST_F(FilingPdfTest, WhatNeedsTooManyPagesIsRefused) {
  for (const auto& [lines, said] : {std::pair{400'000, "lines"}, std::pair{280'000, "pages"}}) {
    FiledRecord record = InventedRecord();
    std::string& text = record.entries[1].facts[1].text;
    for (int i = 0; i < lines; ++i) text += "\nx";
    const base::Status status = FilingPdf(record, London()).status();
    EXPECT_EQ(status.code(), base::Code::kResourceExhausted);
    EXPECT_THAT(std::string(status.message()), HasSubstr(said));
  }
}

TEST_F(FilingPdfTest, WithoutTheFontItSaysWhatToInstall) {
  const support::TempDirectory empty;
  const base::Status status = LoadFonts({empty.path().string()}).status();
  EXPECT_EQ(status.code(), base::Code::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("fonts-dejavu-core"));
  EXPECT_TRUE(LoadFonts(SystemFontDirectories()).ok());
}

}  // namespace
}  // namespace firstbell::school_filing
