// A machine that knows the school's roll, and what it says by itself. Everyone is invented.

#include "clients/school/roll_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "broker/base/clock.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using link::kBell;
using link::kNight;
using link::kSchool;
using link::kWindow;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const model::Date kBorn(2018, 9, 2);
const model::Date kToday(2026, 3, 3);

sealing::IdentityText Text(std::string_view family, std::string_view given,
                           model::Date born = kBorn) {
  return *sealing::IdentityTextOf(family, given, born);
}

class RollAnswersTest : public testing::Test {
 protected:
  // Robin Example, born on 2 September 2018, whose alert lies here.
  link::SealingRef Keep(const base::AlertId& id, v1::Part part = v1::PART_IDENTITY,
                        std::uint32_t revision = 1, std::uint32_t sealing = 1,
                        std::string_view born = "2018-09-02") {
    model::Alert alert = school_.Alert(id, revision, sealing);
    alert.ours.asked = part == v1::PART_IDENTITY;
    v1::AlertContent content = school_.Content(alert);
    content.mutable_child()->set_date_of_birth(std::string(born));
    const v1::SealedEnvelope envelope = school_.Seal(alert, content, school_.envelope_key);
    v1::EnvelopeHeader header;
    EXPECT_TRUE(header.ParseFromString(envelope.header()));
    const link::SealingRef ref = link::RefOf(header);
    const link::KeptSealing kept{
        ref, kWindow, kBell, kNight + absl::Hours(720), kNight, envelope.SerializeAsString(), part};
    const auto received = link::SignToQueue(ref, v1::RECEIPT_KIND_RECEIVED, school_.device, kNight);
    EXPECT_TRUE(store_->KeepSealing(kept, received, erased_).ok());
    return ref;
  }
  // Steps until an answer or until there is nothing to do.
  std::optional<RollAnswer> Answer(RollAnswers& answers, int steps = 200) {
    for (int i = 0; i < steps; ++i) {
      const auto answer = AnswerByRoll(*store_, answers, school_.device, kNight).value();
      if (answer) return answer;
    }
    return std::nullopt;
  }
  RollSays Says(std::vector<sealing::IdentityText> pupils) {
    RollAnswers answers;
    answers.Use(std::move(pupils));
    const auto answer = Answer(answers);
    EXPECT_TRUE(answer.has_value());
    return answer ? answer->says : RollSays::kNobody;
  }
  std::vector<link::QueuedReceipt> Ours() {
    auto receipts = store_->UnansweredReceipts(100).value();
    std::erase_if(receipts, [](const auto& one) { return one.kind != v1::RECEIPT_KIND_OURS; });
    return receipts;
  }

  const link::InventedSchool school_;
  const base::AlertId id_ = link::NewAlertId();
  const link::SignErased erased_ = [this](const link::SealingRef& ref) {
    return link::SignToQueue(ref, v1::RECEIPT_KIND_ERASED, school_.device, kNight);
  };
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(":memory:").value();
};

TEST_F(RollAnswersTest, WhoStandsOnTheRollOnceIsAnsweredUnderTheDevicesSignature) {
  const link::SealingRef about = Keep(id_);
  EXPECT_EQ(Says({Text("Other", "Robin"), Text("EXAMPLE", "robin jay"), Text("Example", "Sam")}),
            RollSays::kOurs);
  ASSERT_THAT(Ours(), SizeIs(1));
  EXPECT_EQ(Ours()[0].about, about);
  EXPECT_EQ(Ours()[0].signer, school_.device.id);
  EXPECT_EQ(Ours()[0].at, kNight);
  EXPECT_THAT(store_->AskedAlerts().value(), IsEmpty());
}

TEST_F(RollAnswersTest, WhoStandsThereNotAtAllOrTwiceIsLeftToPeople) {
  Keep(id_);
  EXPECT_EQ(Says({Text("Example", "Robin", kBorn + 1), Text("Exampel", "Robin")}),
            RollSays::kNobody);
  EXPECT_EQ(Says({Text("Example", "Robin"), Text("Other", "Sam"), Text("Example", "Robin Lee")}),
            RollSays::kSeveral);
  EXPECT_THAT(Ours(), IsEmpty());
  EXPECT_THAT(store_->AskedAlerts().value(), SizeIs(1));
}

