// Reading and acknowledging, and the words in which an alert is told.

#include "clients/school/inbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/base/limits.h"
#include "broker/sealing/duty.h"
#include "broker/sealing/receipt.h"
#include "clients/school/alert_text.h"
#include "clients/school/inbox_text.h"
#include "clients/school/page.h"
#include "clients/school/show.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using base::Code;
using link::kBell;
using link::kNight;
using link::kWindow;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class InboxTest : public testing::Test {
 protected:
  void SetUp() override {
    link::Session session(school_.Identity(), *store_);
    session.Start(kNight);
    ASSERT_TRUE(session.OnFrame(link::WelcomeFrame(), kNight).ok());
    ASSERT_TRUE(session.OnFrame(link::PushFrame(school_.Seal(id_)), kNight).ok());
  }
  HeldAlert Shown() {
    EXPECT_TRUE(ShowDue(*store_, school_.device, kWindow).ok());
    return FindShown(*store_, id_.value()).value();
  }
  static UnlockedPerson Unlocked(const link::Colleague& person) {
    return {{person.id, v1::RECIPIENT_ROLE_LEAD, "Ada Example", person.opening_certificate},
            {person.id, person.signing_key},
            person.opening_key};
  }
  base::Result<v1::AlertContent> Open(const UnlockedPerson& person) {
    return OpenAlert(*store_, Shown(), person, school_.envelope_key.PublicKey(), kWindow);
  }
  std::size_t Queued(v1::ReceiptKind kind) {
    const auto receipts = store_->UnansweredReceipts(100).value();
    return static_cast<std::size_t>(
        std::count_if(receipts.begin(), receipts.end(),
                      [&](const auto& receipt) { return receipt.kind == kind; }));
  }

  link::InventedSchool school_;
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(":memory:").value();
  const base::AlertId id_ = link::NewAlertId();
  const console::LocalTime london_ = console::LocalTime::London().value();
};

TEST_F(InboxTest, NothingIsSaidOfAnAlertBeforeItsWindow) {
  EXPECT_THAT(ReadInbox(*store_, kNight)->alerts, IsEmpty());
  EXPECT_EQ(FindShown(*store_, id_.value()).status().code(), Code::kNotFound);
}

TEST_F(InboxTest, OpeningQueuesThePersonsReceiptFirst) {
  const auto content = Open(Unlocked(school_.lead));
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_EQ(content->child().name().given_names(), "Robin");
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_OPENED), 1u);
  ASSERT_TRUE(Open(Unlocked(school_.lead)).ok());
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_OPENED), 1u);
  EXPECT_EQ(StateOf(Shown()), v1::ALERT_STATE_OPENED);
}

// Its content is read no more; that there was an alert, and that nobody took it, stays.
TEST_F(InboxTest, AnExpiredAlertIsListedAndAcknowledgedButNotOpened) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  const HeldAlert alert = Shown();
  const auto open = [&](absl::Time now) {
    return OpenAlert(*store_, alert, lead, school_.envelope_key.PublicKey(), now).status().code();
  };
  EXPECT_EQ(open(alert.expires_at), Code::kFailedPrecondition);
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_OPENED), 0u);
  const Inbox inbox = ReadInbox(*store_, alert.expires_at).value();
  ASSERT_THAT(inbox.alerts, SizeIs(1));
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("late, expired"));
  EXPECT_EQ(nlohmann::json::parse(InboxJson(inbox))["alerts"][0]["expired"], true);
  EXPECT_EQ(open(alert.expires_at - absl::Seconds(1)), Code::kOk);
  EXPECT_EQ(*AcknowledgeAlert(*store_, alert, lead, {}, alert.expires_at), Queued::kNow);
}

TEST_F(InboxTest, AColleagueToWhomItIsNotSealedNeitherReadsNorAcknowledges) {
  const UnlockedPerson other = Unlocked(school_.Enrol());
  EXPECT_EQ(Open(other).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(AcknowledgeAlert(*store_, Shown(), other, {}, kWindow).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_OPENED), 0u);
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_ACKNOWLEDGED), 0u);
}

