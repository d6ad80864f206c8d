#include "adapters/incident_json/incident_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "broker/model/incident.h"

namespace firstbell::adapters::incident_json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Error(std::string_view json) {
  const auto parsed = Parse(json);
  EXPECT_EQ(parsed.status().code(), base::Code::kInvalidArgument);
  return std::string(parsed.status().message());
}

struct Outcome {
  std::vector<std::string> items;  // "line [whole] reference" or "line [whole] !error"
  base::Status status;
};

Outcome ReadText(const std::string& text) {
  std::istringstream in(text);
  Outcome outcome;
  outcome.status = Read(in, [&](const Item& item) {
    const std::string place =
        std::to_string(item.line) + (item.form == Form::kWhole ? " whole " : " ");
    const base::Status& status = item.incident.status();
    outcome.items.push_back(place + (status.ok() ? item.incident->reference()
                                                 : "!" + std::string(base::Message(status))));
    return base::OkStatus();
  });
  return outcome;
}

TEST(IncidentJson, TakesBothSpellingsOfAFieldsName) {
  const auto parsed =
      Parse(R"({"occurred_at":"2026-03-03T01:00:00Z","attendedAt":"2026-03-03T02:00:00Z"})");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->occurred_at().seconds(), 1772499600);
  EXPECT_EQ(parsed->attended_at().seconds(), 1772503200);
}

