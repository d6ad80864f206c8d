#include "broker/review/review_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/retry.h"
#include "broker/model/text.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/world.h"

namespace firstbell::review {
namespace {

using namespace support;
using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Officer kWren{kForce, base::OfficerId("wren")};
const Officer kLark{kForce, base::OfficerId("lark")};
const Officer kTheirs{kOtherForce, base::OfficerId("wren")};

struct Told final : DecisionSink {
  void CaseDecided(const DecidedCase& decided) override {
    cases.push_back(decided.value);
    for (const model::Alert& alert : decided.alerts) urns.push_back(alert.urn);
    ended = decided.ended;
    beside_a_notice = decided.beside_a_notice;
  }
  std::vector<base::AlertId> ended;
  bool beside_a_notice = false;
  std::vector<model::Case> cases;
  std::vector<base::Urn> urns;
};

class ReviewDeskTest : public testing::Test {
 protected:
  // Zoë, whose postcode agrees with nobody's: a case with one candidate.
  void SubmitZoe(const std::string& reference) { world_.Submit(Unsure(reference)); }
  static v1::Incident Unsure(const std::string& reference) {
    v1::Incident incident = IncidentOf(reference);
    incident.mutable_children(0)->mutable_home_address()->set_postcode("M1 1AA");
    return incident;
  }
  // Whom nobody on a roll is like.
  static v1::Incident AboutNobody(const std::string& reference) {
    v1::Incident incident = IncidentOf(reference);
    v1::Child& child = *incident.mutable_children(0);
    child.mutable_name()->set_given_names("Nobody");
    child.set_date_of_birth("2012-01-02");
    child.clear_home_address();
    return incident;
  }
  void SubmitNobody(const std::string& reference) { world_.Submit(AboutNobody(reference)); }
  absl::Time Now() { return world_.clock.Now(); }
  base::Result<v1::GetCaseResponse> Look(const std::string& reference,
                                         const Officer& officer = kWren) {
    v1::GetCaseRequest request;
    request.set_reference(reference);
    request.set_child_ref("C1");
    return desk_.Look(officer, request, Now());
  }
  static v1::DecideCaseRequest Place(const std::string& reference, base::Urn urn,
                                     v1::DecisionReason reason) {
    v1::DecideCaseRequest request;
    request.set_reference(reference);
    request.set_child_ref("C1");
    request.set_outcome(v1::CHILD_OUTCOME_ACCEPTED);
    request.set_reason(reason);
    request.add_urns(urn.value());
    return request;
  }
  static v1::DecideCaseRequest PlaceZoe(const std::string& reference) {
    return Place(reference, kPrimary, v1::DECISION_REASON_DETAILS_AGREE);
  }
  static v1::DecideCaseRequest Withhold(const std::string& reference) {
    v1::DecideCaseRequest request = PlaceZoe(reference);
    request.set_outcome(v1::CHILD_OUTCOME_WITHHELD);
    request.set_reason(v1::DECISION_REASON_DUPLICATE);
    request.clear_urns();
    return request;
  }
  base::Result<v1::DecideCaseResponse> Decide(const v1::DecideCaseRequest& request,
                                              const Officer& officer = kWren) {
    return desk_.Decide(officer, request, Now());
  }
  v1::ListCasesResponse List(bool decided = false, const Officer& officer = kWren) {
    v1::ListCasesRequest request;
    request.set_decided(decided);
    return desk_.List(officer, request, Now()).value();
  }
  std::vector<model::Alert> Alerts(const std::string& reference) {
    const auto incident = world_.memory.GetIncident(kForce, base::Reference(reference)).value();
    return world_.memory.AlertsOf(incident.id).value();
  }
  std::uint64_t LogSize() { return world_.memory.LogSize().value(); }
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  World world_;
  Told told_;
  ReviewDesk desk_{world_.store, world_.placer, world_.calendar, *world_.vault, told_};
};

// --- The list -------------------------------------------------------------------------------

TEST_F(ReviewDeskTest, TheListNamesNoChildAndNoSchoolAndIsAnEvent) {
  SubmitZoe("R1");
  const std::uint64_t size = LogSize();
  const v1::ListCasesResponse listed = List();
  ASSERT_EQ(listed.cases_size(), 1);
  EXPECT_EQ(listed.cases(0).reference(), "R1");
  EXPECT_EQ(listed.cases(0).child_ref(), "C1");
  EXPECT_EQ(listed.cases(0).reason(), v1::REASON_NOT_CORROBORATED);
  EXPECT_EQ(listed.cases(0).candidates(), 1u);
  EXPECT_EQ(listed.cases(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
  for (const std::string word : {"Zo", "ZOE", "brien", "2014", "Larch", "10000"}) {
    EXPECT_THAT(listed.ShortDebugString(), Not(HasSubstr(word)));
  }
  EXPECT_EQ(LogSize(), size + 1);
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"cases.listed\",\"officer\":\"wren\""));
  world_.store.FailNext("AppendEvents", Fault::kNotDone, base::Unavailable("invented"));
  EXPECT_FALSE(desk_.List(kWren, {}, Now()).ok()) << "no event, no list";
  EXPECT_EQ(List(false, kTheirs).cases_size(), 0);
}

TEST_F(ReviewDeskTest, TheSoonestDeadlineComesFirst) {
  SubmitNobody("usual");  // 08:45, by default hours
  const model::SchoolHours early{absl::Hours(7), absl::Hours(8), absl::Hours(15)};
  ASSERT_TRUE(world_.memory.SetSchoolHours(kPrimary, early, {}).ok());
  SubmitZoe("early");
  v1::Incident urgent = AboutNobody("urgent");
  urgent.set_urgent(true);
  world_.Submit(urgent);
  const v1::ListCasesResponse listed = List();
  ASSERT_EQ(listed.cases_size(), 3);
  EXPECT_EQ(listed.cases(0).reference(), "urgent");
  EXPECT_EQ(model::FromWire(listed.cases(0).deadline()), kNight + absl::Minutes(60));
  EXPECT_EQ(listed.cases(1).reference(), "early");
  EXPECT_EQ(model::FromWire(listed.cases(1).deadline()), kBell - absl::Minutes(45));
  EXPECT_EQ(listed.cases(2).reference(), "usual");
  EXPECT_EQ(model::FromWire(listed.cases(2).deadline()), kBell);
  v1::ListCasesRequest request;
  request.set_page_size(2);
  const auto first = desk_.List(kWren, request, Now()).value();
  EXPECT_EQ(first.cases_size(), 2);
  request.set_page_token(first.next_page_token());
  EXPECT_EQ(desk_.List(kWren, request, Now())->cases(0).reference(), "usual");
}

TEST_F(ReviewDeskTest, ADeadlineMovesToEarlierAloneAndIsMissedFromThenOn) {
  SubmitZoe("R1");
  const auto deadline = [&] { return model::FromWire(List().cases(0).deadline()); };
  EXPECT_EQ(deadline(), kBell);
  const model::SchoolHours late{absl::Hours(8), absl::Hours(10), absl::Hours(16)};
  ASSERT_TRUE(world_.memory.SetSchoolHours(kPrimary, late, {}).ok());
  EXPECT_EQ(deadline(), kBell);
  const model::SchoolHours early{absl::Hours(7), absl::Hours(8), absl::Hours(15)};
  ASSERT_TRUE(world_.memory.SetSchoolHours(kPrimary, early, {}).ok());
  EXPECT_EQ(deadline(), kBell - absl::Minutes(45));
  world_.clock.Set(kBell - absl::Minutes(45) - absl::Seconds(1));
  EXPECT_FALSE(List().cases(0).late());
  world_.clock.Set(kBell - absl::Minutes(45));
  EXPECT_TRUE(List().cases(0).late());
}

// --- A look ---------------------------------------------------------------------------------

TEST_F(ReviewDeskTest, ALookShowsTheSchoolAndHowTheCandidateAgreesAndNothingOfThePupil) {
  model::Pupil pupil = ZoeAtPrimary();
  pupil.preferred_given_name = model::PersonText("Zozo");
  pupil.address = model::PersonText("7 Hidden Close");
  pupil.postcode = model::PersonText("LS9 9ZZ");
  pupil.upn = base::Redacted<model::Upn>(*model::ParseUpn("B801200005001"));
  pupil.local_id = base::LocalId("secret-local-id");
  pupil.is_protected = true;
  const store::RollEntry roll[] = {EntryOf(pupil)};
  ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, roll, store::RollMode::kReplace, kNight, {}).ok());
  model::School school = SchoolOf(kPrimary);
  school.telephone = "01632960123";
  ASSERT_TRUE(world_.memory.ImportSchools({&school, 1}, {}).ok());
  v1::Incident incident = Unsure("R1");
  incident.mutable_children(0)->add_schools_heard()->set_urn(kPrimary.value());
  world_.Submit(incident);

