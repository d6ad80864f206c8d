#pragma once

// Cases of the decision table: who is looked for, who is on the rolls, what is decided. All people
// are invented.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "absl/types/span.h"
#include "broker/matching/decide.h"
#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {

using model::Date;

inline constexpr const char* kUpn = "B801200005001";
inline constexpr const char* kOtherUpn = "V870201922232";
// A school gives one to a pupil whose own it does not know yet.
inline constexpr const char* kTemporaryUpn = "H87020192486P";
inline constexpr const char* kOtherTemporaryUpn = "Y80120000600A";

inline std::optional<base::Redacted<model::Upn>> UpnOf(const char* text) {
  const auto upn = model::ParseUpn(text);
  if (!upn) return std::nullopt;
  return base::Redacted<model::Upn>(*upn);
}

struct Said {
  const char* given = "Ada";
  const char* family = "Byrne";
  const char* postcode = "LS1 4AP";
  const char* upn = "";
  bool is_protected = false;
  Date birth{2014, 5, 9};
};

inline Wanted Child(const Said& said) {
  model::ChildIdentity child;
  child.given_names = model::PersonText(said.given);
  child.family_name = model::PersonText(said.family);
  child.date_of_birth = base::Redacted<Date>(said.birth);
  child.upn = UpnOf(said.upn);
  child.postcode = model::PersonText(said.postcode);
  return {{Describe(child), {}}, said.is_protected};
}

struct OnRoll {
  std::uint32_t urn = 100001;
  const char* local_id = "A1";
  const char* given = "Ada";
  const char* family = "Byrne";
  const char* postcode = "LS1 4AP";
  const char* upn = "";
  v1::Enrolment enrolment = v1::ENROLMENT_CURRENT;
  std::optional<Date> entry = std::nullopt;
  std::optional<Date> leaving = std::nullopt;
  bool is_protected = false;
  Date birth{2014, 5, 9};
  int claimed_day = 0;
  const char* former = "";
};

inline model::PupilAtSchool At(const OnRoll& on) {
  model::Pupil pupil{.local_id = base::LocalId(on.local_id),
                     .given_names = model::PersonText(on.given),
                     .family_name = model::PersonText(on.family),
                     .date_of_birth = base::Redacted<Date>(on.birth),
                     .upn = UpnOf(on.upn),
                     .former_family_name = model::PersonText(on.former),
                     .postcode = model::PersonText(on.postcode),
                     .enrolment = on.enrolment,
                     .entry_date = on.entry,
                     .leaving_date = on.leaving,
                     .is_protected = on.is_protected};
  return {base::Urn(on.urn), std::move(pupil),
          absl::FromUnixSeconds(0) + on.claimed_day * absl::Hours(24)};
}

struct Case {
  const char* name;
  Said child;
  std::vector<OnRoll> found;
  v1::Reason reason;
  std::vector<std::uint32_t> placed_at = {};
};

inline constexpr auto kPlaced = v1::REASON_UNSPECIFIED;
inline constexpr auto kMain = v1::ENROLMENT_MAIN;
inline constexpr auto kSubsidiary = v1::ENROLMENT_SUBSIDIARY;
inline constexpr auto kGuest = v1::ENROLMENT_GUEST;

inline std::vector<model::PupilAtSchool> FoundIn(const Case& c) {
  std::vector<model::PupilAtSchool> found;
  for (const OnRoll& on : c.found) found.push_back(At(on));
  return found;
}

inline Decision Decide(const Wanted& child, std::vector<model::PupilAtSchool> found, Date today) {
  return Decide(child, {std::move(found), false}, SmallRoll(), {}, today);
}

inline std::vector<std::uint32_t> Urns(const Decision& decision) {
  std::vector<std::uint32_t> urns;
  for (const auto& at : decision.registrations) urns.push_back(at.urn.value());
  return urns;
}

inline void ExpectEach(absl::Span<const Case> cases) {
  for (const Case& c : cases) {
    const Decision decision = Decide(Child(c.child), FoundIn(c), kToday);
    EXPECT_EQ(v1::Reason_Name(decision.reason), v1::Reason_Name(c.reason)) << c.name;
    EXPECT_EQ(Urns(decision), c.placed_at) << c.name;
    EXPECT_EQ(decision.placed(), !c.placed_at.empty()) << c.name;
  }
}

// An index gives what it finds in any order.
inline void ExpectTheSameInAnyOrderAndWithRepetitions(absl::Span<const Case> cases) {
  EXPECT_TRUE(rc::check([&](std::uint32_t seed) {
    for (const Case& c : cases) {
      auto found = FoundIn(c);
      const Decision expected = Decide(Child(c.child), found, kToday);
      std::mt19937 random(seed);
      if (!found.empty()) found.push_back(found[random() % found.size()]);
      std::shuffle(found.begin(), found.end(), random);
      const Decision decision = Decide(Child(c.child), found, kToday);
      RC_ASSERT(decision.reason == expected.reason);
      RC_ASSERT(decision.registrations == expected.registrations);
      RC_ASSERT(decision.candidates == expected.candidates);
    }
  }));
}

}  // namespace firstbell::matching
