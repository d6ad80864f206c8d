#include "clients/school/records/key_ring.h"

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "clients/school/records/reader.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class KeyRingTest : public RecordsWorld {
 protected:
  KeyRing keys() { return KeyRing(*store_); }
  base::Status LetInDeputy() {
    return keys().LetIn(ring_, lead_.identity.id, deputy_.identity, kMonday);
  }
  base::Status LetInTeacher() {
    return keys().LetInStaff(ring_, lead_.identity.id, {teacher_, "T. Eacher"}, passphrase_,
                             kMonday);
  }
};

TEST_F(KeyRingTest, TheFirstMakesTheKeysAndNobodyMakesThemAgain) {
  EXPECT_TRUE(*keys().IsMade());
  EXPECT_TRUE(absl::IsFailedPrecondition(keys().MakeFirst(deputy_, kMonday).status()));
  const support::TempDirectory elsewhere;
  const auto empty = RecordStore::Open(elsewhere.File(kRecordsFile)).value();
  EXPECT_FALSE(*KeyRing(*empty).IsMade());
  EXPECT_TRUE(absl::IsNotFound(KeyRing(*empty).Open(lead_).status()));
}

TEST_F(KeyRingTest, WhoIsLetInOpensWhatWasWrittenBefore) {
  const ChildId mia = Mia();
  EXPECT_TRUE(absl::IsPermissionDenied(keys().Open(deputy_).status()));
  ASSERT_TRUE(LetInDeputy().ok());
  ASSERT_TRUE(LetInDeputy().ok());  // again: nothing
  Reopen();
  const Ring deputys = keys().Open(deputy_).value();
  EXPECT_TRUE(store_->CurrentOf(deputys, mia, v1::RECORD_KIND_CHILD)->has_value());
  const Draft draft = ActionDraft(mia, "breakfast");
  ASSERT_TRUE(store_->Add(deputys, WriterOf(deputy_), draft).ok());
  EXPECT_EQ(store_->Get(ring_, draft.id)->said.action().what(), "breakfast");
  ExpectSound();
}

TEST_F(KeyRingTest, AnotherKeyOfTheSamePersonOpensNothing) {
  ASSERT_TRUE(LetInDeputy().ok());
  school::UnlockedPerson thief = deputy_;
  thief.opening_key = crypto::PrivateKey::Generate();
  EXPECT_FALSE(keys().Open(thief).ok());
  school::PersonIdentity renewed = deputy_.identity;
  renewed.opening_certificate = MakePerson().identity.opening_certificate;
  EXPECT_TRUE(absl::IsFailedPrecondition(keys().LetIn(ring_, lead_.identity.id, renewed, kMonday)));
  renewed.id = WriterId(crypto::RandomId());
  renewed.opening_certificate = "no certificate";
  EXPECT_TRUE(absl::IsInvalidArgument(keys().LetIn(ring_, lead_.identity.id, renewed, kMonday)));
}

TEST_F(KeyRingTest, APersonWhoSignsWithAnotherKeyIsRefused) {
  school::UnlockedPerson other = lead_;
  other.signer.key = crypto::PrivateKey::Generate();
  EXPECT_TRUE(absl::IsFailedPrecondition(keys().Open(other).status()));
}

