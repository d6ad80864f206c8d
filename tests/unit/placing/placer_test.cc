#include "broker/placing/placer.h"

#include "broker/placing/answer.h"
#include "broker/placing/scope.h"
#include "tests/unit/placing/placer_world.h"

namespace firstbell::placing {
namespace {

using model::Date;
using Candidates = std::vector<model::Case::Candidate>;

std::optional<base::Redacted<model::Upn>> NumberedUpn(std::size_t number) {
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    const auto upn = model::ParseUpn(letter + std::to_string(801200005100 + number));
    if (upn) return base::Redacted<model::Upn>(*upn);
  }
  return std::nullopt;
}

model::Pupil WithUpn(model::Pupil pupil, v1::Enrolment enrolment) {
  pupil.upn = base::Redacted<model::Upn>(*model::ParseUpn("B801200005001"));
  pupil.enrolment = enrolment;
  return pupil;
}

TEST_F(PlacerTest, AChildRegisteredAtTwoSchoolsGetsTwoAlertsAndTheEarliestTimes) {
  PutRoll(kPrimary, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_MAIN)});
  PutRoll(kHigh, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_SUBSIDIARY)});
  const model::SchoolHours early{absl::Hours(7), absl::Hours(8), absl::Hours(15)};
  ASSERT_TRUE(world_.memory.SetSchoolHours(kHigh, early, {}).ok());

  const Placement placement = Place(IncidentOf("R1"));
  ASSERT_EQ(placement.alerts.size(), 2u);
  EXPECT_NE(placement.alerts[0].urn, placement.alerts[1].urn);
  EXPECT_NE(placement.alerts[0].id, placement.alerts[1].id);
  ASSERT_EQ(placement.answers.size(), 1u);
  EXPECT_EQ(placement.answers[0].outcome, v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(placement.answers[0].show_from, kWindow - absl::Minutes(30));
  EXPECT_EQ(placement.answers[0].deadline, kBell - absl::Minutes(45));
  EXPECT_TRUE(placement.cases.empty());
}

void Close(store::Store& store, base::Urn urn) {
  model::School closed = SchoolOf(urn);
  closed.status = v1::SCHOOL_STATUS_CLOSED;
  FB_CHECK(store.ImportSchools({&closed, 1}, {}).ok());
}

TEST_F(PlacerTest, AChildOnTheRollOfAClosedSchoolIsACase) {
  Close(world_.memory, kPrimary);
  const Placement placement = Place(IncidentOf("R1"));
  EXPECT_TRUE(placement.alerts.empty());
  ASSERT_EQ(placement.cases.size(), 1u);
  EXPECT_EQ(placement.cases[0].reason, v1::REASON_SCHOOL_CLOSED);
  EXPECT_EQ(placement.cases[0].candidates, (Candidates{{kPrimary, ZoeAtPrimary().local_id}}));
}

// A school that became an academy has another URN; its old roll may still stand.
TEST_F(PlacerTest, OfAnAcademisedSchoolThePersonWhoDecidesSeesTheAcademyToo) {
  PutRoll(kHigh, {ZoeAtPrimary()}, kNight + absl::Hours(48));
  Close(world_.memory, kPrimary);
  const Placement placement = Place(IncidentOf("R1"), kNight + absl::Hours(49));
  EXPECT_TRUE(placement.alerts.empty());
  ASSERT_EQ(placement.cases.size(), 1u);
  EXPECT_EQ(placement.cases[0].reason, v1::REASON_SCHOOL_CLOSED);
  EXPECT_EQ(placement.cases[0].candidates,
            (Candidates{{kPrimary, ZoeAtPrimary().local_id}, {kHigh, ZoeAtPrimary().local_id}}));

  PutRoll(kPrimary, {});
  const Placement after = Place(IncidentOf("R2"), kNight + absl::Hours(49));
  ASSERT_EQ(after.alerts.size(), 1u) << "the old roll is empty";
  EXPECT_EQ(after.alerts[0].urn, kHigh);
}

