#include "broker/matching/double_metaphone.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>

namespace firstbell::matching {
namespace {

constexpr std::size_t kCodeLength = 4;

using Texts = std::initializer_list<std::string_view>;

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// What one place of the word says, and how many letters that took.
struct Step {
  std::string_view primary, secondary;
  int letters = 1;
};

constexpr Step Both(std::string_view code, int letters) {
  return {code, code, letters};
}

// The word in capitals. Places before it hold nothing; those behind it, blanks.
class Word {
 public:
  explicit Word(std::string_view name) : length_(static_cast<int>(name.size())) {
    std::transform(name.begin(), name.end(), std::back_inserter(letters_), Upper);
    slavo_germanic_ = letters_.find('W') != std::string::npos ||
                      letters_.find('K') != std::string::npos ||
                      letters_.find("CZ") != std::string::npos;
    letters_.append(kBlanks, ' ');
  }

  int last() const { return length_ - 1; }
  bool slavo_germanic() const { return slavo_germanic_; }
  char At(int place) const {
    return place < 0 || place >= static_cast<int>(letters_.size())
               ? '\0'
               : letters_[static_cast<std::size_t>(place)];
  }
  bool Vowel(int place) const {
    return std::string_view("AEIOUY").find(At(place)) != std::string_view::npos;
  }
  // Whether one of `texts` stands there.
  bool Has(int place, Texts texts) const {
    if (place < 0 || place >= static_cast<int>(letters_.size())) return false;
    const auto rest = std::string_view(letters_).substr(static_cast<std::size_t>(place));
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string_view text) { return rest.starts_with(text); });
  }
  // Two of the same count once.
  int Doubled(int place) const { return At(place + 1) == At(place) ? 2 : 1; }
  bool Germanic() const { return Has(0, {"VAN ", "VON ", "SCH"}); }

 private:
  static constexpr std::size_t kBlanks = 6;
  const int length_;
  std::string letters_;
  bool slavo_germanic_ = false;
};

// --- C ------------------------------------------------------------------------------------

// "ch" as in "chorus", "Bach", "architect", "Wachtler": hard.
bool HardCh(const Word& word, int at) {
  const bool greek = at == 0 && word.Has(1, {"HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"}) &&
                     !word.Has(0, {"CHORE"});
  const bool open = at == 0 || word.Has(at - 1, {"A", "O", "U", "E"});
  return greek || word.Germanic() || word.Has(at - 2, {"ORCHES", "ARCHIT", "ORCHID"}) ||
         word.Has(at + 2, {"T", "S"}) ||
         (open && word.Has(at + 2, {"L", "R", "N", "M", "B", "H", "F", "V", "W", " "}));
}

Step Ch(const Word& word, int at) {
  if (at > 0 && word.Has(at, {"CHAE"})) return {"K", "X", 2};  // Michael
  if (HardCh(word, at)) return Both("K", 2);
  if (at == 0) return Both("X", 2);
  if (word.Has(0, {"MC"})) return Both("K", 2);  // McHugh
  return {"X", "K", 2};
}

Step DoubleC(const Word& word, int at) {
  const bool soft = word.Has(at + 2, {"I", "E", "H"}) && !word.Has(at + 2, {"HU"});
  if (!soft) return Both("K", 2);
  const bool split = (at == 1 && word.At(0) == 'A') || word.Has(at - 1, {"UCCEE", "UCCES"});
  return Both(split ? "KS" : "X", 3);  // accident, succeed; bertucci
}

