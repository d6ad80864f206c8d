#include "broker/review/call_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/call_code.h"
#include "broker/model/text.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::review {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const Officer kWren{kForce, base::OfficerId("wren")};
const Officer kLark{kForce, base::OfficerId("lark")};
const Officer kTheirs{kOtherForce, base::OfficerId("wren")};

class CallDeskTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  // An alert that has climbed to its call list, twenty minutes before its bell.
  model::Alert Unanswered(const std::string& reference) {
    const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf(reference))).at(0);
    const store::NewClimb climb{alert.id, 0, 4, alert.deadline, true, {}};
    world_.clock.Set(alert.deadline - absl::Minutes(20));
    return world_.memory.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front()->alert;
  }
  // Nobody has said in time whether the child has come.
  void AskArrival(const model::Alert& alert) {
    store::NewClimb overdue{alert.id, 4, 4, std::nullopt, false, {}};
    overdue.arrival_overdue = true;
    ASSERT_TRUE(world_.memory.RecordClimbs(absl::MakeConstSpan(&overdue, 1)).front().ok());
  }
  void Seal(const model::Alert& alert, const Member& to) {
    store::NewSealing sealing;
    sealing.sealing.alert_id = alert.id;
    sealing.sealing.number = 1;
    sealing.sealing.people = {to.id()};
    sealing.sealing.ciphertext_sha256 = std::string(32, 's');
    sealing.sealing.envelope = "an envelope";
    sealing.sealing.show_from = alert.show_from;
    sealing.sealing.deadline = alert.deadline;
    ASSERT_EQ(world_.memory.RecordSealings(absl::MakeConstSpan(&sealing, 1)).front(),
              base::OkStatus());
  }
  // One whom it is sealed to has one more thing to tell the desk.
  void SayBack(const model::Alert& alert, const Member& who) {
    store::NewReceipt said;
    said.receipt.alert_id = alert.id;
    said.receipt.sealing = 1;
    said.receipt.ciphertext_sha256 = std::string(32, 's');
    said.receipt.kind = v1::RECEIPT_KIND_REPLIED;
    said.receipt.signer = who.id();
    said.receipt.urn = kPrimary;
    said.receipt.at = said.receipt.recorded_at = Now() + absl::Seconds(++said_);
    said.receipt.wire = "statement and signature";
    ASSERT_EQ(world_.memory.RecordReceipts(absl::MakeConstSpan(&said, 1)).front().status(),
              base::OkStatus());
  }
  v1::ListCallsResponse List(const Officer& officer = kWren) {
    return desk_.List(officer, {}, Now()).value();
  }
  static v1::RecordCallRequest Request(const model::Alert& alert, v1::CallOutcome outcome,
                                       std::uint32_t calls = 0) {
    v1::RecordCallRequest request;
    request.set_alert_id(alert.id.value());
    request.set_outcome(outcome);
    request.set_calls(calls);
    return request;
  }
  base::Code CodeOf(const v1::RecordCallRequest& request, const Officer& officer = kWren) {
    return desk_.Record(officer, request, Now()).status().code();
  }
  absl::Time Now() { return world_.clock.Now(); }

  World world_;
  int said_ = 0;
  std::vector<model::Alert> told_;
  CallDesk desk_{world_.store, world_.calendar, world_.policies,
                 [this](const model::Alert& alert) { told_.push_back(alert); }};
};

TEST_F(CallDeskTest, NamesTheSchoolItsNumberAndNoChild) {
  const model::Alert alert = Unanswered("R1");
  const auto calls = List();
  ASSERT_THAT(calls.calls(), SizeIs(1));
  const v1::Call& call = calls.calls(0);
  EXPECT_EQ(call.alert_id(), alert.id.value());
  EXPECT_EQ(call.reference(), "R1");
  EXPECT_EQ(call.school().urn(), kPrimary.value());
  EXPECT_FALSE(call.school().name().empty());
  EXPECT_EQ(model::FromWire(call.deadline()), alert.deadline);
  EXPECT_EQ(call.minutes_left(), 20u);
  EXPECT_FALSE(call.late());
  EXPECT_THAT(call.ShortDebugString(), Not(HasSubstr("Brien")));
  const std::string log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("calls.listed"));
  EXPECT_THAT(log, HasSubstr("wren"));
  EXPECT_THAT(List(kTheirs).calls(), SizeIs(0)) << "another force's";
}

