#include "clients/school/records/wishes.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "broker/base/status.h"
#include "clients/school/records/child_name.h"

namespace firstbell::school_records {
namespace {

using Words = std::set<std::string>;

constexpr char kBetweenWords[] = " ,.;:/()-\"'";
// Of which whatever is called consists that is nobody in particular: "All staff", "everybody else".
constexpr std::array<std::string_view, 16> kOfEverybody = {
    "adults",   "all",   "any",    "anybody", "anyone", "at",    "else",     "everybody",
    "everyone", "other", "others", "people",  "school", "staff", "teachers", "the"};

Words WordsIn(const std::string& name) {
  const std::string plain = absl::StrReplaceAll(Folded(name), {{"’", " "}});
  return absl::StrSplit(plain, absl::ByAnyChar(kBetweenWords), absl::SkipEmpty());
}

bool SameOne(const Words& a, const Words& b) {
  if (a.empty() || b.empty()) return false;
  return std::includes(a.begin(), a.end(), b.begin(), b.end()) ||
         std::includes(b.begin(), b.end(), a.begin(), a.end());
}

bool OfEverybody(const Words& words) {
  return !words.empty() && std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(kOfEverybody.begin(), kOfEverybody.end(), word) != kOfEverybody.end();
  });
}

}  // namespace

std::vector<v1::ChildWish> WishesAgainst(const v1::ChildPassport& passport,
                                         const std::string& who) {
  const Words told = WordsIn(who);
  std::vector<v1::ChildWish> named, general;
  for (const v1::ChildWish& wish : passport.wishes()) {
    const Words words = WordsIn(wish.who());
    if (OfEverybody(words)) {
      general.push_back(wish);
    } else if (SameOne(words, told)) {
      named.push_back(wish);
    }
  }
  const bool trusted = SameOne(WordsIn(passport.trusted_adult()), told);
  std::vector<v1::ChildWish>& holds = named.empty() && !trusted ? general : named;
  std::erase_if(holds,
                [](const v1::ChildWish& wish) { return wish.may_know() == v1::MAY_KNOW_YES; });
  return std::move(holds);
}

}  // namespace firstbell::school_records