Step C(const Word& word, int at) {
  const bool germanic = at > 1 && !word.Vowel(at - 2) && word.Has(at - 1, {"ACH"}) &&
                        word.At(at + 2) != 'I' &&
                        (word.At(at + 2) != 'E' || word.Has(at - 2, {"BACHER", "MACHER"}));
  if (germanic) return Both("K", 2);
  if (at == 0 && word.Has(0, {"CAESAR"})) return Both("S", 2);
  if (word.Has(at, {"CHIA"})) return Both("K", 2);  // chianti
  if (word.Has(at, {"CH"})) return Ch(word, at);
  if (word.Has(at, {"CZ"}) && !word.Has(at - 2, {"WICZ"})) return {"S", "X", 2};  // Czerny
  if (word.Has(at + 1, {"CIA"})) return Both("X", 3);                             // focaccia
  if (word.Has(at, {"CC"}) && !(at == 1 && word.At(0) == 'M')) return DoubleC(word, at);
  if (word.Has(at, {"CK", "CG", "CQ"})) return Both("K", 2);
  if (word.Has(at, {"CIO", "CIE", "CIA"})) return {"S", "X", 2};
  if (word.Has(at, {"CI", "CE", "CY"})) return Both("S", 2);
  if (word.Has(at + 1, {" C", " Q", " G"})) return Both("K", 3);  // Mac Gregor
  const bool with_next = word.Has(at + 1, {"C", "K", "Q"}) && !word.Has(at + 1, {"CE", "CI"});
  return Both("K", with_next ? 2 : 1);
}

// --- D, G ---------------------------------------------------------------------------------

Step D(const Word& word, int at) {
  if (word.Has(at, {"DGI", "DGE", "DGY"})) return Both("J", 3);  // edge
  if (word.Has(at, {"DG"})) return Both("TK", 2);                // Edgar
  return Both("T", word.Has(at, {"DT", "DD"}) ? 2 : 1);
}

Step Gh(const Word& word, int at) {
  if (at > 0 && !word.Vowel(at - 1)) return Both("K", 2);
  if (at == 0) return Both(word.At(2) == 'I' ? "J" : "K", 2);
  const bool silent = word.Has(at - 2, {"B", "H", "D"}) || word.Has(at - 3, {"B", "H", "D"}) ||
                      word.Has(at - 4, {"B", "H"});  // Hugh, bough, Broughton
  if (silent) return Both("", 2);
  const bool laugh =
      at > 2 && word.At(at - 1) == 'U' && word.Has(at - 3, {"C", "G", "L", "R", "T"});
  if (laugh) return Both("F", 2);
  return Both(word.At(at - 1) == 'I' ? "" : "K", 2);
}

Step Gn(const Word& word, int at) {
  if (at == 1 && word.Vowel(0) && !word.slavo_germanic()) return {"KN", "N", 2};
  const bool cagney = word.Has(at + 2, {"EY"});
  if (!cagney && !word.slavo_germanic()) return {"N", "KN", 2};
  return Both("KN", 2);
}

Step SoftG(const Word& word, int at) {
  if (word.Germanic() || word.Has(at + 1, {"ET"})) return Both("K", 2);
  if (word.Has(at + 1, {"IER "})) return Both("J", 2);
  return {"J", "K", 2};
}

Step G(const Word& word, int at) {
  if (word.At(at + 1) == 'H') return Gh(word, at);
  if (word.At(at + 1) == 'N') return Gn(word, at);
  if (word.Has(at + 1, {"LI"}) && !word.slavo_germanic()) return {"KL", "L", 2};  // Tagliaro
  const bool gerald = at == 0 && word.Has(1, {"Y", "ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN",
                                              "IE", "EI", "ER"});
  if (gerald) return {"K", "J", 2};
  const bool anger = word.Has(at + 1, {"ER", "Y"}) &&
                     !word.Has(0, {"DANGER", "RANGER", "MANGER"}) &&
                     !word.Has(at - 1, {"E", "I", "RGY", "OGY"});
  if (anger) return {"K", "J", 2};
  if (word.Has(at + 1, {"E", "I", "Y"}) || word.Has(at - 1, {"AGGI", "OGGI"})) {
    return SoftG(word, at);
  }
  return Both("K", word.Doubled(at));
}

// --- H, J, L, M ---------------------------------------------------------------------------

