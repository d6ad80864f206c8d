// The chain of a school's records: what is written stays as it was written, and who may read it.

#include "clients/school/records/record_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "broker/base/file.h"
#include "broker/crypto/random.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using base::Code;
using link::kNight;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecordStoreTest : public testing::Test {
 protected:
  static UnlockedPerson Unlocked(const link::Colleague& person) {
    return {{person.id, v1::RECIPIENT_ROLE_LEAD, "Ada Example", person.opening_certificate},
            {person.id, person.signing_key},
            person.opening_key};
  }
  void SetUp() override { ring_.emplace(store_->MakeFirst(lead_.identity).value()); }

  static RecordId NewId() { return RecordId(crypto::RandomId()); }
  RecordFacts Facts(RecordKind kind = RecordKind::kAction) const {
    return {.id = NewId(), .child = child_, .kind = kind, .at = kNight, .by = lead_.identity.id};
  }
  RecordId Add(const std::string& body, RecordFacts facts) {
    EXPECT_EQ(store_->Add(*ring_, lead_.signer, facts, body).value(), Added::kNow);
    return facts.id;
  }
  RecordId Add(const std::string& body) { return Add(body, Facts()); }
  std::vector<std::string> Bodies() {
    std::vector<std::string> bodies;
    const auto page = store_->OfChild(*ring_, child_, 0, 100).value();
    for (const Record& record : page.records) bodies.push_back(record.body);
    return bodies;
  }
  base::Status VerifyAll() {
    return store_->VerifyWith(*ring_, [&](const base::RecipientId& writer) {
      return writer == lead_.identity.id ? lead_.signer.key.PublicKey() : std::string();
    });
  }
  void Tamper(const std::string& sql) {
    auto database = Database::Open(path_).value();
    ASSERT_TRUE(database->Execute(sql.c_str()).ok()) << sql;
  }

  const link::InventedSchool school_;
  const UnlockedPerson lead_ = Unlocked(school_.lead);
  const UnlockedPerson deputy_ = Unlocked(school_.Enrol());
  const ChildId child_{crypto::RandomId()};
  support::TempDirectory directory_;
  const std::string path_ = directory_.File("records.sqlite");
  std::unique_ptr<RecordStore> store_ = RecordStore::Open(path_).value();
  std::optional<Ring> ring_;
};

TEST_F(RecordStoreTest, WhatIsWrittenIsThereAfterAReopeningNewestFirst) {
  Add("{\"n\":1}");
  Add("{\"n\":2}");
  store_ = RecordStore::Open(path_).value();
  ring_.emplace(store_->OpenRing(lead_).value());
  EXPECT_THAT(Bodies(), testing::ElementsAre("{\"n\":2}", "{\"n\":1}"));
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_TRUE(VerifyAll().ok());
}

TEST_F(RecordStoreTest, NothingOfABodyLiesOnTheDisk) {
  Add("{\"text\":\"a needle in the haystack\"}");
  const auto tag = store_->ChildOf(*ring_, "needle example 2017", ChildId(crypto::RandomId()));
  ASSERT_TRUE(tag.ok());
  store_.reset();
  for (const auto& file : std::filesystem::directory_iterator(directory_.path())) {
    const auto bytes = base::ReadFile(file.path()).value();
    EXPECT_THAT(bytes, testing::Not(HasSubstr("needle"))) << file.path();
  }
}

TEST_F(RecordStoreTest, TheSameDraftIsKeptOnceAndAnotherUnderItsIdNotAtAll) {
  const RecordFacts facts = Facts();
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, facts, "{}").value(), Added::kNow);
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, facts, "{}").value(), Added::kBefore);
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, facts, "[]").status().code(), Code::kAlreadyExists);
  EXPECT_EQ(store_->Count().value(), 1u);
}

TEST_F(RecordStoreTest, LimitsAreReached) {
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, Facts(), "").status().code(), Code::kInvalidArgument);
  const std::string longest(RecordStore::kMostBodyBytes, 'x');
  EXPECT_TRUE(store_->Add(*ring_, lead_.signer, Facts(), longest).ok());
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, Facts(), longest + "x").status().code(),
            Code::kInvalidArgument);
}

TEST_F(RecordStoreTest, ACorrectionStandsBesideWhatItCorrects) {
  const RecordId first = Add("{\"n\":1}");
  RecordFacts facts = Facts();
  facts.corrects = first;
  Add("{\"n\":2}", facts);
  const auto page = store_->OfChild(*ring_, child_, 0, 10).value();
  ASSERT_THAT(page.records, SizeIs(2));
  EXPECT_EQ(page.records[0].facts.corrects, first);
  EXPECT_EQ(page.records[1].body, "{\"n\":1}");
  facts.id = NewId();
  facts.corrects = NewId();
  EXPECT_EQ(store_->Add(*ring_, lead_.signer, facts, "{}").status().code(), Code::kNotFound);
}