TEST_F(KeyRingTest, StaffOpenTheSheetAndNothingElse) {
  const ChildId mia = Mia();
  const Draft action = ActionDraft(mia, "breakfast");
  const Draft line = AdjustmentDraft(mia, "No sanction for lateness", kMonday + absl::Hours(16));
  Write(action);
  Write(line);
  ASSERT_TRUE(LetInTeacher().ok());
  const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
  EXPECT_FALSE(session.ring.full());
  EXPECT_EQ(session.display_name, "T. Eacher");
  const Records sheet =
      store_->Due(session.ring, v1::RECORD_KIND_ADJUSTMENT, kMonday, absl::InfiniteFuture(), {})
          .value();
  ASSERT_THAT(sheet.rows, SizeIs(1));
  EXPECT_EQ(sheet.rows.front().said.adjustment().adjustment(), "No sanction for lateness");
  const Ring& ring = session.ring;
  const auto denied = [](const auto& result) { return absl::IsPermissionDenied(result.status()); };
  EXPECT_TRUE(denied(store_->Get(ring, action.id)));
  EXPECT_TRUE(denied(store_->ByChild(ring, mia, {}, {})));
  EXPECT_TRUE(denied(store_->CurrentOf(ring, mia, v1::RECORD_KIND_CHILD)));
  EXPECT_TRUE(denied(store_->Add(ring, session.writer, ActionDraft(mia, "lunch"))));
  EXPECT_TRUE(denied(store_->Add(ring, session.writer, AdjustmentDraft(mia, "x", kMonday))));
  EXPECT_TRUE(denied(store_->FindOrAddChild(ring, session.writer, MiaSandwell(), kMonday)));
  EXPECT_TRUE(absl::IsPermissionDenied(
      store_->Erase(ring, session.writer, {line.id}, v1::ERASURE_REASON_RETENTION, kMonday)));
  EXPECT_TRUE(denied(store_->VerifyWith(ring, {})));
  EXPECT_TRUE(denied(keys().SigningKeys(ring)));
  EXPECT_TRUE(denied(keys().Remove(ring, lead_.identity.id, kMonday)));
  EXPECT_TRUE(
      absl::IsPermissionDenied(keys().LetIn(ring, session.writer.id, deputy_.identity, kMonday)));
  EXPECT_TRUE(absl::IsPermissionDenied(keys().LetInStaff(
      ring, session.writer.id, {WriterId(crypto::RandomId()), "X"}, passphrase_, kMonday)));
}

// The keys that staff hold are not the other one, whatever the program refuses.
TEST_F(KeyRingTest, StaffHoldNoKeyOfTheRecords) {
  ASSERT_TRUE(LetInTeacher().ok());
  const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
  EXPECT_TRUE(session.ring.keys().records.key.empty());
  EXPECT_FALSE(session.ring.keys().post_box_key);
  EXPECT_NE(session.ring.keys().sheet.key.Reveal(), ring_.keys().records.key.Reveal());
}

TEST_F(KeyRingTest, WhatStaffPutInThePostBoxTheyCannotReadAndTheLeadCan) {
  ASSERT_TRUE(LetInTeacher().ok());
  const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
  const Draft concern = ConcernDraft("Mia in 4B", "She did not want to go home.");
  ASSERT_TRUE(store_->Add(session.ring, session.writer, concern).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(store_->Get(session.ring, concern.id).status()));
  const Record record = store_->Get(ring_, concern.id).value();
  EXPECT_EQ(record.said.concern().text(), "She did not want to go home.");
  EXPECT_EQ(record.head.writer, teacher_);
  EXPECT_EQ(store_->Add(session.ring, session.writer, concern)->written, Written::kBefore);
  Draft reading{.id = NewId(), .at = kMonday};
  reading.body.mutable_sheet_reading()->set_lines(3);
  ASSERT_TRUE(store_->Add(session.ring, session.writer, reading).ok());
  EXPECT_EQ(store_->Get(ring_, reading.id)->said.sheet_reading().lines(), 3u);
  ExpectSound();
}

