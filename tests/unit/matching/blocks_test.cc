#include "broker/matching/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {
namespace {

const model::Date kBorn(2014, 5, 9);

bool Meet(const Description& child, const Description& pupil) {
  const Blocks blocks = BlocksFor(child);
  std::vector<BlockKey> looked = blocks.narrow;
  looked.insert(looked.end(), blocks.more.begin(), blocks.more.end());
  const std::vector<BlockKey> stands = BlocksOf(pupil);
  return std::find_first_of(looked.begin(), looked.end(), stands.begin(), stands.end()) !=
         looked.end();
}

TEST(Blocks, AnyTwoThatAgreeAreEnough) {
  const Description pupil = ChildOf("Zoë", "O'Brien", kBorn, "GA1 1AB");
  EXPECT_TRUE(Meet(ChildOf("Zowie", "Obrian", {}, ""), pupil)) << "by the sound of the names";
  EXPECT_TRUE(Meet(ChildOf("Keira", "O'Brien", kBorn, ""), pupil)) << "family name and birth date";
  EXPECT_TRUE(Meet(ChildOf("Zoë", "Smith", kBorn, ""), pupil)) << "forename and birth date";
  EXPECT_TRUE(Meet(ChildOf("Keira", "Smith", {}, "GA1 1AB"), pupil)) << "postcode";
  EXPECT_TRUE(Meet(ChildOf("O'Brien", "Zoë", {}, ""), pupil)) << "names swapped";
  EXPECT_FALSE(Meet(ChildOf("Keira", "Smith", kBorn, "GA1 1AD"), pupil));
  EXPECT_FALSE(Meet(Description(), pupil));
}

TEST(Blocks, EveryNameOfAPupilLeadsToIt) {
  Description pupil = ChildOf("Elizabeth", "Smith-Jones", kBorn, "");
  pupil.preferred = {"birdie"};
  pupil.former = ReadFamilyName("Brackley");
  for (const char* given : {"Elizabeth", "Birdie"}) {
    for (const char* family : {"Smith-Jones", "Smith", "Jones", "Brackley"}) {
      EXPECT_TRUE(Meet(ChildOf(given, family, {}, ""), pupil)) << given << " " << family;
    }
  }
}

TEST(Blocks, AreFewAndDistinct) {
  const auto blocks = BlocksOf(ChildOf("Zoë", "O'Brien", kBorn, "GA1 1AB"));
  EXPECT_EQ(blocks.size(), 4u);
  EXPECT_TRUE(std::is_sorted(blocks.begin(), blocks.end()));
}

// They stand in databases: a change of one is a change of the stored format.
TEST(Blocks, KeysStayAsTheyAre) {
  const auto blocks = BlocksOf(ChildOf("Emma", "Smith", kBorn, "GA1 1AB"));
  EXPECT_EQ(blocks, BlocksOf(ChildOf("EMMA", "smith", kBorn, "ga1 1ab")));
  EXPECT_EQ(blocks.front(), 2641628858911218167u);
}

TEST(Promise, WhoSharesHomeBirthDateAndTheSoundOfTheNamesStandsOut) {
  const Fingerprint pupil = FingerprintOf(ChildOf("Zoë", "O'Brien", kBorn, "GA1 1AB"));
  const auto promise = [&](const char* given, const char* family, model::Date born,
                           const char* postcode) {
    return Promise(FingerprintOf(ChildOf(given, family, born, postcode)), pupil, false);
  };
  EXPECT_GE(promise("Zowie", "Obrian", kBorn, "GA1 1AB"), kStandsOut);
  EXPECT_LT(promise("Zoë", "O'Brien", kBorn, ""), kStandsOut);
  EXPECT_GE(promise("Finn", "O'Brien", kBorn, "GA1 1AB"), kStandsOut) << "the twin";
  EXPECT_LT(promise("Zoë", "O'Brien", model::Date(2011, 2, 3), "GA1 1AB"), kStandsOut);
}

// It is one of many of its name; where they live tells it from the others.
TEST(Promise, WhoMovedNearbyPromisesMoreThanANamesake) {
  const Fingerprint heard = FingerprintOf(ChildOf("Simran", "Kaur", {}, "GA1 1AB"));
  const Fingerprint moved = FingerprintOf(ChildOf("Simran", "Kaur", kBorn, "GA1 4XY"));
  const Fingerprint namesake = FingerprintOf(ChildOf("Simran", "Kaur", kBorn, "BD7 1AB"));
  const Fingerprint there = FingerprintOf(ChildOf("Simran", "Kaur", kBorn, "GA1 1AB"));
  EXPECT_GT(Promise(heard, moved, false), Promise(heard, namesake, false));
  EXPECT_GT(Promise(heard, there, false), Promise(heard, moved, false));
  EXPECT_GT(Promise(heard, namesake, true), Promise(heard, moved, false)) << "at the school heard";
  EXPECT_GT(Promise(heard, moved, true), Promise(heard, namesake, true));
}

TEST(Promise, NamesInTheOtherOrderPromise) {
  const Fingerprint heard = FingerprintOf(ChildOf("Ahmed", "Fatima", kBorn, ""));
  EXPECT_GT(Promise(heard, FingerprintOf(ChildOf("Fatima", "Ahmed", kBorn, "")), false),
            Promise(heard, FingerprintOf(ChildOf("Ahmed", "Khan", kBorn, "")), false));
}

// Some roll may say that the child is protected, and be older than its home.
TEST(Promise, BesideWhoStandsOutANamesakeBornThatDayIsComparedToo) {
  const Fingerprint heard = FingerprintOf(ChildOf("Zoë", "O'Brien", kBorn, "GA1 1AB"));
  const int stands_out = Promise(heard, heard, true);
  const int namesake =
      Promise(heard, FingerprintOf(ChildOf("Zoë", "O'Brien", kBorn, "BD7 1AB")), false);
  EXPECT_LE(stands_out - namesake, kBehindOne);
}

TEST(Promise, TheChildPromisesMoreThanItsSibling) {
  const auto print = [](const char* given, model::Date born, const char* postcode) {
    return FingerprintOf(ChildOf(given, "O'Brien", born, postcode));
  };
  const Fingerprint heard = print("Zoë", kBorn, "GA1 1AB");
  const int child = Promise(heard, print("Zoe", kBorn, "GA1 1AB"), false);
  EXPECT_GT(child, Promise(heard, print("Finn", model::Date(2011, 2, 3), "GA1 1AB"), false));
  EXPECT_GT(child, Promise(heard, print("Zoe", model::Date(2014, 9, 5), "GA1 1AB"), false));
  EXPECT_GE(Promise(heard, print("Finn", model::Date(2011, 2, 3), "GA1 1AB"), false),
            kWorthFetching);
  EXPECT_EQ(Promise(Fingerprint(), Fingerprint(), false), 0) << "nothing known agrees with nothing";
}

}  // namespace
}  // namespace firstbell::matching
