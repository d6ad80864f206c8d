// The decision table: named cases, in the order of the rules; who the child is, judge_test.cc asks,
// and hard_decisions_test.cc what becomes of the hard ones. All people are invented.

#include "broker/matching/decide.h"

#include "broker/base/limits.h"
#include "tests/unit/matching/decision_case.h"

namespace firstbell::matching {
namespace {

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

    {"a pupil referral unit alone", {}, {{.enrolment = kSubsidiary}}, kPlaced, {100001}},

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
    {"a guest alone", {}, {{.enrolment = kGuest}}, kPlaced, {100001}},
    {"a guest at two schools and registered at none we know",
     {},
     {{.upn = kUpn, .enrolment = kGuest}, {.urn = 100002, .upn = kUpn, .enrolment = kGuest}},
     kPlaced,
     {100001, 100002}},
    {"nobody makes itself the second school of a guest",
     {},
     {{.upn = kUpn, .enrolment = kGuest},
      {.urn = 100002, .upn = kUpn, .enrolment = kGuest, .claimed_day = 2}},
     kPlaced,
     {100001}},

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

TEST(DecisionTable, EachNamedCase) {
  ExpectEach(kCases);
}

TEST(DecisionTable, IsTheSameInAnyOrderAndWithRepetitions) {
  ExpectTheSameInAnyOrderAndWithRepetitions(kCases);
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

TEST(DecisionTable, WhereAChildIsAGuestBesideIsNamedApart) {
  const Decision decision =
      Decide(Child({}),
             {At({.urn = 100002, .upn = kUpn, .enrolment = kGuest}), At({.upn = kUpn}),
              At({.urn = 100003, .upn = kUpn, .enrolment = kGuest, .claimed_day = 9})},
             kToday);
  EXPECT_EQ(Urns(decision), std::vector<std::uint32_t>{100001});
  ASSERT_EQ(decision.guests.size(), 2u);
  EXPECT_EQ(decision.guests[0].urn, base::Urn(100002));
  EXPECT_EQ(decision.guests[1].urn, base::Urn(100003));
  EXPECT_TRUE(decision.candidates.empty()) << "their force's rule says";
  const Decision asked = Decide(Child({}),
                                {At({.urn = 100002, .upn = kUpn, .enrolment = kGuest}),
                                 At({.upn = kUpn}), At({.urn = 100003, .upn = kUpn})},
                                kToday);
  EXPECT_EQ(asked.reason, v1::REASON_COMPETING_CLAIM);
  EXPECT_TRUE(asked.guests.empty());
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
      const bool guest = at.pupil.enrolment == kGuest;
      RC_ASSERT(guest == (decision.registrations[0].pupil.enrolment == kGuest));
      RC_ASSERT(!guest || decision.guests.empty());
      RC_ASSERT(!heard.upn || !pupil.upn || heard.upn == pupil.upn);
      RC_ASSERT(AreAsOne(pupil, Describe(decision.registrations[0].pupil)));
    }
    // By any of its registrations, a guest's among them.
    const auto& ranked = decision.judgement.ranked;
    const bool corroborated = std::any_of(ranked.begin(), ranked.end(), [&](const Scored& one) {
      const Description pupil = Describe(decision.compared[one.pupil].pupil);
      const bool agrees = (heard.upn && heard.upn == pupil.upn) ||
                          (heard.postcode && heard.postcode == pupil.postcode);
      return one.child == ranked.front().child && agrees;
    });
    for (const auto& at : decision.guests) {
      RC_ASSERT(at.pupil.OnRoll(kToday) && !at.pupil.is_protected);
      RC_ASSERT(at.pupil.enrolment == kGuest);
    }
    RC_ASSERT(decision.placed() == !decision.registrations.empty());
    RC_ASSERT(!decision.placed() || corroborated);
  }));
}

}  // namespace
}  // namespace firstbell::matching