TEST_F(CallDeskTest, AnAdultInTheIncidentIsNotToBeSpokenTo) {
  ASSERT_TRUE(Enrol(world_.memory, MakePerson(kPrimary)).ok());
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties(0)->mutable_name()->set_given_names("Martha");
  incident.mutable_parties(0)->mutable_name()->set_family_name("Invented");
  const model::Alert alert = world_.AlertsOf(world_.Submit(incident)).at(0);
  const store::NewClimb climb{alert.id, 0, 4, alert.deadline, true, {}};
  ASSERT_TRUE(world_.memory.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().ok());
  const v1::Call call = List().calls(0);
  EXPECT_THAT(call.not_to(), testing::ElementsAre("Ms Invented"));
  EXPECT_EQ(call.people(), 0u);
  EXPECT_TRUE(call.code_of_school().empty()) << "who sees it in the inbox may be that person";
  EXPECT_EQ(call.ask_for(), v1::NOBODY_LEFT_HEAD);
  v1::Policy policy;
  policy.set_nobody_left(v1::NOBODY_LEFT_TRUST);
  ASSERT_TRUE(world_.memory.SetPolicy(kForce, policy, {}).ok());
  ASSERT_TRUE(world_.policies.Reload().ok());
  EXPECT_EQ(List().calls(0).ask_for(), v1::NOBODY_LEFT_AUTHORITY) << "no trust runs it";
  Member colleague = MakePerson(kPrimary);
  colleague.recipient.display_name = "Ada Other";
  ASSERT_TRUE(Enrol(world_.memory, colleague).ok());
  EXPECT_EQ(List().calls(0).ask_for(), v1::NOBODY_LEFT_UNSPECIFIED) << "she is left";
}

TEST_F(CallDeskTest, ASchoolThatNeverEnrolledHasNoCode) {
  const model::Alert alert = Unanswered("R1");
  EXPECT_EQ(List().calls(0).people(), 0u);
  EXPECT_TRUE(List().calls(0).code_of_school().empty());
  EXPECT_EQ(List().calls(0).ask_for(), v1::NOBODY_LEFT_UNSPECIFIED) << "nobody was there";
  ASSERT_TRUE(Enrol(world_.memory, MakePerson(kPrimary)).ok());
  ASSERT_TRUE(Enrol(world_.memory, MakeDevice(kPrimary)).ok());
  EXPECT_EQ(List().calls(0).people(), 1u);
  EXPECT_EQ(List().calls(0).devices(), 1u);
  EXPECT_EQ(List().calls(0).code_of_officer(), model::CallCodeOf(alert.id).of_officer);
  EXPECT_EQ(List().calls(0).code_of_school(), model::CallCodeOf(alert.id).of_school);
}

TEST_F(CallDeskTest, ACallIsKeptInTheOfficersNameUntilOneIsAnswered) {
  const model::Alert alert = Unanswered("R1");
  const auto first = Request(alert, v1::CALL_OUTCOME_NOT_REACHED);
  EXPECT_EQ(desk_.Record(kWren, first, Now())->calls(), 1u);
  EXPECT_EQ(desk_.Record(kWren, first, Now())->calls(), 1u) << "the answer was lost; asked again";
  EXPECT_EQ(List().calls(0).last(), v1::CALL_OUTCOME_NOT_REACHED);
  EXPECT_EQ(List().calls(0).last_by(), "wren");
  EXPECT_EQ(CodeOf(first, kLark), base::Code::kAlreadyExists) << "Wren was faster";
  EXPECT_TRUE(told_.empty());
  const auto answered =
      desk_.Record(kLark, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED, 1), Now()).value();
  EXPECT_EQ(answered.state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_FALSE(answered.late());
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_EQ(told_[0].acknowledged_at, Now());
  EXPECT_THAT(List().calls(), SizeIs(0));
  EXPECT_EQ(CodeOf(Request(alert, v1::CALL_OUTCOME_NOT_REACHED, 2)),
            base::Code::kFailedPrecondition);
  const std::string log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("\"outcome\":\"not_reached\""));
  EXPECT_THAT(log, HasSubstr("\"outcome\":\"acknowledged\""));
}

TEST_F(CallDeskTest, AnAnswerAfterTheBellIsLate) {
  const model::Alert alert = Unanswered("R1");
  world_.clock.Set(alert.deadline);
  EXPECT_TRUE(desk_.Record(kWren, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED), Now())->late());
}

TEST_F(CallDeskTest, CallAgainSaysWhen) {
  const model::Alert alert = Unanswered("R1");
  auto request = Request(alert, v1::CALL_OUTCOME_CALL_AGAIN);
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument) << "when?";
  *request.mutable_call_again_at() = model::ToWire(Now());
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument) << "later than now";
  *request.mutable_call_again_at() = model::ToWire(Now() + limits::kCallAgain + absl::Minutes(1));
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument) << "within a week";
  *request.mutable_call_again_at() = model::ToWire(Now() + absl::Minutes(10));
  EXPECT_EQ(CodeOf(request), base::Code::kOk);
  EXPECT_EQ(model::FromWire(List().calls(0).call_again_at()), Now() + absl::Minutes(10));
}

