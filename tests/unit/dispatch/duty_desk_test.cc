#include "broker/dispatch/duty_desk.h"

#include <gmock/gmock.h>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/duty.h"
#include "broker/sealing/receipt.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class DutyDeskTest : public SchoolLinksTest {
 protected:
  static v1::SignedDuty Said(const Member& signer, absl::Time at, std::string_view away_on = "") {
    v1::DutyStatement statement;
    statement.set_person_id(signer.id().value());
    *statement.mutable_at() = model::ToWire(at);
    if (!away_on.empty()) {
      statement.mutable_duty()->mutable_away()->set_first(std::string(away_on));
    }
    return sealing::SignDuty(statement, signer.signing);
  }
  // What the broker answers on this session.
  std::vector<v1::ReceiptOutcome> Send(const v1::SignedDuty& duty) {
    v1::LinkMessage message;
    *message.mutable_duties()->add_duties() = duty;
    Frame("s1", office_, message);
    std::vector<v1::ReceiptOutcome> outcomes;
    for (const v1::LinkMessage& answer : link_.Take("s1")) {
      for (const v1::ReceiptAnswer& one : answer.duty_answers().answers()) {
        outcomes.push_back(one.outcome());
      }
    }
    return outcomes;
  }
  model::Duty Stored(const Member& person) {
    return world_.memory.GetRecipient(person.id()).value().duty;
  }
  absl::Time Now() { return world_.clock.Now(); }

  const Member deputy_ = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
};

TEST_F(DutyDeskTest, WhoSaysThatTheyAreAwayIsSealedNothingOfThatDay) {
  EnrolNow(deputy_);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto before = link_.TakePushed("s1");
  ASSERT_THAT(before, SizeIs(1));
  EXPECT_TRUE(OpenAs(lead_, before[0]).ok());
  const std::string day = model::FormatDate(world_.calendar.Current()->LocalDate(alert.deadline));
  v1::LinkMessage message;
  *message.mutable_duties()->add_duties() = Said(lead_, Now(), day);
  Frame("s1", office_, message);
  const auto after = link_.TakePushed("s1");
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_FALSE(OpenAs(lead_, after[0]).ok());
  EXPECT_TRUE(OpenAs(deputy_, after[0]).ok());
  const model::Recipient stored = world_.memory.GetRecipient(lead_.id()).value();
  EXPECT_EQ(stored.confirmed_at, Now());
  EXPECT_THAT(world_.LogText(), HasSubstr("duty.set"));
}

// Days are few: the digest of a statement would tell when somebody is away to whoever tries them.
TEST_F(DutyDeskTest, TheLogDoesNotLetAwayDaysBeGuessed) {
  const v1::SignedDuty said = Said(lead_, Now(), "2026-03-05");
  Hello("s1", office_);
  EXPECT_THAT(Send(said), ElementsAre(v1::RECEIPT_OUTCOME_RECORDED));
  const std::string guess = base::HexEncode(crypto::Sha256(said.statement()));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr(guess)));
  EXPECT_THAT(world_.LogText(), HasSubstr(base::HexEncode(sealing::LoggedDigest(said))));
}

TEST_F(DutyDeskTest, WhatWasSaidLastStands) {
  Hello("s1", office_);
  EXPECT_THAT(Send(Said(lead_, Now(), "2026-03-05")), ElementsAre(v1::RECEIPT_OUTCOME_RECORDED));
  EXPECT_THAT(Send(Said(lead_, Now() - absl::Hours(1))), ElementsAre(v1::RECEIPT_OUTCOME_RECORDED))
      << "heard, and overtaken";
  EXPECT_TRUE(Stored(lead_).away.has_value());
  world_.clock.Set(Now() + absl::Hours(1));
  EXPECT_THAT(Send(Said(lead_, Now() + absl::Hours(24 * 365))),
              ElementsAre(v1::RECEIPT_OUTCOME_RECORDED));
  EXPECT_FALSE(Stored(lead_).away.has_value());
  world_.clock.Set(Now() + absl::Hours(1));
  EXPECT_THAT(Send(Said(lead_, Now(), "2026-03-05")), ElementsAre(v1::RECEIPT_OUTCOME_RECORDED));
  EXPECT_TRUE(Stored(lead_).away.has_value()) << "a clock that was ahead blocks nobody";
}