Step H(const Word& word, int at) {
  const bool heard = (at == 0 || word.Vowel(at - 1)) && word.Vowel(at + 1);
  return heard ? Both("H", 2) : Both("", 1);
}

Step J(const Word& word, int at) {
  const bool san = word.Has(0, {"SAN "});
  if (word.Has(at, {"JOSE"}) || san) {
    const bool spanish = san || (at == 0 && word.At(4) == ' ');
    return {spanish ? "H" : "J", "H", 1};
  }
  const int letters = word.Doubled(at);
  if (at == 0) return {"J", "A", letters};  // Jankelowicz
  if (word.Vowel(at - 1) && !word.slavo_germanic() && word.Has(at + 1, {"A", "O"})) {
    return {"J", "H", letters};  // bajador
  }
  if (at == word.last()) return {"J", "", letters};
  const bool silent = word.Has(at + 1, {"L", "T", "K", "S", "N", "M", "B", "Z"}) ||
                      word.Has(at - 1, {"S", "K", "L"});
  return Both(silent ? "" : "J", letters);
}

Step L(const Word& word, int at) {
  if (word.At(at + 1) != 'L') return Both("L", 1);
  const bool cabrillo = at == word.last() - 2 && word.Has(at - 1, {"ILLO", "ILLA", "ALLE"});
  const bool gallegos = word.Has(at - 1, {"ALLE"}) && (word.Has(word.last() - 1, {"AS", "OS"}) ||
                                                       word.Has(word.last(), {"A", "O"}));
  if (cabrillo || gallegos) return {"L", "", 2};
  return Both("L", 2);
}

Step M(const Word& word, int at) {
  const bool dumb =
      word.Has(at - 1, {"UMB"}) && (at + 1 == word.last() || word.Has(at + 2, {"ER"}));
  return Both("M", dumb || word.At(at + 1) == 'M' ? 2 : 1);
}

// --- P, R, S, T ---------------------------------------------------------------------------

Step P(const Word& word, int at) {
  if (word.At(at + 1) == 'H') return Both("F", 2);
  return Both("P", word.Has(at + 1, {"P", "B"}) ? 2 : 1);  // Campbell
}

Step R(const Word& word, int at) {
  const bool rogier = at == word.last() && !word.slavo_germanic() && word.Has(at - 2, {"IE"}) &&
                      !word.Has(at - 4, {"ME", "MA"});
  return {rogier ? "" : "R", "R", word.Doubled(at)};
}

Step Sc(const Word& word, int at) {
  if (word.At(at + 2) != 'H') return Both(word.Has(at + 2, {"I", "E", "Y"}) ? "S" : "SK", 3);
  if (word.Has(at + 3, {"ER", "EN"})) return {"X", "SK", 3};             // Schenker
  if (word.Has(at + 3, {"OO", "UY", "ED", "EM"})) return Both("SK", 3);  // school
  const bool schmidt = at == 0 && !word.Vowel(3) && word.At(3) != 'W';
  return {"X", schmidt ? "S" : "X", 3};
}

Step S(const Word& word, int at) {
  if (word.Has(at - 1, {"ISL", "YSL"})) return Both("", 1);  // Carlisle
  if (at == 0 && word.Has(0, {"SUGAR"})) return {"X", "S", 1};
  if (word.Has(at, {"SH"})) {
    return Both(word.Has(at + 1, {"HEIM", "HOEK", "HOLM", "HOLZ"}) ? "S" : "X", 2);
  }
  if (word.Has(at, {"SIO", "SIA"})) return {"S", word.slavo_germanic() ? "S" : "X", 3};
  if (word.At(at + 1) == 'Z') return {"S", "X", 2};
  if (at == 0 && word.Has(1, {"M", "N", "L", "W"})) return {"S", "X", 1};  // Smith, Schmidt
  if (word.Has(at, {"SC"})) return Sc(word, at);
  const bool artois = at == word.last() && word.Has(at - 2, {"AI", "OI"});
  return {artois ? "" : "S", "S", word.Doubled(at)};
}