TEST_F(InboxTest, AcknowledgingIsSignedByThePersonAndNamesTheColleague) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  const base::RecipientId colleague(crypto::RandomId());
  const absl::Time soon = kWindow + absl::Minutes(1);
  EXPECT_EQ(*AcknowledgeAlert(*store_, Shown(), lead, colleague, soon), Queued::kNow);
  EXPECT_EQ(*AcknowledgeAlert(*store_, Shown(), lead, colleague, kBell), Queued::kBefore);
  const auto receipts = store_->UnansweredReceipts(100).value();
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(receipts.back().wire));
  const auto statement = sealing::PeekStatement(receipt).value();
  EXPECT_EQ(statement.kind(), v1::RECEIPT_KIND_ACKNOWLEDGED);
  EXPECT_EQ(statement.signer_id(), school_.lead.id.value());
  EXPECT_EQ(statement.handed_to(), colleague.value());
  EXPECT_EQ(StateOf(Shown()), v1::ALERT_STATE_ACKNOWLEDGED);
}

TEST_F(InboxTest, WhoIsNoLongerEnrolledSignsNoAcknowledgement) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  EXPECT_TRUE(CheckInForce(*store_, school_.lead.id).ok());
  const link::Person gone{school_.lead.id, v1::RECIPIENT_ROLE_LEAD, "Ada Example", "k"};
  ASSERT_TRUE(store_->ReplacePeople({}, {{link::NoticeKind::kPersonRemoved, kNight, gone}}).ok());
  const auto refused = AcknowledgeAlert(*store_, Shown(), lead, {}, kWindow);
  EXPECT_EQ(refused.status().code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("no longer enrolled"));
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_ACKNOWLEDGED), 0u);
  // Enrolled again under the same id, as far as the broker says.
  ASSERT_TRUE(
      store_->ReplacePeople({gone}, {{link::NoticeKind::kPersonEnrolled, kWindow, gone}}).ok());
  EXPECT_TRUE(AcknowledgeAlert(*store_, Shown(), lead, {}, kWindow).ok());
}

TEST_F(InboxTest, WhoLeftIsNotOfferedAndIsNamedWhereOthersAre) {
  const PersonIdentity ada{base::RecipientId("ada1"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", ""};
  const PersonIdentity sam{base::RecipientId("sam1"), v1::RECIPIENT_ROLE_HEAD, "Sam Example", ""};
  EXPECT_THAT(std::string(base::Message(WhoActs(*store_, {ada, sam}, "").status())),
              HasSubstr("sam1  Sam Example (head)"));
  ASSERT_TRUE(store_
                  ->ReplacePeople({}, {{link::NoticeKind::kPersonRemoved,
                                        kNight,
                                        {ada.id, ada.role, ada.display_name, "k"}}})
                  .ok());
  EXPECT_EQ(WhoActs(*store_, {ada, sam}, "")->id, sam.id);
  EXPECT_EQ(WhoActs(*store_, {ada, sam}, "ada")->id, ada.id);
  EXPECT_EQ(WhoActs(*store_, {ada}, "")->id, ada.id);
}

TEST_F(InboxTest, ALinkThatIsDownStandsOnTopOfTheList) {
  Inbox inbox;
  inbox.now = kWindow;
  inbox.link_standing = LinkStanding{LinkState::kUp, kNight, ""};
  EXPECT_THAT(InboxText(inbox, london_), Not(HasSubstr("link")));
  inbox.link_standing = LinkStanding{LinkState::kDown, kNight, ""};
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("No link to the broker since"));
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("telephone"));
  EXPECT_EQ(nlohmann::json::parse(InboxJson(inbox))["link"]["state"], "down");
  inbox.link_standing = LinkStanding{LinkState::kRefused, kNight, "unknown key"};
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("unknown key"));
  inbox.daemon_running = false;
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("daemon is not running"));
}

