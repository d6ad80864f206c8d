#include "broker/matching/names.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "unicode/translit.h"
#include "unicode/unistr.h"

namespace firstbell::matching {
namespace {

// Sorted, each list of words: looked up by halving. What is written where a name is not known.
constexpr std::string_view kNotKnown[] = {"nil", "nk", "none", "tba", "tbc", "unk", "unknown"};
// The same in two words.
constexpr std::pair<std::string_view, std::string_view> kNotKnownInTwo[] = {
    {"n", "a"}, {"n", "k"}, {"no", "name"}, {"not", "given"}, {"not", "known"}, {"not", "stated"}};
// The same of a child; as family names some of these are real.
constexpr std::string_view kNoGivenNames[] = {"baby",    "boy",    "child", "female",
                                              "girl",    "infant", "male",  "name",
                                              "triplet", "twin",   "unborn"};
// Left out by half of those who write the name.
constexpr std::string_view kParticles[] = {
    "al",  "as",  "ben", "bin", "bint", "binti", "d",   "da",  "das", "de", "del", "della",
    "den", "der", "di",  "do",  "dos",  "du",    "e",   "el",  "ibn", "la", "las", "le",
    "les", "los", "ten", "ter", "ul",   "ur",    "van", "von", "y",   "zu"};
// Written apart or together with the word that follows.
constexpr std::string_view kPrefixes[] = {"ap", "fitz", "mac", "mc", "o", "saint", "st"};

template <std::size_t kCount>
bool Among(const std::string_view (&words)[kCount], std::string_view word) {
  return std::binary_search(std::begin(words), std::end(words), word);
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// One for all threads: it is large, and few names need it.
class ToLatin {
 public:
  ToLatin() {
    UErrorCode error = U_ZERO_ERROR;
    transliterator_.reset(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, error));
    FB_CHECK(U_SUCCESS(error) && transliterator_ != nullptr);
  }
  std::string Of(std::string_view text) {
    auto letters = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    {
      base::MutexLock lock(mutex_);
      transliterator_->transliterate(letters);
    }
    std::string latin;
    letters.toUTF8String(latin);
    return latin;
  }

 private:
  base::Mutex mutex_;
  std::unique_ptr<icu::Transliterator> transliterator_;
};

std::string Latin(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  static ToLatin* const to_latin = new ToLatin;
  return to_latin->Of(text);
}

enum class Role { kLetter, kNothing, kBetween };

Role RoleOf(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Role::kLetter;
  if (c == '\'' || c == '`' || static_cast<unsigned char>(c) >= 0x80) return Role::kNothing;
  return Role::kBetween;
}

// "mc donald" makes mcdonald.
std::vector<std::string> JoinPrefixes(const std::vector<std::string>& words) {
  std::vector<std::string> joined;
  std::string before;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i + 1 < words.size() && Among(kPrefixes, words[i])) {
      before += words[i] == "saint" ? "st" : words[i];
      continue;
    }
    joined.push_back(before + words[i]);
    before.clear();
  }
  return joined;
}

// All of them where nothing else is left: "Le" is a name too.
std::vector<std::string> WithoutParticles(const std::vector<std::string>& words) {
  std::vector<std::string> rest;
  std::copy_if(words.begin(), words.end(), std::back_inserter(rest),
               [](const std::string& word) { return !Among(kParticles, word); });
  return rest.empty() ? words : rest;
}

bool SayNotKnown(const std::string& one, const std::string& next) {
  const std::pair<std::string_view, std::string_view> both(one, next);
  return std::find(std::begin(kNotKnownInTwo), std::end(kNotKnownInTwo), both) !=
         std::end(kNotKnownInTwo);
}

void RemoveNotKnown(std::vector<std::string>& words) {
  std::erase_if(words, [](const std::string& word) { return Among(kNotKnown, word); });
  const auto two = [&] { return std::adjacent_find(words.begin(), words.end(), SayNotKnown); };
  for (auto at = two(); at != words.end(); at = two()) words.erase(at, at + 2);
}

}  // namespace

std::vector<std::string> PlainWords(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;
  for (const char c : Latin(text)) {
    const Role role = RoleOf(c);
    if (role == Role::kBetween) open = false;
    if (role != Role::kLetter) continue;
    if (!open) words.emplace_back();
    open = true;
    words.back().push_back(static_cast<char>(c | 0x20));  // to lower case
  }
  return words;
}

std::vector<std::string> GivenWords(std::string_view given_names) {
  std::vector<std::string> words = PlainWords(given_names);
  RemoveNotKnown(words);
  std::erase_if(words, [](const std::string& word) { return Among(kNoGivenNames, word); });
  return words;
}

FamilyName ReadFamilyName(std::string_view family_name) {
  std::vector<std::string> words = PlainWords(family_name);
  RemoveNotKnown(words);
  words = WithoutParticles(JoinPrefixes(words));
  FamilyName name;
  for (const std::string& word : words) name.whole += word;
  std::erase_if(words, [](const std::string& word) { return word.size() < 2; });
  if (words.size() > 1) name.halves = std::move(words);
  return name;
}

}  // namespace firstbell::matching
