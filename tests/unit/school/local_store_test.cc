#include "clients/school/local_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "broker/audit/checkpoint.h"
#include "broker/base/file.h"
#include "clients/school/schema.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"
#include "tests/unit/school/older_store.h"

namespace firstbell::school {
namespace {

using link::kBell;
using link::kNight;
using link::kWindow;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class LocalStoreTest : public testing::Test {
 protected:
  link::SealingRef Keep(const base::AlertId& id, std::uint32_t revision = 1,
                        std::uint32_t sealing = 1) {
    const link::SealingRef ref{id, revision, sealing,
                               std::string(31, 'd') + static_cast<char>('0' + sealing)};
    EXPECT_TRUE(store_
                    ->KeepSealing({ref, kWindow, kBell, kNight + absl::Hours(720), kNight, what_},
                                  Receipt(ref, v1::RECEIPT_KIND_RECEIVED), erased_)
                    .ok());
    return ref;
  }
  link::QueuedReceipt Receipt(const link::SealingRef& ref, v1::ReceiptKind kind,
                              absl::Time at = kNight) {
    return link::SignToQueue(ref, kind, signer_, at);
  }

  // The kinds of receipts that wait for the broker, of one alert.
  std::vector<v1::ReceiptKind> Waiting(const base::AlertId& id) {
    std::vector<v1::ReceiptKind> kinds;
    const auto unanswered = store_->UnansweredReceipts(100).value();
    for (const link::QueuedReceipt& one : unanswered) {
      if (one.about.alert_id == id) kinds.push_back(one.kind);
    }
    std::sort(kinds.begin(), kinds.end());
    return kinds;
  }

  std::string what_ = "sealed";
  const link::SignErased erased_ = [this](const link::SealingRef& ref) {
    return Receipt(ref, v1::RECEIPT_KIND_ERASED);
  };
  const link::Signer signer_{base::RecipientId(crypto::RandomId()), crypto::PrivateKey::Generate()};
  support::TempDirectory directory_;
  const std::string path_ = directory_.File("store.sqlite");
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(path_).value();
};

TEST_F(LocalStoreTest, EverythingIsThereAfterAReopening) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  const link::Person person{base::RecipientId("p"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", "key"};
  ASSERT_TRUE(
      store_->ReplacePeople({person}, {{link::NoticeKind::kPersonEnrolled, kNight, person}}).ok());
  ASSERT_TRUE(store_->SaveTimeAnchor({{kNight, true}, {kBell, absl::Hours(3), "boot"}}).ok());
  store_.reset();
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(store_->NewestSealing(ref.alert_id)->value(), ref);
  EXPECT_EQ(*store_->Envelope(ref), "sealed");
  EXPECT_THAT(*store_->UnansweredReceipts(10), SizeIs(1));
  EXPECT_THAT(store_->People()->value(), ElementsAre(person));
  EXPECT_THAT(*store_->NoticesSince(kNight, 10), SizeIs(1));
  EXPECT_THAT(*store_->NoticesSince(kNight + absl::Seconds(1), 10), IsEmpty());
  const auto anchor = store_->LastTimeAnchor()->value();
  EXPECT_EQ(anchor.broker.now, kNight);
  EXPECT_TRUE(anchor.broker.simulated);
  EXPECT_EQ(anchor.learnt.wall, kBell);
  EXPECT_EQ(anchor.learnt.since_boot, absl::Hours(3));
  EXPECT_EQ(anchor.learnt.boot_id, "boot");
}

// Version 1 kept no boot clock: its anchor is of no run of the machine.
TEST_F(LocalStoreTest, AStoreOfVersion1IsBroughtForward) {
  ASSERT_TRUE(store_->SaveTimeAnchor({{kNight, false}, {kBell, absl::Hours(3), "boot"}}).ok());
  store_.reset();
  TakeBack(path_, 1);
  store_ = LocalStore::Open(path_).value();
  const auto anchor = store_->LastTimeAnchor()->value();
  EXPECT_EQ(anchor.learnt.wall, kBell);
  EXPECT_EQ(anchor.learnt.boot_id, "");
}

TEST_F(LocalStoreTest, AnEmptyStoreKnowsThatItKnowsNothing) {
  EXPECT_FALSE(store_->People()->has_value());
  EXPECT_FALSE(store_->LastTimeAnchor()->has_value());
  EXPECT_FALSE(store_->NewestSealing(link::NewAlertId())->has_value());
  EXPECT_EQ(store_->QueueReceivedAgain({link::NewAlertId(), 1, 1, "d"}).status().code(),
            base::Code::kNotFound);
  ASSERT_TRUE(store_->ReplacePeople({}, {}).ok());
  EXPECT_THAT(store_->People()->value(), IsEmpty());
}

TEST_F(LocalStoreTest, OnlyItsOwnerMayReadIt) {
  Keep(link::NewAlertId());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat facts {};
    ASSERT_EQ(::stat((path_ + suffix).c_str(), &facts), 0) << suffix;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(LocalStoreTest, AStoreOfANewerProgramIsLeftAlone) {
  store_.reset();
  {
    auto database = Database::Open(path_).value();
    ASSERT_TRUE(database->Execute("PRAGMA user_version = 99").ok());
  }
  EXPECT_EQ(LocalStore::Open(path_).status().code(), base::Code::kFailedPrecondition);
}

TEST_F(LocalStoreTest, WhenTheLinkWasLastHeardIsTheLaterOfTwo) {
  EXPECT_EQ(store_->LastHeard().value(), std::nullopt);
  ASSERT_TRUE(store_->SaveTimeAnchor({{kNight, false}, {kBell, absl::Hours(3), "boot"}}).ok());
  EXPECT_EQ(store_->LastHeard().value(), kNight);
  ASSERT_TRUE(store_->SaveHeard(kNight - absl::Hours(1)).ok());
  EXPECT_EQ(store_->LastHeard().value(), kNight);
  ASSERT_TRUE(store_->SaveHeard(kNight + absl::Hours(1)).ok());
  EXPECT_EQ(store_->LastHeard().value(), kNight + absl::Hours(1));
}

TEST_F(LocalStoreTest, HowTheLinkStandsIsKeptAndAStoreOfAnOlderProgramLearnsTo) {
  EXPECT_EQ(store_->LastLinkStanding().value(), std::nullopt);
  store_.reset();
  TakeBack(path_, 2);
  const LinkStanding refused{LinkState::kRefused, kNight, "unknown key"};
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(store_->LastLinkStanding().value(), std::nullopt);
  ASSERT_TRUE(store_->SaveLinkStanding(refused).ok());
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(store_->LastLinkStanding().value(), refused);
}

link::LogTrust InventedTrust() {
  link::LogTrust trust;
  const auto key = crypto::Ed25519Key::Generate();
  trust.log_key =
      audit::VerifierKey{"log.example", audit::KeyKind::kLog, key.PublicKey()}.ToString();
  audit::Note note{audit::CheckpointText({"log.example", 7, std::string(32, 'r')}), {}};
  note.signatures.push_back(audit::SignNote(note.text, "log.example", key));
  trust.checkpoint = audit::FormatNote(note);
  trust.contradicted = 2;
  trust.fork = link::Fork{kNight, "it is another", "a note", "another"};
  trust.crowded = true;
  trust.unwitnessed = {.size = 9, .since = kBell, .answers = 1, .alarmed = true};
  trust.people = {{.id = base::RecipientId("z"),
                   .opening_key_sha256 = std::string("\0digest", 7),
                   .key_id = std::string(20, 'k'),
                   .standing = link::Standing::kProven,
                   .since = kNight,
                   .gone_at = kBell},
                  {.id = base::RecipientId("a"),
                   .standing = link::Standing::kWaiting,
                   .since = kWindow,
                   .answers = 2,
                   .sealed_to = std::string(40, 's')}};
  return trust;
}

TEST_F(LocalStoreTest, WhatIsRememberedOfTheLogStaysWhenThePeopleAreReplaced) {
  EXPECT_EQ(store_->Trust().value(), link::LogTrust());
  const link::LogTrust trust = InventedTrust();
  const link::Notice forked{link::NoticeKind::kLogForked, kNight, {}};
  ASSERT_TRUE(store_->SaveTrust(trust, {forked}).ok());
  ASSERT_TRUE(store_->ReplacePeople({}, {}).ok());
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(store_->Trust().value(), trust);
  EXPECT_THAT(store_->NoticesSince(kNight, 10).value(), ElementsAre(forked));
  EXPECT_TRUE(store_->Verify().ok()) << store_->Verify();
  ASSERT_TRUE(store_->SaveTrust({}, {}).ok());
  EXPECT_EQ(store_->Trust().value(), link::LogTrust());
}

TEST_F(LocalStoreTest, AStoreOfVersion6LearnsToRememberTheLog) {
  const link::Person person{base::RecipientId("p"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", "key"};
  ASSERT_TRUE(store_->ReplacePeople({person}, {}).ok());
  store_.reset();
  TakeBack(path_, 6);
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(store_->Trust().value(), link::LogTrust());
  EXPECT_THAT(store_->People()->value(), ElementsAre(person));
  const link::LogTrust trust = InventedTrust();
  ASSERT_TRUE(store_->SaveTrust(trust, {}).ok());
  EXPECT_EQ(store_->Trust().value(), trust);
}

TEST_F(LocalStoreTest, AStoreOfVersion7KeepsWhatItRememberedAndLearnsOfWitnesses) {
  link::LogTrust trust = InventedTrust();
  ASSERT_TRUE(store_->SaveTrust(trust, {}).ok());
  store_.reset();
  TakeBack(path_, 7);
  store_ = LocalStore::Open(path_).value();
  trust.fork = link::Fork();
  trust.crowded = false;
  trust.unwitnessed = {};
  EXPECT_EQ(store_->Trust().value(), trust);
  trust = InventedTrust();
  ASSERT_TRUE(store_->SaveTrust(trust, {}).ok());
  EXPECT_EQ(store_->Trust().value(), trust);
}

TEST_F(LocalStoreTest, ACheckpointThatDoesNotReadBackIsDamage) {
  for (const char* damage :
       {"UPDATE log_trust SET checkpoint = x'00'",
        "UPDATE log_trust SET checkpoint = x'', log_key = 'no key'",
        "UPDATE log_trust SET log_key = ''; UPDATE log_person SET standing = 9"}) {
    ASSERT_TRUE(store_->SaveTrust(InventedTrust(), {}).ok());
    ASSERT_TRUE(store_->Verify().ok());
    {
      auto database = Database::Open(path_).value();
      ASSERT_TRUE(database->Execute(damage).ok());
    }
    EXPECT_EQ(store_->Verify().code(), base::Code::kDataLoss) << damage;
  }
}

// An alarm says nothing of whether they are still enrolled here.
TEST_F(LocalStoreTest, AnAlarmAboutSomebodyWhoLeftDoesNotBringThemBack) {
  const link::Person gone{base::RecipientId("p"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", "key"};
  ASSERT_TRUE(store_->ReplacePeople({}, {{link::NoticeKind::kPersonRemoved, kNight, gone}}).ok());
  ASSERT_TRUE(store_->SaveTrust({}, {{link::NoticeKind::kStranger, kNight, gone}}).ok());
  EXPECT_TRUE(store_->WasRemoved(gone.id).value());
}

TEST_F(LocalStoreTest, WhatNobodyHasAcknowledgedStandsFirst) {
  const link::SealingRef done = Keep(link::NewAlertId()), open = Keep(link::NewAlertId());
  for (const auto& ref : {done, open}) {
    ASSERT_TRUE(store_->QueueReceipt(Receipt(ref, v1::RECEIPT_KIND_SHOWN)).ok());
  }
  ASSERT_TRUE(store_->QueueReceipt(Receipt(done, v1::RECEIPT_KIND_ACKNOWLEDGED, kWindow)).ok());
  EXPECT_EQ(store_->ShownAlerts()->at(0).newest.alert_id, open.alert_id);
  ASSERT_TRUE(store_->QueueReceipt(Receipt(open, v1::RECEIPT_KIND_ACKNOWLEDGED, kWindow)).ok());
  EXPECT_THAT(*store_->ShownAlerts(), SizeIs(2));
}

TEST_F(LocalStoreTest, WhatIsNoDatabaseIsSaidToBeDamaged) {
  const std::string path = directory_.File("garbage");
  std::ofstream(path) << std::string(4096, 'x');
  EXPECT_EQ(LocalStore::Open(path).status().code(), base::Code::kDataLoss);
}

TEST_F(LocalStoreTest, AStatementIsQueuedOncePerSignerUnlessItWasRefused) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  const auto first = Receipt(ref, v1::RECEIPT_KIND_OPENED);
  EXPECT_EQ(*store_->QueueReceipt(first), Queued::kNow);
  const auto later = Receipt(ref, v1::RECEIPT_KIND_OPENED, kNight + absl::Seconds(1));
  EXPECT_EQ(*store_->QueueReceipt(later), Queued::kBefore);
  ASSERT_TRUE(
      store_->AnswerReceipt(first.statement_sha256, v1::RECEIPT_OUTCOME_REVOKED_SIGNER, kNight)
          .ok());
  EXPECT_EQ(*store_->QueueReceipt(later), Queued::kNow);
}

TEST_F(LocalStoreTest, WhatAFormSaysIsQueuedOnceWhileItStands) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  int second = 0;
  const auto say = [&](v1::ReceiptKind kind, std::string_view form) {
    return store_->QueueReceipt(Receipt(ref, kind, kNight + absl::Seconds(++second)), form);
  };
  EXPECT_EQ(*say(v1::RECEIPT_KIND_SEEN, "seen"), Queued::kNow);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_SEEN, "seen"), Queued::kBefore);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_SEEN, ""), Queued::kNow) << "a command says it anew each time";
  EXPECT_EQ(*say(v1::RECEIPT_KIND_ABSENT, "absent"), Queued::kNow);
  EXPECT_EQ(say(v1::RECEIPT_KIND_SEEN, "seen").status().code(), base::Code::kFailedPrecondition)
      << "it is neither forgotten nor put in the place of what was said since";
  EXPECT_EQ(*say(v1::RECEIPT_KIND_SEEN, "seen, of a new page"), Queued::kNow);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_OFFERED, "ask one"), Queued::kNow);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_OFFERED, "ask another"), Queued::kNow);
  EXPECT_FALSE(say(v1::RECEIPT_KIND_OFFERED, "ask one").ok());
  EXPECT_EQ(*say(v1::RECEIPT_KIND_SEEN, "seen, of a new page"), Queued::kBefore);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_REPLIED, "one thing"), Queued::kNow);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_REPLIED, "another"), Queued::kNow);
  EXPECT_EQ(*say(v1::RECEIPT_KIND_REPLIED, "one thing"), Queued::kBefore);
  const link::SealingRef other = Keep(link::NewAlertId());
  EXPECT_EQ(*store_->QueueReceipt(Receipt(other, v1::RECEIPT_KIND_SEEN), "seen"), Queued::kNow);
}

