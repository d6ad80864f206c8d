// The decision table: named cases, in the order of the rules; who the child is, judge_test.cc asks.
// All people are invented.

#include "broker/matching/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <random>

#include "broker/base/limits.h"
#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {
namespace {

using model::Date;

constexpr const char* kUpn = "B801200005001";
constexpr const char* kOtherUpn = "V870201922232";

std::optional<base::Redacted<model::Upn>> UpnOf(const char* text) {
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

Wanted Child(const Said& said) {
  Wanted child;
  child.heard.child = ChildOf(said.given, said.family, said.birth, said.postcode);
  if (const auto upn = UpnOf(said.upn)) child.heard.child.upn = upn->Reveal();
  child.is_protected = said.is_protected;
  return child;
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
};

model::PupilAtSchool At(const OnRoll& on) {
  model::Pupil pupil{.local_id = base::LocalId(on.local_id),
                     .given_names = model::PersonText(on.given),
                     .family_name = model::PersonText(on.family),
                     .date_of_birth = base::Redacted<Date>(on.birth),
                     .upn = UpnOf(on.upn),
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

constexpr auto kPlaced = v1::REASON_UNSPECIFIED;
constexpr auto kMain = v1::ENROLMENT_MAIN;
constexpr auto kSubsidiary = v1::ENROLMENT_SUBSIDIARY;
constexpr auto kGuest = v1::ENROLMENT_GUEST;

const Case kCases[] = {
    // One child, told everywhere it is registered.
    {"one registration", {}, {{}}, kPlaced, {100001}},
    {"on the last day on roll", {}, {{.leaving = kToday}}, kPlaced, {100001}},
    {"on the day of entry", {}, {{.entry = kToday}}, kPlaced, {100001}},
    {"moved: left the one, entered the other",
     {},
     {{.leaving = kToday - 1}, {.urn = 100002, .entry = kToday, .claimed_day = 9}},
     kPlaced,
     {100002}},
    {"main and subsidiary: both schools",
     {},
     {{.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary}, {.upn = kUpn, .enrolment = kMain}},
     kPlaced,
     {100001, 100002}},
    {"a pupil referral unit that came later, as the main says",
     {},
     {{.upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary, .claimed_day = 90}},
     kPlaced,
     {100001, 100002}},
    {"main and subsidiary, one without a UPN, at one home",
     {},
     {{.upn = kUpn, .enrolment = kMain}, {.urn = 100002, .enrolment = kSubsidiary}},
     kPlaced,
     {100001, 100002}},
    {"a guest elsewhere is registered here",
     {},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn, .enrolment = kGuest}},
     kPlaced,
     {100001}},
    {"twice on one roll is one school",
     {},
     {{.upn = kUpn, .enrolment = kMain}, {.local_id = "A2", .upn = kUpn, .claimed_day = 9}},
     kPlaced,
     {100001}},
    {"a registration that is found twice is one", {}, {{}, {}}, kPlaced, {100001}},

    // Protected comes first.
    {"the child is protected", {.is_protected = true}, {{}}, v1::REASON_PROTECTED},
    {"the child is protected and unknown", {.is_protected = true}, {}, v1::REASON_PROTECTED},
    {"the pupil is protected", {}, {{.is_protected = true}}, v1::REASON_PROTECTED},
    {"one of two namesakes is protected",
     {},
     {{}, {.urn = 100002, .postcode = "M1 1AE", .is_protected = true}},
     v1::REASON_PROTECTED},
    {"the twin is protected",
     {},
     {{}, {.local_id = "A2", .given = "Saffron", .is_protected = true}},
     v1::REASON_PROTECTED},
    {"protected outweighs a conflict",
     {.upn = kOtherUpn},
     {{.upn = kUpn, .is_protected = true}},
     v1::REASON_PROTECTED},
    {"somebody else at the address is protected",
     {},
     {{}, {.local_id = "A2", .given = "Saffron", .is_protected = true, .birth = Date(2011, 2, 3)}},
     kPlaced,
     {100001}},

    // None.
    {"nobody", {}, {}, v1::REASON_NO_MATCH},
    {"a leaver alone", {}, {{.leaving = kToday - 1}}, v1::REASON_NO_MATCH},
    {"a protected leaver does not count",
     {},
     {{.leaving = kToday - 1, .is_protected = true}},
     v1::REASON_NO_MATCH},
    {"not yet entered", {}, {{.entry = kToday + 1}}, v1::REASON_NO_MATCH},
    {"a sister at home",
     {},
     {{.given = "Saffron", .birth = Date(2011, 2, 3)}},
     v1::REASON_NO_MATCH},
    {"somebody else altogether",
     {},
     {{.given = "Saffron", .family = "Quibell", .postcode = "M1 1AE", .birth = Date(2011, 2, 3)}},
     v1::REASON_NO_MATCH},

    // Not unique.
    {"two of one name in one home with UPNs that differ",
     {},
     {{.upn = kUpn}, {.local_id = "A2", .upn = kOtherUpn}},
     v1::REASON_NOT_UNIQUE},
    {"main and subsidiary with UPNs that differ are two children",
     {},
     {{.upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kOtherUpn, .enrolment = kSubsidiary}},
     v1::REASON_NOT_UNIQUE},

    // Guests alone.
    {"a guest alone", {}, {{.enrolment = kGuest}}, v1::REASON_NOT_CORROBORATED},
    {"a guest at two schools and registered at none we know",
     {},
     {{.upn = kUpn, .enrolment = kGuest}, {.urn = 100002, .upn = kUpn, .enrolment = kGuest}},
     v1::REASON_NOT_CORROBORATED},

    // Competing claims.
    {"a claim that came later gets nothing",
     {},
     {{.urn = 100002, .upn = kUpn, .claimed_day = 2}, {.upn = kUpn}},
     kPlaced,
     {100001}},
    {"a later claim without a UPN, in the same home",
     {},
     {{.urn = 100002, .claimed_day = 2}, {.upn = kUpn}},
     kPlaced,
     {100001}},
    {"nobody makes itself a subsidiary of one that is no main",
     {},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary, .claimed_day = 2}},
     kPlaced,
     {100001}},
    {"main and subsidiary were told, a third comes",
     {},
     {{.upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary},
      {.urn = 100003, .upn = kUpn, .claimed_day = 2}},
     kPlaced,
     {100001, 100002}},
    {"claimed on one day: which school is it?",
     {},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn}},
     v1::REASON_COMPETING_CLAIM},
    {"two mains",
     {},
     {{.upn = kUpn, .enrolment = kMain}, {.urn = 100002, .upn = kUpn, .enrolment = kMain}},
     v1::REASON_COMPETING_CLAIM},
    {"subsidiaries without their main",
     {},
     {{.upn = kUpn, .enrolment = kSubsidiary},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary}},
     v1::REASON_COMPETING_CLAIM},

    // What the judgement says.
    {"another UPN", {.upn = kOtherUpn}, {{.upn = kUpn}}, v1::REASON_CONFLICT},
    {"the twin with the other's UPN",
     {.given = "Saffron", .upn = kUpn},
     {{.upn = kUpn}},
     v1::REASON_CONFLICT},
    {"the twin of another given name", {.given = "Saffron"}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"no postcode in the incident", {.postcode = ""}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"no postcode on the roll", {}, {{.postcode = ""}}, v1::REASON_NOT_CORROBORATED},
    {"missing on both sides is no agreement",
     {.postcode = ""},
     {{.postcode = ""}},
     v1::REASON_NOT_CORROBORATED},
    {"a UPN only the force has", {.postcode = "", .upn = kUpn}, {{}}, v1::REASON_NOT_CORROBORATED},
};