TEST_F(KeyRingTest, StaffSignInWithTheirSecretAlone) {
  ASSERT_TRUE(LetInTeacher().ok());
  const base::Secret other = crypto::RandomSecret(kStaffSecretBytes);
  EXPECT_TRUE(absl::IsPermissionDenied(keys().OpenSheet(teacher_, other).status()));
  EXPECT_TRUE(
      absl::IsNotFound(keys().OpenSheet(WriterId(crypto::RandomId()), passphrase_).status()));
  EXPECT_TRUE(absl::IsNotFound(keys().OpenSheet(lead_.identity.id, passphrase_).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(keys().ChangeStaffSecret(teacher_, other, other)));
  ASSERT_TRUE(keys().ChangeStaffSecret(teacher_, passphrase_, other).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(keys().OpenSheet(teacher_, passphrase_).status()));
  EXPECT_TRUE(keys().OpenSheet(teacher_, other).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(LetInTeacher()));
  ExpectSound();
}

TEST_F(KeyRingTest, ANameOfStaffIsBoundedAndNeeded) {
  const auto with = [&](const std::string& name) {
    return keys().LetInStaff(ring_, lead_.identity.id, {WriterId(crypto::RandomId()), name},
                             passphrase_, kMonday);
  };
  EXPECT_TRUE(with(std::string(limits::kNameBytes, 'x')).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(with(std::string(limits::kNameBytes + 1, 'x'))));
  EXPECT_TRUE(absl::IsInvalidArgument(with("")));
}

class RemovedTest : public KeyRingTest {
 protected:
  void SetUp() override {
    mia_ = Mia();
    ASSERT_TRUE(LetInDeputy().ok());
    ASSERT_TRUE(LetInTeacher().ok());
    Write(action_ = ActionDraft(mia_, "breakfast"));
    Write(line_ = AdjustmentDraft(mia_, "quiet space", kMonday + absl::Hours(16)));
    const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
    ASSERT_TRUE(store_->Add(session.ring, session.writer, concern_).ok());
    Write(erased_ = ActionDraft(mia_, "tea"));
    ASSERT_TRUE(Erase(erased_.id).ok());
  }
  ChildId mia_;
  Draft action_, line_, erased_, concern_ = ConcernDraft("Mia", "Tired.");
};

TEST_F(RemovedTest, WhoRemainsReadsEverythingAndWhoLeftNothing) {
  const Ring deputys = keys().Open(deputy_).value();
  const StaffSession before = keys().OpenSheet(teacher_, passphrase_).value();
  ring_ = keys().Remove(ring_, deputy_.identity.id, kMonday).value();
  EXPECT_TRUE(absl::IsPermissionDenied(store_->Get(before.ring, line_.id).status()));
  const StaffSession after = keys().OpenSheetAgain(before).value();
  EXPECT_EQ(store_->Get(after.ring, line_.id)->said.adjustment().adjustment(), "quiet space");
  EXPECT_EQ(store_->Get(ring_, action_.id)->said.action().what(), "breakfast");
  EXPECT_EQ(store_->Get(ring_, concern_.id)->said.concern().text(), "Tired.");
  EXPECT_TRUE(store_->Get(ring_, erased_.id)->erased);
  EXPECT_EQ(Mia(), mia_);  // found by its tag, which is another
  ExpectSound();
  EXPECT_TRUE(absl::IsPermissionDenied(keys().Open(deputy_).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(store_->Get(deputys, action_.id).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(
      store_->Add(deputys, WriterOf(deputy_), ActionDraft(mia_, "x")).status()));
  Reopen();
  const Ring again = keys().Open(lead_).value();
  EXPECT_EQ(store_->Get(again, action_.id)->said.action().what(), "breakfast");
  const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
  EXPECT_EQ(store_->Get(session.ring, line_.id)->said.adjustment().adjustment(), "quiet space");
}

// Whoever kept the old keys, or a copy of their wrap, opens no row of the file as it is now.
TEST_F(RemovedTest, OldKeysOpenNoRowOfTheFile) {
  const Ring kept = keys().Open(deputy_).value();
  ring_ = keys().Remove(ring_, deputy_.identity.id, kMonday).value();
  Write(ActionDraft(mia_, "lunch"));
  const auto file = school::Database::Open(path_).value();
  auto rows = file->Query(
                      "SELECT record_id, lock, wrapped_key FROM record"
                      " WHERE erased_at_us IS NULL")
                  .value();
  std::size_t tried = 0;
  while (rows.Step().value()) {
    for (const Lock lock : {Lock::kRecords, Lock::kSheet, Lock::kPostBox}) {
      EXPECT_FALSE(kept.Unwrap(lock, kept.IdOf(lock), RecordId(rows.Text(0)), rows.Text(2)).ok());
      ++tried;
    }
  }
  EXPECT_EQ(tried, 3u * 6u);
  EXPECT_EQ(Number("SELECT COUNT(*) FROM reader WHERE removed_at_us IS NOT NULL AND"
                   " (length(wrap) > 0 OR length(sealed_keys) > 0)"),
            0);
}

TEST_F(RemovedTest, OldWrapsAreNotInTheFileAnyMore) {
  const auto file = school::Database::Open(path_).value();
  auto row = file->Query("SELECT wrap FROM reader WHERE kind = 1 AND position = 2").value();
  ASSERT_TRUE(row.Step().value());
  const std::string wrap = row.Text(0);
  EXPECT_FALSE(row.Step().value());
  ring_ = keys().Remove(ring_, deputy_.identity.id, kMonday).value();
  EXPECT_EQ(base::ReadFile(path_)->find(wrap), std::string::npos);
  EXPECT_EQ(base::ReadFile(path_ + "-wal")->find(wrap), std::string::npos);
}

TEST_F(RemovedTest, StaffWhoLeaveSignInNoMore) {
  const StaffSession session = keys().OpenSheet(teacher_, passphrase_).value();
  ring_ = keys().Remove(ring_, teacher_, kMonday).value();
  EXPECT_TRUE(absl::IsPermissionDenied(keys().OpenSheet(teacher_, passphrase_).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(keys().OpenSheetAgain(session).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(store_->Get(session.ring, line_.id).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(
      store_->Add(session.ring, session.writer, ConcernDraft("a", "b")).status()));
  EXPECT_TRUE(keys().Open(deputy_).ok());
  const std::vector<Reader> readers = keys().Readers().value();
  ASSERT_THAT(readers, SizeIs(3));
  EXPECT_EQ(readers.back().removed_at, kMonday);
  EXPECT_EQ(readers.back().display_name, "T. Eacher");
  ExpectSound();  // what they signed is still known to be theirs
}

TEST_F(RemovedTest, TheLastWhoCanOpenAnythingStays) {
  EXPECT_TRUE(absl::IsNotFound(keys().Remove(ring_, WriterId("nobody"), kMonday).status()));
  ring_ = keys().Remove(ring_, deputy_.identity.id, kMonday).value();
  EXPECT_TRUE(absl::IsNotFound(keys().Remove(ring_, deputy_.identity.id, kMonday).status()));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(keys().Remove(ring_, lead_.identity.id, kMonday).status()));
}

TEST_F(RemovedTest, WhoLeftIsLetInAgain) {
  ring_ = keys().Remove(ring_, deputy_.identity.id, kMonday).value();
  ASSERT_TRUE(LetInDeputy().ok());
  EXPECT_EQ(store_->Get(keys().Open(deputy_).value(), action_.id)->said.action().what(),
            "breakfast");
  ExpectSound();
}

TEST_F(RemovedTest, ARemovalThatFailsHalfWayRemovesNobody) {
  Tamper("CREATE TRIGGER fails BEFORE UPDATE ON reader BEGIN SELECT RAISE(ABORT, 'no'); END");
  EXPECT_FALSE(keys().Remove(ring_, deputy_.identity.id, kMonday).ok());
  Tamper("DROP TRIGGER fails");
  EXPECT_TRUE(keys().Open(deputy_).ok());
  EXPECT_EQ(store_->Get(ring_, action_.id)->said.action().what(), "breakfast");
  EXPECT_EQ(Mia(), mia_);
  ExpectSound();
}

TEST_F(RemovedTest, NoKeyIsWrappedForWhomNobodyLetIn) {
  const school::UnlockedPerson thief = MakePerson();
  const auto file = school::Database::Open(path_).value();
  ASSERT_TRUE(file->Run("UPDATE reader SET opening_certificate = ? WHERE reader_id = ?",
                        school::Blob{thief.identity.opening_certificate},
                        std::string_view(deputy_.identity.id.value()))
                  .ok());
  EXPECT_TRUE(absl::IsDataLoss(keys().Remove(ring_, teacher_, kMonday).status()));
  EXPECT_TRUE(absl::IsDataLoss(keys().SigningKeys(ring_).status()));
}

// Whoever writes the file wraps keys of their own for the lead, whose certificate is no secret.
TEST_F(RemovedTest, KeysOfSomebodyElseAreNoticedByTheRowsThatTheyDoNotOpen) {
  const Ring forged = MakeRing(kMonday).value();
  const auto file = school::Database::Open(path_).value();
  auto row =
      file->Query((std::string("SELECT ") + kReaderColumns + " FROM reader WHERE reader_id = ?")
                      .c_str(),
                  std::string_view(lead_.identity.id.value()))
          .value();
  ASSERT_TRUE(row.Step().value());
  const StoredReader lead = ReadStoredReader(row);
  EXPECT_FALSE(row.Step().value());
  ASSERT_TRUE(file->Run("UPDATE reader SET wrap = ?, proof = ? WHERE reader_id = ?",
                        school::Blob{WrapRing(forged, lead).value()},
                        school::Blob{forged.ReaderProof(ProvenBytes(lead))},
                        std::string_view(lead_.identity.id.value()))
                  .ok());
  ASSERT_TRUE(file->Run("UPDATE key_ring SET records_id = ?, sheet_id = ?, post_box_id = ?,"
                        " post_box_certificate = ?, post_box_key = ?",
                        std::string_view(forged.records_id().value()),
                        std::string_view(forged.sheet_id().value()),
                        std::string_view(forged.post_box().id.value()),
                        school::Blob{forged.post_box().certificate},
                        school::Blob{SealPostBoxKey(forged)})
                  .ok());
  EXPECT_TRUE(absl::IsDataLoss(keys().Open(lead_).status()));
}

// Or the first who signs in would make new ones over rows that nobody could open any more.
TEST_F(RemovedTest, KeysThatAreGoneAreNotMadeAnew) {
  Tamper("DELETE FROM key_ring");
  EXPECT_TRUE(absl::IsNotFound(keys().Open(lead_).status()));
  EXPECT_TRUE(absl::IsDataLoss(keys().MakeFirst(lead_, kMonday).status()));
}

TEST_F(RemovedTest, AnotherPostBoxIsNoticed) {
  Tamper("UPDATE key_ring SET post_box_certificate = x'00'");
  EXPECT_TRUE(absl::IsDataLoss(keys().Open(lead_).status()));
  EXPECT_TRUE(absl::IsDataLoss(keys().OpenSheet(teacher_, passphrase_).status()));
}

TEST_F(KeyRingTest, NoMoreReadersThanTheBound) {
  std::string sql;
  for (std::size_t i = 1; i < record_limits::kReaders; ++i) {
    sql +=
        "INSERT INTO reader (reader_id, kind, display_name, opening_certificate, signing_key,"
        " sealed_keys, wrap, proof, let_in_by, let_in_at_us) VALUES ('r" +
        std::to_string(i) + "', 2, '', x'', x'', x'', x'', x'', '', 0);";
  }
  Tamper(sql.c_str());
  EXPECT_TRUE(absl::IsResourceExhausted(LetInDeputy()));
  EXPECT_TRUE(absl::IsResourceExhausted(LetInTeacher()));
}

}  // namespace
}  // namespace firstbell::school_records