  const v1::GetCaseResponse seen = Look("R1").value();
  EXPECT_EQ(seen.summary().reason(), v1::REASON_PROTECTED);
  EXPECT_EQ(seen.child().given_names(), "ZOE ANNE");
  EXPECT_EQ(seen.child().date_of_birth(), "2014-05-09");
  EXPECT_THAT(seen.child().schools_heard(), ElementsAre("URN 100001"));
  ASSERT_EQ(seen.candidates_size(), 1);
  const v1::CaseCandidate& candidate = seen.candidates(0);
  EXPECT_EQ(candidate.school().urn(), kPrimary.value());
  EXPECT_EQ(candidate.school().name(), school.name);
  EXPECT_EQ(candidate.school().town(), "Examplebury");
  EXPECT_EQ(candidate.school().telephone(), "01632960123");
  EXPECT_TRUE(candidate.on_roll());
  EXPECT_EQ(candidate.enrolment(), v1::ENROLMENT_CURRENT);
  EXPECT_EQ(candidate.forename(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(candidate.postcode(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(candidate.school_heard(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(candidate.upn(), v1::AGREEMENT_UNKNOWN);
  for (const std::string word :
       {"Zoë", "Zozo", "Brien", "O’", "Hidden", "LS9", "9ZZ", "B8012", "secret-local"}) {
    EXPECT_THAT(seen.DebugString(), Not(HasSubstr(word))) << "the pupil's own";
  }
  EXPECT_THAT(candidate.DebugString(), Not(HasSubstr("2014")));
}

TEST_F(ReviewDeskTest, ALookIsAnEventBeforeItIsAnswered) {
  SubmitZoe("R1");
  world_.store.FailNext("RecordLook", Fault::kNotDone, base::Unavailable("invented"));
  EXPECT_FALSE(Look("R1").ok());
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("case.viewed")));
  world_.store.FailNext("RecordLook", Fault::kDone, base::Unknown("invented"));
  EXPECT_FALSE(Look("R1").ok());
  EXPECT_THAT(world_.LogText(), HasSubstr("case.viewed"));
  ASSERT_TRUE(Look("R1", kLark).ok());
  EXPECT_THAT(world_.LogText(),
              HasSubstr("\"kind\":\"case.viewed\",\"officer\":\"lark\",\"standing\":\"open\""));
}

TEST_F(ReviewDeskTest, AnotherForcesCaseReadsAsIfItWereNotThere) {
  SubmitZoe("R1");
  const std::uint64_t size = LogSize();
  const auto theirs = Look("R1", kTheirs).status();
  EXPECT_TRUE(absl::IsNotFound(theirs));
  EXPECT_EQ(theirs, Look("R9").status());
  EXPECT_EQ(Decide(PlaceZoe("R1"), kTheirs).status(), theirs);
  world_.Submit(IncidentOf("placed"));
  EXPECT_EQ(Look("placed").status(), theirs) << "a child that a machine placed is no case";
  EXPECT_THAT(Alerts("R1"), IsEmpty());
  EXPECT_EQ(LogSize(), size + 2);  // those of the incident that was placed
}

TEST_F(ReviewDeskTest, AtMostFiveCandidatesAreShown) {
  std::vector<store::RollEntry> roll;
  for (std::size_t i = 0; i < limits::kCandidates + 2; ++i) {
    model::Pupil namesake = ZoeAtPrimary();
    namesake.local_id = base::LocalId("p-" + std::to_string(i));
    roll.push_back(EntryOf(namesake));
  }
  ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, roll, store::RollMode::kReplace, kNight, {}).ok());
  SubmitZoe("R1");
  const auto seen = Look("R1").value();
  EXPECT_EQ(seen.candidates_size(), static_cast<int>(limits::kCandidates));
  EXPECT_EQ(seen.summary().candidates(), limits::kCandidates);
}

TEST_F(ReviewDeskTest, APupilWhoLeftIsSaidToHaveLeft) {
  SubmitZoe("R1");
  ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, {}, store::RollMode::kReplace, kNight, {}).ok());
  const v1::CaseCandidate candidate = Look("R1")->candidates(0);
  EXPECT_FALSE(candidate.on_roll());
  EXPECT_EQ(candidate.school().urn(), kPrimary.value());
  EXPECT_EQ(candidate.forename(), v1::AGREEMENT_UNKNOWN);
}

