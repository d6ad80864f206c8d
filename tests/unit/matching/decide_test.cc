// The decision table: named hard cases, in the order of the rules. All people are invented.

#include "broker/matching/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <random>

#include "broker/base/limits.h"
#include "broker/matching/normalise.h"
#include "broker/matching/postcode.h"

namespace firstbell::matching {
namespace {

using model::Date;

const Date kToday(2027, 2, 2);
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
  const char* preferred = "";
  const char* former = "";
  const char* postcode = "LS1 4AP";
  const char* upn = "";
  bool is_protected = false;
  Date birth{2014, 5, 9};
};

model::ChildIdentity Child(const Said& said) {
  return {.child_ref = base::ChildRef("c1"),
          .given_names = model::PersonText(said.given),
          .family_name = model::PersonText(said.family),
          .preferred_given_name = model::PersonText(said.preferred),
          .former_family_name = model::PersonText(said.former),
          .date_of_birth = base::Redacted<Date>(said.birth),
          .upn = UpnOf(said.upn),
          .postcode = model::PersonText(said.postcode),
          .is_protected = said.is_protected};
}

struct OnRoll {
  std::uint32_t urn = 100001;
  const char* local_id = "A1";
  const char* given = "Ada";
  const char* family = "Byrne";
  const char* preferred = "";
  const char* former = "";
  const char* postcode = "LS1 9XX";
  const char* upn = "";
  v1::Enrolment enrolment = v1::ENROLMENT_CURRENT;
  std::optional<Date> entry = std::nullopt;
  std::optional<Date> leaving = std::nullopt;
  bool is_protected = false;
  Date birth{2014, 5, 9};
};

model::PupilAtSchool At(const OnRoll& on) {
  model::Pupil pupil{.local_id = base::LocalId(on.local_id),
                     .given_names = model::PersonText(on.given),
                     .family_name = model::PersonText(on.family),
                     .date_of_birth = base::Redacted<Date>(on.birth),
                     .upn = UpnOf(on.upn),
                     .preferred_given_name = model::PersonText(on.preferred),
                     .former_family_name = model::PersonText(on.former),
                     .postcode = model::PersonText(on.postcode),
                     .enrolment = on.enrolment,
                     .entry_date = on.entry,
                     .leaving_date = on.leaving,
                     .is_protected = on.is_protected};
  return {.urn = base::Urn(on.urn), .pupil = std::move(pupil)};
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
    // Placed.
    {"name, birth and outward postcode", {}, {{}}, kPlaced, {100001}},
    {"UPN in place of a postcode",
     {.postcode = "", .upn = kUpn},
     {{.postcode = "", .upn = kUpn}},
     kPlaced,
     {100001}},
    {"UPN agrees though the family moved",
     {.postcode = "M1 1AE", .upn = kUpn},
     {{.upn = kUpn}},
     kPlaced,
     {100001}},
    {"the postcode corroborates where only the roll has a UPN",
     {},
     {{.upn = kUpn}},
     kPlaced,
     {100001}},
    {"accents, hyphen and apostrophe of any kind",
     {.given = "ZOE ANNE", .family = "OBRIEN"},
     {{.given = "Zoë\u2010Anne", .family = "O\u2019Brien"}},
     kPlaced,
     {100001}},
    {"known by a preferred name", {.given = "Addy"}, {{.preferred = "Addy"}}, kPlaced, {100001}},
    {"known by a former family name",
     {.family = "Okafor"},
     {{.former = "Okafor"}},
     kPlaced,
     {100001}},
    {"on the last day on roll", {}, {{.leaving = kToday}}, kPlaced, {100001}},
    {"on the day of entry", {}, {{.entry = kToday}}, kPlaced, {100001}},
    {"moved: left the one, entered the other",
     {},
     {{.leaving = kToday - 1}, {.urn = 100002, .entry = kToday}},
     kPlaced,
     {100002}},
    {"main and subsidiary with the same UPN: both schools",
     {},
     {{.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary}, {.upn = kUpn, .enrolment = kMain}},
     kPlaced,
     {100001, 100002}},
    {"main and subsidiary, the postcode known to one of them",
     {},
     {{.postcode = "", .upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary}},
     kPlaced,
     {100001, 100002}},
    {"a guest elsewhere is registered here",
     {},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn, .enrolment = kGuest}},
     kPlaced,
     {100001}},
    {"a registration found under two keys is one", {}, {{}, {}}, kPlaced, {100001}},

    // Protected comes first.
    {"the child is protected", {.is_protected = true}, {{}}, v1::REASON_PROTECTED},
    {"the child is protected and unknown", {.is_protected = true}, {}, v1::REASON_PROTECTED},
    {"the pupil is protected", {}, {{.is_protected = true}}, v1::REASON_PROTECTED},
    {"one of two namesakes is protected",
     {},
     {{}, {.urn = 100002, .is_protected = true}},
     v1::REASON_PROTECTED},
    {"protected outweighs a conflict",
     {.upn = kOtherUpn},
     {{.upn = kUpn, .is_protected = true}},
     v1::REASON_PROTECTED},

    // None.
    {"nobody", {}, {}, v1::REASON_NO_MATCH},
    {"a leaver alone", {}, {{.leaving = kToday - 1}}, v1::REASON_NO_MATCH},
    {"a protected leaver does not count",
     {},
     {{.leaving = kToday - 1, .is_protected = true}},
     v1::REASON_NO_MATCH},
    {"not yet entered", {}, {{.entry = kToday + 1}}, v1::REASON_NO_MATCH},
    {"the twin of another given name", {}, {{.given = "Ida"}}, v1::REASON_NO_MATCH},
    {"an index that errs on the birth date",
     {},
     {{.birth = Date(2014, 9, 5)}},
     v1::REASON_NO_MATCH},
    {"a name without letters", {.given = "?"}, {{.given = "?"}}, v1::REASON_NO_MATCH},

    // Not unique.
    {"namesakes at two schools, though one postcode agrees",
     {},
     {{}, {.urn = 100002, .postcode = "M1 1AE"}},
     v1::REASON_NOT_UNIQUE},
    {"namesakes at one school", {}, {{}, {.local_id = "A2"}}, v1::REASON_NOT_UNIQUE},
    {"namesakes, though one UPN agrees",
     {.upn = kUpn},
     {{.upn = kUpn}, {.urn = 100002, .upn = kOtherUpn}},
     v1::REASON_NOT_UNIQUE},
    {"two current registrations with one UPN: which school is it?",
     {},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn}},
     v1::REASON_NOT_UNIQUE},
    {"main and subsidiary without a UPN",
     {},
     {{.enrolment = kMain}, {.urn = 100002, .enrolment = kSubsidiary}},
     v1::REASON_NOT_UNIQUE},
    {"main and subsidiary with UPNs that differ",
     {},
     {{.upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kOtherUpn, .enrolment = kSubsidiary}},
     v1::REASON_NOT_UNIQUE},
    {"two mains",
     {},
     {{.upn = kUpn, .enrolment = kMain}, {.urn = 100002, .upn = kUpn, .enrolment = kMain}},
     v1::REASON_NOT_UNIQUE},
    {"subsidiaries without their main",
     {},
     {{.upn = kUpn, .enrolment = kSubsidiary},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary}},
     v1::REASON_NOT_UNIQUE},
    {"main and subsidiary at one school",
     {},
     {{.upn = kUpn, .enrolment = kMain}, {.local_id = "A2", .upn = kUpn, .enrolment = kSubsidiary}},
     v1::REASON_NOT_UNIQUE},
    {"a guest without a UPN may be another child",
     {},
     {{.upn = kUpn}, {.urn = 100002, .enrolment = kGuest}},
     v1::REASON_NOT_UNIQUE},
    {"not unique outweighs a conflict",
     {.upn = kOtherUpn},
     {{.upn = kUpn}, {.urn = 100002, .upn = kUpn}},
     v1::REASON_NOT_UNIQUE},

    // Guests alone.
    {"a guest alone", {}, {{.enrolment = kGuest}}, v1::REASON_NOT_CORROBORATED},
    {"a guest at two schools and registered at none we know",
     {},
     {{.upn = kUpn, .enrolment = kGuest}, {.urn = 100002, .upn = kUpn, .enrolment = kGuest}},
     v1::REASON_NOT_CORROBORATED},

    // Conflict.
    {"another UPN, though the postcode agrees",
     {.upn = kOtherUpn},
     {{.upn = kUpn}},
     v1::REASON_CONFLICT},

    // Not corroborated.
    {"another outward postcode", {.postcode = "LS11 4AP"}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"no postcode in the incident", {.postcode = ""}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"no postcode on the roll", {}, {{.postcode = ""}}, v1::REASON_NOT_CORROBORATED},
    {"missing on both sides is no agreement",
     {.postcode = ""},
     {{.postcode = ""}},
     v1::REASON_NOT_CORROBORATED},
    {"the outward half alone is no postcode",
     {.postcode = "LS1"},
     {{.postcode = "LS1"}},
     v1::REASON_NOT_CORROBORATED},
    {"a UPN only the force has", {.postcode = "", .upn = kUpn}, {{}}, v1::REASON_NOT_CORROBORATED},
};