TEST_F(CallDeskTest, DirectLinesStandInOrderButForAnAdultInTheIncident) {
  ASSERT_TRUE(world_.memory
                  .SetDirectLines(kPrimary,
                                  {{"M. Invented, DSL", "01632 960124"},
                                   {"A. Person, deputy", "01632 960125"},
                                   {"B. Person, head", "01632 960126"}},
                                  {})
                  .ok());
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties(0)->mutable_name()->set_given_names("Martha");
  incident.mutable_parties(0)->mutable_name()->set_family_name("Invented");
  const model::Alert alert = world_.AlertsOf(world_.Submit(incident)).at(0);
  const store::NewClimb climb{alert.id, 0, 4, alert.deadline, true, {}};
  ASSERT_TRUE(world_.memory.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().ok());
  const v1::Call call = List().calls(0);
  ASSERT_THAT(call.direct_lines(), SizeIs(2));
  EXPECT_EQ(call.direct_lines(0).telephone(), "01632 960125");
  EXPECT_EQ(call.direct_lines(1).name(), "B. Person, head");
}

TEST_F(CallDeskTest, RefusesWhatIsNoCall) {
  const model::Alert alert = Unanswered("R1");
  EXPECT_EQ(CodeOf(Request(alert, v1::CALL_OUTCOME_UNSPECIFIED)), base::Code::kInvalidArgument);
  auto request = Request(alert, v1::CALL_OUTCOME_NOT_REACHED);
  EXPECT_EQ(CodeOf(request, kTheirs), base::Code::kNotFound);
  *request.mutable_call_again_at() = model::ToWire(Now() + absl::Minutes(10));
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument);
  request = Request(alert, v1::CALL_OUTCOME_NOT_REACHED);
  request.set_alert_id("nobody");
  EXPECT_EQ(CodeOf(request), base::Code::kNotFound);
}

TEST_F(CallDeskTest, WhereTheArrivalIsAskedAboutTheOfficerSaysWhatTheSchoolSaid) {
  const model::Alert alert = Unanswered("R1");
  EXPECT_TRUE(desk_.Record(kWren, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED), Now()).ok());
  AskArrival(alert);
  ASSERT_THAT(List().calls(), SizeIs(1));
  EXPECT_EQ(List().calls(0).about(), v1::CALL_ABOUT_ARRIVAL);
  v1::RecordCallRequest request = Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED, 1);
  EXPECT_EQ(CodeOf(request, kTheirs), base::Code::kNotFound) << "nothing is told of it";
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument) << "what of the child?";
  v1::RecordCallRequest not_reached = Request(alert, v1::CALL_OUTCOME_NOT_REACHED, 1);
  not_reached.set_arrival(v1::ARRIVAL_SEEN);
  EXPECT_EQ(CodeOf(not_reached), base::Code::kInvalidArgument) << "who has said so?";
  request.set_arrival(v1::ARRIVAL_ABSENT);
  EXPECT_TRUE(desk_.Record(kWren, request, Now()).ok());
  ASSERT_THAT(List().calls(), SizeIs(1));
  EXPECT_EQ(List().calls(0).about(), v1::CALL_ABOUT_ABSENCE);
  EXPECT_EQ(List(kTheirs).calls_size(), 0);
  EXPECT_TRUE(desk_.Record(kLark, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED, 2), Now()).ok());
  EXPECT_THAT(List().calls(), SizeIs(0));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"arrival\":\"absent\""));
}

