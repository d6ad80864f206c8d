// What becomes of the hard cases: siblings and namesakes, the protected, UPNs of every kind. All
// people are invented.

#include "tests/unit/matching/decision_case.h"

namespace firstbell::matching {
namespace {

const Case kSiblingsAndNamesakes[] = {
    {"a twin named singly, the other at another school",
     {.given = "Saffron"},
     {{}, {.urn = 100002, .given = "Saffron"}},
     kPlaced,
     {100002}},
    {"a twin of a similar name, the other at another school",
     {.given = "Bella"},
     {{.given = "Ella"}, {.urn = 100002, .given = "Bella"}},
     kPlaced,
     {100002}},
    {"the twin of a similar name is on no roll",
     {.given = "Bella"},
     {{.given = "Ella"}},
     v1::REASON_NOT_CORROBORATED},
    {"twins of one initial, and no more was heard",
     {.given = "J"},
     {{.given = "Jacob"}, {.local_id = "A2", .given = "Joshua"}},
     v1::REASON_NOT_CORROBORATED},
    {"a sibling with the other's date of birth",
     {.birth = Date(2011, 2, 3)},
     {{}, {.urn = 100002, .given = "Saffron", .birth = Date(2011, 2, 3)}},
     v1::REASON_NOT_CORROBORATED},
    {"a namesake on the roll, and the child on none",
     {},
     {{.postcode = "M1 1AE"}},
     v1::REASON_NOT_CORROBORATED},
    {"a namesake elsewhere, of day and month swapped",
     {},
     {{.postcode = "M1 1AE", .birth = Date(2014, 9, 5)}},
     v1::REASON_NOT_CORROBORATED},
    {"a namesake elsewhere, of day and month swapped, beside the child",
     {},
     {{.postcode = "M1 1AE", .birth = Date(2014, 9, 5)}, {.urn = 100002}},
     kPlaced,
     {100002}},
    {"the father's date of birth", {.birth = Date(1989, 3, 14)}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"a placeholder for a name", {.given = "Baby"}, {{}}, v1::REASON_NOT_CORROBORATED},
    {"a placeholder for a name, on both sides",
     {.given = "Unknown"},
     {{.given = "Unknown"}},
     v1::REASON_NOT_CORROBORATED},
};

const Case kLookedAfterOrAdopted[] = {
    {"looked after, and heard at the foster home",
     {.postcode = "M1 1AE"},
     {{.is_protected = true}},
     v1::REASON_PROTECTED},
    {"adopted, and heard by the name before",
     {.family = "Quibell"},
     {{.is_protected = true, .former = "Quibell"}},
     v1::REASON_PROTECTED},
    {"adopted, and heard by the name before, which no roll has",
     {.family = "Quibell", .postcode = ""},
     {{.is_protected = true}},
     v1::REASON_PROTECTED},
    {"adopted, and the forename is another too",
     {.given = "Ottoline", .family = "Quibell"},
     {{.is_protected = true}},
     v1::REASON_PROTECTED},
    {"protected on one of two rolls",
     {},
     {{.upn = kUpn, .enrolment = kMain},
      {.urn = 100002, .upn = kUpn, .enrolment = kSubsidiary, .is_protected = true}},
     v1::REASON_PROTECTED},
};

const Case kUpns[] = {
    {"a UPN in lower case is the UPN",
     {.postcode = "", .upn = "b801200005001"},
     {{.upn = kUpn}},
     kPlaced,
     {100001}},
    {"a mistyped UPN is none, and speaks against nobody",
     {.upn = "C801200005001"},
     {{.upn = kUpn}},
     kPlaced,
     {100001}},
    {"a mistyped UPN is none, and speaks for nobody",
     {.postcode = "", .upn = "C801200005001"},
     {{.upn = kUpn}},
     v1::REASON_NOT_CORROBORATED},
    {"the force's temporary UPN is not the roll's",
     {.upn = kTemporaryUpn},
     {{.upn = kUpn}},
     kPlaced,
     {100001}},
    {"the roll's temporary UPN is not the force's",
     {.upn = kUpn},
     {{.upn = kTemporaryUpn}},
     kPlaced,
     {100001}},
    {"a temporary UPN on both sides is no agreement",
     {.postcode = "", .upn = kTemporaryUpn},
     {{.upn = kTemporaryUpn}},
     v1::REASON_NOT_CORROBORATED},
    {"two of one name, home and temporary UPN that differs are one child, twice on the roll",
     {},
     {{.upn = kTemporaryUpn}, {.local_id = "A2", .upn = kOtherTemporaryUpn}},
     kPlaced,
     {100001}},
    {"a later claim under a temporary UPN",
     {},
     {{.urn = 100002, .upn = kTemporaryUpn, .claimed_day = 2}, {.upn = kUpn}},
     kPlaced,
     {100001}},
    {"a namesake elsewhere under the same temporary UPN is another child",
     {.postcode = ""},
     {{.upn = kTemporaryUpn}, {.urn = 100002, .postcode = "M1 1AE", .upn = kTemporaryUpn}},
     v1::REASON_NOT_CORROBORATED},
    {"known by the UPN of a guest, at the school where the home is the same",
     {.postcode = "", .upn = kUpn},
     {{.upn = kUpn, .enrolment = kGuest}, {.urn = 100002}},
     kPlaced,
     {100002}},
    {"a UPN on two pupils decides nothing",
     {.postcode = "", .upn = kUpn},
     {{.upn = kUpn},
      {.urn = 100002,
       .given = "Saffron",
       .family = "Quibell",
       .upn = kUpn,
       .birth = Date(2011, 2, 3)}},
     v1::REASON_NOT_CORROBORATED},
    {"a UPN on two pupils, and a home",
     {.upn = kUpn},
     {{.upn = kUpn},
      {.urn = 100002,
       .given = "Saffron",
       .family = "Quibell",
       .postcode = "M1 1AE",
       .upn = kUpn,
       .birth = Date(2011, 2, 3)}},
     kPlaced,
     {100001}},
};

TEST(HardDecisions, SiblingsAndNamesakes) {
  ExpectEach(kSiblingsAndNamesakes);
  ExpectTheSameInAnyOrderAndWithRepetitions(kSiblingsAndNamesakes);
}

TEST(HardDecisions, LookedAfterOrAdopted) {
  ExpectEach(kLookedAfterOrAdopted);
  ExpectTheSameInAnyOrderAndWithRepetitions(kLookedAfterOrAdopted);
}

TEST(HardDecisions, Upns) {
  ExpectEach(kUpns);
  ExpectTheSameInAnyOrderAndWithRepetitions(kUpns);
}

TEST(HardDecisions, TheDeskSeesBothWhereASiblingHasTheOthersBirthDate) {
  const Decision decision =
      Decide(Child({.birth = Date(2011, 2, 3)}),
             {At({}), At({.urn = 100002, .given = "Saffron", .birth = Date(2011, 2, 3)})}, kToday);
  EXPECT_THAT(decision.candidates,
              testing::UnorderedElementsAre(
                  model::Case::Candidate{base::Urn(100001), base::LocalId("A1")},
                  model::Case::Candidate{base::Urn(100002), base::LocalId("A1")}));
}

}  // namespace
}  // namespace firstbell::matching