TEST_F(ReviewDeskTest, TheBudgetIsOneOfficersAndOutlivesTheDesk) {
  SubmitZoe("R1");
  for (std::size_t i = 0; i < limits::kLooksPerHour; ++i) ASSERT_TRUE(Look("R1").ok());
  world_.clock.Set(kNight + absl::Minutes(10));
  ReviewDesk restarted(world_.store, world_.placer, world_.calendar, *world_.vault, told_);
  v1::GetCaseRequest request;
  request.set_reference("R1");
  request.set_child_ref("C1");
  const auto refused = restarted.Look(kWren, request, Now()).status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_EQ(model::RetryAfter(refused), absl::Minutes(50));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"alarm\":\"budget_spent\""));
  EXPECT_TRUE(restarted.Look(kLark, request, Now()).ok());
  EXPECT_TRUE(Decide(PlaceZoe("R1")).ok()) << "deciding is no look";
}

TEST_F(ReviewDeskTest, LookingAtManyWithoutDecidingRaisesTheAlarm) {
  const auto alarms = [&] {
    const std::string log = world_.LogText();
    return log.find("\"alarm\":\"many_undecided\"") != std::string::npos;
  };
  for (std::size_t i = 1; i <= limits::kCasesLeftUndecided; ++i) SubmitZoe("R" + std::to_string(i));
  for (std::size_t i = 1; i < limits::kCasesLeftUndecided; ++i) {
    ASSERT_TRUE(Look("R" + std::to_string(i)).ok());
  }
  EXPECT_FALSE(alarms());
  const std::string last = "R" + std::to_string(limits::kCasesLeftUndecided);
  ASSERT_TRUE(Look(last, kLark).ok());
  EXPECT_FALSE(alarms()) << "each officer for themselves";
  ASSERT_TRUE(Look(last).ok()) << "an alarm, and no lock";
  EXPECT_TRUE(alarms());
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"officer.alarm\",\"officer\":\"wren\""));
}

