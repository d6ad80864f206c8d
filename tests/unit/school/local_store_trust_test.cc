// What a device's store remembers of the delivery log where it forked, and where another was
// accepted in its place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/school/local_store.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_log.h"
#include "tests/unit/school/older_store.h"

namespace firstbell::school {
namespace {

using link::InventedLog;
using link::kBell;
using link::kNight;
using link::kWindow;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class LocalStoreTrustTest : public testing::Test {
 protected:
  LocalStoreTrustTest() {
    later_.name = "log.example/2027";
    before_.Add(2);
    later_.Add(3);
    trust_.log_key = before_.Key().ToString();
    trust_.checkpoint = before_.Checkpoint();
    trust_.people = {{.id = base::RecipientId("p"), .standing = link::Standing::kProven}};
  }
  void Fork() {
    trust_.fork = link::Fork{kNight, "no known key signed it", "what alarmed", later_.Checkpoint()};
    const link::Notice forked{link::NoticeKind::kLogForked, kNight, {}};
    ASSERT_TRUE(store_->SaveTrust(trust_, {forked}).ok());
  }
  void Reopen() { store_ = LocalStore::Open(path_).value(); }
  link::PastFork Past() const { return {trust_.log_key, trust_.checkpoint, *trust_.fork}; }

  support::TempDirectory directory_;
  const std::string path_ = directory_.File("store.sqlite");
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(path_).value();
  InventedLog before_, later_;
  link::LogTrust trust_;
};

TEST_F(LocalStoreTrustTest, WhatWasAcceptedStandsWithTheForkAndItsNotice) {
  Fork();
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  Reopen();
  const link::LogTrust accepted = store_->Trust().value();
  EXPECT_EQ(accepted.log_key, later_.Key().ToString());
  EXPECT_EQ(accepted.checkpoint, "");
  EXPECT_FALSE(accepted.fork.has_value());
  EXPECT_EQ(accepted.edition, 1u);
  EXPECT_EQ(store_->TrustEdition().value(), 1u);
  ASSERT_THAT(accepted.people, SizeIs(1));
  EXPECT_EQ(accepted.people[0].standing, link::Standing::kWaiting);
  EXPECT_EQ(accepted.people[0].since, kBell);
  link::PastFork past = Past();
  past.accepted_key = later_.Key().ToString();
  past.confirmed_by = "the night desk";
  EXPECT_THAT(store_->PastForks().value(), ElementsAre(past));
  const link::Notice said{link::NoticeKind::kLogAccepted, kBell, {}, "log.example/2027"};
  EXPECT_EQ(store_->NoticesSince(kNight, 10)->at(0), said);
  EXPECT_TRUE(store_->Verify().ok()) << store_->Verify();
}

TEST_F(LocalStoreTrustTest, WhatIsRefusedChangesNothing) {
  ASSERT_TRUE(store_->SaveTrust(trust_, {}).ok());
  EXPECT_FALSE(store_->AcceptLog(later_.Key(), "nobody", kBell).ok()) << "it has not forked";
  EXPECT_EQ(store_->Trust().value(), trust_);
  Fork();
  EXPECT_FALSE(store_->AcceptLog(before_.Key(), "nobody", kBell).ok());
  EXPECT_FALSE(store_->AcceptLog(InventedLog().Key(), "nobody", kBell).ok());
  EXPECT_EQ(store_->Trust().value(), trust_);
  EXPECT_THAT(store_->PastForks().value(), IsEmpty());
  EXPECT_THAT(store_->NoticesSince(kNight, 10).value(), SizeIs(1));
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  EXPECT_EQ(store_->AcceptLog(later_.Key(), "the night desk", kBell).code(),
            base::Code::kAlreadyExists);
  EXPECT_THAT(store_->PastForks().value(), SizeIs(1));
}

// A daemon that judged a welcome while the command ran.
TEST_F(LocalStoreTrustTest, WhatWasJudgedByTheLogBeforeIsNotKeptAnyMore) {
  Fork();
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  const link::LogTrust accepted = store_->Trust().value();
  const link::Notice stale{link::NoticeKind::kLogForked, kBell, {}};
  EXPECT_EQ(store_->SaveTrust(trust_, {stale}).code(), base::Code::kFailedPrecondition);
  EXPECT_EQ(store_->Trust().value(), accepted);
  EXPECT_THAT(store_->NoticesSince(kNight, 10).value(), SizeIs(2));
}

TEST_F(LocalStoreTrustTest, ALogThatWasGivenUpIsNotAcceptedAgain) {
  Fork();
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  link::LogTrust trust = store_->Trust().value();
  trust.fork = link::Fork{kBell, "why", "", before_.Checkpoint()};
  ASSERT_TRUE(store_->SaveTrust(trust, {}).ok());
  EXPECT_EQ(store_->AcceptLog(before_.Key(), "the night desk", kBell).code(),
            base::Code::kFailedPrecondition);
}

TEST_F(LocalStoreTrustTest, AForkThatEndsByItselfIsKeptAndOfManyTheFirst) {
  for (std::int64_t i = 0; i <= kForksKept; ++i) {
    Fork();
    link::LogTrust follows = trust_;
    follows.fork.reset();
    ASSERT_TRUE(store_->SaveTrust(follows, {}).ok());
    ASSERT_TRUE(store_->SaveTrust(follows, {}).ok());
    ASSERT_THAT(store_->PastForks().value(),
                SizeIs(static_cast<std::size_t>(std::min(i + 1, kForksKept))));
  }
  EXPECT_EQ(store_->PastForks()->at(0), Past());
  Fork();
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  EXPECT_EQ(store_->PastForks()->back().confirmed_by, "the night desk") << "kept all the same";
}

TEST_F(LocalStoreTrustTest, AStoreOfVersion9LearnsToKeepForksAndWhenThisOneWasFound) {
  trust_.fork = link::Fork{kWindow, "", "", ""};
  const link::Notice forked{link::NoticeKind::kLogForked, kWindow, {}};
  ASSERT_TRUE(store_->SaveTrust(trust_, {forked}).ok());
  store_.reset();
  TakeBack(path_, 9);
  Reopen();
  EXPECT_EQ(store_->Trust().value(), trust_);
  EXPECT_THAT(store_->NoticesSince(kNight, 10).value(), ElementsAre(forked));
  EXPECT_THAT(store_->PastForks().value(), IsEmpty());
  EXPECT_FALSE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok())
      << "what the broker shows was not kept: its next welcome is";
  Fork();
  EXPECT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
}

TEST_F(LocalStoreTrustTest, ALogOfThePastThatDoesNotReadBackIsDamage) {
  Fork();
  ASSERT_TRUE(store_->AcceptLog(later_.Key(), "the night desk", kBell).ok());
  auto database = Database::Open(path_).value();
  ASSERT_TRUE(database->Execute("UPDATE log_fork SET checkpoint = x'00'").ok());
  EXPECT_EQ(store_->Verify().code(), base::Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::school