TEST_F(RollAnswersTest, ALongRollIsGoneThroughInSmallSteps) {
  Keep(id_);
  RollAnswers answers;
  std::vector<sealing::IdentityText> pupils(2 * kComparedAtOnce, Text("Other", "Sam"));
  pupils.push_back(Text("Example", "Robin"));
  answers.Use(std::move(pupils));
  EXPECT_FALSE(Answer(answers, 2).has_value());
  EXPECT_THAT(Ours(), IsEmpty());
  EXPECT_EQ(Answer(answers, 1)->says, RollSays::kOurs);
}

TEST_F(RollAnswersTest, WhatIsAnsweredOrNotAskedIsLeftAlone) {
  RollAnswers answers;
  answers.Use({Text("Example", "Robin")});
  Keep(link::NewAlertId(), v1::PART_WHOLE);
  EXPECT_FALSE(Answer(answers, 3).has_value()) << "nobody asks";
  const link::SealingRef said = Keep(link::NewAlertId());
  const link::Signer person{school_.lead.id, school_.lead.signing_key};
  ASSERT_TRUE(
      store_->QueueReceipt(link::SignToQueue(said, v1::RECEIPT_KIND_OURS, person, kNight)).ok());
  const link::SealingRef refused = Keep(link::NewAlertId());
  ASSERT_TRUE(store_
                  ->QueueReceipt(link::SignToQueue(refused, v1::RECEIPT_KIND_REFUSED, person,
                                                   kNight, {.refusal = v1::REFUSAL_REASON_OTHER}))
                  .ok());
  const link::AlertEnd end{Keep(id_).alert_id, 1, v1::ALERT_STATE_WITHDRAWN, kNight, {}};
  ASSERT_TRUE(store_->EndAlerts({&end, 1}, erased_).ok());
  EXPECT_FALSE(Answer(answers, 5).has_value());
  EXPECT_THAT(Ours(), SizeIs(1)) << "the person's alone";
}

TEST_F(RollAnswersTest, WithoutADateOfBirthNothingIsCompared) {
  Keep(id_, v1::PART_IDENTITY, 1, 1, "");
  RollAnswers answers;
  answers.Use({Text("Example", "Robin")});
  EXPECT_FALSE(Answer(answers, 3).has_value());
  EXPECT_FALSE(answers.Next(store_->AskedAlerts().value()).has_value()) << "looked at once";
}

TEST_F(RollAnswersTest, AQuestionIsComparedAgainOnceTheRollOrTheRevisionIsNew) {
  Keep(id_);
  RollAnswers answers;
  answers.Use({Text("Other", "Sam")});
  EXPECT_EQ(Answer(answers)->says, RollSays::kNobody);
  Keep(id_, v1::PART_IDENTITY, 1, 2);
  EXPECT_FALSE(Answer(answers, 3).has_value()) << "sealed to one more colleague: the same child";
  Keep(id_, v1::PART_IDENTITY, 2, 3);
  EXPECT_EQ(Answer(answers)->says, RollSays::kNobody);
  answers.Use({});
  EXPECT_FALSE(Answer(answers, 3).has_value()) << "the file cannot be read just now";
  answers.Use({Text("Other", "Sam"), Text("Example", "Robin")});
  EXPECT_EQ(Answer(answers)->says, RollSays::kOurs);
  EXPECT_EQ(Ours().at(0).about.sealing, 3u);
}

TEST_F(RollAnswersTest, AfterARestartWhatWasAnsweredStaysAndWhatWasNotIsCompared) {
  Keep(id_);
  EXPECT_EQ(Says({Text("Example", "Robin")}), RollSays::kOurs);
  RollAnswers next;
  next.Use({Text("Example", "Robin")});
  EXPECT_FALSE(Answer(next, 3).has_value());
  EXPECT_THAT(Ours(), SizeIs(1));
  Keep(link::NewAlertId());
  EXPECT_EQ(Answer(next)->says, RollSays::kOurs);
}

// A broker that does not take it is not asked for ever.
TEST_F(RollAnswersTest, ARefusedReceiptIsNotWrittenAgainAndAgain) {
  Keep(id_);
  RollAnswers answers;
  answers.Use({Text("Example", "Robin")});
  ASSERT_TRUE(Answer(answers).has_value());
  ASSERT_TRUE(
      store_
          ->AnswerReceipt(Ours().at(0).statement_sha256, v1::RECEIPT_OUTCOME_BAD_SIGNATURE, kNight)
          .ok());
  EXPECT_THAT(store_->AskedAlerts().value(), SizeIs(1)) << "people are asked";
  EXPECT_FALSE(Answer(answers, 3).has_value());
}

