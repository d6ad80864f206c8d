#include "broker/matching/name_evidence.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "broker/matching/double_metaphone.h"
#include "broker/matching/forenames.h"
#include "broker/matching/similarity.h"

namespace firstbell::matching {
namespace {

using Words = std::vector<std::string>;

// By chance two names of a roll are a slip of the pen apart, sound alike, begin with the letter.
constexpr double kCloseByChance = 4e-4;
constexpr double kSoundByChance = 4e-3;
constexpr double kInitialByChance = 0.08;
constexpr double kShortByChance = 2e-3;
constexpr double kHalfByChance = 2e-3;

// A letter in short names, two in long ones, or a beginning that most of the name shares.
bool IsSlip(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer < 3) return false;
  const std::size_t most = longer >= 7 ? 2 : 1;
  return OsaDistance(a, b, most) <= most || (longer >= 6 && JaroWinkler(a, b) >= 0.95);
}

bool SoundAlike(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer < 4 || OsaDistance(a, b, 3) > (longer < 6 ? 2 : 3)) return false;
  const Sounds one = SoundsOf(a), other = SoundsOf(b);
  if (one.primary.empty() || other.primary.empty()) return false;
  return one.primary == other.primary || one.primary == other.secondary ||
         one.secondary == other.primary;
}

bool IsInitialOf(std::string_view a, std::string_view b) {
  return (a.size() == 1 || b.size() == 1) && a.front() == b.front();
}

// One that was heard and one on the roll, neither empty. A slip of the pen is no name: what was
// heard and is a name is that name, and not another.
Level CompareForenameWords(const std::string& a, const std::string& b,
                           const Frequencies& frequencies) {
  if (a == b) return a.size() == 1 ? Level::kInitial : Level::kExact;
  if (IsInitialOf(a, b)) return Level::kInitial;
  const SameName same = CompareForenames(a, b);
  if (same == SameName::kSpelling) return Level::kSpelling;
  if (same == SameName::kShort) return Level::kShort;
  const bool slip = IsSlip(a, b);
  if (!slip && !SoundAlike(a, b)) return Level::kDifferent;
  if (frequencies.IsForename(a)) return Level::kAlike;
  return slip ? Level::kClose : Level::kSound;
}

std::string Joined(const Words& words) {
  std::string joined;
  for (const std::string& word : words) joined += word;
  return joined;
}

struct ForenameMatch {
  Level level = Level::kUnknown;
  std::string_view of_pupil;  // the name that was compared, in the pupil's words
};

// The better of two: levels stand in that order.
void Better(ForenameMatch& best, Level level, std::string_view of_pupil) {
  if (best.level == Level::kUnknown || level < best.level) best = {level, of_pupil};
}

// Each name that the child is called by with each that the pupil is.
ForenameMatch CompareForenames(const Description& child, const Description& pupil,
                               const Frequencies& frequencies) {
  ForenameMatch best;
  for (const Words* heard : {&child.given, &child.preferred}) {
    if (heard->empty()) continue;
    for (const Words* on_roll : {&pupil.given, &pupil.preferred}) {
      if (on_roll->empty()) continue;
      const std::string &a = heard->front(), &b = on_roll->front();
      Better(best, CompareForenameWords(a, b, frequencies), b);
      if (best.level == Level::kExact) return best;
      const bool joined =
          Joined(*heard) == Joined(*on_roll) || a == Joined(*on_roll) || b == Joined(*heard);
      const bool initials = a.size() == 1 && b.size() == 1;
      if (joined && !initials) Better(best, Level::kSpelling, b);
      for (std::size_t i = 1; i < on_roll->size(); ++i) {
        if ((*on_roll)[i].size() > 1 && (*on_roll)[i] == a) {
          Better(best, Level::kMiddle, (*on_roll)[i]);
        }
      }
      for (std::size_t i = 1; i < heard->size(); ++i) {
        if ((*heard)[i].size() > 1 && (*heard)[i] == b) Better(best, Level::kMiddle, b);
      }
    }
  }
  return best;
}

Finding WeighForename(const ForenameMatch& match, const Frequencies& frequencies,
                      const Habits& habits) {
  const auto& m = habits.forename;
  const double share = match.level == Level::kUnknown ? 1 : frequencies.Forename(match.of_pupil);
  const auto at = [&](double of_same, double by_chance) {
    return Finding{match.level, Weigh(of_same, by_chance)};
  };
  switch (match.level) {
    case Level::kExact:
      return at(m.exact, share);
    case Level::kSpelling:
      return at(m.spelling, share);
    case Level::kShort:
      return at(m.short_form, std::max(share, kShortByChance));
    case Level::kMiddle:
      return at(m.middle, share);
    case Level::kClose:
      return at(m.close, share + kCloseByChance);
    case Level::kSound:
      return at(m.sound, share + kSoundByChance);
    case Level::kInitial:
      return at(m.initial, kInitialByChance);
    case Level::kAlike:
      return at(m.alike, 3 * (share + kSoundByChance) + m.alike);
    case Level::kDifferent:
      return at(m.different, 1);
    default:
      return {};
  }
}