TEST_F(InboxTest, ASimulatedTimeThatNobodyHasToldIsNotShown) {
  Inbox inbox;
  inbox.now = absl::UnixEpoch();
  inbox.simulated_clock = true;
  inbox.time_known = false;
  EXPECT_THAT(InboxText(inbox, london_), Not(HasSubstr("1970")));
}

TEST_F(InboxTest, AnIdIsNamedByAnUnambiguousBeginning) {
  Shown();
  EXPECT_TRUE(FindShown(*store_, ShortId(id_)).ok());
  EXPECT_EQ(FindShown(*store_, "").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(FindShown(*store_, "u").status().code(), Code::kNotFound);  // not in our alphabet
}

TEST_F(InboxTest, AColleagueIsNamedAmongThoseEnrolled) {
  const link::Person ada{base::RecipientId("ada1"), v1::RECIPIENT_ROLE_LEAD, "Ada", "a"};
  const link::Person adam{base::RecipientId("ada2"), v1::RECIPIENT_ROLE_HEAD, "Adam", "b"};
  ASSERT_TRUE(store_->ReplacePeople({ada, adam}, {}).ok());
  EXPECT_EQ(*FindColleague(*store_, "ada2", ada.id), adam);
  EXPECT_EQ(FindColleague(*store_, "ada", ada.id).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(FindColleague(*store_, "ada1", ada.id).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(FindColleague(*store_, "x", ada.id).status().code(), Code::kNotFound);
}

HeldAlert Invented() {
  HeldAlert alert;
  alert.newest = {base::AlertId("3f7kq2mz5t8w9x0y1a2b3c4d5e"), 1, 1, ""};
  alert.show_from = kWindow;
  alert.deadline = kBell;
  alert.expires_at = kBell + limits::kSealingLife;
  alert.shown_at = kWindow;
  return alert;
}

TEST_F(InboxTest, TheListIsTextWithoutNames) {
  Inbox inbox;
  inbox.now = kWindow + absl::Minutes(10);
  HeldAlert done = Invented();
  done.newest.alert_id = base::AlertId("9abcdefgh");
  done.acknowledged_at = kBell + absl::Minutes(1);
  inbox.alerts = {Invented(), done};
  inbox.notices = {{link::NoticeKind::kPersonEnrolled,
                    kNight,
                    {base::RecipientId("p"), v1::RECIPIENT_ROLE_DEPUTY, "Ada Example", ""}}};
  RefusedReceipt refused;
  refused.receipt.about = done.newest;
  refused.receipt.kind = v1::RECEIPT_KIND_ACKNOWLEDGED;
  refused.outcome = v1::RECEIPT_OUTCOME_REVOKED_SIGNER;
  refused.answered_at = kNight;
  inbox.refused = {refused};
  inbox.unanswered = 1;
  EXPECT_EQ(
      InboxText(inbox, london_),
      "  - Tue 3 Mar 2026 02:10: new person enrolled at this school: Ada Example\n"
      "    (deputy). If nobody here expected that, telephone your operator.\n"
      "  - Tue 3 Mar 2026 02:10: the broker refused \"acknowledged\" of alert 9abcdefg,\n"
      "    because the signer's enrolment was revoked. Telephone your operator.\n"
      "\n"
      "ID        STATE         SHOWN FROM            DEADLINE              LEFT       LATE  "
      "THE CHILD                    CALL CODE\n"
      "3f7kq2mz  shown         Tue 3 Mar 2026 07:30  Tue 3 Mar 2026 08:45  1 h 5 min  -     "
      "-                            5421 5289\n"
      "9abcdefg  acknowledged  Tue 3 Mar 2026 07:30  Tue 3 Mar 2026 08:45  -          late  "
      "say by Tue 3 Mar 2026 09:16  9192 0630\n"
      "\n"
      "If the police telephone: they read out the first half of the call code, you the second.\n"
      "Where theirs is another, ring off.\n"
      "\n"
      "1 receipt waits for the broker to confirm.\n");
}

TEST_F(InboxTest, WhatTheDeliveryLogDoesNotBearOutIsSaidWithWhatToDo) {
  Inbox inbox;
  inbox.now = kWindow;
  inbox.notices = {{link::NoticeKind::kLogForked, kNight, {}},
                   {link::NoticeKind::kLogUnwitnessed, kNight, {}},
                   {link::NoticeKind::kStranger,
                    kNight,
                    {base::RecipientId("p"), v1::RECIPIENT_ROLE_DEPUTY, "Ada Example", ""}},
                   {link::NoticeKind::kStranger, kNight, {base::RecipientId("q"), {}, "", ""}}};
  std::string text = InboxText(inbox, london_);
  for (std::size_t at; (at = text.find("\n    ")) != std::string::npos;) text.replace(at, 5, " ");
  EXPECT_THAT(text, HasSubstr("the broker's delivery log is not the one that it was"));
  EXPECT_THAT(text, HasSubstr("for a week nobody but the broker has borne out"));
  EXPECT_THAT(text, HasSubstr("What to do then: firstbell-school log show."));
  EXPECT_THAT(text, HasSubstr("can be sealed to Ada Example (deputy), and the delivery log does "
                              "not say that they were enrolled"));
  EXPECT_THAT(text, HasSubstr("can be sealed to somebody whom this device does not know, and"));
  EXPECT_THAT(text, HasSubstr("Telephone your operator now, and the force."));
  const auto json = nlohmann::json::parse(InboxJson(inbox))["notices"];
  EXPECT_EQ(json[0]["notice"], "log_forked");
  EXPECT_EQ(json[1]["notice"], "log_unwitnessed");
  EXPECT_EQ(json[2]["notice"], "stranger");
  EXPECT_EQ(json[2]["person"]["recipient_id"], "p");
}

TEST_F(InboxTest, TheListSaysWhoHasAcknowledgedElsewhere) {
  Inbox inbox;
  inbox.now = kBell + absl::Hours(1);
  HeldAlert over = Invented();
  over.ended = link::AlertEnd{over.newest.alert_id, 1, v1::ALERT_STATE_ACKNOWLEDGED,
                              kBell - absl::Minutes(5), base::RecipientId("p")};
  over.ended_by = "Ada Example";
  inbox.alerts = {over};
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("3f7kq2mz  acknowledged by Ada Example  "));
  const auto json = nlohmann::json::parse(InboxJson(inbox))["alerts"][0];
  EXPECT_EQ(json["acknowledged_by"], "p");
  EXPECT_EQ(json["acknowledged_at"], "2026-03-03T08:40:00Z");
  EXPECT_EQ(json["late"], false);
  EXPECT_FALSE(json.contains("minutes_left"));
}

TEST_F(InboxTest, TheListIsJsonWithWholeIds) {
  Inbox inbox;
  inbox.now = kWindow;
  inbox.alerts = {Invented()};
  const auto json = nlohmann::json::parse(InboxJson(inbox));
  EXPECT_EQ(json["alerts"][0].dump(),
            "{\"alert_id\":\"3f7kq2mz5t8w9x0y1a2b3c4d5e\",\"call_code\":{\"police\":\"5421\","
            "\"school\":\"5289\"},\"deadline\":\"2026-03-03T08:45:00Z\","
            "\"expired\":false,\"late\":false,\"minutes_left\":75,\"revision\":1,"
            "\"shown_from\":\"2026-03-03T07:30:00Z\",\"state\":\"shown\"}");
  EXPECT_EQ(json["daemon_running"], true);
  EXPECT_THAT(json["notices"], IsEmpty());
}

TEST_F(InboxTest, AStoppedDaemonAndAWrongOrSimulatedClockAreSaid) {
  Inbox inbox;
  inbox.now = kWindow;
  inbox.daemon_running = false;
  inbox.wrong_clock = true;
  inbox.simulated_clock = true;
  const std::string text = InboxText(inbox, london_);
  EXPECT_THAT(text, HasSubstr("The daemon is not running"));
  EXPECT_THAT(text, HasSubstr("simulated: it is Tue 3 Mar 2026 07:30 there"));
  EXPECT_THAT(text, HasSubstr("This machine's clock is wrong"));
  EXPECT_EQ(nlohmann::json::parse(InboxJson(inbox))["wrong_clock"], true);
  EXPECT_THAT(text, HasSubstr("No alerts.\n"));
}

v1::AlertContent InventedContent() {
  v1::AlertContent content;
  content.set_force("west-mercia");
  content.set_reference("WM/2026/001");
  content.set_urgent(true);
  content.set_address_differs(true);
  *content.mutable_occurred_at() = model::ToWire(kNight);
  content.set_nature("verbal argument");
  content.set_severity(v1::SEVERITY_MEDIUM);
  content.mutable_risk()->set_scheme("DASH");
  content.mutable_risk()->set_level("medium");
  v1::Party& party = *content.add_parties();
  party.set_party_ref("p1");
  party.mutable_name()->set_given_names("Sam");
  party.mutable_name()->set_family_name("Sample");
  party.set_role("suspect");
  content.mutable_contact()->set_telephone("01234 567890");
  v1::Child& child = *content.mutable_child();
  child.mutable_name()->set_given_names("Robin");
  child.mutable_name()->set_family_name("Example");
  child.mutable_name()->set_preferred_given_name("Rob");
  child.set_date_of_birth("2016-05-04");
  child.set_presence(v1::PRESENCE_PRESENT);
  child.mutable_voice()->set_spoken_to(v1::SPOKEN_TO_YES);
  child.mutable_voice()->set_what_was_said("I heard it from the stairs.");
  child.set_account("Robin was on the stairs.\nNobody was hurt.");
  v1::Relationship& relationship = *child.add_relationships();
  relationship.set_party_ref("p1");
  relationship.set_relationship_to_child("mother's partner");
  child.mutable_collection()->add_may_not_collect("Sam Sample");
  return content;
}

TEST_F(InboxTest, AnAlertIsToldWithWhatToDoFirstAndTheCarefulDefaults) {
  v1::AlertContent content = InventedContent();
  FillProtectiveDefaults(content);
  EXPECT_EQ(AlertText(Invented(), content, kWindow, london_),
            "Alert 3f7kq2mz5t8w9x0y1a2b3c4d5e\n"
            "  To be acknowledged by Tue 3 Mar 2026 08:45: 1 h 15 min left.\n"
            "\n"
            "WHAT TO DO, AND WHAT NOT TO DO\n"
            "  - URGENT: act on this at once.\n"
            "  - Do not contact the parents or carers about this.\n"
            "  - Do not let the child sense that you know.\n"
            "  - The child is not at the home address. Where it is, the force tells by\n"
            "    telephone alone; do not ask the child, and do not write it down.\n"
            "\n"
            "WHO MAY COLLECT THE CHILD\n"
            "  - MUST NOT collect: Sam Sample\n"
            "  - Nobody is named who may collect the child: let it go only with someone of\n"
            "    whom the school already knows that they may, and telephone the force in\n"
            "    any doubt.\n"
            "\n"
            "THE CHILD\n"
            "  Name: Robin Example (called Rob)\n"
            "  Date of birth: 2016-05-04\n"
            "  There when it happened: yes\n"
            "\n"
            "THE VOICE OF THE CHILD\n"
            "  The child was spoken to.\n"
            "  | I heard it from the stairs.\n"
            "\n"
            "WHAT HAPPENED\n"
            "  When: Tue 3 Mar 2026 02:10\n"
            "  Nature: verbal argument\n"
            "  Severity: medium\n"
            "  Risk: DASH: medium\n"
            "  Involved: Sam Sample, suspect (to the child: mother's partner)\n"
            "  Robin was on the stairs.\n"
            "  Nobody was hurt.\n"
            "\n"
            "SUPPORT AND NEEDS\n"
            "  Referral: none is said to have been made\n"
            "\n"
            "QUESTIONS\n"
            "  Force: west-mercia\n"
            "  Quote to them: WM/2026/001\n"
            "  Telephone: 01234 567890\n"
            "\n"
            "Say that you have this: firstbell-school inbox acknowledge 3f7kq2mz\n"
            "  Not a pupil of yours? firstbell-school inbox refuse 3f7kq2mz\n");
}

TEST_F(InboxTest, AnAlertIsJsonWithTheSameDefaults) {
  v1::AlertContent content;
  FillProtectiveDefaults(content);
  const auto json = nlohmann::json::parse(AlertJson(Invented(), content, kBell));
  EXPECT_EQ(json["late"], true);
  EXPECT_EQ(json["content"]["child"]["handling"]["parentContact"], "PARENT_CONTACT_NONE");
  EXPECT_EQ(json["content"]["child"]["handling"]["childAwareness"], "CHILD_AWARENESS_HIDDEN");
}

TEST_F(InboxTest, AnInstructionOfALaterVersionProtects) {
  v1::AlertContent content;
  v1::HandlingInstructions& handling = *content.mutable_child()->mutable_handling();
  handling.set_parent_contact(static_cast<v1::ParentContact>(99));
  handling.set_child_awareness(static_cast<v1::ChildAwareness>(99));
  const std::string text = AlertText(Invented(), content, kWindow, london_);
  EXPECT_THAT(text, HasSubstr("Do not contact the parents"));
  EXPECT_THAT(text, HasSubstr("Do not let the child sense"));
}

TEST_F(InboxTest, ALooserInstructionIsToldAsItIs) {
  v1::AlertContent content;
  v1::HandlingInstructions& handling = *content.mutable_child()->mutable_handling();
  handling.set_parent_contact(v1::PARENT_CONTACT_NAMED_ONLY);
  EXPECT_THAT(AlertText(Invented(), content, kWindow, london_), Not(HasSubstr("except")));
  handling.add_further("The grandmother, Kim Sample, may be told.");
  handling.set_child_awareness(v1::CHILD_AWARENESS_MAY_TALK);
  const std::string text = AlertText(Invented(), content, kWindow, london_);
  EXPECT_THAT(text, HasSubstr("except as said below.\n"));
  EXPECT_THAT(text, HasSubstr("The child may be told that the school knows."));
  EXPECT_THAT(text, HasSubstr("  - The grandmother, Kim Sample, may be told.\n"));
}

TEST(Page, BreaksAtWordsAndKeepsTheTerminalSafe) {
  Page page;
  page.Quote("a\x1b[2Jb");
  page.Bullet(std::string(100, 'x') + " y");
  page.Paragraph("");
  EXPECT_EQ(page.text(), "  | a?[2Jb\n  - " + std::string(100, 'x') + "\n    y\n  \n");
}

TEST(TimeLeft, IsInWholeMinutes) {
  EXPECT_EQ(TimeLeft(kBell, kBell - absl::Seconds(59)), "0 min");
  EXPECT_EQ(TimeLeft(kBell, kBell - absl::Minutes(59)), "59 min");
  EXPECT_EQ(TimeLeft(kBell, kBell - absl::Minutes(190)), "3 h 10 min");
  EXPECT_EQ(TimeLeft(kBell, kBell - absl::Hours(52)), "2 d 4 h");
  EXPECT_EQ(TimeLeft(kBell, kBell + absl::Hours(1)), "0 min");
}

TEST_F(InboxTest, WhetherTheChildHasComeIsSaidOfWhatIsAcknowledged) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  EXPECT_EQ(SayArrival(*store_, Shown(), lead, v1::ARRIVAL_SEEN, kWindow).status().code(),
            Code::kFailedPrecondition);
  ASSERT_TRUE(AcknowledgeAlert(*store_, Shown(), lead, {}, kWindow).ok());
  EXPECT_EQ(ArrivalDue(Shown()), kBell + limits::kRegistration);
  EXPECT_THAT(InboxText({.now = kWindow, .alerts = {Shown()}}, london_), HasSubstr("say by"));
  ASSERT_TRUE(SayArrival(*store_, Shown(), lead, v1::ARRIVAL_ABSENT, kBell).ok());
  ASSERT_TRUE(SayArrival(*store_, Shown(), lead, v1::ARRIVAL_LATE, kBell + absl::Minutes(40)).ok());
  EXPECT_EQ(Shown().arrival, v1::ARRIVAL_LATE);
  ASSERT_TRUE(
      SayArrival(*store_, Shown(), lead, v1::ARRIVAL_ABSENT, kBell + absl::Minutes(90)).ok());
  EXPECT_EQ(Shown().arrival, v1::ARRIVAL_ABSENT) << "what was said last stands";
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_ABSENT), 2u);
  EXPECT_EQ(ArrivalDue(Shown()), std::nullopt);
}

