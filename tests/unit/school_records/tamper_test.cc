// Whoever can write the file and holds no key: what of it is seen without a key, and what with one.

#include "broker/crypto/hash.h"
#include "clients/school/records/record_store.h"
#include "clients/school/records/stored_row.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::HasSubstr;

class TamperTest : public RecordsWorld {
 protected:
  void SetUp() override {
    mia_ = Mia();                  // row 1
    for (int i = 0; i < 3; ++i) {  // rows 2 to 4
      Draft draft = ActionDraft(mia_, "action " + std::to_string(i));
      draft.due = kMonday + absl::Hours(24);
      Write(draft);
    }
    Draft fixed = Correcting(ActionDraft(mia_, "corrected"), RowId(3));  // row 5
    Write(fixed);
    const base::AlertId alert = NewAlert();
    Write(AlertDraft(mia_, alert));  // row 6, erased by row 7
    ASSERT_EQ(*store_->EraseAlertText(device_, alert, v1::ERASURE_REASON_TAKEN_BACK, kMonday), 1);
    Write(AdjustmentDraft(mia_, "quiet space", kMonday + absl::Hours(9)));  // row 8
    ExpectSound();
  }
  RecordId RowId(int number) {
    const auto file = school::Database::Open(path_).value();
    auto row =
        file->Query("SELECT record_id FROM record WHERE number = ?", std::int64_t{number}).value();
    EXPECT_TRUE(row.Step().value());
    return RecordId(row.Text(0));
  }
  // Puts every digest right again, as whoever knows the format can.
  void Recompute() {
    const auto file = school::Database::Open(path_).value();
    auto rows =
        All(file->Query(
                (std::string("SELECT ") + kRowColumns + " FROM record ORDER BY number").c_str()),
            ReadStored)
            .value();
    std::string before = FirstDigest();
    for (const StoredRow& row : rows) {
      const std::string sha256 =
          row.content.empty() ? row.content_sha256 : crypto::Sha256(row.content);
      before = ChainDigest(before, row.head, sha256);
      ASSERT_TRUE(file->Run("UPDATE record SET content_sha256 = ?, digest = ? WHERE number = ?",
                            school::Blob{sha256}, school::Blob{before}, row.head.number)
                      .ok());
    }
  }
  void ExpectSeen(const std::string& sql, const std::string& row) {
    Tamper(sql.c_str());
    const base::Status without = store_->Verify().status();
    EXPECT_TRUE(absl::IsDataLoss(without)) << sql;
    EXPECT_THAT(std::string(base::Message(without)), HasSubstr(row)) << sql;
  }
  void ExpectSeenWithAKey(const std::string& sql) {
    Tamper(sql.c_str());
    Recompute();
    EXPECT_TRUE(absl::IsDataLoss(store_->VerifyWith(ring_, Signers()).status())) << sql;
  }
  ChildId mia_;
};

// Each in a fixture of its own, so that each stands alone.
struct Change {
  const char* name;
  const char* sql;
  const char* row;
};

class ColumnTest : public TamperTest, public testing::WithParamInterface<Change> {};

TEST_P(ColumnTest, IsSeenWithoutAKey) {
  ExpectSeen(GetParam().sql, GetParam().row);
}