TEST_F(RecordStoreTest, PagesGoOnWhereTheLastEnded) {
  for (int i = 1; i <= 7; ++i) Add(std::to_string(i));
  std::vector<std::string> seen;
  std::uint64_t before = 0;
  do {
    const auto page = store_->OfChild(*ring_, child_, before, 3).value();
    for (const Record& record : page.records) seen.push_back(record.body);
    before = page.next;
  } while (before != 0);
  EXPECT_THAT(seen, testing::ElementsAre("7", "6", "5", "4", "3", "2", "1"));
}

TEST_F(RecordStoreTest, WhatIsDueIsWhatNothingHasCorrectedSince) {
  RecordFacts due = Facts();
  due.due = kNight + absl::Hours(24);
  const RecordId followed = Add("{\"n\":1}", due);
  due.id = NewId();
  Add("{\"n\":2}", due);
  EXPECT_THAT(*store_->Due(*ring_, kNight, 10), IsEmpty());
  EXPECT_THAT(*store_->Due(*ring_, kNight + absl::Hours(24), 10), SizeIs(2));
  RecordFacts review = Facts();
  review.corrects = followed;
  Add("{\"n\":3}", review);
  const auto left = store_->Due(*ring_, kNight + absl::Hours(24), 10).value();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].body, "{\"n\":2}");
}

TEST_F(RecordStoreTest, TheSameNameAndBirthDateAreTheSameChild) {
  const ChildId first(crypto::RandomId()), second(crypto::RandomId());
  EXPECT_EQ(store_->ChildOf(*ring_, "example robin 2017-05-04", first).value(), first);
  EXPECT_EQ(store_->ChildOf(*ring_, "example robin 2017-05-04", second).value(), first);
  EXPECT_EQ(store_->ChildOf(*ring_, "example ada 2017-05-04", second).value(), second);
}

