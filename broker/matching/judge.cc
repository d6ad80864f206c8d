#include "broker/matching/judge.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "broker/matching/name_evidence.h"

namespace firstbell::matching {
namespace {

bool Speaks(const Evidence& evidence, Field field) {
  return evidence.at(field).weight > 0;
}

// A UPN is one pupil's alone: with the forename, or with the date of birth and no other forename,
// it is enough. With another forename it may be the twin's.
Doubt JudgeByUpn(const Evidence& best) {
  const Level forename = best.at(Field::kForename).level;
  const bool other = forename == Level::kDifferent || forename == Level::kAlike;
  const bool known = Speaks(best, Field::kForename) || (Speaks(best, Field::kBirthDate) && !other);
  return known ? Doubt::kNone : Doubt::kUpnConflict;
}

Doubt JudgeChild(const Evidence& best, const Thresholds& thresholds) {
  const Finding& birth = best.at(Field::kBirthDate);
  if (best.at(Field::kForename).weight < thresholds.forename) return Doubt::kForename;
  if (birth.level == Level::kUnknown) return Doubt::kNoBirthDate;
  if (birth.weight < thresholds.birth_date) return Doubt::kBirthDate;
  return best.of_child() < thresholds.of_child ? Doubt::kChildWeak : Doubt::kNone;
}

Doubt JudgeWithoutUpn(const Judgement& judgement, const Thresholds& thresholds) {
  const Evidence& best = judgement.ranked.front().evidence;
  if (judgement.beyond_chance < thresholds.certain) return Doubt::kTooLittle;
  const Doubt doubt = JudgeChild(best, thresholds);
  if (doubt != Doubt::kNone) return doubt;
  const bool located = Speaks(best, Field::kPostcode) || Speaks(best, Field::kAddress) ||
                       best.at(Field::kSchool).level == Level::kExact;
  return located ? Doubt::kNone : Doubt::kNoLocation;
}

// How the UPN agrees on any of the best child's registrations, and on anybody else's.
struct Upns {
  bool differ = false, agree = false, agree_elsewhere = false;
};

Upns ReadUpns(const std::vector<Scored>& ranked) {
  Upns upns;
  for (const Scored& one : ranked) {
    const Level level = one.evidence.at(Field::kUpn).level;
    const bool of_best = one.child == ranked.front().child;
    upns.differ |= of_best && level == Level::kDifferent;
    upns.agree |= of_best && level == Level::kExact;
    upns.agree_elsewhere |= !of_best && level == Level::kExact;
  }
  return upns;
}

Doubt JudgeBest(const Judgement& judgement, const Thresholds& thresholds) {
  const Upns upns = ReadUpns(judgement.ranked);
  if (upns.differ) return Doubt::kUpnConflict;
  Doubt doubt = Doubt::kNone;
  if (upns.agree) doubt = JudgeByUpn(judgement.ranked.front().evidence);
  if (doubt != Doubt::kNone) return doubt;
  // That two children have it is some school's mistake: it is not enough for either.
  if (!upns.agree || upns.agree_elsewhere) doubt = JudgeWithoutUpn(judgement, thresholds);
  if (doubt != Doubt::kNone) return doubt;
  return judgement.margin < thresholds.margin ? Doubt::kAnotherAsLikely : Doubt::kNone;
}

}  // namespace

std::string_view NameOf(Doubt doubt) {
  constexpr std::array<std::string_view, 11> kNames = {
      "none",       "nobody",     "upn_conflict", "too_little",        "forename", "no_birth_date",
      "birth_date", "child_weak", "no_location",  "another_as_likely", "cut"};
  return kNames[static_cast<std::size_t>(doubt)];
}

Judgement Judge(std::vector<Scored> found, const Frequencies& frequencies,
                const Thresholds& thresholds) {
  Judgement judgement;
  std::sort(found.begin(), found.end(), [](const Scored& a, const Scored& b) {
    return std::make_tuple(-a.evidence.total(), a.pupil) <
           std::make_tuple(-b.evidence.total(), b.pupil);
  });
  judgement.ranked = std::move(found);
  if (judgement.ranked.empty()) return judgement;
  const Scored& best = judgement.ranked.front();
  judgement.beyond_chance =
      best.evidence.total() -
      Weigh(static_cast<double>(std::max<std::uint64_t>(frequencies.pupils(), 1)), 1);
  const auto next = std::find_if(judgement.ranked.begin(), judgement.ranked.end(),
                                 [&](const Scored& other) { return other.child != best.child; });
  judgement.margin =
      best.evidence.total() - (next == judgement.ranked.end() ? 0 : next->evidence.total());
  judgement.doubt = JudgeBest(judgement, thresholds);
  return judgement;
}

}  // namespace firstbell::matching
