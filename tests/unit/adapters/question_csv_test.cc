#include "adapters/question_csv/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/base/limits.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::question_csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<Question> questions;
  std::vector<std::string> rejects;  // "line field"
  base::Result<Totals> totals = Totals();
};

Outcome Read(std::string_view bytes) {
  const TempFile file(bytes);
  Outcome outcome;
  outcome.totals = ReadQuestions(
      file.path(), {[&](const Question& question) {
                      outcome.questions.push_back(question);
                      return base::OkStatus();
                    },
                    [&](const Reject& reject) {
                      outcome.rejects.push_back(std::to_string(reject.line) + " " + reject.field);
                    },
                    {}});
  return outcome;
}

TEST(Questions, ReadsEveryColumnInAnyOrder) {
  const Outcome read = Read(
      "upn,School_Heard,postcode,address,age,date_of_birth,family_name,given_names,query_id\r\n"
      "H801200001001,\"St Mary’s, Leeds\",EC3A 5DE,\"1 Larch Row\nExamplebury\",11,2014-02-28,"
      " O’Hart ,Zoë Ann,Q1\r\n");
  ASSERT_TRUE(read.totals.ok()) << read.totals.status();
  ASSERT_EQ(read.questions.size(), 1u);
  const Question& question = read.questions[0];
  EXPECT_EQ(question.id, "Q1");
  EXPECT_EQ(question.line, 2u);
  EXPECT_EQ(question.given_names, "Zoë Ann");
  EXPECT_EQ(question.family_name, "O’Hart");
  EXPECT_EQ(question.date_of_birth, absl::CivilDay(2014, 2, 28));
  EXPECT_EQ(question.age, 11);
  EXPECT_EQ(question.address, "1 Larch Row\nExamplebury");
  EXPECT_EQ(question.postcode, "EC3A 5DE");
  EXPECT_EQ(question.school, "St Mary’s");
  EXPECT_EQ(question.town, "Leeds");
  EXPECT_EQ(question.urn, 0u);
  EXPECT_EQ(question.upn, "H801200001001");
}

TEST(Questions, NothingHeardIsNothing) {
  const Outcome read = Read("query_id,given_names,date_of_birth,age,school_heard\nQ1,,,,\nQ2\n");
  ASSERT_TRUE(read.totals.ok());
  ASSERT_EQ(read.questions.size(), 1u);
  EXPECT_EQ(read.questions[0].given_names, "");
  EXPECT_FALSE(read.questions[0].date_of_birth || read.questions[0].age);
  EXPECT_EQ(read.questions[0].school, "");
  EXPECT_THAT(read.rejects, ElementsAre("3 ")) << "a row of one field is none of five";
}

TEST(Questions, ASchoolByNumberOrByNameAlone) {
  const Outcome read = Read("query_id,school_heard\nQ1,100001\nQ2,Elm Park\n");
  ASSERT_EQ(read.questions.size(), 2u);
  EXPECT_EQ(read.questions[0].urn, 100001u);
  EXPECT_EQ(read.questions[0].school, "");
  EXPECT_EQ(read.questions[1].school, "Elm Park");
  EXPECT_EQ(read.questions[1].town, "");
}

TEST(Questions, FaultyRowsAreRejectedFieldByField) {
  const Outcome read = Read(
      "query_id,date_of_birth,age,given_names\n"
      "Q1,28/02/2014,eleven,Ada\n"
      ",2014-02-28,11,Ada\n"
      "Q3,2014-02-28,26,Ada\n"
      "Q4,2014-02-28,11,Ada\n"
      "Q4,2014-02-28,11,Ada\n"
      "Q5,2014-02-28,11,A\xE2\x80\xAE"
      "da\n");
  ASSERT_TRUE(read.totals.ok());
  EXPECT_THAT(read.rejects, ElementsAre("2 date_of_birth", "2 age", "3 query_id", "4 age",
                                        "6 query_id", "7 given_names"));
  EXPECT_EQ(read.questions.size(), 1u);
  EXPECT_EQ(read.totals->rows, 6u);
  EXPECT_EQ(read.totals->rejected, 5u);
}

TEST(Questions, AFileOfOtherColumnsIsAnErrorOfTheWhole) {
  const Outcome unknown = Read("query_id,forename\nQ1,Ada\n");
  EXPECT_EQ(unknown.totals.status().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(unknown.totals.status().message()), HasSubstr("'forename' is unknown"));
  EXPECT_THAT(std::string(unknown.totals.status().message()), HasSubstr("given_names"));
  const Outcome missing = Read("given_names\nAda\n");
  EXPECT_THAT(std::string(missing.totals.status().message()), HasSubstr("query_id"));
  EXPECT_THAT(missing.questions, IsEmpty());
}

}  // namespace
}  // namespace firstbell::adapters::question_csv
