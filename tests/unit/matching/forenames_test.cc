#include "broker/matching/forenames.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace firstbell::matching {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

void ExpectAll(const Pairs& pairs, SameName expected) {
  for (const auto& [a, b] : pairs) {
    EXPECT_EQ(CompareForenames(a, b), expected) << a << ", " << b;
    EXPECT_EQ(CompareForenames(b, a), expected) << b << ", " << a;
  }
}

TEST(Forenames, ALetterApartAreUsuallyTwoPeople) {
  ExpectAll({{"emma", "gemma"},
             {"ella", "bella"},
             {"eva", "ava"},
             {"mia", "maya"},
             {"hassan", "hussain"},
             {"jake", "jade"},
             {"leo", "theo"},
             {"noah", "nora"},
             {"sara", "zara"},
             {"alfie", "archie"},
             {"amelia", "emilia"},
             {"beth", "liz"}},
            SameName::kNo);
}

TEST(Forenames, SpellingsOfOneName) {
  ExpectAll({{"zayn", "zain"},
             {"mohammed", "muhammad"},
             {"mohd", "muhammed"},
             {"catherine", "kathryn"},
             {"sean", "shaun"},
             {"yusuf", "youssef"},
             {"ada", "ada"}},
            SameName::kSpelling);
  EXPECT_EQ(CommonSpelling("mohamed"), "muhammad");
  EXPECT_EQ(CommonSpelling("ada"), "ada");
}

TEST(Forenames, ShortForms) {
  ExpectAll({{"elizabeth", "lizzie"},
             {"kathryn", "katie"},  // through the common spelling
             {"william", "bill"},
             {"muhammed", "mo"},
             {"isabella", "izzy"},
             {"kathryn", "kitty"},  // under whichever spelling the short forms are listed
             {"theresa", "tess"},
             {"teresa", "tess"},
             {"maddison", "maddie"},
             {"sara", "sally"},
             {"louis", "lou"}},
            SameName::kShort);
}

}  // namespace
}  // namespace firstbell::matching