struct FamilyMatch {
  Level level = Level::kUnknown;
  std::string_view of_pupil;
};

Level CompareWhole(const FamilyName& a, const FamilyName& b) {
  if (a.whole == b.whole) return Level::kExact;
  const auto half = [](const FamilyName& of, const std::string& name) {
    return std::find(of.halves.begin(), of.halves.end(), name) != of.halves.end();
  };
  if (half(a, b.whole) || half(b, a.whole)) return Level::kHalf;
  for (const std::string& name : a.halves) {
    if (half(b, name)) return Level::kHalf;
  }
  if (IsSlip(a.whole, b.whole)) return Level::kClose;
  return SoundAlike(a.whole, b.whole) ? Level::kSound : Level::kDifferent;
}

FamilyMatch CompareFamilyNames(const Description& child, const Description& pupil) {
  FamilyMatch best;
  for (const FamilyName* heard : {&child.family, &child.former}) {
    if (heard->whole.empty()) continue;
    for (const FamilyName* on_roll : {&pupil.family, &pupil.former}) {
      if (on_roll->whole.empty()) continue;
      Level level = CompareWhole(*heard, *on_roll);
      const bool former = heard == &child.former || on_roll == &pupil.former;
      if (former && level == Level::kExact) level = Level::kFormer;
      if (best.level == Level::kUnknown || level < best.level) best = {level, on_roll->whole};
    }
  }
  return best;
}

Finding WeighFamily(const FamilyMatch& match, const Frequencies& frequencies,
                    const Habits& habits) {
  const auto& m = habits.family;
  const double share = match.level == Level::kUnknown ? 1 : frequencies.Family(match.of_pupil);
  const auto at = [&](double of_same, double by_chance) {
    return Finding{match.level, Weigh(of_same, by_chance)};
  };
  switch (match.level) {
    case Level::kExact:
      return at(m.exact, share);
    case Level::kHalf:
      return at(m.half, std::max(share, kHalfByChance));
    case Level::kFormer:
      return at(m.former, share);
    case Level::kClose:
      return at(m.close, share + kCloseByChance);
    case Level::kSound:
      return at(m.sound, share + kSoundByChance);
    case Level::kDifferent:
      return at(m.different, 1);
    default:
      return {};
  }
}

NameFindings CompareAsWritten(const Description& child, const Description& pupil,
                              const Frequencies& frequencies, const Habits& habits) {
  const ForenameMatch forename = CompareForenames(child, pupil, frequencies);
  const FamilyMatch family = CompareFamilyNames(child, pupil);
  NameFindings names = {WeighForename(forename, frequencies, habits),
                        WeighFamily(family, frequencies, habits)};
  // Where a forename goes with a family name, the second that agrees says less.
  if (names.forename.weight > 0) {
    Lessen(names.family, frequencies.NamesTogether(forename.of_pupil, family.of_pupil));
  }
  return names;
}

Centibits Sum(const NameFindings& names) {
  return names.forename.weight + names.family.weight;
}

// Given for family name and the other way.
Description Swapped(const Description& child) {
  Description swapped;
  swapped.given = child.family.halves.empty() ? Words{child.family.whole} : child.family.halves;
  for (const std::string& word : child.given) swapped.family.whole += word;
  if (child.given.size() > 1) swapped.family.halves = child.given;
  return swapped;
}

}  // namespace

Centibits Weigh(double m, double u) {
  return static_cast<Centibits>(std::lround(100 * std::log2(m / u)));
}

void Lessen(Finding& finding, double times) {
  if (finding.weight > 0) finding.weight = std::max(0, finding.weight - Weigh(times, 1));
}

NameFindings CompareNames(const Description& child, const Description& pupil,
                          const Frequencies& frequencies, const Habits& habits) {
  const NameFindings written = CompareAsWritten(child, pupil, frequencies, habits);
  const bool both = !child.given.empty() && !child.family.whole.empty();
  if (!both || written.forename.level != Level::kDifferent) return written;
  NameFindings swapped = CompareAsWritten(Swapped(child), pupil, frequencies, habits);
  for (Finding* one : {&swapped.forename, &swapped.family}) {
    if (one->weight > 0) one->level = Level::kSwapped;
  }
  swapped.family.weight += Weigh(habits.names_swapped, 1);
  return Sum(swapped) > Sum(written) ? swapped : written;
}

}  // namespace firstbell::matching