// Between list and telephone, the school says that the child is absent and a correction comes.
TEST_F(CallDeskTest, ACallAboutAnAbsenceAcknowledgesNoCorrectedAlert) {
  const model::Alert alert = Unanswered("R1");
  ASSERT_TRUE(desk_.Record(kWren, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED), Now()).ok());
  AskArrival(alert);
  v1::RecordCallRequest absent = Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED, 1);
  absent.set_arrival(v1::ARRIVAL_ABSENT);
  ASSERT_TRUE(desk_.Record(kWren, absent, Now()).ok());
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->set_account("He was at his aunt's.");
  world_.Submit(corrected);
  ASSERT_THAT(List().calls(), SizeIs(1));
  EXPECT_EQ(List().calls(0).about(), v1::CALL_ABOUT_ABSENCE);
  EXPECT_EQ(List().calls(0).revision(), 2u);
  v1::RecordCallRequest decided = Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED);
  decided.set_arrival(v1::ARRIVAL_SEEN);
  decided.set_about(v1::CALL_ABOUT_ALERT);
  decided.set_revision(2);
  EXPECT_EQ(CodeOf(decided, kLark), base::Code::kInvalidArgument) << "it was another call";
  decided.set_about(v1::CALL_ABOUT_ARRIVAL);
  EXPECT_EQ(CodeOf(decided, kLark), base::Code::kFailedPrecondition) << "absent since";
  decided.set_about(v1::CALL_ABOUT_ABSENCE);
  const auto recorded = desk_.Record(kLark, decided, Now());
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->state(), v1::ALERT_STATE_ACCEPTED) << "nobody has read what it says now";
  EXPECT_TRUE(desk_.Record(kLark, decided, Now()).ok()) << "its answer was lost";
  EXPECT_THAT(world_.LogText(), HasSubstr("\"about\":\"absence\""));
}

TEST_F(CallDeskTest, WhatWasSaidOfAnEarlierVersionSettlesNothing) {
  const model::Alert alert = Unanswered("R1");
  v1::RecordCallRequest request = Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED);
  request.set_about(List().calls(0).about());
  request.set_revision(List().calls(0).revision());
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->set_account("He was at his aunt's.");
  world_.Submit(corrected);
  EXPECT_EQ(CodeOf(request), base::Code::kFailedPrecondition);
  request.set_revision(2);
  request.set_about(v1::CALL_ABOUT_REPLY);
  EXPECT_EQ(CodeOf(request), base::Code::kFailedPrecondition);
  request.set_about(v1::CALL_ABOUT_UNREADY);
  EXPECT_EQ(CodeOf(request), base::Code::kOk) << "they took the alert, as the list now asks";
}

TEST_F(CallDeskTest, OfTwoOfficersWhoReadOneReplyOneSettlesItAndNothingThatCameSince) {
  const model::Alert alert = Unanswered("R1");
  const Member lead = MakePerson(kPrimary);
  ASSERT_TRUE(Enrol(world_.memory, lead).ok());
  Seal(alert, lead);
  ASSERT_TRUE(desk_.Record(kWren, Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED), Now()).ok());
  SayBack(alert, lead);
  ASSERT_THAT(List().calls(), SizeIs(1));
  ASSERT_EQ(List().calls(0).about(), v1::CALL_ABOUT_REPLY);
  v1::RecordCallRequest dealt = Request(alert, v1::CALL_OUTCOME_ACKNOWLEDGED, 1);
  dealt.set_about(v1::CALL_ABOUT_REPLY);
  dealt.set_revision(1);
  dealt.set_replies(List(kLark).calls(0).replies());
  SayBack(alert, lead);
  EXPECT_EQ(CodeOf(dealt, kWren), base::Code::kOk);
  EXPECT_EQ(List().calls(0).replies(), 1u) << "the second, which neither has read";
  EXPECT_EQ(CodeOf(dealt, kLark), base::Code::kAlreadyExists) << "Wren was faster";
  EXPECT_EQ(List().calls(0).replies(), 1u);
}

TEST_F(CallDeskTest, NothingIsSaidOfTheChildBeforeTheAlertIsAcknowledged) {
  v1::RecordCallRequest request = Request(Unanswered("R1"), v1::CALL_OUTCOME_ACKNOWLEDGED);
  request.set_arrival(v1::ARRIVAL_SEEN);
  EXPECT_EQ(CodeOf(request), base::Code::kInvalidArgument);
}

TEST_F(CallDeskTest, ASchoolThatIsReadyByNowStandsThereNoMore) {
  const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
  store::NewClimb climb{alert.id, 0, 0, alert.show_from, false, {}};
  climb.unready = true;
  ASSERT_TRUE(world_.memory.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().ok());
  ASSERT_THAT(List().calls(), SizeIs(1));
  EXPECT_EQ(List().calls(0).about(), v1::CALL_ABOUT_UNREADY);
  EXPECT_THAT(List().calls(0).unready(), testing::ElementsAre(v1::UNREADY_NO_RECIPIENT));
  const Member office = MakeDevice(kPrimary), lead = MakePerson(kPrimary);
  ASSERT_TRUE(Enrol(world_.memory, office).ok());
  ASSERT_TRUE(Enrol(world_.memory, lead).ok());
  const store::SignOfLife signs[] = {{office.id(), Now()}, {lead.id(), Now()}};
  ASSERT_TRUE(world_.memory.NoteAlive(signs).ok());
  EXPECT_THAT(List().calls(), SizeIs(0));
}

}  // namespace
}  // namespace firstbell::review
