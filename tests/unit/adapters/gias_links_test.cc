#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/gias/links.h"
#include "broker/base/limits.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::gias {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

struct Outcome {
  std::vector<Reject> rejects;
  base::Result<Links> links = Links();

  std::vector<base::Urn> Before(std::uint32_t urn) const {
    const auto found = links->predecessors.find(base::Urn(urn));
    return found == links->predecessors.end() ? std::vector<base::Urn>() : found->second;
  }
};

// As the register writes it.
Outcome Read(const std::string& rows, const std::string& header =
                                          "\"URN\",\"LinkURN\",\"LinkName\",\"LinkType\","
                                          "\"LinkEstablishedDate\"\r\n") {
  const TempFile file(header + rows);
  Outcome outcome;
  outcome.links = ReadLinks(file.path(),
                            {[&](const Reject& reject) { outcome.rejects.push_back(reject); }, {}});
  return outcome;
}

std::string Row(const std::string& urn, const std::string& link, const std::string& type) {
  // 0x92 and 0x9d: names may be of any encoding, for they are not read.
  return urn + "," + link + ",\"An Invented School\x92s\x9d\",\"" + type + "\",\"01-09-2021\"\r\n";
}

const base::Urn kA(100001), kB(100002), kC(100003), kD(100004);

TEST(SchoolLinks, BothWaysOfSayingItMeanTheSame) {
  for (const std::string& row :
       {Row("100001", "100002", "Successor"), Row("100002", "100001", "Predecessor"),
        Row("100001", "100002", "Successor") + Row("100002", "100001", "Predecessor - merged")}) {
    const Outcome read = Read(row);
    ASSERT_TRUE(read.links.ok()) << read.links.status();
    EXPECT_THAT(read.links->predecessors, UnorderedElementsAre(Pair(kB, ElementsAre(kA))));
    EXPECT_THAT(read.rejects, IsEmpty());
  }
}

TEST(SchoolLinks, GoOnOverAnyNumberOfStepsNearestFirst) {
  const Outcome read = Read(Row("100001", "100002", "Successor - amalgamated") +
                            Row("100003", "100002", "Predecessor") +
                            Row("100003", "100004", "Successor - Split School"));
  EXPECT_THAT(read.Before(100004), ElementsAre(kC, kB, kA));
  EXPECT_THAT(read.Before(100003), ElementsAre(kB, kA));
  EXPECT_THAT(read.Before(100001), IsEmpty());
}

TEST(SchoolLinks, EndWhereSchoolsFollowedEachOther) {
  const Outcome read =
      Read(Row("100001", "100002", "Successor") + Row("100002", "100001", "Successor") +
           Row("100002", "100003", "Successor"));
  EXPECT_THAT(read.Before(100001), ElementsAre(kB));
  EXPECT_THAT(read.Before(100002), ElementsAre(kA));
  EXPECT_THAT(read.Before(100003), ElementsAre(kB, kA));
}

TEST(SchoolLinks, OfOtherKindsAreLeftAside) {
  const Outcome read =
      Read(Row("100001", "100002", "Sixth Form Centre Link") +
           Row("100001", "100002", "Result of Amalgamation") + Row("100001", "100002", "Closure") +
           Row("100001", "100002", "Successors of old") + Row("100001", "100003", "Successor"));
  EXPECT_EQ(read.links->totals.rows, 5u);
  EXPECT_EQ(read.links->totals.left_aside, 4u);
  EXPECT_EQ(read.links->totals.rejected, 0u);
  EXPECT_THAT(read.links->predecessors, UnorderedElementsAre(Pair(kC, ElementsAre(kA))));
}

TEST(SchoolLinks, BadRowsAreRejectedByLineAndField) {
  const Outcome read = Read(Row("12345", "x", "Successor") + Row("100001", "100002", "") +
                            Row("100001", "100001", "Successor") + Row("", "100002", "Other") +
                            "100001,100002\r\n" + Row("100001", "100004", "Successor"));
  std::vector<std::string> places;
  for (const Reject& reject : read.rejects) {
    places.push_back(std::to_string(reject.line) + " " + reject.field + " " + reject.urn);
    EXPECT_THAT(reject.reason, Not(IsEmpty()));
  }
  EXPECT_THAT(places, ElementsAre("2 URN ", "2 LinkURN ", "3 LinkType 100001", "4 LinkURN 100001",
                                  "5 URN ", "6  "));
  EXPECT_EQ(read.links->totals.rows, 6u);
  EXPECT_EQ(read.links->totals.rejected, 5u);
  EXPECT_THAT(read.links->predecessors, UnorderedElementsAre(Pair(kD, ElementsAre(kA))));
}

TEST(SchoolLinks, OfOneSchoolAreBounded) {
  std::string rows;
  for (std::size_t i = 0; i < limits::kPredecessorsPerSchool; ++i) {
    rows += Row("100002", std::to_string(200001 + i), "Predecessor");
  }
  EXPECT_EQ(Read(rows).Before(100002).size(), limits::kPredecessorsPerSchool);
  EXPECT_THAT(Read(rows).rejects, IsEmpty());
  const Outcome read = Read(rows + Row("100002", "300001", "Predecessor"));
  EXPECT_EQ(read.Before(100002).size(), limits::kPredecessorsPerSchool);
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].line, 2u);
  EXPECT_EQ(read.rejects[0].urn, "100002");
  EXPECT_EQ(read.links->totals.rejected, 0u) << "every row was taken";
}

TEST(SchoolLinks, RefusesAnotherFileSayingWhichColumnIsMissing) {
  const Outcome read = Read("100001,Name\n", "URN,EstablishmentName\n");
  EXPECT_EQ(read.links.status().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(read.links.status().message()), HasSubstr("'LinkURN' is missing"));
}

}  // namespace
}  // namespace firstbell::adapters::gias
