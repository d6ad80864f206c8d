#include "adapters/calendar_ics/summary.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace firstbell::adapters::calendar_ics {
namespace {

// What a word or a few say; bits, for a summary has several.
enum Feature : unsigned {
  kOther = 1u << 0,   // a word that is not ours
  kBeside = 1u << 1,  // one that changes nothing
  kWho = 1u << 2,     // the school, its pupils: beside it, or whose days begin or end
  kTerm = 1u << 3,
  kBegins = 1u << 4,
  kEnds = 1u << 5,
  kHalfTerm = 1u << 6,
  kInset = 1u << 7,
  kClosed = 1u << 8,
  kHoliday = 1u << 9,
  kOpen = 1u << 10,
  kBank = 1u << 11,
};

struct Phrase {
  std::string_view words;
  unsigned says;
};

// The longest that fits is taken.
constexpr Phrase kPhrases[] = {
    // What looks like ours and is not.
    {"school open day", kOther | kOpen},
    {"school open days", kOther | kOpen},
    {"school open week", kOther | kOpen},
    {"open day", kOther},
    {"half day", kOther},
    {"half days", kOther},
    {"new years day", kBank},
    {"new year s day", kBank},
    {"new year", kBeside},

    {"extra school day", kOpen},
    {"extra school days", kOpen},
    {"additional school day", kOpen},
    {"additional school days", kOpen},
    {"school open", kOpen},
    {"school is open", kOpen},

    {"back to school", kBegins | kWho},
    {"back in school", kBegins | kWho},
    {"first day", kBegins},
    {"starts", kBegins},
    {"start", kBegins},
    {"begins", kBegins},
    {"begin", kBegins},
    {"commences", kBegins},
    {"reopens", kBegins},
    {"re opens", kBegins},
    {"resumes", kBegins},
    {"returns", kBegins},
    {"return", kBegins},

    {"last day", kEnds},
    {"final day", kEnds},
    {"breaks up", kEnds},
    {"break up", kEnds},
    {"ends", kEnds},
    {"end", kEnds},
    {"finishes", kEnds},
    {"finish", kEnds},
    {"closes", kEnds},

    {"half term", kHalfTerm},
    {"half terms", kHalfTerm},
    {"halfterm", kHalfTerm},
    {"mid term", kHalfTerm},
    {"term time", kTerm},
    {"termtime", kTerm},
    {"term", kTerm},

    {"inset", kInset},
    {"insets", kInset},
    {"in service", kInset},
    {"staff only", kInset},
    {"staff training", kInset},
    {"staff development", kInset},
    {"teacher training", kInset},
    {"teachers training", kInset},
    {"teacher s training", kInset},
    {"professional learning", kInset},
    {"professional development", kInset},
    {"training day", kInset},
    {"training days", kInset},
    {"pd day", kInset},
    {"pd days", kInset},
    {"cpd day", kInset},
    {"cpd days", kInset},
    {"baker day", kInset},
    {"non pupil", kInset},
    {"non student", kInset},

    {"early may bank holiday", kBank},
    {"bank holiday", kBank},
    {"bank holidays", kBank},
    {"public holiday", kBank},
    {"may day", kBank},
    {"good friday", kBank},
    {"easter monday", kBank},
    {"boxing day", kBank},
    {"christmas day", kBank},

    {"occasional day", kClosed},
    {"occasional days", kClosed},
    {"occasional holiday", kClosed},
    {"no school", kClosed},
    {"no pupils", kClosed},
    {"no students", kClosed},
    {"no children", kClosed},
    {"closed", kClosed},
    {"closure", kClosed},
    {"closures", kClosed},

    {"christmas break", kHoliday},
    {"easter break", kHoliday},
    {"summer break", kHoliday},
    {"winter break", kHoliday},
    {"spring break", kHoliday},
    {"autumn break", kHoliday},
    {"october break", kHoliday},
    {"half term break", kHalfTerm},
    {"february break", kHoliday},
    {"holiday", kHoliday},
    {"holidays", kHoliday},
    {"vacation", kHoliday},
};

constexpr std::string_view kWhoWords[] = {"school",   "schools",  "pupil",   "pupils",  "student",
                                          "students", "children", "academy", "college", "back"};

constexpr std::string_view kBesideWords[] = {
    "a",      "an",       "the",    "of",         "and",       "in",       "on",        "for",
    "to",     "s",        "is",     "are",        "will",      "be",       "all",       "our",
    "day",    "days",     "date",   "half",       "break",     "first",    "second",    "third",
    "one",    "two",      "three",  "four",       "five",      "six",      "training",  "autumn",
    "spring", "summer",   "winter", "michaelmas", "lent",      "trinity",  "christmas", "xmas",
    "easter", "whitsun",  "whit",   "festive",    "january",   "february", "march",     "april",
    "may",    "june",     "july",   "august",     "september", "october",  "november",  "december",
    "jan",    "feb",      "mar",    "apr",        "jun",       "jul",      "aug",       "sep",
    "sept",   "oct",      "nov",    "dec",        "monday",    "tuesday",  "wednesday", "thursday",
    "friday", "saturday", "sunday", "mon",        "tue",       "tues",     "wed",       "thu",
    "thur",   "thurs",    "fri",    "sat",        "sun"};

bool IsDigit(char c) {
  return '0' <= c && c <= '9';
}

bool IsLetter(char c) {
  return 'a' <= c && c <= 'z';
}

// Bytes of a dash, a quote or a space beyond ASCII (General Punctuation, no-break space); 0: none.
std::size_t Punctuation(std::string_view text) {
  if (text.starts_with("\xe2\x80") || text.starts_with("\xe2\x81")) {
    return std::min<std::size_t>(3, text.size());
  }
  return text.starts_with("\xc2\xa0") ? 2 : 0;
}

// In lower case, between anything else; a time of day stays one: "13:15", "1.15".
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t bytes = Punctuation(text.substr(i)); bytes > 0) {
      i += bytes - 1;
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    const char c =
        'A' <= text[i] && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    const bool of_time = (c == ':' || c == '.') && i > 0 && IsDigit(text[i - 1]) &&
                         i + 1 < text.size() && IsDigit(text[i + 1]);
    if (IsLetter(c) || IsDigit(c) || of_time || static_cast<unsigned char>(c) >= 0x80) {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// "1", "2nd", "27", "2026"; of four digits a year alone.
bool IsNumber(std::string_view word) {
  std::size_t digits = 0;
  while (digits < word.size() && IsDigit(word[digits])) ++digits;
  const std::string_view rest = word.substr(digits);
  if (digits == 4 && rest.empty()) return word.starts_with("19") || word.starts_with("20");
  const bool ordinal = rest == "st" || rest == "nd" || rest == "rd" || rest == "th";
  return (digits == 1 || digits == 2) && (rest.empty() || ordinal);
}

template <typename Words>
bool IsOneOf(const Words& words, std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// How many words the phrase has, where it stands there; 0: it does not.
std::size_t Fits(std::string_view phrase, absl::Span<const std::string> words) {
  std::size_t count = 0;
  while (true) {
    const std::size_t space = std::min(phrase.find(' '), phrase.size());
    if (count == words.size() || words[count] != phrase.substr(0, space)) return 0;
    ++count;
    if (space == phrase.size()) return count;
    phrase.remove_prefix(space + 1);
  }
}

// What stands at the front, and how many words it takes.
std::pair<unsigned, std::size_t> Next(absl::Span<const std::string> words) {
  std::pair<unsigned, std::size_t> longest{0, 0};
  for (const Phrase& phrase : kPhrases) {
    const std::size_t count = Fits(phrase.words, words);
    if (count > longest.second) longest = {phrase.says, count};
  }
  if (longest.second > 0) return longest;
  if (IsOneOf(kWhoWords, words.front())) return {kWho, 1};
  if (IsOneOf(kBesideWords, words.front()) || IsNumber(words.front())) return {kBeside, 1};
  return {kOther, 1};
}

unsigned FeaturesOf(std::string_view text) {
  const std::vector<std::string> words = WordsOf(text);
  unsigned features = 0;
  for (absl::Span<const std::string> rest(words); !rest.empty();) {
    const auto [says, count] = Next(rest);
    features |= says;
    rest.remove_prefix(count);
  }
  return features;
}

Meaning Understood(std::vector<Kind> kinds) {
  return {Sense::kUnderstood, std::move(kinds)};
}

// Of words that all are ours.
Meaning OfTerm(unsigned features) {
  const bool begins = (features & kBegins) != 0, ends = (features & kEnds) != 0;
  if ((begins && ends) || (features & (kClosed | kHoliday | kBank)) != 0) {
    return {Sense::kPartlyTerm, {}};
  }
  if (!begins && !ends) {
    return Understood({(features & kInset) != 0 ? Kind::kInset : Kind::kTerm});
  }
  std::vector<Kind> kinds = {begins ? Kind::kTermBegins : Kind::kTermEnds};
  if ((features & kInset) != 0) kinds.push_back(Kind::kInset);
  return Understood(std::move(kinds));
}

Meaning OfFeatures(unsigned features) {
  const auto has = [&](unsigned some) { return (features & some) != 0; };
  const unsigned ours = features & ~(kOther | kBeside | kWho);
  const bool edge = has(kBegins | kEnds);
  const bool edges_alone = (ours & ~(kBegins | kEnds)) == 0;
  const bool term = has(kTerm) && !has(kHalfTerm);
  if (ours == 0) return {};
  if (has(kOther)) {  // "Choir starts" says nothing of the school's days
    if (edges_alone) return {};
    return {term ? Sense::kPartlyTerm : Sense::kPartly, {}};
  }
  if (edges_alone) return has(kWho) ? OfTerm(features) : Meaning();
  if (has(kOpen)) return ours == kOpen ? Understood({Kind::kOpen}) : Meaning{Sense::kPartly, {}};
  if (term) return OfTerm(features);
  if (edge) return {Sense::kPartly, {}};
  if (has(kBank)) {
    const bool alone = (ours & ~(kBank | kClosed | kHoliday)) == 0;
    if (alone) return Understood({Kind::kBankHoliday});
  }
  if (has(kHalfTerm)) return Understood({Kind::kHalfTerm});
  if (has(kInset)) return Understood({Kind::kInset});
  return Understood({has(kHoliday) ? Kind::kHoliday : Kind::kClosed});
}

}  // namespace

Meaning Understand(std::string_view summary, absl::Span<const std::string> categories) {
  const unsigned features = FeaturesOf(summary);
  if ((features & ~(kBeside | kWho)) != 0) return OfFeatures(features);
  for (const std::string& category : categories) {
    const Meaning meaning = OfFeatures(features | FeaturesOf(category));
    if (meaning.sense == Sense::kUnderstood) return meaning;
  }
  return {};
}

}  // namespace firstbell::adapters::calendar_ics