// The old name is nobody's now, the old number a closed school's: neither speaks against the child.
TEST_F(PlacerTest, ASchoolHeardByItsOldNameOrNumberHindersNobodyWhoseHomeIsKnown) {
  Close(world_.memory, kWelsh);
  v1::Incident incident = IncidentOf("R1");
  v1::SchoolHeard& heard = *incident.mutable_children(0)->add_schools_heard();
  heard.set_name("Elder Mount Primary School");
  EXPECT_EQ(PlaceOne(incident).outcome, v1::CHILD_OUTCOME_ACCEPTED);
  heard.set_urn(kWelsh.value());
  EXPECT_EQ(PlaceOne(incident).outcome, v1::CHILD_OUTCOME_ACCEPTED);
  incident.mutable_children(0)->clear_home_address();
  EXPECT_EQ(PlaceOne(incident).reason, v1::REASON_NOT_CORROBORATED);
}

// Half an answer would look like a whole one: if one of two schools is closed, a person decides.
TEST_F(PlacerTest, IfOneOfTwoSchoolsIsClosedThereIsACaseAndNoAlert) {
  PutRoll(kPrimary, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_MAIN)});
  PutRoll(kHigh, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_SUBSIDIARY)});
  Close(world_.memory, kHigh);

  const Placement placement = Place(IncidentOf("R1"));
  EXPECT_TRUE(placement.alerts.empty());
  ASSERT_EQ(placement.cases.size(), 1u);
  EXPECT_EQ(placement.cases[0].reason, v1::REASON_SCHOOL_CLOSED);
  EXPECT_EQ(placement.cases[0].candidates.size(), 2u);
  EXPECT_EQ(placement.answers[0].reason, v1::REASON_SCHOOL_CLOSED);
}

TEST_F(PlacerTest, AnAgeSaysLessThanADateOfBirth) {
  v1::Incident incident = IncidentOf("R1");
  v1::Child& child = *incident.mutable_children(0);
  child.clear_date_of_birth();
  for (const std::uint32_t age : {2u, 19u}) {
    child.set_age(age);
    EXPECT_EQ(PlaceOne(incident).reason, v1::REASON_OUT_OF_SCOPE_AGE) << age;
  }
  child.set_age(11);
  EXPECT_EQ(PlaceOne(incident).outcome, v1::CHILD_OUTCOME_ACCEPTED) << "a rare name, at home there";
  child.set_age(12);
  const Placement placement = Place(incident);
  EXPECT_EQ(placement.answers.at(0).outcome, v1::CHILD_OUTCOME_AT_REVIEW) << "about that age";
  EXPECT_EQ(placement.cases.at(0).candidates.at(0).urn, kPrimary);
}

TEST_F(PlacerTest, ADecisionSaysHowOldTheRollsAre) {
  const absl::Time imported = kNight - absl::Hours(30);
  PutRoll(kPrimary, {ZoeAtPrimary()}, imported);
  EXPECT_EQ(Place(IncidentOf("R1")).alerts.at(0).roll_as_of, imported);
  model::Pupil zoe = ZoeAtPrimary();
  zoe.is_protected = true;
  PutRoll(kPrimary, {zoe}, imported);
  EXPECT_EQ(Place(IncidentOf("R1")).cases.at(0).roll_as_of, imported);
  PutRoll(kPrimary, {});
  PutRoll(kHigh, {});
  EXPECT_FALSE(Place(IncidentOf("R1")).cases.at(0).roll_as_of.has_value()) << "no candidate";
}

