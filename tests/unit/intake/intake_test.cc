#include "broker/intake/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "broker/model/violations.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/world.h"

namespace firstbell::intake {
namespace {

using namespace support;
using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class IntakeTest : public testing::Test {
 protected:
  base::Result<v1::IncidentAnswer> TrySubmit(const v1::Incident& incident) {
    return world_.intake.Submit(kForce, incident, world_.clock.Now());
  }
  std::uint64_t LogSize() { return world_.memory.LogSize().value(); }
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  World world_;
};

TEST_F(IntakeTest, ATwinThatWinsTheRaceIsFoundAndNothingIsWrittenTwice) {
  v1::IncidentAnswer twin;
  std::uint64_t size_after_twin = 0;
  world_.store.BeforeNext("AcceptIncident", [&] {
    twin = world_.Submit(IncidentOf("R1"));
    size_after_twin = LogSize();
  });
  const auto answer = TrySubmit(IncidentOf("R1"));
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(MessageDifferencer::Equals(*answer, twin));
  EXPECT_EQ(LogSize(), size_after_twin);
  EXPECT_EQ(world_.memory.Count().value().alerts, 1u);
  EXPECT_THAT(world_.sink.told(), ElementsAre(std::set<base::Urn>{kPrimary}));
}

TEST_F(IntakeTest, ATwinWithOtherContentThatWinsTheRaceStands) {
  v1::Incident other = IncidentOf("R1");
  other.set_nature("assault");
  world_.store.BeforeNext("AcceptIncident", [&] { world_.Submit(other); });
  const auto answer = TrySubmit(IncidentOf("R1"));
  EXPECT_TRUE(absl::IsAlreadyExists(answer.status())) << answer.status();
  EXPECT_EQ(world_.memory.Count().value().incidents, 1u);
}

TEST_F(IntakeTest, EightThreadsWithTheSameSubmissionGetOneAnswer) {
  std::vector<std::string> answers(8);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&] {
      answer = world_.intake.Submit(kForce, IncidentOf("R1"), kNight)->SerializeAsString();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), 1u);
  EXPECT_EQ(world_.memory.Count().value().alerts, 1u);
  EXPECT_EQ(world_.sink.told().size(), 1u);
}

TEST_F(IntakeTest, FailedAndNotDoneThenSubmittedAgainIsTakenOn) {
  world_.store.FailNext("AcceptIncident", Fault::kNotDone, base::ResourceExhausted("disk full"));
  EXPECT_TRUE(absl::IsResourceExhausted(TrySubmit(IncidentOf("R1")).status()));
  EXPECT_THAT(world_.sink.told(), IsEmpty());
  EXPECT_TRUE(TrySubmit(IncidentOf("R1")).ok());
  EXPECT_EQ(world_.sink.told().size(), 1u);
}

// The school hears of it when its link comes up: the alerts stand in the outbox.
TEST_F(IntakeTest, FailedButDoneThenSubmittedAgainGetsTheFirstAnswer) {
  world_.store.FailNext("AcceptIncident", Fault::kDone, base::Unknown("no answer from the disk"));
  testing::internal::CaptureStderr();
  EXPECT_TRUE(absl::IsUnknown(TrySubmit(IncidentOf("R1")).status()));
  EXPECT_THAT(
      testing::internal::GetCapturedStderr(),
      HasSubstr("incident=" +
                world_.memory.GetIncident(kForce, base::Reference("R1")).value().id.value()));
  const std::uint64_t size = LogSize();
  world_.clock.Set(kNight + absl::Hours(12));
  const auto again = TrySubmit(IncidentOf("R1"));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->accepted_at().seconds(), absl::ToUnixSeconds(kNight));
  EXPECT_EQ(LogSize(), size);
  EXPECT_EQ(world_.memory.OpenAlerts(kPrimary, "", 10).value().items.size(), 1u);
}

