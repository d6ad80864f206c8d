#include "clients/school/records/wishes.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/school/records/child_name.h"

namespace firstbell::school_records {
namespace {

using Words = std::set<std::string>;

constexpr char kBetweenWords[] = " .:/()-\"'";
constexpr char kBetweenPeople[] = ",;&+\n";
// Of which whatever is called consists that is nobody in particular: "All staff", "everybody else".
constexpr std::array<std::string_view, 29> kOfEverybody = {
    "adult",  "adults",    "all",      "any",   "anybody", "anyone",  "at",     "else",
    "every",  "everybody", "everyone", "in",    "member",  "members", "my",     "no",
    "nobody", "of",        "one",      "other", "others",  "our",     "people", "school",
    "staff",  "teacher",   "teachers", "the",   "whole"};

std::vector<std::string> Split(const std::string& text, const char* at) {
  return absl::StrSplit(text, absl::ByAnyChar(at), absl::SkipEmpty());
}

Words WordsIn(const std::string& name) {
  const std::vector<std::string> words =
      Split(absl::StrReplaceAll(Folded(name), {{"’", " "}, {",", " "}, {";", " "}}), kBetweenWords);
  return Words(words.begin(), words.end());
}

// Each of those who are told: "Ms Hazel and Mr Linden" are two.
std::vector<Words> EachOf(const std::string& who) {
  std::vector<Words> each;
  for (const std::string& one :
       Split(absl::StrReplaceAll(Folded(who), {{" and ", ","}}), kBetweenPeople)) {
    Words words = WordsIn(one);
    if (!words.empty()) each.push_back(std::move(words));
  }
  return each;
}

bool Within(const Words& some, const Words& all) {
  return !some.empty() && std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool OfEverybody(const Words& words) {
  return !words.empty() && std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(kOfEverybody.begin(), kOfEverybody.end(), word) != kOfEverybody.end();
  });
}

// Without what the passport adds of them: "Mrs Rowan, the librarian".
Words NameOfTrusted(const v1::ChildPassport& passport) {
  const std::string& adult = passport.trusted_adult();
  return WordsIn(adult.substr(0, adult.find_first_of(",(")));
}

bool MayKnow(const v1::ChildWish& wish) {
  return wish.may_know() == v1::MAY_KNOW_YES;
}

// What stands against telling one of them.
class Against {
 public:
  Against(const v1::ChildPassport& passport, const Words& told) {
    bool lifted = Within(NameOfTrusted(passport), told);
    for (const v1::ChildWish& wish : passport.wishes()) {
      const Words words = WordsIn(wish.who());
      const bool general = OfEverybody(words);
      const bool named = !general && (Within(words, told) || Within(told, words));
      if (general && !MayKnow(wish)) general_.push_back(&wish);
      if (named && !MayKnow(wish)) named_.push_back(&wish);
      lifted = lifted || (named && MayKnow(wish) && wish.about().empty() && Within(words, told));
    }
    if (lifted && !OfEverybody(told)) general_.clear();
  }

  bool Has(const v1::ChildWish& wish) const {
    const auto& holds = named_.empty() ? general_ : named_;
    return std::find(holds.begin(), holds.end(), &wish) != holds.end();
  }

 private:
  std::vector<const v1::ChildWish*> named_, general_;
};

}  // namespace

std::vector<v1::ChildWish> WishesAgainst(const v1::ChildPassport& passport,
                                         const std::string& who) {
  std::vector<Against> all;
  for (const Words& told : EachOf(who)) all.emplace_back(passport, told);
  std::vector<v1::ChildWish> against;
  for (const v1::ChildWish& wish : passport.wishes()) {
    const bool holds =
        std::any_of(all.begin(), all.end(), [&](const Against& one) { return one.Has(wish); });
    if (holds) against.push_back(wish);
  }
  return against;
}

}  // namespace firstbell::school_records