std::vector<model::PupilAtSchool> Found(const Case& c) {
  std::vector<model::PupilAtSchool> found;
  for (const OnRoll& on : c.found) found.push_back(At(on));
  return found;
}

Decision Decide(const Wanted& child, std::vector<model::PupilAtSchool> found, Date today) {
  return Decide(child, {std::move(found), false}, SmallRoll(), {}, today);
}

std::vector<std::uint32_t> Urns(const Decision& decision) {
  std::vector<std::uint32_t> urns;
  for (const auto& at : decision.registrations) urns.push_back(at.urn.value());
  return urns;
}

TEST(DecisionTable, EachNamedCase) {
  for (const Case& c : kCases) {
    const Decision decision = Decide(Child(c.child), Found(c), kToday);
    EXPECT_EQ(v1::Reason_Name(decision.reason), v1::Reason_Name(c.reason)) << c.name;
    EXPECT_EQ(Urns(decision), c.placed_at) << c.name;
    EXPECT_EQ(decision.placed(), !c.placed_at.empty()) << c.name;
  }
}

TEST(DecisionTable, TheDeskSeesTheLikeliestFirst) {
  std::vector<model::PupilAtSchool> found = {
      At({.urn = 100002, .postcode = "M1 1AE"}), At({.local_id = "A2", .upn = kUpn}),
      At({.upn = kOtherUpn}), At({.urn = 100003, .entry = kToday + 1})};
  const Decision decision = Decide(Child({}), found, kToday);
  const std::vector<model::Case::Candidate> expected = {{base::Urn(100001), base::LocalId("A1")},
                                                        {base::Urn(100001), base::LocalId("A2")},
                                                        {base::Urn(100002), base::LocalId("A1")}};
  EXPECT_EQ(decision.candidates, expected);
  while (found.size() < limits::kCandidates + 3) {
    found.push_back(At({.upn = kUpn}));
    found.back().pupil.local_id = base::LocalId("L" + std::to_string(found.size()));
  }
  EXPECT_EQ(Decide(Child({}), found, kToday).candidates.size(), limits::kCandidates);
}