TEST_F(IntakeTest, TheSameDaysLaterGetsTheStoredAnswerThoughTheChildMoved) {
  const v1::IncidentAnswer first = world_.Submit(IncidentOf("R1"));
  ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, {}, store::RollMode::kReplace, kNight, {}).ok());
  const std::uint64_t size = LogSize();
  world_.clock.Set(kNight + absl::Hours(72));
  EXPECT_TRUE(MessageDifferencer::Equals(world_.Submit(IncidentOf("R1")), first));
  EXPECT_EQ(LogSize(), size);
}

TEST_F(IntakeTest, TheSameWrittenOtherwiseIsTheSame) {
  const v1::IncidentAnswer first = world_.Submit(IncidentOf("R1"));
  v1::Incident spaced = IncidentOf("  R1 ");
  spaced.set_revision(1);
  spaced.set_legal_basis(v1::LEGAL_BASIS_DAA_2021_S49A);
  spaced.mutable_risk();  // an empty message says nothing
  EXPECT_TRUE(MessageDifferencer::Equals(world_.Submit(spaced), first));
}

TEST_F(IntakeTest, TwoForcesMayUseTheSameReference) {
  const auto ours = world_.intake.Submit(kForce, IncidentOf("R1"), kNight);
  v1::Incident other = IncidentOf("R1");
  other.set_nature("another incident altogether");
  const auto theirs = world_.intake.Submit(kOtherForce, other, kNight);
  ASSERT_TRUE(ours.ok() && theirs.ok());
  EXPECT_NE(ours->incident_id(), theirs->incident_id());
}

// The first that comes is taken on, whatever its number: what it says is all there is.
TEST_F(IntakeTest, AReferenceThatBeginsWithALaterRevisionIsTakenOn) {
  v1::Incident second = IncidentOf("R1");
  second.set_revision(2);
  EXPECT_EQ(TrySubmit(second)->revision(), 2u);
  const auto overtaken = TrySubmit(IncidentOf("R1"));
  EXPECT_TRUE(absl::IsFailedPrecondition(overtaken.status()));
  EXPECT_THAT(std::string(base::Message(overtaken.status())), HasSubstr("revision 2 stands"));
  EXPECT_EQ(world_.memory.Count().value().alerts, 1u);
}

TEST_F(IntakeTest, FaultyFieldsAreAllNamedAtOnce) {
  v1::Incident bad = IncidentOf("");
  bad.mutable_children(0)->set_date_of_birth("2014-02-30");
  const auto request = model::BadRequestOf(TrySubmit(bad).status());
  ASSERT_EQ(request.field_violations_size(), 2);
  EXPECT_EQ(request.field_violations(0).field(), "incident.reference");
  EXPECT_EQ(request.field_violations(1).field(), "incident.children[0].date_of_birth");
}

TEST_F(IntakeTest, ASchoolIsToldOfOnlyOnceTheAlertIsDurable) {
  // Told after the write: the outbox already has it.
  world_.store.BeforeNext("AcceptIncident", [&] { EXPECT_THAT(world_.sink.told(), IsEmpty()); });
  v1::Incident siblings = IncidentOf("R1");
  *siblings.add_children() = FinnReported();
  world_.Submit(siblings);
  EXPECT_THAT(world_.sink.told(), ElementsAre(std::set<base::Urn>{kPrimary, kHigh}));
}

