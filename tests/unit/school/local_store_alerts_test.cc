// Which alerts wait and which are open is kept by triggers: as the rule says, whatever happens in
// whatever order, and also in a store that an older program kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "clients/school/local_store.h"
#include "clients/school/show.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"
#include "tests/unit/school/older_store.h"

namespace firstbell::school {
namespace {

using link::kBell;
using link::kNight;
using link::kWindow;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class LocalStoreAlertsTest : public testing::Test {
 protected:
  link::SealingRef Keep(const base::AlertId& id, std::uint32_t revision = 1,
                        std::uint32_t sealing = 1, absl::Time deadline = kBell) {
    const link::SealingRef ref{id, revision, sealing,
                               std::string(30, 'd') + std::to_string(10 * revision + sealing)};
    EXPECT_TRUE(store_
                    ->KeepSealing({ref, kWindow, deadline, kNight + absl::Hours(720), kNight, "x"},
                                  Receipt(ref, v1::RECEIPT_KIND_RECEIVED), erased_)
                    .ok());
    return ref;
  }
  link::QueuedReceipt Receipt(const link::SealingRef& ref, v1::ReceiptKind kind,
                              absl::Time at = kNight) {
    return link::SignToQueue(ref, kind, signer_, at);
  }
  void Say(const link::SealingRef& ref, v1::ReceiptKind kind, absl::Time at = kNight) {
    ASSERT_TRUE(store_->QueueReceipt(Receipt(ref, kind, at)).ok());
  }
  static std::vector<base::AlertId> Ids(const base::Result<std::vector<HeldAlert>>& alerts) {
    std::vector<base::AlertId> ids;
    for (const HeldAlert& alert : alerts.value()) ids.push_back(alert.newest.alert_id);
    return ids;
  }
  // What the rule says of each alert, against what is kept of it.
  int Wrong() {
    auto database = Database::Open(path_).value();
    auto row = database->Query(
        "SELECT count(*) FROM alert a JOIN alert_standing s USING (alert_id)"
        " WHERE (a.waits, a.is_open) <> (s.waits, s.is_open)");
    EXPECT_TRUE(row->Step().value());
    return static_cast<int>(row->Int(0));
  }

  const link::SignErased erased_ = [this](const link::SealingRef& ref) {
    return Receipt(ref, v1::RECEIPT_KIND_ERASED);
  };
  const link::Signer signer_{base::RecipientId(crypto::RandomId()), crypto::PrivateKey::Generate()};
  support::TempDirectory directory_;
  const std::string path_ = directory_.File("store.sqlite");
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(path_).value();
};

TEST_F(LocalStoreAlertsTest, RecentIsWhatIsOpenAndWhatWasDueOrTakenSince) {
  const auto old_open = Keep(link::NewAlertId()), old_over = Keep(link::NewAlertId()),
             taken_now = Keep(link::NewAlertId()), unshown = Keep(link::NewAlertId());
  const auto due_now = Keep(link::NewAlertId(), 1, 1, kBell + absl::Hours(48));
  for (const auto& ref : {old_open, old_over, taken_now, due_now}) {
    Say(ref, v1::RECEIPT_KIND_SHOWN);
  }
  Say(old_over, v1::RECEIPT_KIND_ACKNOWLEDGED, kBell);
  Say(due_now, v1::RECEIPT_KIND_ACKNOWLEDGED, kBell);
  Say(taken_now, v1::RECEIPT_KIND_ACKNOWLEDGED, kBell + absl::Hours(40));
  EXPECT_THAT(Ids(store_->RecentAlerts(kBell + absl::Hours(24))),
              testing::ElementsAre(old_open.alert_id, taken_now.alert_id, due_now.alert_id));
  EXPECT_THAT(Ids(store_->WaitingAlerts()), UnorderedElementsAre(unshown.alert_id));
  EXPECT_EQ(store_->ShownAlert(due_now.alert_id).value()->newest, due_now);
  EXPECT_EQ(store_->ShownAlert(unshown.alert_id).value(), std::nullopt);
  EXPECT_EQ(store_->ShownAlert(link::NewAlertId()).value(), std::nullopt);
}

TEST_F(LocalStoreAlertsTest, WhatIsKeptOfEachIsWhatTheRuleSays) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  std::vector<base::AlertId> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(link::NewAlertId());
  std::vector<link::SealingRef> kept;
  std::vector<std::string> said;
  for (int step = 0; step < 400; ++step) {
    const std::uint64_t what = kept.empty() ? 0 : below(5);
    if (what == 0) {
      kept.push_back(Keep(ids[below(ids.size())], static_cast<std::uint32_t>(1 + below(3)),
                          static_cast<std::uint32_t>(1 + below(4))));
    } else if (what <= 2) {
      const auto receipt =
          Receipt(kept[below(kept.size())],
                  what == 1 ? v1::RECEIPT_KIND_SHOWN : v1::RECEIPT_KIND_ACKNOWLEDGED,
                  kNight + absl::Seconds(step));
      ASSERT_TRUE(store_->QueueReceipt(receipt).ok());
      said.push_back(receipt.statement_sha256);
    } else if (what == 3 && !said.empty()) {
      const auto outcome =
          below(2) == 0 ? v1::RECEIPT_OUTCOME_RECORDED : v1::RECEIPT_OUTCOME_REVOKED_SIGNER;
      ASSERT_TRUE(store_->AnswerReceipt(said[below(said.size())], outcome, kBell).ok());
    } else {
      const link::AlertEnd end{ids[below(ids.size())],
                               static_cast<std::uint32_t>(1 + below(3)),
                               static_cast<v1::AlertState>(6 + below(3)),
                               kBell,
                               {}};
      ASSERT_TRUE(store_->EndAlerts({&end, 1}, erased_).ok());
    }
    ASSERT_EQ(Wrong(), 0) << "after step " << step;
  }
}

TEST_F(LocalStoreAlertsTest, AStoreOfVersion10LearnsWhatWaitsAndWhatIsOpen) {
  const auto waiting = Keep(link::NewAlertId()), shown = Keep(link::NewAlertId()),
             over = Keep(link::NewAlertId());
  for (const auto& ref : {shown, over}) Say(ref, v1::RECEIPT_KIND_SHOWN);
  Say(over, v1::RECEIPT_KIND_ACKNOWLEDGED);
  store_.reset();
  TakeBack(path_, 10);
  store_ = LocalStore::Open(path_).value();
  EXPECT_EQ(Wrong(), 0);
  EXPECT_THAT(Ids(store_->WaitingAlerts()), UnorderedElementsAre(waiting.alert_id));
  EXPECT_THAT(Ids(store_->RecentAlerts(kBell + absl::Hours(24))),
              UnorderedElementsAre(shown.alert_id));
}

}  // namespace
}  // namespace firstbell::school