TEST_F(InboxTest, AnOfferAcknowledgesNothing) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  ASSERT_TRUE(OfferAlert(*store_, Shown(), lead, base::RecipientId("kim"), kWindow).ok());
  EXPECT_EQ(Queued(v1::RECEIPT_KIND_OFFERED), 1u);
  EXPECT_FALSE(OverAt(Shown()).has_value());
  ASSERT_TRUE(AcknowledgeAlert(*store_, Shown(), lead, {}, kWindow).ok());
  EXPECT_EQ(OfferAlert(*store_, Shown(), lead, base::RecipientId("kim"), kWindow).status().code(),
            Code::kFailedPrecondition);
}

TEST_F(InboxTest, DutyIsSignedQueuedAndSaidUntilItIsAnswered) {
  const UnlockedPerson lead = Unlocked(school_.lead);
  v1::Duty away;
  away.mutable_away()->set_first("2026-03-03");
  ASSERT_TRUE(SayDuty(*store_, lead, v1::Duty(), kNight).ok());
  ASSERT_TRUE(SayDuty(*store_, lead, away, kWindow).ok());
  const auto queued = store_->UnansweredDuties(10).value();
  ASSERT_THAT(queued, SizeIs(1)) << "the older one is not sent any more";
  EXPECT_EQ(store_->DutyOf(lead.identity.id)->away().first(), "2026-03-03");
  v1::SignedDuty said;
  ASSERT_TRUE(said.ParseFromString(queued[0].wire));
  const auto key = crypto::PublicKey::FromDer(school_.lead.signing_key.PublicKey()).value();
  EXPECT_TRUE(sealing::VerifyDuty(said, key).ok());
  EXPECT_EQ(sealing::PeekDuty(said)->person_id(), lead.identity.id.value());

  link::Session session(school_.Identity(), *store_);
  session.Start(kWindow);
  v1::LinkMessage sent;
  const auto welcomed = session.OnFrame(link::WelcomeFrame(), kWindow).value();
  for (const std::string& frame : welcomed.frames) {
    v1::LinkMessage message;
    ASSERT_TRUE(message.ParseFromString(frame));
    if (message.has_duties()) sent = message;
  }
  ASSERT_EQ(sent.duties().duties_size(), 1);
  v1::LinkMessage answer;
  v1::ReceiptAnswer& one = *answer.mutable_duty_answers()->add_answers();
  one.set_statement_sha256(queued[0].statement_sha256);
  one.set_outcome(v1::RECEIPT_OUTCOME_RECORDED);
  ASSERT_TRUE(session.OnFrame(answer.SerializeAsString(), kWindow).ok());
  EXPECT_THAT(store_->UnansweredDuties(10).value(), IsEmpty());
}

}  // namespace
}  // namespace firstbell::school