TEST_F(DutyDeskTest, RefusesWhoIsNotAPersonOfTheSchool) {
  Hello("s1", office_);
  const Member stranger = MakePerson(kHigh);
  ASSERT_TRUE(Enrol(world_.memory, stranger).ok());
  EXPECT_THAT(Send(Said(stranger, Now())), ElementsAre(v1::RECEIPT_OUTCOME_BAD_SIGNATURE));
  EXPECT_THAT(Send(Said(office_, Now())), ElementsAre(v1::RECEIPT_OUTCOME_BAD_SIGNATURE));
  EXPECT_THAT(Send(Said(deputy_, Now())), ElementsAre(v1::RECEIPT_OUTCOME_BAD_SIGNATURE));
  v1::SignedDuty forged = Said(lead_, Now(), "2026-03-05");
  forged.set_signature(Said(lead_, Now()).signature());
  EXPECT_THAT(Send(forged), ElementsAre(v1::RECEIPT_OUTCOME_BAD_SIGNATURE));
  EXPECT_THAT(Send(Said(lead_, Now(), "tomorrow")), ElementsAre(v1::RECEIPT_OUTCOME_MALFORMED));
  EXPECT_THAT(Send(v1::SignedDuty()), ElementsAre(v1::RECEIPT_OUTCOME_MALFORMED));
  Revoke(lead_);
  link_.Take("s1");
  EXPECT_THAT(Send(Said(lead_, Now())), ElementsAre(v1::RECEIPT_OUTCOME_REVOKED_SIGNER));
}

TEST_F(DutyDeskTest, WhatIsNotDurableIsNotAnswered) {
  Hello("s1", office_);
  world_.store.FailNext("SetDuty", Fault::kNotDone, base::Unavailable("disk"));
  const v1::SignedDuty duty = Said(lead_, Now(), "2026-03-05");
  EXPECT_THAT(Send(duty), IsEmpty());
  EXPECT_THAT(Send(duty), ElementsAre(v1::RECEIPT_OUTCOME_RECORDED));
}

TEST_F(DutyDeskTest, ALinkIsNotedOnceAnHour) {
  Hello("s1", office_);
  const absl::Time first = Now();
  EXPECT_EQ(world_.memory.GetRecipient(office_.id()).value().linked_at, first);
  After(limits::kLinkedWithin - absl::Seconds(1));
  Holds("s1", office_, {});
  EXPECT_EQ(world_.memory.GetRecipient(office_.id()).value().linked_at, first);
  After(absl::Seconds(1));
  Holds("s1", office_, {});
  EXPECT_EQ(world_.memory.GetRecipient(office_.id()).value().linked_at, Now());
}

TEST_F(DutyDeskTest, AnOfferIsSealedToTheColleagueAndNamesThem) {
  EnrolNow(deputy_);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  EXPECT_FALSE(OpenAs(deputy_, pushed[0]).ok());
  v1::ReceiptStatement offer = StatementOf(lead_, SealingOf(pushed[0]), v1::RECEIPT_KIND_OFFERED);
  offer.set_handed_to(deputy_.id().value());
  Receipts("s1", office_, {sealing::SignReceipt(offer, lead_.signing)});
  const auto offered = link_.TakePushed("s1");
  ASSERT_THAT(offered, SizeIs(1));
  EXPECT_EQ(HeaderOf(offered[0]).offered_to(), deputy_.id().value());
  EXPECT_EQ(HeaderOf(offered[0]).offered_by(), lead_.id().value());
  EXPECT_TRUE(OpenAs(deputy_, offered[0]).ok());
  EXPECT_TRUE(OpenAs(lead_, offered[0]).ok()) << "it is theirs until it is taken";
  EXPECT_NE(StateOf(alert), v1::ALERT_STATE_ACKNOWLEDGED);
  Acknowledged("s1", office_, deputy_, offered[0]);
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_TRUE(world_.memory.GetAlert(alert.id)->offered_to.empty());
}

}  // namespace
}  // namespace firstbell::dispatch