// --- A decision -----------------------------------------------------------------------------

TEST_F(ReviewDeskTest, PlacedByHandTheAlertIsAsAMachinesAndTheSchoolIsTold) {
  SubmitZoe("R1");
  world_.clock.Set(kNight + absl::Hours(1));
  const v1::DecideCaseResponse placed = Decide(PlaceZoe("R1")).value();
  EXPECT_EQ(placed.summary().outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(placed.summary().decided_by(), "wren");
  EXPECT_FALSE(placed.summary().late());
  EXPECT_EQ(model::FromWire(placed.show_from()), kWindow);
  EXPECT_EQ(model::FromWire(placed.deadline()), kBell);
  const auto alerts = Alerts("R1");
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].urn, kPrimary);
  EXPECT_EQ(alerts[0].child_ref, base::ChildRef("C1"));
  EXPECT_EQ(alerts[0].state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(alerts[0].accepted_at, Now());
  EXPECT_THAT(told_.urns, ElementsAre(kPrimary));
  EXPECT_THAT(world_.LogText(),
              HasSubstr("\"kind\":\"case.decided\",\"officer\":\"wren\",\"outcome\":\"accepted\","
                        "\"reason\":\"details_agree\",\"schools\":1,\"urn\":100001"));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"alert.accepted\""));
  for (const std::string word : {"C1", "R1", "Zo", "ZOE"}) {
    EXPECT_THAT(world_.LogText(), Not(HasSubstr(word)));
  }
  EXPECT_EQ(List().cases_size(), 0);
  EXPECT_EQ(List(true).cases(0).reference(), "R1");
  EXPECT_EQ(Look("R1")->placed_at(0).urn(), kPrimary.value());
  EXPECT_THAT(world_.LogText(), HasSubstr("\"standing\":\"decided\""));
}

