// A record as JSON, for another system to read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "clients/school/filing/filing.h"
#include "tests/unit/school_filing/invented_record.h"

namespace firstbell::school_filing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGolden[] = R"({
  "format": "firstbell-record",
  "version": 1,
  "school": {
    "urn": 123456,
    "name": "Larkmoor Primary School"
  },
  "child": {
    "name": "Wren Quillfeather",
    "born": "2017-05-04",
    "form": "Year 4, Kestrels"
  },
  "made": {
    "by": "Ottoline Marsh",
    "at": "2026-04-02T07:30:00Z"
  },
  "police_text": false,
  "entries": [
    {
      "at": "2026-03-03T07:30:00Z",
      "by": "Fenshire Police",
      "heading": "Domestic incident on Monday night",
      "police": true,
      "corrected": false,
      "left_out": true
    },
    {
      "at": "2026-03-03T08:20:00Z",
      "by": "Ottoline Marsh",
      "heading": "Done: Breakfast club",
      "police": false,
      "corrected": false,
      "facts": [
        {
          "term": "Who",
          "text": "Miss Thistle"
        },
        {
          "term": "Note",
          "text": "Came in quietly. Ate two pieces of toast.\nSat with a friend."
        }
      ]
    },
    {
      "at": "2026-03-03T12:30:00Z",
      "by": "Barnaby Thistle",
      "heading": "A concern",
      "police": false,
      "corrected": true,
      "facts": [
        {
          "term": "What was seen",
          "text": "Tired all morning."
        }
      ]
    },
    {
      "at": "2026-03-04T13:30:00Z",
      "by": "Fenshire Police",
      "heading": "From the police",
      "police": true,
      "corrected": false,
      "erased": "the force took it back"
    }
  ]
}
)";

TEST(FilingJson, IsWhatTheFormatSays) {
  EXPECT_EQ(FilingJson(InventedRecord()), kGolden);
}

TEST(FilingJson, ThePolicesWordsAreThereOnlyWhereTheyWereAskedFor) {
  FiledRecord record = InventedRecord();
  EXPECT_THAT(FilingJson(record), Not(HasSubstr("Bramble")));
  record.police_text = true;
  const auto json = nlohmann::json::parse(FilingJson(record));
  EXPECT_EQ(json["police_text"], true);
  EXPECT_EQ(json["entries"][0]["facts"][0]["text"], record.entries[0].facts[0].text);
  EXPECT_FALSE(json["entries"][0].contains("left_out"));
}

TEST(FilingJson, WhatIsErasedHasNoFactsWhateverWasGiven) {
  FiledRecord record = InventedRecord();
  record.entries[1].gone = "written about another child";
  const auto json = nlohmann::json::parse(FilingJson(record));
  EXPECT_EQ(json["entries"][1]["erased"], "written about another child");
  EXPECT_FALSE(json["entries"][1].contains("facts"));
  EXPECT_THAT(FilingJson(record), Not(HasSubstr("toast")));
}

TEST(FilingJson, WithoutEntriesItIsStillOne) {
  FiledRecord record = InventedRecord();
  record.entries.clear();
  EXPECT_EQ(nlohmann::json::parse(FilingJson(record))["entries"], nlohmann::json::array());
}

TEST(FilingJson, WhatIsNoTextIsReplacedAndStaysJson) {
  FiledRecord record = InventedRecord();
  record.child = "W\xFFren\x01 \"Q\"";
  record.entries[1].facts[1].text = std::string("a\0b\xC3", 4);
  const auto json = nlohmann::json::parse(FilingJson(record));
  EXPECT_EQ(json["child"]["name"], "W\uFFFDren \"Q\"");
  EXPECT_EQ(json["entries"][1]["facts"][1]["text"], "ab\uFFFD");
}

}  // namespace
}  // namespace firstbell::school_filing