Step T(const Word& word, int at) {
  if (word.Has(at, {"TION", "TIA", "TCH"})) return Both("X", 3);
  if (word.Has(at, {"TH", "TTH"})) {
    const bool thomas = word.Has(at + 2, {"OM", "AM"}) || word.Germanic();
    return {thomas ? "T" : "0", "T", 2};
  }
  return Both("T", word.Has(at + 1, {"T", "D"}) ? 2 : 1);
}

// --- W, X, Z ------------------------------------------------------------------------------

Step W(const Word& word, int at) {
  if (word.At(at + 1) == 'R') return Both("R", 2);
  const bool initial = at == 0 && (word.Vowel(1) || word.At(1) == 'H');
  const bool arnow = (at == word.last() && word.Vowel(at - 1)) || word.Has(0, {"SCH"}) ||
                     word.Has(at - 1, {"EWSKI", "EWSKY", "OWSKI", "OWSKY"});
  if (arnow) return {"", "F", 1};
  if (word.Has(at, {"WICZ", "WITZ"})) {  // Filipowicz
    return initial ? Step{"ATS", "FFX", 4} : Step{"TS", "FX", 4};
  }
  if (initial) return {"A", word.Vowel(1) ? "F" : "A", 1};  // Wasserman, Vasserman
  return Both("", 1);
}

Step X(const Word& word, int at) {
  const bool breaux =
      at == word.last() && (word.Has(at - 3, {"IAU", "EAU"}) || word.Has(at - 2, {"AU", "OU"}));
  return Both(breaux ? "" : "KS", word.Has(at + 1, {"C", "X"}) ? 2 : 1);
}

Step Z(const Word& word, int at) {
  if (word.At(at + 1) == 'H') return Both("J", 2);  // Zhao
  const bool second = word.Has(at + 1, {"ZO", "ZI", "ZA"}) ||
                      (word.slavo_germanic() && at > 0 && word.At(at - 1) != 'T');
  return {"S", second ? "TS" : "S", word.Doubled(at)};
}

Step StepAt(const Word& word, int at) {
  const char letter = word.At(at);
  switch (letter) {
    case 'A':
    case 'E':
    case 'I':
    case 'O':
    case 'U':
    case 'Y':
      return Both(at == 0 ? "A" : "", 1);
    case 'B':
      return Both("P", word.Doubled(at));
    case 'C':
      return C(word, at);
    case 'D':
      return D(word, at);
    case 'F':
    case 'V':
      return Both("F", word.Doubled(at));
    case 'G':
      return G(word, at);
    case 'H':
      return H(word, at);
    case 'J':
      return J(word, at);
    case 'K':
    case 'Q':
      return Both("K", word.Doubled(at));
    case 'L':
      return L(word, at);
    case 'M':
      return M(word, at);
    case 'N':
      return Both("N", word.Doubled(at));
    case 'P':
      return P(word, at);
    case 'R':
      return R(word, at);
    case 'S':
      return S(word, at);
    case 'T':
      return T(word, at);
    case 'W':
      return W(word, at);
    case 'X':
      return at == 0 ? Both("S", 1) : X(word, at);  // Xavier
    case 'Z':
      return Z(word, at);
    default:
      return Both("", 1);
  }
}

}  // namespace

Sounds SoundsOf(std::string_view name) {
  const Word word(name);
  Sounds sounds;
  int at = word.Has(0, {"GN", "KN", "PN", "WR", "PS"}) ? 1 : 0;
  while (at <= word.last() &&
         (sounds.primary.size() < kCodeLength || sounds.secondary.size() < kCodeLength)) {
    const Step step = StepAt(word, at);
    sounds.primary += step.primary;
    sounds.secondary += step.secondary;
    at += step.letters;
  }
  sounds.primary.resize(std::min(sounds.primary.size(), kCodeLength));
  sounds.secondary.resize(std::min(sounds.secondary.size(), kCodeLength));
  return sounds;
}

}  // namespace firstbell::matching