TEST_F(IntakeTest, AChildWithoutASchoolWakesNobody) {
  v1::Incident unknown = IncidentOf("R1");
  unknown.mutable_children(0)->mutable_name()->set_given_names("Nobody");
  const v1::IncidentAnswer answer = world_.Submit(unknown);
  EXPECT_EQ(answer.children(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
  for (const auto& urns : world_.sink.told()) EXPECT_THAT(urns, IsEmpty());
  EXPECT_EQ(world_.memory.CasesOf(base::IncidentId(answer.incident_id())).value().size(), 1u);
}

TEST_F(IntakeTest, WhatIsStoredIsSealedAndBoundToItsIncident) {
  world_.Submit(IncidentOf("R1"));
  const auto stored = world_.memory.GetIncident(kForce, base::Reference("R1")).value();
  EXPECT_THAT(stored.content, Not(HasSubstr("ZOE")));
  EXPECT_THAT(stored.content, Not(HasSubstr("stairs")));
  const auto opened = world_.vault->Open(stored.content, stored.id.value());
  ASSERT_TRUE(opened.ok());
  EXPECT_THAT(std::string(opened->Reveal()), HasSubstr("She came to the stairs."));
  EXPECT_TRUE(absl::IsDataLoss(world_.vault->Open(stored.content, "another incident").status()));
}

TEST_F(IntakeTest, TheLogCarriesNoNameNoBirthdayNoReferenceNoText) {
  v1::Incident incident = IncidentOf("REF-4711");
  *incident.add_children() = FinnReported();
  v1::Child unknown = ZoeReported();
  unknown.set_child_ref("CHILD-SECRET");
  unknown.mutable_name()->set_given_names("Nobody");
  unknown.set_date_of_birth("2012-01-02");
  *incident.add_children() = unknown;
  world_.Submit(incident);
  const std::string log = world_.LogText();
  for (const std::string word : {"REF-4711", "CHILD-SECRET", "Zo", "ZOE", "Finn", "Brien",
                                 "2014-05", "LS1", "Larch", "stairs", "verbal", "Rosalind"}) {
    EXPECT_THAT(log, Not(HasSubstr(word)));
  }
  EXPECT_THAT(log, HasSubstr("\"kind\":\"incident.accepted\""));
  EXPECT_THAT(log, HasSubstr("\"kind\":\"case.opened\""));
  EXPECT_THAT(log, HasSubstr("\"reason\":\"no_match\""));
}

// Otherwise whoever may submit could find out, a postcode at a time, who is on some school's roll.
TEST_F(IntakeTest, AForceReadsTheSameWhateverTheRollsSay) {
  const auto answer_about = [&](const char* reference, const auto& change) {
    v1::Incident incident = IncidentOf(reference);
    change(*incident.mutable_children(0));
    const v1::ChildAnswer answer = world_.Submit(incident).children(0);
    EXPECT_EQ(answer.outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
    EXPECT_FALSE(answer.has_show_from() || answer.has_deadline());
    return answer.reason();
  };
  const auto nobody = [](v1::Child& child) {
    child.mutable_name()->set_given_names("Nobody");
    child.set_date_of_birth("2012-01-02");
  };
  EXPECT_EQ(answer_about("R1", nobody), v1::REASON_NOT_CONFIDENT);
  EXPECT_EQ(answer_about("R2", [](v1::Child& c) { c.clear_home_address(); }),
            v1::REASON_NOT_CONFIDENT);
  EXPECT_EQ(answer_about("R3", [](v1::Child& c) { c.set_is_protected(true); }),
            v1::REASON_NOT_CONFIDENT);
  // The case, and the log, say what it was.
  const base::Reference references[] = {base::Reference("R1"), base::Reference("R2"),
                                        base::Reference("R3")};
  const v1::Reason reasons[] = {v1::REASON_NO_MATCH, v1::REASON_NOT_CORROBORATED,
                                v1::REASON_PROTECTED};
  for (int i = 0; i < 3; ++i) {
    const auto stored = world_.store.GetIncident(kForce, references[i]).value();
    EXPECT_EQ(world_.store.CasesOf(stored.id).value().at(0).reason, reasons[i]);
    EXPECT_THAT(world_.LogText(), HasSubstr(std::string(model::Word(reasons[i]))));
  }
}

// What the force itself said is told back as it is.
TEST_F(IntakeTest, AReasonThatTheForceGaveIsTold) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->set_setting(v1::EDUCATION_SETTING_HOME_EDUCATION);
  EXPECT_EQ(world_.Submit(incident).children(0).reason(), v1::REASON_NOT_AT_SCHOOL);
}

TEST_F(IntakeTest, AStoreThatCannotBeReadIsAnErrorAndNotATwin) {
  world_.store.FailNext("GetIncident", Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_TRUE(absl::IsDataLoss(TrySubmit(IncidentOf("R1")).status()));
  EXPECT_EQ(world_.memory.Count().value().incidents, 0u);
}

}  // namespace
}  // namespace firstbell::intake