std::vector<model::PupilAtSchool> Found(const Case& c) {
  std::vector<model::PupilAtSchool> found;
  for (const OnRoll& on : c.found) found.push_back(At(on));
  return found;
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
    EXPECT_TRUE(decision.registrations.empty() || decision.candidates.empty()) << c.name;
  }
}

TEST(DecisionTable, TheDeskSeesEveryCandidateInOrder) {
  const std::vector<model::PupilAtSchool> found = {At({.urn = 100002}), At({.local_id = "A2"}),
                                                   At({}),
                                                   At({.urn = 100003, .entry = kToday + 1})};
  const Decision decision = Decide(Child({}), found, kToday);
  const std::vector<model::Case::Candidate> expected = {{base::Urn(100001), base::LocalId("A1")},
                                                        {base::Urn(100001), base::LocalId("A2")},
                                                        {base::Urn(100002), base::LocalId("A1")}};
  EXPECT_EQ(decision.candidates, expected);
}

TEST(DecisionTable, MoreThanTheStoreGivesIsNotUnique) {
  std::vector<model::PupilAtSchool> found = {At({})};
  for (std::size_t i = 1; i < limits::kCandidates; ++i) {
    found.push_back(At({.leaving = kToday - 1}));
    found.back().pupil.local_id = base::LocalId("L" + std::to_string(i));
  }
  EXPECT_TRUE(Decide(Child({}), found, kToday).placed());
  found.push_back(At({.local_id = "one more", .leaving = kToday - 1}));
  EXPECT_EQ(Decide(Child({}), found, kToday).reason, v1::REASON_NOT_UNIQUE);
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
  EXPECT_EQ(Decide(Child({}), found, kToday).reason, v1::REASON_NOT_UNIQUE);
}

// An index gives what it finds in any order and under several keys.
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
    bool corroborated = false;
    for (const auto& at : decision.registrations) {
      RC_ASSERT(at.pupil.OnRoll(kToday) && !at.pupil.is_protected);
      RC_ASSERT(at.pupil.enrolment != kGuest);
      RC_ASSERT(at.pupil.upn == decision.registrations[0].pupil.upn);
      RC_ASSERT(!child.upn || !at.pupil.upn || child.upn == at.pupil.upn);
      corroborated |= child.upn && child.upn == at.pupil.upn;
      const auto home = ReadPostcode(child.postcode.Reveal());
      const auto on_roll = ReadPostcode(at.pupil.postcode.Reveal());
      corroborated |= home && on_roll && home->outward == on_roll->outward;
    }
    RC_ASSERT(decision.placed() == corroborated);
  }));
}

}  // namespace
}  // namespace firstbell::matching