TEST_F(PlacerTest, TheLeavingDateIsTheLastDayOnRollAndTheEntryDateTheFirst) {
  model::Pupil leaves_today = ZoeAtPrimary();
  leaves_today.leaving_date = Date(2026, 3, 3);
  PutRoll(kPrimary, {leaves_today});
  EXPECT_EQ(PlaceOne(IncidentOf("R1")).outcome, v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(PlaceOne(IncidentOf("R1"), kNight + absl::Hours(24)).reason, v1::REASON_NO_MATCH);

  model::Pupil starts_tomorrow = ZoeAtPrimary();
  starts_tomorrow.entry_date = Date(2026, 3, 4);
  PutRoll(kPrimary, {starts_tomorrow});
  EXPECT_EQ(PlaceOne(IncidentOf("R1")).reason, v1::REASON_NO_MATCH);
  EXPECT_EQ(PlaceOne(IncidentOf("R1"), kNight + absl::Hours(24)).outcome,
            v1::CHILD_OUTCOME_ACCEPTED);
}

// In British summer time the child's day begins an hour before UTC's.
TEST_F(PlacerTest, TodayIsLondonsNotUtcs) {
  const absl::Time just_past_midnight = absl::FromUnixSeconds(1781823600);  // 19 June 2026, 00:00
  model::Pupil starts = ZoeAtPrimary();
  starts.entry_date = Date(2026, 6, 19);
  PutRoll(kPrimary, {starts});
  EXPECT_EQ(PlaceOne(IncidentOf("R1"), just_past_midnight - absl::Seconds(1)).reason,
            v1::REASON_NO_MATCH);
  EXPECT_EQ(PlaceOne(IncidentOf("R1"), just_past_midnight).outcome, v1::CHILD_OUTCOME_ACCEPTED);
}

TEST_F(PlacerTest, NamesakesOfOneHomeAreACaseOfTheLikeliest) {
  std::vector<model::Pupil> namesakes;
  for (std::size_t i = 0; i < limits::kCandidates + 3; ++i) {
    namesakes.push_back(ZoeAtPrimary());
    namesakes.back().local_id = base::LocalId("p-" + std::to_string(i));
    namesakes.back().upn = NumberedUpn(i);
  }
  PutRoll(kPrimary, namesakes);
  const Placement placement = Place(IncidentOf("R1"));
  EXPECT_EQ(placement.answers.at(0).reason, v1::REASON_NOT_UNIQUE);
  EXPECT_EQ(placement.cases.at(0).candidates.size(), limits::kCandidates);
}

TEST_F(PlacerTest, ANamesakeElsewhereIsNotTheChild) {
  model::Pupil namesake = ZoeAtPrimary();
  namesake.postcode = model::PersonText("M1 1AA");
  PutRoll(kHigh, {namesake});
  const Placement placement = Place(IncidentOf("R1"));
  ASSERT_EQ(placement.alerts.size(), 1u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
}

// PRODUCT's rule 1: nobody diverts an alert by claiming the child.
TEST_F(PlacerTest, ALaterClaimIsACaseBesideTheAlertOfTheEarlier) {
  PutRoll(kPrimary, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_CURRENT)});
  PutRoll(kHigh, {WithUpn(ZoeAtPrimary(), v1::ENROLMENT_CURRENT)}, kNight + absl::Hours(48));
  const Placement placement = Place(IncidentOf("R1"), kNight + absl::Hours(49));
  ASSERT_EQ(placement.alerts.size(), 1u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
  EXPECT_EQ(placement.answers.at(0).outcome, v1::CHILD_OUTCOME_ACCEPTED);
  ASSERT_EQ(placement.cases.size(), 1u);
  EXPECT_EQ(placement.cases[0].reason, v1::REASON_COMPETING_CLAIM);
  EXPECT_EQ(placement.cases[0].candidates.at(0).urn, kHigh);

  model::Pupil left = WithUpn(ZoeAtPrimary(), v1::ENROLMENT_CURRENT);
  left.leaving_date = Date(2026, 3, 4);
  PutRoll(kPrimary, {left});
  const Placement after = Place(IncidentOf("R2"), kNight + absl::Hours(49));
  ASSERT_EQ(after.alerts.size(), 1u) << "the earlier school's leaving date settles it";
  EXPECT_EQ(after.alerts[0].urn, kHigh);
  EXPECT_TRUE(after.cases.empty());
}

// As every school does once it knows a pupil's own.
TEST_F(PlacerTest, APermanentUpnInPlaceOfATemporaryOneIsNoNewClaim) {
  model::Pupil zoe = ZoeAtPrimary();
  zoe.upn = base::Redacted<model::Upn>(*model::ParseUpn("H87020192486P"));
  PutRoll(kPrimary, {zoe});
  const model::Pupil known = WithUpn(ZoeAtPrimary(), v1::ENROLMENT_CURRENT);
  PutRoll(kHigh, {known}, kNight + absl::Hours(48));
  PutRoll(kPrimary, {known}, kNight + absl::Hours(96));
  const Placement placement = Place(IncidentOf("R1"), kNight + absl::Hours(97));
  ASSERT_EQ(placement.alerts.size(), 1u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
}

TEST_F(PlacerTest, WhoIsNotAtASchoolIsACaseEvenWhereTheNameIsOnARoll) {
  for (const auto setting :
       {v1::EDUCATION_SETTING_HOME_EDUCATION, v1::EDUCATION_SETTING_MISSING_EDUCATION,
        v1::EDUCATION_SETTING_NURSERY}) {
    v1::Incident incident = IncidentOf("R1");
    incident.mutable_children(0)->set_setting(setting);
    EXPECT_EQ(PlaceOne(incident).reason, v1::REASON_NOT_AT_SCHOOL);
  }
}

TEST_F(PlacerTest, AProtectedChildIsNeverPlacedByMachine) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->set_is_protected(true);
  const Placement by_force = Place(incident);
  EXPECT_EQ(by_force.answers[0].reason, v1::REASON_PROTECTED);
  EXPECT_TRUE(by_force.alerts.empty());

  model::Pupil by_school = ZoeAtPrimary();
  by_school.is_protected = true;
  PutRoll(kPrimary, {by_school});
  EXPECT_EQ(PlaceOne(IncidentOf("R1")).reason, v1::REASON_PROTECTED);
}

// A desk that shows a later time than the school's own bell would have a child sit in class untold.
TEST_F(PlacerTest, ACaseIsToBeDecidedByTheEarliestBellOfItsCandidates) {
  PutRoll(kPrimary, {ZoeAtPrimary()});
  PutRoll(kWelsh, {ZoeAtPrimary()});
  ASSERT_TRUE(
      world_.memory.SetSchoolHours(kWelsh, {absl::Hours(7), absl::Hours(8), absl::Hours(15)}, {})
          .ok());
  const v1::Incident wire = IncidentOf("R1");
  for (absl::Duration after; after < absl::Hours(4 * 24); after += absl::Minutes(47)) {
    const absl::Time now = kNight + after;
    const auto incident = model::Incident::Parse(wire, now).value();
    const Placement placement = Place(wire, now);
    ASSERT_EQ(placement.cases.size(), 1u);
    const absl::Time deadline = placement.cases[0].deadline;
    std::vector<absl::Time> bells;
    for (const base::Urn urn : {kPrimary, kWelsh}) {
      const auto alerts =
          world_.placer.PlaceByHand(incident, base::ChildRef("C1"), {PlacedByHand{urn, {}, false}},
                                    {base::IncidentId("i-1"), kForce, now});
      bells.push_back(alerts->at(0).deadline);
    }
    EXPECT_EQ(deadline, std::min(bells[0], bells[1])) << now;
    EXPECT_GE(deadline, now);
  }
}

TEST_F(PlacerTest, ACaseWithoutACandidateIsToBeDecidedByTheUsualBellOfEitherNation) {
  v1::Incident incident = IncidentOf("R1");
  v1::Child& child = *incident.mutable_children(0);
  child.mutable_name()->set_given_names("Nobody");
  child.set_date_of_birth("2012-01-02");
  child.clear_home_address();
  EXPECT_EQ(Place(incident).cases.at(0).deadline, kBell);
  const model::BankHoliday holiday{v1::NATION_ENGLAND, Date(2026, 3, 3), "Invented Day"};
  ASSERT_TRUE(world_.memory.ImportBankHolidays({&holiday, 1}, {}).ok());
  ASSERT_TRUE(world_.calendar.Reload().ok());
  EXPECT_EQ(Place(incident).cases.at(0).deadline, kBell) << "schools in Wales are open";
  incident.set_urgent(true);
  EXPECT_EQ(Place(incident).cases.at(0).deadline, kNight + absl::Minutes(60));
}

TEST_F(PlacerTest, WhatComesByDayIsLookedAtFirstInTheEvening) {
  const absl::TimeZone zone = world_.calendar.Current()->zone();
  const absl::Time after_school = kNight + absl::Hours(14);  // 16:10
  const model::Alert day = Place(IncidentOf("R1"), after_school).alerts.at(0);
  EXPECT_EQ(day.climb_at, model::LooksOf(day.show_from, zone).evening);
  const absl::Time evening = kNight + absl::Hours(16);
  EXPECT_EQ(Place(IncidentOf("R2"), evening).alerts.at(0).climb_at, evening) << "it has begun";
}

TEST_F(PlacerTest, TheLadderOfWhatWaitsForLongIsLookedAtNowToo) {
  const v1::Incident incident = IncidentOf("R1");
  EXPECT_EQ(Place(incident).alerts.at(0).climb_at, kNight) << "of this night: is its school ready?";
  std::vector<model::BankHoliday> days;
  for (int day = 3; day <= 6; ++day) {
    days.push_back({v1::NATION_ENGLAND, Date(2026, 3, day), "Invented Day"});
  }
  ASSERT_TRUE(world_.memory.ImportBankHolidays(days, {}).ok());
  ASSERT_TRUE(world_.calendar.Reload().ok());
  const model::Alert alert = Place(incident).alerts.at(0);
  ASSERT_GT(alert.show_from - kNight, limits::kWaitsLong);
  EXPECT_EQ(alert.climb_at, kNight);
}

TEST_F(PlacerTest, ByHandAChildIsPlacedWhateverAMachineMakesOfIt) {
  v1::Incident wire = IncidentOf("R1");
  wire.mutable_children(0)->set_is_protected(true);
  const auto incident = model::Incident::Parse(wire, kNight).value();
  const auto place = [&](const std::vector<base::Urn>& urns) {
    std::vector<PlacedByHand> places;
    for (const base::Urn urn : urns) places.push_back({urn, {}, false});
    return world_.placer.PlaceByHand(incident, base::ChildRef("C1"), places,
                                     {base::IncidentId("i-1"), kForce, kNight});
  };
  const auto alerts = place({kPrimary, kHigh});
  ASSERT_TRUE(alerts.ok());
  ASSERT_EQ(alerts->size(), 2u);
  EXPECT_EQ(alerts->at(0).deadline, kBell);
  EXPECT_NE(alerts->at(0).id, alerts->at(1).id);
  const auto unknown = place({kPrimary, base::Urn(123'456)}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(unknown)) << unknown;
  EXPECT_NE(base::Message(unknown).find("123456"), std::string_view::npos);
  world_.store.FailNext("GetSchool", Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_TRUE(absl::IsDataLoss(place({kPrimary}).status()));
}

TEST_F(PlacerTest, AnotherLawIsWithheldAndNobodyLooksForTheSchool) {
  v1::Incident incident = IncidentOf("R1");
  incident.set_legal_basis(v1::LEGAL_BASIS_SCOTLAND);
  world_.store.FailNext("FindPupils", Fault::kNotDone, base::Internal("nobody should ask"));
  const store::ChildAnswer answer = PlaceOne(incident);
  EXPECT_EQ(answer.outcome, v1::CHILD_OUTCOME_WITHHELD);
  EXPECT_EQ(answer.reason, v1::REASON_OUT_OF_SCOPE_LEGAL_BASIS);
}

TEST_F(PlacerTest, EachChildIsAnsweredInOrderAndIndependently) {
  v1::Incident incident = IncidentOf("R1");
  v1::Child stranger = ZoeReported();
  stranger.set_child_ref("C9");
  stranger.mutable_name()->set_given_names("Nobody");
  *incident.add_children() = stranger;
  *incident.add_children() = FinnReported();

  const Placement placement = Place(incident);
  ASSERT_EQ(placement.answers.size(), 3u);
  EXPECT_EQ(placement.answers[0].outcome, v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(placement.answers[1].reason, v1::REASON_NOT_CORROBORATED) << "of one birth date";
  EXPECT_EQ(placement.answers[2].outcome, v1::CHILD_OUTCOME_ACCEPTED);
  ASSERT_EQ(placement.alerts.size(), 2u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
  EXPECT_EQ(placement.alerts[1].urn, kHigh);
  EXPECT_EQ(placement.alerts[1].child_ref, base::ChildRef("C2"));
}

TEST_F(PlacerTest, ASonWithHisFathersBirthDateIsWithheldForHisAge) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->set_date_of_birth("1989-03-14");
  const store::ChildAnswer answer = PlaceOne(incident);
  EXPECT_EQ(answer.outcome, v1::CHILD_OUTCOME_WITHHELD);
  EXPECT_EQ(answer.reason, v1::REASON_OUT_OF_SCOPE_AGE);
}

TEST_F(PlacerTest, AStoreThatFailsIsAnErrorNotACase) {
  for (const std::string verb : {"FindPupils", "GetSchool"}) {
    world_.store.FailNext(verb, Fault::kNotDone, base::DataLoss("invented"));
    EXPECT_TRUE(absl::IsDataLoss(TryPlace(IncidentOf("R1"), kNight).status())) << verb;
  }
}

TEST_F(PlacerTest, HolidaysCountOnceTheyAreReadAgain) {
  const model::BankHoliday holiday{v1::NATION_ENGLAND, Date(2026, 3, 3), "Invented Day"};
  ASSERT_TRUE(world_.memory.ImportBankHolidays({&holiday, 1}, {}).ok());
  EXPECT_EQ(PlaceOne(IncidentOf("R1")).show_from, kWindow);
  const auto held = world_.calendar.Current();
  ASSERT_TRUE(world_.calendar.Reload().ok());
  EXPECT_EQ(PlaceOne(IncidentOf("R1")).show_from, kWindow + absl::Hours(24));
  EXPECT_TRUE(held->IsSchoolDay(calendar::Plain(v1::NATION_ENGLAND),
                                Date(2026, 3, 3)));          // who held it keeps it
  EXPECT_EQ(world_.calendar.HolidaysUntil(), std::nullopt);  // Wales has none yet
}

TEST_F(PlacerTest, AFailedReloadKeepsTheHolidaysThatWereThere) {
  const model::BankHoliday both[] = {{v1::NATION_ENGLAND, Date(2026, 3, 3), "Invented Day"},
                                     {v1::NATION_WALES, Date(2026, 3, 2), "Invented Day"}};
  ASSERT_TRUE(world_.memory.ImportBankHolidays(both, {}).ok());
  ASSERT_TRUE(world_.calendar.Reload().ok());
  world_.store.FailNext("BankHolidays", Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_FALSE(world_.calendar.Reload().ok());
  EXPECT_FALSE(world_.calendar.Current()->IsSchoolDay(calendar::Plain(v1::NATION_ENGLAND),
                                                      Date(2026, 3, 3)));
  EXPECT_EQ(world_.calendar.HolidaysUntil(), Date(2026, 3, 2));
}

// A force's system could otherwise find a hidden child by submitting it.
TEST_F(PlacerTest, NoAnswerNamesASchool) {
  v1::Incident incident = IncidentOf("R1");
  *incident.add_children() = FinnReported();
  const Placement placement = Place(incident);
  store::Incident stored;
  stored.id = base::IncidentId("i-1");
  stored.children = placement.answers;
  const std::string text = AnswerOf(stored).ShortDebugString();
  EXPECT_EQ(text.find("10000"), std::string::npos) << text;
  EXPECT_EQ(text.find("Larch Row"), std::string::npos) << text;
}

struct ScopeCase {
  std::string_view born, today;
  bool in_scope;
};
class ScopeTest : public testing::TestWithParam<ScopeCase> {};
TEST_P(ScopeTest, FromReceptionToTheDayBeforeEighteen) {
  const auto born = model::ParseDate(GetParam().born), today = model::ParseDate(GetParam().today);
  ASSERT_TRUE(born && today);
  EXPECT_EQ(InScope(*born, *today), GetParam().in_scope);
}
INSTANTIATE_TEST_SUITE_P(
    Edges, ScopeTest,
    testing::Values(ScopeCase{"2021-08-31", "2025-09-01", true},   // four, just in time
                    ScopeCase{"2021-09-01", "2025-09-01", false},  // a day too young
                    ScopeCase{"2021-09-01", "2026-08-31", false},  // until the next September
                    ScopeCase{"2021-09-01", "2026-09-01", true},   // there it is
                    ScopeCase{"2021-08-31", "2025-08-31", false},  // the day before term
                    ScopeCase{"2008-03-04", "2026-03-03", true},   // eighteen tomorrow
                    ScopeCase{"2008-03-03", "2026-03-03", false},  // eighteen today
                    ScopeCase{"2008-02-29", "2026-02-28", true},   // a leap day's child
                    ScopeCase{"2008-02-29", "2026-03-01", false}));

}  // namespace
}  // namespace firstbell::placing
