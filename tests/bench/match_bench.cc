// How children are found on an invented roll of ten million, by the shipped thresholds. The seed is
// none that anything was tuned with.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

#include "broker/matching/judge.h"
#include "clients/demo/slips.h"
#include "tests/bench/benches.h"
#include "tests/bench/invented_index.h"
#include "tests/support/data.h"

namespace firstbell::bench {
namespace {

constexpr std::uint64_t kSeed = 2026;
constexpr std::size_t kFamilies = 7'300'000;  // ten million pupils
constexpr std::size_t kQueries = 300'000;     // of each class
constexpr std::size_t kShown = 5;             // at review
constexpr std::size_t kThreads = 2;
constexpr std::size_t kLeastOfGroup = 1000;

enum class Kind : std::uint64_t { kPresent, kStranger, kSibling, kTwin };

struct Class {
  Kind kind = Kind::kPresent;
  const demo::Noise* noise = &demo::kModerate;
  double school_heard = 0;
};

struct Group {
  std::size_t asked = 0, found = 0;
};

struct Tally {
  std::size_t asked = 0, right = 0, wrong = 0;
  std::size_t found = 0;            // placed rightly, or among those shown
  std::map<std::size_t, Group> of;  // by the origin of the name
  // Beyond chance of those whom nothing but `certain` kept from being placed.
  std::vector<matching::Centibits> right_at, wrong_at;

  void Add(const Tally& other) {
    asked += other.asked;
    right += other.right;
    wrong += other.wrong;
    found += other.found;
    for (const auto& [group, counts] : other.of) {
      of[group].asked += counts.asked;
      of[group].found += counts.found;
    }
    right_at.insert(right_at.end(), other.right_at.begin(), other.right_at.end());
    wrong_at.insert(wrong_at.end(), other.wrong_at.begin(), other.wrong_at.end());
  }
};

class Measurement {
 public:
  Measurement(const demo::InventedRoll& roll, const InventedIndex& index)
      : roll_(roll), index_(index) {}

  Tally Of(const Class& of, std::size_t queries) const {
    std::vector<Tally> tallies(kThreads);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < queries; i += kThreads) Ask(of, i, tallies[t]);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t t = 1; t < kThreads; ++t) tallies[0].Add(tallies[t]);
    return tallies[0];
  }

 private:
  struct Question {
    demo::InventedChild child;
    std::optional<std::size_t> pupil;  // where it is on the roll
  };

  Question Draw(Kind kind, demo::Dice& dice) const {
    const std::size_t pupil = dice.Below(index_.pupils());
    const std::uint64_t family = index_.FamilyOf(pupil);
    switch (kind) {
      case Kind::kPresent:
        return {index_.Child(pupil), pupil};
      case Kind::kSibling:
        return {roll_.AbsentSibling(family), {}};
      case Kind::kTwin:
        return {roll_.AbsentTwin(family, index_.Child(pupil)), {}};
      case Kind::kStranger:
        break;
    }
    while (true) {
      const auto others = roll_.Family(roll_.county().families + dice.Below(1ull << 31));
      if (!others.empty()) return {others[dice.Below(others.size())], {}};
    }
  }

  void Ask(const Class& of, std::size_t number, Tally& tally) const {
    demo::Dice dice({kSeed, static_cast<std::uint64_t>(of.kind), number, of.noise == &demo::kHarsh,
                     of.school_heard > 0});
    const Question question = Draw(of.kind, dice);
    demo::Noise noise = *of.noise;
    noise.school_heard = of.school_heard;
    const demo::HeardChild heard = demo::Hear(question.child, roll_, noise, dice);
    matching::Heard asked{demo::Describe(heard), {}};
    if (heard.school) asked.school = {{*heard.school}, index_.average_school()};
    const matching::Judgement judgement =
        matching::Judge(index_.Compare(asked), index_.frequencies(), {});
    Count(question, judgement, tally);
  }

  void Count(const Question& question, const matching::Judgement& judgement, Tally& tally) const {
    ++tally.asked;
    Group& group = tally.of[question.child.group];
    ++group.asked;
    if (judgement.ranked.empty()) return;
    const bool right = judgement.ranked.front().pupil == question.pupil;
    if (judgement.placed()) ++(right ? tally.right : tally.wrong);
    bool found = false;
    for (std::size_t i = 0; i < std::min(kShown, judgement.ranked.size()); ++i) {
      found |= judgement.ranked[i].pupil == question.pupil && (i == 0 || !judgement.placed());
    }
    tally.found += found;
    group.found += found;
    matching::Thresholds by_hindsight;
    by_hindsight.certain = -100'000;
    if (matching::Judge(judgement.ranked, index_.frequencies(), by_hindsight).placed()) {
      (right ? tally.right_at : tally.wrong_at).push_back(judgement.beyond_chance);
    }
  }

  const demo::InventedRoll& roll_;
  const InventedIndex& index_;
};

// E. B. Wilson's interval, 95 %: the end farther from the good one.
double Bound(std::size_t count, std::size_t n, bool upper) {
  const double z2 = 1.96 * 1.96, size = static_cast<double>(n);
  const double share = static_cast<double>(count) / size;
  const double half = 1.96 * std::sqrt(share * (1 - share) / size + z2 / (4 * size * size));
  return (share + z2 / (2 * size) + (upper ? half : -half)) / (1 + z2 / size);
}