TEST(IncidentJson, SaysTheLineAndTheFieldAndNoValue) {
  EXPECT_EQ(Error("{\n  \"reference\": \"R\",\n  oops\n}"), "line 3: this is not JSON");
  EXPECT_EQ(Error("{\"referense\": \"Tamsin\"}"), "line 1: the field 'referense' is unknown");
  const std::string unknown = Error(R"({"children":[{},{"name":{"first":"Tamsin"}}]})");
  EXPECT_EQ(unknown, "line 1, in children[1].name: the field 'first' is unknown");
  const std::string wrong = Error(R"({"children":[{"presence":"Tamsin was there"}]})");
  EXPECT_THAT(wrong, HasSubstr("field children[0].presence: is not valid"));
  EXPECT_THAT(wrong, Not(HasSubstr("Tamsin")));
  const std::string number =
      Error(R"({"children":[{"schoolsHeard":[{"urn":"Tamsin for type Tamsin"}]}]})");
  EXPECT_THAT(number, HasSubstr("field children[0].schools_heard[0].urn: is not valid"));
  EXPECT_THAT(number, Not(HasSubstr("Tamsin")));
  EXPECT_THAT(Error("{\"revision\": 1e999}"), HasSubstr("line 1: the values are not"));
  EXPECT_THAT(Error("{\"revision\": 1e999, oops}"), HasSubstr("line 1"));
  const std::string time = Error(R"({"occurredAt":"Tamsin's birthday"})");
  EXPECT_THAT(time, HasSubstr("occurred"));
  EXPECT_THAT(time, Not(HasSubstr("birthday")));
  const std::string shape = Error(R"({"children":"Tamsin"})");
  EXPECT_THAT(shape, Not(HasSubstr("Tamsin")));
  EXPECT_THAT(Error("\"Tamsin\""), Not(HasSubstr("Tamsin")));
  EXPECT_THAT(Error("{\"reference\": \"Zo\xeb\"}"), HasSubstr("line 1"));
}

TEST(IncidentJson, SaysWhatAFieldTakes) {
  EXPECT_THAT(Error(R"({"children":[{"presence":"NEARBY"}]})"),
              HasSubstr("it takes one of PRESENCE_"));
  EXPECT_THAT(Error(R"({"urgent":"perhaps"})"), HasSubstr("true or false"));
  EXPECT_THAT(Error(R"({"revision":"x"})"), HasSubstr("a whole number"));
  EXPECT_THAT(Error(R"({"occurredAt":"yesterday"})"), HasSubstr("2026-03-03T01:10:00Z"));
}

TEST(IncidentJson, SaysInWhichLineAnUnknownFieldStands) {
  EXPECT_EQ(Error("{\n  \"reference\": \"R\",\n  \"referense\": \"R\"\n}"),
            "line 3: the field 'referense' is unknown");
}

TEST(IncidentJson, NamesTheWrongEncoding) {
  EXPECT_THAT(Error("{\"reference\": \"Zo\xeb\"}"), HasSubstr("save the file as UTF-8"));
  EXPECT_THAT(Error(std::string("\xff\xfe{\0\"\0", 6)), HasSubstr("UTF-16"));
  const Outcome marked = ReadText("\xef\xbb\xbf{\"reference\":\"R1\"}\n");
  EXPECT_THAT(marked.items, ElementsAre("1 R1"));
}

TEST(IncidentJson, RefusesAListAndANameThatStandsTwice) {
  EXPECT_THAT(Error("[{\"reference\":\"R1\"}]"), HasSubstr("this is a list"));
  EXPECT_THAT(Error(R"({"reference":"R1","reference":"R2"})"),
              HasSubstr("the field 'reference' stands twice"));
  EXPECT_TRUE(Parse(R"({"children":[{"childRef":"a"},{"childRef":"b"}]})").ok());
}

TEST(IncidentJson, ReadsOneObjectOverManyLines) {
  const Outcome read = ReadText("\n\n{\n \"reference\":\n  \"R1\"\n}\n");
  EXPECT_TRUE(read.status.ok());
  EXPECT_THAT(read.items, ElementsAre("3 whole R1"));
}

TEST(IncidentJson, CountsLinesOfAnObjectFromWhereItStandsInTheFile) {
  const Outcome read = ReadText("\n{\n \"reference\":\n  oops\n}\n");
  EXPECT_THAT(read.items, ElementsAre("2 whole !line 4: this is not JSON"));
}

TEST(IncidentJson, InJsonLinesABadOneDoesNotEndTheReading) {
  const Outcome read = ReadText(
      "{\"reference\":\"R1\"}\r\n\n{\"reference\":\n{\"refrence\":\"R3\"}\n{\"reference\":\"R4\"}");
  EXPECT_TRUE(read.status.ok());
  EXPECT_THAT(read.items, ElementsAre("1 R1", "3 !line 3: this is not JSON",
                                      "4 !line 4: the field 'refrence' is unknown", "5 R4"));
}

TEST(IncidentJson, BoundsTheText) {
  const std::string long_text = "{\"reference\":\"" + std::string(kMaxTextBytes, 'x') + "\"}";
  EXPECT_THAT(Error(long_text), HasSubstr("longer than 4 MiB"));
}

TEST(IncidentJson, RefusesAnEmptyInput) {
  EXPECT_EQ(ReadText("\n \n").status.code(), base::Code::kInvalidArgument);
}

TEST(IncidentJson, StopsWhenTheSinkSaysSo) {
  std::istringstream in("{}\n{}\n");
  int calls = 0;
  const base::Status status =
      Read(in, [&](const Item&) { return ++calls, base::Unavailable("gone"); });
  EXPECT_EQ(status.code(), base::Code::kUnavailable);
  EXPECT_EQ(calls, 1);
}

TEST(IncidentJson, EveryExampleOfTheProjectIsOneThatABrokerTakesOn) {
  const absl::Time morning = absl::FromUnixSeconds(1772517600);  // 3 March 2026, 06:00
  int examples = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(FIRSTBELL_SOURCE "/proto/examples")) {
    if (entry.path().extension() != ".json") continue;
    ++examples;
    std::ifstream in(entry.path());
    int incidents = 0;
    const base::Status status = Read(in, [&](const Item& item) {
      EXPECT_TRUE(item.incident.ok()) << entry.path() << item.incident.status();
      if (!item.incident.ok()) return item.incident.status();
      const base::Status taken_on = model::Incident::Parse(*item.incident, morning).status();
      EXPECT_TRUE(taken_on.ok()) << entry.path() << taken_on;
      ++incidents;
      return base::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(incidents, 1) << entry.path();
  }
  EXPECT_GE(examples, 5);
}

}  // namespace
}  // namespace firstbell::adapters::incident_json
