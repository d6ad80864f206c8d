#pragma once

// A roll of the few that a hard case is about, beside everyone else of small_roll.h, and who is
// placed. Everyone is invented.

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "broker/matching/judge.h"
#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {

class HardCases : public ::testing::Test {
 protected:
  void OnRoll(Description pupil, base::Urn at = base::Urn(100'001)) {
    pupils_.push_back({std::move(pupil), at});
  }
  void OnRoll(const char* given, const char* family, std::optional<model::Date> born,
              const char* postcode) {
    OnRoll(ChildOf(given, family, born, postcode));
  }
  void Forget() { pupils_.clear(); }

  Judgement Ask(const Description& child, const SchoolHeard& school = {}) const {
    std::vector<Scored> found;
    for (std::size_t i = 0; i < pupils_.size(); ++i) {
      const auto& [pupil, at] = pupils_[i];
      found.push_back({i, i, Compare({child, school}, pupil, at, SmallRoll(), {}, kToday)});
    }
    return Judge(std::move(found), SmallRoll(), {});
  }
  Doubt Ask(const char* given, const char* family, std::optional<model::Date> born,
            const char* postcode) const {
    return Ask(ChildOf(given, family, born, postcode)).doubt;
  }
  // Which of the roll the child is placed as, in the order in which they came on it.
  std::optional<std::size_t> Placed(const Description& child) const {
    const Judgement judgement = Ask(child);
    if (!judgement.placed()) return std::nullopt;
    return judgement.ranked.front().pupil;
  }
  std::optional<std::size_t> Placed(const char* given, const char* family,
                                    std::optional<model::Date> born, const char* postcode) const {
    return Placed(ChildOf(given, family, born, postcode));
  }

  const model::Date kBorn{2014, 5, 9};
  static constexpr const char* kHome = "GA1 1AB";

 private:
  std::vector<std::pair<Description, base::Urn>> pupils_;
};

}  // namespace firstbell::matching