TEST(DecisionTable, ALaterClaimGoesToTheDesk) {
  const Decision decision = Decide(
      Child({}), {At({.urn = 100002, .upn = kUpn, .claimed_day = 2}), At({.upn = kUpn})}, kToday);
  EXPECT_TRUE(decision.placed());
  EXPECT_EQ(decision.candidates,
            (std::vector<model::Case::Candidate>{{base::Urn(100002), base::LocalId("A1")}}));
}

TEST(DecisionTable, ClaimsTogetherAreNeitherTheEarlier) {
  std::vector<model::PupilAtSchool> found = {At({.upn = kUpn}), At({.urn = 100002, .upn = kUpn})};
  found[1].claimed_at = found[0].claimed_at + limits::kClaimsTogether - absl::Seconds(1);
  EXPECT_EQ(Decide(Child({}), found, kToday).reason, v1::REASON_COMPETING_CLAIM);
  found[1].claimed_at += absl::Seconds(1);
  EXPECT_EQ(Urns(Decide(Child({}), found, kToday)), std::vector<std::uint32_t>{100001});
}

TEST(DecisionTable, AnIndexThatWasCutPlacesNobody) {
  EXPECT_EQ(Decide(Child({}), {{At({})}, true}, SmallRoll(), {}, kToday).reason,
            v1::REASON_NOT_UNIQUE);
}

TEST(DecisionTable, AtMoreSchoolsThanAChildGoesToItIsNotUnique) {
  std::vector<model::PupilAtSchool> found = {At({.upn = kUpn, .enrolment = kMain})};
  while (found.size() < limits::kEstablishmentsPerChild) {
    found.push_back(At({.upn = kUpn, .enrolment = kSubsidiary}));
    found.back().urn = base::Urn(100001 + static_cast<std::uint32_t>(found.size()));
  }
  const Decision placed = Decide(Child({}), found, kToday);
  EXPECT_EQ(placed.registrations.size(), limits::kEstablishmentsPerChild);
  found.push_back(At({.urn = 200001, .upn = kUpn, .enrolment = kSubsidiary}));
  EXPECT_EQ(Decide(Child({}), found, kToday).reason, v1::REASON_COMPETING_CLAIM);
}

// An index gives what it finds in any order.
TEST(DecisionTable, IsTheSameInAnyOrderAndWithRepetitions) {
  EXPECT_TRUE(rc::check([](std::uint32_t seed) {
    for (const Case& c : kCases) {
      auto found = Found(c);
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

bool AreAsOne(const Description& a, const Description& b) {
  return a.upn && b.upn ? a.upn == b.upn : a.postcode == b.postcode;
}

// Whatever is found: who is placed is on roll, unprotected, corroborated, and one child.
TEST(DecisionTable, APlacedChildIsAlwaysSafe) {
  EXPECT_TRUE(rc::check([] {
    const auto upn = rc::gen::element("", kUpn, kOtherUpn);
    const auto postcode = rc::gen::element("", "LS1 4AP", "M1 1AE");
    std::vector<model::PupilAtSchool> found;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
      OnRoll on{.urn = *rc::gen::inRange(100001u, 100004u), .postcode = *postcode, .upn = *upn};
      on.enrolment = static_cast<v1::Enrolment>(*rc::gen::inRange(1, 5));
      on.leaving = *rc::gen::element<std::optional<Date>>(std::nullopt, kToday - 1);
      on.is_protected = *rc::gen::inRange(0, 5) == 0;
      found.push_back(At(on));
    }
    const auto child = Child({.postcode = *postcode, .upn = *upn});
    const Decision decision = Decide(child, found, kToday);
    const Description& heard = child.heard.child;
    for (const auto& at : decision.registrations) {
      const Description pupil = Describe(at.pupil);
      RC_ASSERT(at.pupil.OnRoll(kToday) && !at.pupil.is_protected);
      RC_ASSERT(at.pupil.enrolment != kGuest);
      RC_ASSERT(!heard.upn || !pupil.upn || heard.upn == pupil.upn);
      RC_ASSERT(AreAsOne(pupil, Describe(decision.registrations[0].pupil)));
    }
    const bool corroborated =
        std::any_of(decision.registrations.begin(), decision.registrations.end(), [&](auto& at) {
          const Description pupil = Describe(at.pupil);
          return (heard.upn && heard.upn == pupil.upn) ||
                 (heard.postcode && heard.postcode == pupil.postcode);
        });
    RC_ASSERT(decision.placed() == corroborated);
  }));
}

}  // namespace
}  // namespace firstbell::matching