TEST_F(RecordStoreTest, OnlyWhoWasLetInReads) {
  Add("{\"n\":1}");
  EXPECT_EQ(store_->OpenRing(deputy_).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(store_->MakeFirst(deputy_.identity).status().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(store_->LetIn(*ring_, deputy_.identity).ok());
  const Ring deputys = store_->OpenRing(deputy_).value();
  EXPECT_THAT(store_->OfChild(deputys, child_, 0, 10)->records, SizeIs(1));
}

TEST_F(RecordStoreTest, WhoWasRemovedReadsNothingThatIsWrittenAndNothingThatWas) {
  Add("{\"n\":1}");
  const ChildId robin(crypto::RandomId());
  ASSERT_TRUE(store_->ChildOf(*ring_, "robin", robin).ok());
  ASSERT_TRUE(store_->LetIn(*ring_, deputy_.identity).ok());
  const Ring old = store_->OpenRing(deputy_).value();
  ring_.emplace(store_->Remove(*ring_, deputy_.identity.id).value());
  EXPECT_EQ(store_->OpenRing(deputy_).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(store_->OfChild(old, child_, 0, 10).status().code(), Code::kDataLoss);
  Add("{\"n\":2}");
  EXPECT_THAT(Bodies(), SizeIs(2));
  EXPECT_EQ(store_->OpenRing(lead_)->id(), ring_->id());
  EXPECT_EQ(store_->ChildOf(*ring_, "robin", ChildId(crypto::RandomId())).value(), robin);
  EXPECT_TRUE(VerifyAll().ok());
  EXPECT_EQ(store_->Remove(*ring_, lead_.identity.id).status().code(), Code::kFailedPrecondition);
  EXPECT_THAT(Bodies(), SizeIs(2)) << "nothing was changed by what was refused";
}

TEST_F(RecordStoreTest, WhatIsErasedIsGoneAndItsPlaceStays) {
  RecordFacts of_alert = Facts();
  of_alert.alert = link::NewAlertId();
  Add("{\"n\":1}");
  Add("{\"needle\":2}", of_alert);
  const RecordId third = Add("{\"n\":3}");
  ASSERT_TRUE(
      store_->EraseOfAlert(of_alert.alert, RecordKind::kConcern, ErasedWhy::kTakenBack, kNight)
          .ok());
  EXPECT_THAT(Bodies(), testing::ElementsAre("{\"n\":3}", "{\"needle\":2}", "{\"n\":1}"));
  ASSERT_TRUE(
      store_->EraseOfAlert(of_alert.alert, RecordKind::kAction, ErasedWhy::kTakenBack, kNight)
          .ok());
  ASSERT_TRUE(store_->Erase(third, ErasedWhy::kRetention, kNight).ok());
  ASSERT_TRUE(store_->Erase(third, ErasedWhy::kFiled, kNight).ok());
  const auto page = store_->OfChild(*ring_, child_, 0, 10).value();
  EXPECT_EQ(page.records[0].erased, ErasedWhy::kRetention) << "it was gone already";
  EXPECT_EQ(page.records[0].body, "");
  EXPECT_EQ(page.records[1].erased, ErasedWhy::kTakenBack);
  EXPECT_EQ(page.records[2].body, "{\"n\":1}");
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_TRUE(VerifyAll().ok());
}

// Whoever can write the file and has no key: each change is found, but that the end was cut off.
TEST_F(RecordStoreTest, EveryChangeThatIsMadeWithoutAKeyIsFound) {
  RecordFacts due = Facts();
  due.due = kNight + absl::Hours(1);
  Add("{\"n\":1}");
  Add("{\"n\":2}", due);
  Add("{\"n\":3}");
  for (const char* const sql :
       {"UPDATE record SET child_id = 'another' WHERE number = 2",
        "UPDATE record SET alert_id = 'another' WHERE number = 2",
        "UPDATE record SET kind = 3 WHERE number = 2",
        "UPDATE record SET at_us = at_us + 1 WHERE number = 2",
        "UPDATE record SET by_id = 'another' WHERE number = 2",
        "UPDATE record SET due_us = NULL WHERE number = 2",
        "UPDATE record SET corrects = 'another' WHERE number = 2",
        "UPDATE record SET id = 'another' WHERE number = 2",
        "UPDATE record SET sealed = x'00' WHERE number = 2",
        "UPDATE record SET sealed = x'', wrapped = x'' WHERE number = 2",
        "UPDATE record SET erased_why = 1 WHERE number = 2",
        "UPDATE record SET digest = x'00' WHERE number = 2",
        "UPDATE record SET sealed_sha256 = x'00' WHERE number = 2",
        "DELETE FROM record WHERE number = 2", "DELETE FROM record WHERE number = 1",
        "UPDATE record SET number = -number; UPDATE record SET number = 4 + number"}) {
    const auto copy = directory_.path() / "kept";
    Tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    store_.reset();
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Tamper(sql);
    store_ = RecordStore::Open(path_).value();
    EXPECT_EQ(store_->Verify().code(), Code::kDataLoss) << sql;
    store_.reset();
    for (const char* const beside : {"-wal", "-shm"}) std::filesystem::remove(path_ + beside);
    std::filesystem::copy_file(copy, path_, std::filesystem::copy_options::overwrite_existing);
    store_ = RecordStore::Open(path_).value();
    ASSERT_TRUE(store_->Verify().ok());
  }
  Tamper("DELETE FROM record WHERE number = 3");
  EXPECT_TRUE(store_->Verify().ok()) << "what was cut off its end the chain cannot tell";
}

// Whoever has the record key as well, but not the writer's: the signature tells.
TEST_F(RecordStoreTest, ARowInSomebodyElsesNameIsFound) {
  RecordFacts facts = Facts();
  ASSERT_TRUE(store_->Add(*ring_, deputy_.signer, facts, "{}").ok());
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_THAT(std::string(base::Message(VerifyAll())), HasSubstr("signature"));
}

TEST_F(RecordStoreTest, TwoConnectionsWriteOneChain) {
  const auto other = RecordStore::Open(path_).value();
  for (int i = 0; i < 20; ++i) {
    RecordStore& writer = i % 2 == 0 ? *store_ : *other;
    ASSERT_TRUE(writer.Add(*ring_, lead_.signer, Facts(), std::to_string(i)).ok());
  }
  EXPECT_EQ(other->Count().value(), 20u);
  EXPECT_TRUE(VerifyAll().ok());
}

TEST_F(RecordStoreTest, ANewerProgramsIsLeftAlone) {
  store_.reset();
  Tamper("PRAGMA user_version = 99");
  EXPECT_EQ(RecordStore::Open(path_).status().code(), Code::kFailedPrecondition);
}

// Against a slow obvious twin in memory.
TEST_F(RecordStoreTest, RandomHistoriesAreListedAsTheirTwinHasThem) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  struct Twin {
    RecordFacts facts;
    std::string body;
  };
  std::vector<Twin> twin;
  const std::vector<ChildId> children = {ChildId(crypto::RandomId()), ChildId(crypto::RandomId())};
  for (int step = 0; step < 120; ++step) {
    if (!twin.empty() && random() % 5 == 0) {
      Twin& gone = twin[random() % twin.size()];
      ASSERT_TRUE(store_->Erase(gone.facts.id, ErasedWhy::kRetention, kNight).ok());
      gone.body.clear();
      continue;
    }
    RecordFacts facts = Facts(static_cast<RecordKind>(1 + random() % 5));
    facts.child = children[random() % children.size()];
    if (!twin.empty() && random() % 3 == 0) {
      facts.corrects = twin[random() % twin.size()].facts.id;
    }
    const std::string body = "{\"step\":" + std::to_string(step) + "}";
    ASSERT_TRUE(store_->Add(*ring_, lead_.signer, facts, body).ok());
    twin.push_back({facts, body});
  }
  ASSERT_TRUE(VerifyAll().ok());
  for (const ChildId& child : children) {
    std::vector<std::string> expected, listed;
    for (auto one = twin.rbegin(); one != twin.rend(); ++one) {
      if (one->facts.child == child) expected.push_back(one->body);
    }
    std::uint64_t before = 0;
    do {
      const auto page = store_->OfChild(*ring_, child, before, 7).value();
      for (const Record& record : page.records) listed.push_back(record.body);
      before = page.next;
    } while (before != 0);
    EXPECT_EQ(listed, expected);
  }
}

}  // namespace
}  // namespace firstbell::school