TEST_F(LocalStoreTest, WhatAFormSaidOfAnEarlierRevisionOrAnotherSignerIsNotSaid) {
  const base::AlertId id = link::NewAlertId();
  const link::SealingRef first = Keep(id);
  EXPECT_EQ(*store_->QueueReceipt(Receipt(first, v1::RECEIPT_KIND_OFFERED), "form"), Queued::kNow);
  const link::SealingRef corrected = Keep(id, 2, 2);
  const auto again = Receipt(corrected, v1::RECEIPT_KIND_OFFERED, kNight + absl::Seconds(1));
  EXPECT_EQ(*store_->QueueReceipt(again, "form"), Queued::kNow)
      << "the broker does not hear what is said of what was corrected";
  const link::Signer colleague{base::RecipientId(crypto::RandomId()),
                               crypto::PrivateKey::Generate()};
  const auto theirs = link::SignToQueue(corrected, v1::RECEIPT_KIND_OFFERED, colleague, kNight);
  EXPECT_EQ(*store_->QueueReceipt(theirs, "form"), Queued::kNow);
  EXPECT_FALSE(store_->QueueReceipt(again, "form").ok()) << "a colleague was asked since";
}

TEST_F(LocalStoreTest, WhatAFormSaidAndTheBrokerRefusedIsSaidAgain) {
  const auto said = Receipt(Keep(link::NewAlertId()), v1::RECEIPT_KIND_REPLIED);
  EXPECT_EQ(*store_->QueueReceipt(said, "form"), Queued::kNow);
  ASSERT_TRUE(
      store_->AnswerReceipt(said.statement_sha256, v1::RECEIPT_OUTCOME_REVOKED_SIGNER, kNight)
          .ok());
  const auto again = Receipt(said.about, v1::RECEIPT_KIND_REPLIED, kNight + absl::Seconds(1));
  EXPECT_EQ(*store_->QueueReceipt(again, "form"), Queued::kNow);
}