TEST_F(ReviewDeskTest, TheSameDecisionAgainGetsTheSameAnswerAndWritesNothing) {
  SubmitZoe("R1");
  const auto first = Decide(PlaceZoe("R1")).value();
  const std::uint64_t size = LogSize();
  world_.clock.Set(kBell);
  model::School closed = SchoolOf(kPrimary);
  closed.status = v1::SCHOOL_STATUS_CLOSED;
  ASSERT_TRUE(world_.memory.ImportSchools({&closed, 1}, {}).ok());
  const auto again = Decide(PlaceZoe("R1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*again, first)) << again->DebugString();
  EXPECT_EQ(LogSize(), size);
  EXPECT_THAT(told_.cases, SizeIs(1));
  EXPECT_THAT(Alerts("R1"), SizeIs(1));
}

TEST_F(ReviewDeskTest, OfTwoOfficersAtOnceExactlyOneDecides) {
  SubmitZoe("R1");
  world_.store.BeforeNext("DecideCase", [&] { ASSERT_TRUE(Decide(Withhold("R1"), kLark).ok()); });
  const auto second = Decide(PlaceZoe("R1")).status();
  EXPECT_TRUE(absl::IsAlreadyExists(second)) << second;
  EXPECT_THAT(std::string(base::Message(second)), HasSubstr("by officer lark: withheld"));
  EXPECT_THAT(Alerts("R1"), IsEmpty());
  EXPECT_THAT(told_.cases, SizeIs(1));
  EXPECT_EQ(List(true).cases(0).decided_by(), "lark");
  EXPECT_TRUE(absl::IsAlreadyExists(Decide(PlaceZoe("R1")).status())) << "and afterwards, too";
}

TEST_F(ReviewDeskTest, OneOfficersTwoWindowsDecideOnceAndTellOnce) {
  SubmitZoe("R1");
  world_.store.BeforeNext("DecideCase", [&] { ASSERT_TRUE(Decide(PlaceZoe("R1")).ok()); });
  EXPECT_TRUE(Decide(PlaceZoe("R1")).ok());
  EXPECT_THAT(Alerts("R1"), SizeIs(1));
  EXPECT_THAT(told_.urns, ElementsAre(kPrimary));
}

TEST_F(ReviewDeskTest, AnUnclearDecisionIsAskedForAgain) {
  SubmitZoe("R1");
  world_.store.FailNext("DecideCase", Fault::kNotDone, base::Unknown("invented"));
  EXPECT_FALSE(Decide(PlaceZoe("R1")).ok());
  EXPECT_THAT(told_.cases, IsEmpty());
  world_.store.FailNext("DecideCase", Fault::kDone, base::Unknown("invented"));
  EXPECT_FALSE(Decide(PlaceZoe("R1")).ok());
  EXPECT_TRUE(Decide(PlaceZoe("R1")).ok());
  EXPECT_THAT(Alerts("R1"), SizeIs(1));
}

TEST_F(ReviewDeskTest, AProtectedChildIsPlacedByAPerson) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->set_is_protected(true);
  world_.Submit(incident);
  EXPECT_THAT(Alerts("R1"), IsEmpty());
  EXPECT_TRUE(Look("R1")->child().is_protected());
  ASSERT_TRUE(Decide(PlaceZoe("R1")).ok());
  EXPECT_THAT(Alerts("R1"), SizeIs(1));
}

TEST_F(ReviewDeskTest, ASchoolThatIsNoCandidatesIsOneThatSomebodyConfirmed) {
  SubmitNobody("R1");
  const auto unsaid = Decide(Place("R1", kHigh, v1::DECISION_REASON_DETAILS_AGREE)).status();
  EXPECT_TRUE(absl::IsInvalidArgument(unsaid)) << unsaid;
  ASSERT_TRUE(Decide(Place("R1", kHigh, v1::DECISION_REASON_SCHOOL_CONFIRMED)).ok());
  EXPECT_EQ(Alerts("R1").at(0).urn, kHigh);
}

// Asked of one school after another, the refusals alone would say where a hidden child is not.
TEST_F(ReviewDeskTest, ARefusalThatTellsOfCandidatesIsALook) {
  SubmitZoe("R1");
  const auto guess = Place("R1", kHigh, v1::DECISION_REASON_DETAILS_AGREE);
  const std::uint64_t size = LogSize();
  EXPECT_TRUE(absl::IsInvalidArgument(Decide(guess).status()));
  EXPECT_EQ(LogSize(), size + 1);
  EXPECT_THAT(world_.LogText(), HasSubstr("case.viewed"));
  for (std::size_t i = 1; i < limits::kLooksPerHour; ++i) Decide(guess).IgnoreError();
  EXPECT_TRUE(absl::IsResourceExhausted(Decide(guess).status()));
  // A request that is faulty otherwise says nothing of the candidates, whichever school it names.
  v1::DecideCaseRequest of_candidate = PlaceZoe("R1"), of_other = guess;
  of_candidate.set_outcome(v1::CHILD_OUTCOME_WITHHELD);
  of_other.set_outcome(v1::CHILD_OUTCOME_WITHHELD);
  EXPECT_EQ(Decide(of_candidate, kLark).status(), Decide(of_other, kLark).status());
}

TEST_F(ReviewDeskTest, ASchoolThatIsNotOpenIsNamedAndTheCaseWaits) {
  SubmitNobody("R1");
  model::School closed = SchoolOf(kHigh);
  closed.status = v1::SCHOOL_STATUS_CLOSED;
  ASSERT_TRUE(world_.memory.ImportSchools({&closed, 1}, {}).ok());
  for (const base::Urn urn : {kHigh, base::Urn(123'456)}) {
    const auto refused = Decide(Place("R1", urn, v1::DECISION_REASON_SCHOOL_CONFIRMED)).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
    EXPECT_THAT(std::string(base::Message(refused)), HasSubstr(urn.ToString()));
  }
  EXPECT_EQ(List().cases_size(), 1);
}

TEST_F(ReviewDeskTest, RegisteredTwiceTheChildHasTwoAlertsAndTheEarliestTimes) {
  SubmitZoe("R1");
  const model::SchoolHours early{absl::Hours(7), absl::Hours(8), absl::Hours(15)};
  ASSERT_TRUE(world_.memory.SetSchoolHours(kHigh, early, {}).ok());
  v1::DecideCaseRequest request = Place("R1", kPrimary, v1::DECISION_REASON_SCHOOL_CONFIRMED);
  request.add_urns(kHigh.value());
  const auto placed = Decide(request).value();
  EXPECT_THAT(Alerts("R1"), SizeIs(2));
  EXPECT_EQ(model::FromWire(placed.deadline()), kBell - absl::Minutes(45));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"schools\":2,"));
}

// A case may stand beside an alert, where another school's claim to the child is in doubt.
TEST_F(ReviewDeskTest, ASchoolThatWasToldAlreadyIsNotToldTwice) {
  const auto incident = model::Incident::Parse(IncidentOf("R1"), kNight).value();
  store::NewIncident night;
  night.incident.id = base::IncidentId("i-1");
  night.incident.force = kForce;
  night.incident.reference = incident.reference();
  night.incident.accepted_at = kNight;
  night.incident.content =
      world_.vault->Seal(incident.Canonical(), "i-1", model::Date(2026, 3, 3)).value();
  night.incident.children = {
      {base::ChildRef("C1"), v1::CHILD_OUTCOME_ACCEPTED, v1::REASON_UNSPECIFIED, {}, {}}};
  night.alerts =
      world_.placer
          .PlaceByHand(incident, base::ChildRef("C1"), {placing::PlacedByHand{kPrimary, {}, false}},
                       {night.incident.id, kForce, kNight})
          .value();
  model::Case beside;
  beside.incident_id = night.incident.id;
  beside.force = kForce;
  beside.child_ref = base::ChildRef("C1");
  beside.opened_at = beside.deadline = kNight;
  night.cases = {beside};
  ASSERT_TRUE(world_.memory.AcceptIncident(night).ok());
  ASSERT_TRUE(world_.memory.Verify({}).ok());
  v1::DecideCaseRequest both = Place("R1", kPrimary, v1::DECISION_REASON_SCHOOL_CONFIRMED);
  both.add_urns(kHigh.value());
  ASSERT_TRUE(Decide(both).ok());
  EXPECT_THAT(Alerts("R1"), SizeIs(2));
  EXPECT_THAT(told_.urns, ElementsAre(kHigh));
}

TEST_F(ReviewDeskTest, WhereWhatWasReportedIsErasedNobodyCanBeTold) {
  SubmitZoe("R1");
  SubmitZoe("R2");
  ASSERT_TRUE(world_.vault->Destroy(model::Date(2026, 3, 3)).ok());
  const auto seen = Look("R1").value();
  EXPECT_FALSE(seen.has_child());
  EXPECT_EQ(seen.candidates(0).forename(), v1::AGREEMENT_UNKNOWN);
  EXPECT_TRUE(absl::IsFailedPrecondition(Decide(PlaceZoe("R1")).status()));
  EXPECT_TRUE(Decide(Withhold("R1")).ok());
}

// Placed by machine, and in doubt since: nobody at the school has seen it yet.
TEST_F(ReviewDeskTest, WhatAnOfficerDecidesTakesBackWhatLiesUnseenElsewhere) {
  world_.Submit(IncidentOf("R1"));
  const model::Alert alert = Alerts("R1").at(0);
  store::Replacement doubt{
      .incident_id = alert.incident_id, .child_ref = alert.child_ref, .at = Now()};
  doubt.review = model::Case{
      alert.incident_id, kForce, alert.child_ref, v1::REASON_NOT_UNIQUE, {}, Now(), kBell};
  ASSERT_TRUE(world_.memory.PlaceAgain(doubt).ok());
  ASSERT_EQ(Look("R1")->told_at_size(), 1);
  EXPECT_EQ(Look("R1")->told_at(0).urn(), kPrimary.value());
  ASSERT_TRUE(Decide(Withhold("R1")).ok());
  EXPECT_EQ(Alerts("R1").at(0).state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_THAT(told_.ended, ElementsAre(alert.id));
  EXPECT_TRUE(told_.beside_a_notice) << "its force hears that the notice was redirected, no more";
  EXPECT_THAT(world_.LogText(), HasSubstr("\"why\":\"officer_decided\""));
}

}  // namespace
}  // namespace firstbell::review