TEST_P(ColumnTest, IsSeenWithOneThoughEveryDigestIsPutRight) {
  ExpectSeenWithAKey(GetParam().sql);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ColumnTest,
    testing::Values(
        Change{"id", "UPDATE record SET record_id = '000g40r40m30e209185gr38e1w' WHERE number = 4",
               "row 4 "},
        Change{"kind", "UPDATE record SET kind = 5 WHERE number = 4", "row 4 "},
        Change{"child", "UPDATE record SET child_id = '' WHERE number = 4", "row 4 "},
        Change{"alert", "UPDATE record SET alert_id = record_id WHERE number = 4", "row 4 "},
        Change{"revision", "UPDATE record SET revision = 7 WHERE number = 4", "row 4 "},
        Change{"at", "UPDATE record SET at_us = at_us + 1 WHERE number = 4", "row 4 "},
        Change{"due", "UPDATE record SET due_us = due_us + 1 WHERE number = 4", "row 4 "},
        Change{"no_due", "UPDATE record SET due_us = NULL WHERE number = 4", "row 4 "},
        Change{"writer", "UPDATE record SET writer_id = record_id WHERE number = 4", "row 4 "},
        Change{"refers_to", "UPDATE record SET refers_to = '' WHERE number = 5", "row 5 "},
        Change{"refers_elsewhere",
               "UPDATE record SET refers_to = (SELECT record_id FROM record WHERE number = 4)"
               " WHERE number = 5",
               "row 5 "},
        Change{"content", "UPDATE record SET content = zeroblob(100) WHERE number = 4", "row 4 "},
        Change{"one_taken_out",
               "DELETE FROM record WHERE number = 4;"
               "UPDATE record SET number = number - 1 WHERE number > 4",
               "row 4 "},
        Change{"swapped",
               "UPDATE record SET number = 99 WHERE number = 2; UPDATE record SET number = 2 WHERE"
               " number = 4; UPDATE record SET number = 4 WHERE number = 99",
               "row 2 "},
        Change{"contents_exchanged",
               "CREATE TEMP TABLE t AS SELECT number, content, wrapped_key, content_sha256 FROM"
               " record WHERE number IN (2, 4);"
               "UPDATE record SET (content, wrapped_key) = (SELECT content, wrapped_key"
               " FROM t WHERE t.number = 6 - record.number) WHERE number IN (2, 4)",
               "row 2 "},
        Change{"erased_without_a_word",
               "UPDATE record SET content = x'', wrapped_key = x'', erased_at_us = 1, why = 1"
               " WHERE number = 4",
               "row 4 "},
        Change{"content_gone", "UPDATE record SET content = x'' WHERE number = 4", "row 4 "},
        Change{"key_gone", "UPDATE record SET wrapped_key = x'' WHERE number = 4", "row 4 "},
        Change{"current", "UPDATE record SET current = 1 WHERE number = 3", "row 3 "},
        Change{"not_current", "UPDATE record SET current = 0 WHERE number = 4", "row 4 "},
        Change{"restored_tombstone",
               "UPDATE record SET erased_at_us = NULL, why = NULL WHERE number = 6", "row 6 "},
        Change{"lock", "UPDATE record SET lock = 2 WHERE number = 4", "row 4 "},
        Change{"key_id", "UPDATE record SET key_id = record_id WHERE number = 4", "row 4 "},
        Change{"tag", "UPDATE child_tag SET child_id = 'another'", "row 1 "}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(TamperTest, AMissingRowIsNamed) {
  ExpectSeen("DELETE FROM record WHERE number = 4", "row 4 ");
}

TEST_F(TamperTest, AnAlteredDigestIsSeen) {
  ExpectSeen("UPDATE record SET digest = zeroblob(32) WHERE number = 8", "row 8 ");
}

// Of a tombstone, when and why are signed in the row that says so, which opens with a key alone.
TEST_F(TamperTest, WhenAndWhyOfATombstoneAreSeenWithAKey) {
  Tamper("UPDATE record SET why = 1 WHERE number = 6");
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_TRUE(absl::IsDataLoss(store_->VerifyWith(ring_, Signers()).status()));
  Tamper("UPDATE record SET why = 2, erased_at_us = erased_at_us + 1 WHERE number = 6");
  EXPECT_TRUE(absl::IsDataLoss(store_->VerifyWith(ring_, Signers()).status()));
}

// What stays of an erased row opens with no key: that it is as it was stands in the row after it.
TEST_F(TamperTest, WhatStaysOfATombstoneIsSeenWithAKeyThoughEveryDigestIsPutRight) {
  for (const char* column : {"at_us = at_us + 1", "writer_id = record_id", "revision = 9",
                             "child_id = ''", "content_sha256 = zeroblob(32)"}) {
    Tamper("CREATE TABLE kept AS SELECT * FROM record");
    Tamper((std::string("UPDATE record SET ") + column + " WHERE number = 6").c_str());
    Recompute();
    EXPECT_TRUE(store_->Verify().ok()) << column;
    const base::Status seen = store_->VerifyWith(ring_, Signers()).status();
    EXPECT_TRUE(absl::IsDataLoss(seen)) << column;
    EXPECT_THAT(std::string(base::Message(seen)), HasSubstr("row 7 ")) << column;
    Tamper(
        "DELETE FROM child_tag; DELETE FROM record; INSERT INTO record SELECT * FROM kept;"
        " DROP TABLE kept");
  }
}

TEST_F(TamperTest, AnExchangedKeyIsSeenWithAKey) {
  Tamper(
      "UPDATE record SET wrapped_key = (SELECT wrapped_key FROM record WHERE number = 2)"
      " WHERE number = 4");
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_TRUE(absl::IsDataLoss(store_->VerifyWith(ring_, Signers()).status()));
  EXPECT_TRUE(absl::IsDataLoss(store_->ByChild(ring_, mia_, {}, {}).status()));
}

TEST_F(TamperTest, RowsCutOffAtTheEndAreNotSeenButByAnEarlierTip) {
  const Tip before = store_->ChainTip().value();
  Tamper("DELETE FROM record WHERE number = 8");
  ExpectSound();
  EXPECT_NE(store_->ChainTip().value(), before);
}

TEST_F(TamperTest, ASignerWhomNobodyKnowsIsSeen) {
  const Writer stranger{WriterId(crypto::RandomId()), crypto::PrivateKey::Generate()};
  ASSERT_TRUE(store_->Add(ring_, stranger, ActionDraft(mia_, "x")).ok());
  EXPECT_TRUE(store_->Verify().ok());
  EXPECT_TRUE(absl::IsDataLoss(store_->VerifyWith(ring_, Signers()).status()));
}

// Who holds the key and not the lead's signing key cannot write in the lead's name.
TEST_F(TamperTest, ARowInAnothersNameIsSeen) {
  const Writer forger{lead_.signer.id, crypto::PrivateKey::Generate()};
  ASSERT_TRUE(store_->Add(ring_, forger, ActionDraft(mia_, "x")).ok());
  const base::Status seen = store_->VerifyWith(ring_, Signers()).status();
  EXPECT_TRUE(absl::IsDataLoss(seen));
  EXPECT_THAT(std::string(base::Message(seen)), HasSubstr("row 9 "));
}

TEST_F(TamperTest, NoErrorSaysWhatARowSays) {
  Tamper("UPDATE record SET content = zeroblob(100) WHERE number = 2");
  const base::Status seen = store_->Get(ring_, RowId(2)).status();
  EXPECT_TRUE(absl::IsDataLoss(seen));
  EXPECT_THAT(std::string(base::Message(seen)), HasSubstr("row 2 "));
  EXPECT_THAT(std::string(base::Message(seen)), Not(HasSubstr("action")));
}

}  // namespace
}  // namespace firstbell::school_records