TEST_F(LocalStoreTest, ARefusedAcknowledgementIsNone) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  ASSERT_TRUE(store_->QueueReceipt(Receipt(ref, v1::RECEIPT_KIND_SHOWN)).ok());
  const auto acknowledged = Receipt(ref, v1::RECEIPT_KIND_ACKNOWLEDGED, kWindow);
  ASSERT_TRUE(store_->QueueReceipt(acknowledged).ok());
  EXPECT_EQ(store_->ShownAlerts()->at(0).acknowledged_at, kWindow);
  ASSERT_TRUE(
      store_
          ->AnswerReceipt(acknowledged.statement_sha256, v1::RECEIPT_OUTCOME_REVOKED_SIGNER, kBell)
          .ok());
  EXPECT_FALSE(store_->ShownAlerts()->at(0).acknowledged_at.has_value());
  EXPECT_THAT(*store_->RefusedSince(kBell, 10), SizeIs(1));
}

TEST_F(LocalStoreTest, WhatEndedElsewhereIsOverAndNamesWhoAcknowledged) {
  const link::Person ada{base::RecipientId("ada"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", ""};
  ASSERT_TRUE(store_->ReplacePeople({&ada, 1}, {}).ok());
  const link::SealingRef over = Keep(link::NewAlertId());
  const link::SealingRef open = Keep(link::NewAlertId());
  for (const auto& ref : {over, open}) {
    ASSERT_TRUE(store_->QueueReceipt(Receipt(ref, v1::RECEIPT_KIND_SHOWN)).ok());
  }
  const link::AlertEnd end{over.alert_id, 1, v1::ALERT_STATE_ACKNOWLEDGED, kBell, ada.id};
  ASSERT_TRUE(store_->EndAlerts({&end, 1}, erased_).ok());
  ASSERT_TRUE(store_->EndAlerts({&end, 1}, erased_).ok());
  EXPECT_THAT(*store_->Holdings(10), testing::ElementsAre(open));
  const auto shown = store_->ShownAlerts().value();
  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_EQ(shown[0].newest, open);  // what is over comes last
  EXPECT_EQ(shown[1].ended, end);
  EXPECT_EQ(shown[1].ended_by, "Ada Example");
  EXPECT_FALSE(shown[0].ended.has_value());

  Keep(over.alert_id, 2, 2);  // a correction opens it again
  EXPECT_THAT(*store_->Holdings(10), SizeIs(2));
  EXPECT_FALSE(store_->WaitingAlerts()->at(0).ended.has_value());
}

TEST_F(LocalStoreTest, WhatWasTakenBackIsNeverShown) {
  const link::SealingRef moved = Keep(link::NewAlertId());
  const link::SealingRef stays = Keep(link::NewAlertId());
  const link::AlertEnd end{moved.alert_id, 1, v1::ALERT_STATE_REDIRECTED, kNight, {}};
  ASSERT_TRUE(store_->EndAlerts({&end, 1}, erased_).ok());
  const auto waiting = store_->WaitingAlerts().value();
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_EQ(waiting[0].newest, stays);
  EXPECT_THAT(*store_->Holdings(10), testing::ElementsAre(stays));
}

TEST_F(LocalStoreTest, WhatWasTakenBackIsDestroyedAndItSaysSo) {
  what_ = "what it says";
  const link::SealingRef first = Keep(link::NewAlertId());
  const link::SealingRef second = Keep(first.alert_id, 1, 2);
  ASSERT_TRUE(store_->QueueReceipt(Receipt(second, v1::RECEIPT_KIND_SHOWN)).ok());
  const link::AlertEnd acknowledged{first.alert_id, 1, v1::ALERT_STATE_ACKNOWLEDGED, kBell, {}};
  EXPECT_THAT(*store_->EndAlerts({&acknowledged, 1}, erased_), IsEmpty());
  EXPECT_EQ(*store_->Envelope(second), "what it says");
  const link::AlertEnd refused{first.alert_id, 1, v1::ALERT_STATE_REDIRECTED, kBell, {}};
  EXPECT_THAT(*store_->EndAlerts({&refused, 1}, erased_), ElementsAre(first.alert_id));
  EXPECT_THAT(*store_->EndAlerts({&refused, 1}, erased_), IsEmpty()) << "once";
  EXPECT_EQ(*store_->Envelope(first), "");
  EXPECT_EQ(*store_->Envelope(second), "");
  EXPECT_THAT(
      Waiting(first.alert_id),
      ElementsAre(v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_SHOWN,
                  v1::RECEIPT_KIND_ERASED, v1::RECEIPT_KIND_ERASED));
  EXPECT_EQ(store_->ShownAlerts()->at(0).ended->state, v1::ALERT_STATE_REDIRECTED);
  store_.reset();
  const std::string file = base::ReadFile(path_).value();
  EXPECT_THAT(file, testing::Not(testing::HasSubstr("what it says"))) << "nothing is left of it";
}

TEST_F(LocalStoreTest, ALaterRevisionDestroysTheEarlierOne) {
  const link::SealingRef first = Keep(link::NewAlertId(), 1, 1);
  const link::SealingRef second = Keep(first.alert_id, 2, 2);
  EXPECT_EQ(*store_->Envelope(first), "");
  EXPECT_EQ(*store_->Envelope(second), "sealed");
  EXPECT_THAT(
      Waiting(first.alert_id),
      ElementsAre(v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_ERASED));
}

TEST_F(LocalStoreTest, WhatIsAcknowledgedHereIsHeldNoMoreAndAnUnknownEndChangesNothing) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  const link::AlertEnd unknown{link::NewAlertId(), 1, v1::ALERT_STATE_ACKNOWLEDGED, kBell, {}};
  ASSERT_TRUE(store_->EndAlerts({&unknown, 1}, erased_).ok());
  Keep(unknown.alert_id);
  EXPECT_THAT(*store_->Holdings(10), SizeIs(2));
  EXPECT_THAT(*store_->Holdings(1), SizeIs(1));
  ASSERT_TRUE(store_->QueueReceipt(Receipt(ref, v1::RECEIPT_KIND_ACKNOWLEDGED)).ok());
  EXPECT_THAT(*store_->Holdings(10), SizeIs(1));
}

TEST_F(LocalStoreTest, ANewRevisionIsShownAnewAndANewSealingIsNot) {
  const base::AlertId id = link::NewAlertId();
  const link::SealingRef first = Keep(id, 1, 1);
  ASSERT_TRUE(store_->QueueReceipt(Receipt(first, v1::RECEIPT_KIND_SHOWN)).ok());
  Keep(id, 1, 2);
  EXPECT_THAT(*store_->WaitingAlerts(), IsEmpty());
  Keep(id, 2, 3);
  EXPECT_THAT(*store_->ShownAlerts(), IsEmpty());
  ASSERT_THAT(*store_->WaitingAlerts(), SizeIs(1));
  EXPECT_EQ(store_->WaitingAlerts()->at(0).newest.sealing, 3u);
}

TEST_F(LocalStoreTest, KeepingTheSameTwiceOrAnOlderLaterChangesNothing) {
  const base::AlertId id = link::NewAlertId();
  Keep(id, 2, 2);
  Keep(id, 2, 2);
  EXPECT_THAT(*store_->UnansweredReceipts(10), SizeIs(1));
  Keep(id, 1, 1);
  EXPECT_EQ(store_->NewestSealing(id)->value().sealing, 2u);
}

// The daemon and an inbox command, as two processes would.
TEST_F(LocalStoreTest, WhatOneConnectionQueuesTheOtherSees) {
  const link::SealingRef ref = Keep(link::NewAlertId());
  auto other = LocalStore::Open(path_).value();
  ASSERT_TRUE(other->QueueReceipt(Receipt(ref, v1::RECEIPT_KIND_OPENED)).ok());
  EXPECT_EQ(*store_->CountUnanswered(), 2u);
}

TEST_F(LocalStoreTest, ATransactionThatIsNotCommittedLeavesNothing) {
  auto database = Database::Open(directory_.File("other.sqlite")).value();
  ASSERT_TRUE(EnsureSchema(*database).ok());
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(database->Run("INSERT INTO person VALUES ('a', 1, 2, 'Ada', x'00', x'')").ok());
  }
  auto rows = database->Query("SELECT * FROM person");
  EXPECT_FALSE(*rows->Step());
}

}  // namespace
}  // namespace firstbell::school