// --- The file -------------------------------------------------------------------------------

constexpr std::string_view kHeader = "urn,local_id,given_names,family_name,date_of_birth";

class RollFileTest : public testing::Test {
 protected:
  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::trunc) << text;
    // A clock that counts coarsely would not tell two writes of one test apart.
    std::filesystem::last_write_time(
        path_, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(++writes_));
  }
  std::string Rows(const std::string& rows) { return std::string(kHeader) + "\n" + rows; }

  support::TempDirectory directory_;
  const std::string path_ = directory_.File("roll.csv");
  int writes_ = 0;
};

TEST_F(RollFileTest, OfAllItsRowsThoseOfThisSchoolWhoAreOnRollToday) {
  Write(std::string(kHeader) +
        ",entry_date,leaving_date\n"
        "100001,p-1,Robin,Example,2018-09-02,,\n"
        "100001,p-2,Sam,Left,2018-09-02,,2026-03-02\n"
        "100001,p-3,Lee,Coming,2018-09-02,2026-03-04,\n"
        "100002,p-4,Kim,Elsewhere,2018-09-02,,\n");
  const Roll roll = ReadRoll(path_, kSchool, kToday).value();
  ASSERT_THAT(roll.pupils, SizeIs(1));
  EXPECT_EQ(roll.pupils[0], Text("Example", "Robin"));
  EXPECT_EQ(roll.faulty, 0u);
}

TEST_F(RollFileTest, AFaultyRowIsNamedWithoutWhoStandsInItAndTheOthersCount) {
  Write(Rows("100001,p-1,Robin,Example,2018-09-02\n100001,p-2,Sam,Secretname,2018-02-31\n"));
  const Roll roll = ReadRoll(path_, kSchool, kToday).value();
  EXPECT_THAT(roll.pupils, SizeIs(1));
  EXPECT_EQ(roll.faulty, 1u);
  EXPECT_THAT(roll.first_fault, HasSubstr("line 3: date_of_birth is not a date"));
  EXPECT_THAT(roll.first_fault, Not(HasSubstr("Secretname")));
}

TEST_F(RollFileTest, WhatIsNoRollIsAnError) {
  EXPECT_EQ(ReadRoll(path_, kSchool, kToday).status().code(), base::Code::kNotFound);
  Write("100001,p-1,Robin,Secretname,2018-09-02\n");
  const base::Status status = ReadRoll(path_, kSchool, kToday).status();
  EXPECT_EQ(status.code(), base::Code::kInvalidArgument);
  EXPECT_THAT(std::string(base::Message(status)), Not(HasSubstr("Secretname")));
}

TEST_F(RollFileTest, IsReadWhenItIsNewAndOnANewDayAndLookedAtOnceAMinute) {
  RollFile file(path_, kSchool, base::LondonTimeZone().value());
  const auto look = [&](absl::Duration since_boot, absl::Time now = kNight) {
    return file.Look(now, since_boot);
  };
  const auto first = look(absl::Seconds(1));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->status().code(), base::Code::kNotFound) << "at the start";
  EXPECT_FALSE(look(absl::Minutes(2)).has_value()) << "it is said once";
  Write(Rows("100001,p-1,Robin,Example,2018-09-02\n"));
  EXPECT_FALSE(look(absl::Minutes(2) + absl::Seconds(59)).has_value());
  const auto there = look(absl::Minutes(3));
  ASSERT_TRUE(there.has_value());
  EXPECT_THAT((*there)->pupils, SizeIs(1));
  EXPECT_FALSE(look(absl::Minutes(5)).has_value());
  Write(Rows("100001,p-1,Robin,Example,2018-09-02\n100001,p-2,Sam,Other,2018-09-02\n"));
  EXPECT_THAT(look(absl::Minutes(7))->value().pupils, SizeIs(2));
  EXPECT_TRUE(look(absl::Minutes(9), kNight + absl::Hours(24)).has_value());
}

}  // namespace
}  // namespace firstbell::school