std::string InWords(double value, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "95 %% bound %.2f %s", value, unit);
  return text;
}

Row Few(const std::string& what, std::size_t count, std::size_t n, double floor, double aim) {
  return {what,  "of 100,000", n,     1e5 * static_cast<double>(count) / static_cast<double>(n), {},
          floor, aim,          false, InWords(1e5 * Bound(count, n, true), "of 100,000")};
}

Row Many(const std::string& what, std::size_t count, std::size_t n, double floor, double aim) {
  return {what,
          "%",
          n,
          100 * static_cast<double>(count) / static_cast<double>(n),
          {},
          floor,
          aim,
          true,
          InWords(100 * Bound(count, n, false), "%")};
}

// What the best threshold of this very run would have placed without one error in it.
std::string ByHindsight(const Tally& tally, const std::vector<const Tally*>& errors) {
  matching::Centibits worst = -100'000;
  for (const Tally* of : errors) {
    for (const matching::Centibits at : of->wrong_at) worst = std::max(worst, at);
  }
  const auto above = std::count_if(tally.right_at.begin(), tally.right_at.end(),
                                   [&](matching::Centibits at) { return at > worst; });
  char text[96];
  std::snprintf(text, sizeof text, "; in hindsight, with no stranger or sibling placed: %.2f %%",
                100 * static_cast<double>(above) / static_cast<double>(tally.asked));
  return text;
}

double GroupGap(const Tally& tally) {
  double least = 1, most = 0;
  for (const auto& [group, counts] : tally.of) {
    if (counts.asked < kLeastOfGroup) continue;
    const double share = static_cast<double>(counts.found) / static_cast<double>(counts.asked);
    least = std::min(least, share);
    most = std::max(most, share);
  }
  return 100 * (most - least);
}

struct Bounds {
  const char* name;
  const demo::Noise* noise;
  double placed_floor, placed_aim;  // no school heard
  double heard_floor, heard_aim;    // in half
  double found_floor, found_aim;
};
constexpr Bounds kBounds[] = {
    {"moderate", &demo::kModerate, 78, 88, 83, 92, 99.3, 99.8},
    {"harsh", &demo::kHarsh, 50, 65, 60, 75, 95, 98},
};

void AddRows(const Measurement& measurement, const Bounds& bounds, std::size_t n,
             std::vector<Row>& rows) {
  const auto ask = [&](Kind kind, double school) {
    return measurement.Of({kind, bounds.noise, school}, n);
  };
  const std::string name = std::string(bounds.name) + ": ";
  const Tally plain = ask(Kind::kPresent, 0), heard = ask(Kind::kPresent, 0.5);
  const Tally stranger = ask(Kind::kStranger, 0.5), sibling = ask(Kind::kSibling, 0.5);
  const Tally twin = ask(Kind::kTwin, 0.5);
  rows.push_back(Few(name + "present, placed as another", plain.wrong + heard.wrong,
                     plain.asked + heard.asked, 1, 0));
  rows.push_back(Few(name + "absent stranger placed", stranger.wrong, stranger.asked, 1, 0));
  rows.push_back(Few(name + "absent sibling placed", sibling.wrong, sibling.asked, 10, 1));
  rows.push_back(Few(name + "absent twin placed", twin.wrong, twin.asked, 100, 0));
  rows.push_back(Many(name + "placed, no school heard", plain.right, plain.asked,
                      bounds.placed_floor, bounds.placed_aim));
  rows.back().note += ByHindsight(plain, {&plain, &heard, &stranger, &sibling});
  rows.push_back(Many(name + "placed, school heard in half", heard.right, heard.asked,
                      bounds.heard_floor, bounds.heard_aim));
  rows.back().note += ByHindsight(heard, {&plain, &heard, &stranger, &sibling});
  rows.push_back(Many(name + "placed, or among five at review", heard.found, heard.asked,
                      bounds.found_floor, bounds.found_aim));
  rows.push_back({name + "between name groups, in being found",
                  "points",
                  heard.asked,
                  GroupGap(heard),
                  {},
                  2,
                  1,
                  false,
                  "the best found less the worst"});
}

}  // namespace

std::vector<Row> Match(const Setting& setting) {
  const auto data = support::DataDir();
  base::Result<demo::NamePool> real = base::NotFound("no data");
  if (data) real = demo::NamePool::Read(*data / "names");
  const demo::NamePool names = real.ok() ? *std::move(real) : demo::NamePool();
  const demo::InventedRoll roll({.seed = kSeed, .families = setting.Scaled(kFamilies)}, names);
  const InventedIndex index(roll);
  const Measurement measurement(roll, index);
  std::vector<Row> rows;
  for (const Bounds& bounds : kBounds) {
    AddRows(measurement, bounds, setting.Scaled(kQueries), rows);
  }
  const std::string where = "roll of " + std::to_string(index.pupils()) + ", " +
                            (data ? "real" : "built-in") + " name frequencies; ";
  for (Row& row : rows) row.note = where + row.note;
  return rows;
}

}  // namespace firstbell::bench
