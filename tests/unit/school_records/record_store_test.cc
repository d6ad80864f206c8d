#include "clients/school/records/record_store.h"

#include <sys/stat.h>

#include <thread>

#include "broker/base/file.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RecordStoreTest : public RecordsWorld {};

TEST_F(RecordStoreTest, WhatIsWrittenIsThereWhenItIsOpenedAgain) {
  const ChildId mia = Mia();
  Draft draft = ActionDraft(mia, "  breakfast club \n");
  draft.due = kMonday + absl::Hours(48);
  const Added added = Write(draft);
  EXPECT_EQ(added.written, Written::kNow);
  EXPECT_EQ(added.number, 2);
  Reopen();
  const Record record = store_->Get(ring_, draft.id).value();
  EXPECT_EQ(record.head.kind, v1::RECORD_KIND_ACTION);
  EXPECT_EQ(record.head.child, mia);
  EXPECT_EQ(record.head.at, kMonday);
  EXPECT_EQ(record.head.due, kMonday + absl::Hours(48));
  EXPECT_EQ(record.head.writer, lead_.signer.id);
  EXPECT_TRUE(record.current);
  EXPECT_EQ(record.said.action().what(), "breakfast club");
  EXPECT_EQ(store_->ChainTip()->number, 2);
  ExpectSound();
}

TEST_F(RecordStoreTest, TheFileIsTheOwnersAlone) {
  struct stat facts = {};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
}

TEST_F(RecordStoreTest, NothingOfAChildIsReadableInTheFile) {
  const ChildId mia = Mia();
  Write(ActionDraft(mia, "breakfastclubforher"));
  store_.reset();
  for (const std::string& file : {path_, path_ + "-wal"}) {
    const auto bytes = base::ReadFile(file);
    if (!bytes.ok()) continue;
    EXPECT_EQ(bytes->find("Sandwell"), std::string::npos);
    EXPECT_EQ(bytes->find("breakfastclub"), std::string::npos);
    EXPECT_EQ(bytes->find("2017-05-04"), std::string::npos);
  }
}

TEST_F(RecordStoreTest, TheSameAgainChangesNothingAndOtherContentIsRefused) {
  Draft draft = ActionDraft(Mia(), "breakfast");
  Write(draft);
  draft.at += absl::Minutes(3);
  EXPECT_EQ(Write(draft).written, Written::kBefore) << "a form that was sent again later";
  Reopen();
  const Added again = Write(draft);
  EXPECT_EQ(again.written, Written::kBefore);
  EXPECT_EQ(again.number, 2);
  Draft other = draft;
  other.body.mutable_action()->set_what("lunch");
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Add(ring_, WriterOf(lead_), other).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Add(ring_, device_, draft).status()));
  EXPECT_EQ(store_->ChainTip()->number, 2);
}

TEST_F(RecordStoreTest, ACorrectionIsAddedAndBothStay) {
  const ChildId mia = Mia();
  const Draft first = ActionDraft(mia, "breakfast");
  Write(first);
  const Draft second = Correcting(ActionDraft(mia, "breakfast and lunch"), first.id);
  Write(second);
  EXPECT_FALSE(store_->Get(ring_, first.id)->current);
  EXPECT_EQ(store_->Get(ring_, first.id)->said.action().what(), "breakfast");
  const Record current = store_->CurrentOf(ring_, mia, v1::RECORD_KIND_ACTION)->value();
  EXPECT_EQ(current.head.id, second.id);
  EXPECT_EQ(current.head.refers_to, first.id);
  ExpectSound();
}

TEST_F(RecordStoreTest, ACorrectionIsOfWhatIsThereAndNewest) {
  const ChildId mia = Mia();
  const Draft first = ActionDraft(mia, "breakfast");
  Write(first);
  const auto refused = [&](const Draft& draft) {
    return store_->Add(ring_, WriterOf(lead_), draft).status();
  };
  EXPECT_TRUE(absl::IsNotFound(refused(Correcting(ActionDraft(mia, "x"), NewId()))));
  const ChildId other(crypto::RandomId());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused(Correcting(ActionDraft(other, "x"), first.id))));
  Draft pause = Correcting(Draft{.child = mia, .at = kMonday}, first.id);
  pause.body.mutable_pause()->set_speak_to("A. Lead");
  EXPECT_TRUE(absl::IsFailedPrecondition(refused(pause)));
  Write(Correcting(ActionDraft(mia, "lunch"), first.id));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused(Correcting(ActionDraft(mia, "tea"), first.id))));
  const Draft second = ActionDraft(mia, "tea");
  Write(second);
  ASSERT_TRUE(Erase(second.id).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused(Correcting(ActionDraft(mia, "x"), second.id))));
}

TEST_F(RecordStoreTest, ACorrectionMayNameTheChildOfAConcernThatNamedNone) {
  const Draft concern = ConcernDraft("the new girl in 4B", "She was tired.");
  Write(concern);
  Draft named = Correcting(concern, concern.id);
  named.child = Mia();
  Write(named);
  EXPECT_EQ(store_->CurrentOf(ring_, named.child, v1::RECORD_KIND_CONCERN)->value().head.id,
            named.id);
  ExpectSound();
}

TEST_F(RecordStoreTest, WhatThePoliceSaidIsKeptOnceOfEachRevision) {
  const ChildId mia = Mia();
  const base::AlertId alert = NewAlert();
  const Draft first = AlertDraft(mia, alert);
  Write(first);
  Draft again = AlertDraft(mia, alert);  // opened by a colleague, with an id of its own
  *again.body.mutable_alert()->mutable_opened_at() = model::ToWire(kMonday + absl::Hours(1));
  EXPECT_EQ(Write(again).written, Written::kBefore);
  EXPECT_EQ(Write(again).id, first.id);
  EXPECT_TRUE(absl::IsAlreadyExists(
      store_->Add(ring_, WriterOf(lead_), AlertDraft(mia, alert, "Another account.")).status()));
  EXPECT_EQ(Write(AlertDraft(mia, alert, "As it is corrected.", 2)).written, Written::kNow);
  EXPECT_THAT(store_->ByAlert(ring_, alert, {})->rows, SizeIs(2));
}

TEST_F(RecordStoreTest, AChildIsFoundByNamesAndDateOfBirth) {
  const ChildId mia = Mia();
  EXPECT_EQ(Mia(), mia);
  v1::RecordedChild shouted = MiaSandwell();
  shouted.set_family_name(" SANDWELL");
  shouted.set_given_names("mia   rose");
  shouted.set_form("4B");  // compared are names and date of birth alone
  const auto found = store_->FindOrAddChild(ring_, WriterOf(lead_), shouted, kMonday);
  EXPECT_EQ(found->id, mia);
  EXPECT_EQ(found->written, Written::kBefore);
  v1::RecordedChild twin = MiaSandwell();
  twin.set_given_names("Maya");
  const auto other = store_->FindOrAddChild(ring_, WriterOf(lead_), twin, kMonday);
  EXPECT_NE(other->id, mia);
  EXPECT_EQ(other->written, Written::kNow);
  v1::RecordedChild unborn = MiaSandwell();
  unborn.clear_date_of_birth();
  EXPECT_NE(store_->FindOrAddChild(ring_, WriterOf(lead_), unborn, kMonday)->id, mia);
  EXPECT_NE(store_->FindOrAddChild(ring_, WriterOf(lead_), unborn, kMonday)->id, mia);
  EXPECT_EQ(store_->ChainTip()->number, 4);
}

TEST_F(RecordStoreTest, AChildIsFoundByFormerNamesUntilSomebodyElseHasThem) {
  const ChildId mia = Mia();
  const Record first = store_->CurrentOf(ring_, mia, v1::RECORD_KIND_CHILD)->value();
  Draft renamed = Correcting(Draft{.child = mia, .at = kMonday}, first.head.id);
  *renamed.body.mutable_child() = MiaSandwell();
  renamed.body.mutable_child()->set_family_name("Marsh");
  Write(renamed);
  EXPECT_EQ(Mia(), mia);
  EXPECT_EQ(store_->FindOrAddChild(ring_, WriterOf(lead_), renamed.body.child(), kMonday)->id, mia);
  Draft namesake{.id = NewId(), .child = ChildId(crypto::RandomId()), .at = kMonday};
  *namesake.body.mutable_child() = MiaSandwell();
  Write(namesake);
  EXPECT_EQ(Mia(), namesake.child);
}

TEST_F(RecordStoreTest, WhatIsErasedLeavesNumberDigestAndReason) {
  const Draft draft = ActionDraft(Mia(), "breakfast");
  Write(draft);
  const std::int64_t before = Number("SELECT COUNT(*) FROM record");
  ASSERT_TRUE(Erase(draft.id).ok());
  const Record record = store_->Get(ring_, draft.id).value();
  EXPECT_EQ(record.erased, (Erased{kMonday + absl::Hours(1), v1::ERASURE_REASON_RETENTION}));
  EXPECT_EQ(record.said.kind_case(), v1::RecordBody::KIND_NOT_SET);
  ASSERT_TRUE(Erase(draft.id).ok());  // again: nothing
  EXPECT_EQ(Number("SELECT COUNT(*) FROM record"), before + 1);
  EXPECT_EQ(Write(draft).written, Written::kBefore);  // it is not written a second time
  EXPECT_EQ(store_->Verify()->erased, 1);
  ExpectSound();
}

TEST_F(RecordStoreTest, WhatIsErasedIsNotInTheFileAnyMore) {
  Draft draft = ActionDraft(Mia(), "breakfast");
  draft.body.mutable_action()->set_outcome(std::string(3000, 'b'));
  Write(draft);
  const auto file = school::Database::Open(path_).value();
  auto row = file->Query("SELECT content, wrapped_key FROM record WHERE number = 2").value();
  ASSERT_TRUE(row.Step().value());
  const std::string content = row.Text(0).substr(100, 64), key = row.Text(1);
  EXPECT_FALSE(row.Step().value());
  const auto in_files = [&](const std::string& bytes) {
    return base::ReadFile(path_)->find(bytes) != std::string::npos ||
           base::ReadFile(path_ + "-wal")->find(bytes) != std::string::npos;
  };
  EXPECT_TRUE(in_files(content));
  EXPECT_TRUE(in_files(key));
  ASSERT_TRUE(Erase(draft.id).ok());
  EXPECT_FALSE(in_files(content));
  EXPECT_FALSE(in_files(key));
}

TEST_F(RecordStoreTest, WhatIsNotThereOrSaysWhatWasErasedIsNotErased) {
  const Draft draft = ActionDraft(Mia(), "breakfast");
  Write(draft);
  EXPECT_TRUE(absl::IsNotFound(Erase(NewId())));
  EXPECT_TRUE(absl::IsInvalidArgument(Erase(draft.id, v1::ERASURE_REASON_UNSPECIFIED)));
  const std::vector<RecordId> many(record_limits::kErasedAtOnce + 1, draft.id);
  EXPECT_TRUE(absl::IsInvalidArgument(
      store_->Erase(ring_, WriterOf(lead_), many, v1::ERASURE_REASON_RETENTION, kMonday)));
  EXPECT_FALSE(store_->Get(ring_, draft.id)->erased);
  ASSERT_TRUE(Erase(draft.id).ok());
  const Record says =
      store_->Since(ring_, v1::RECORD_KIND_ERASED, kMonday, absl::InfiniteFuture(), {})
          ->rows.front();
  EXPECT_EQ(says.head.refers_to, draft.id);
  EXPECT_TRUE(absl::IsFailedPrecondition(Erase(says.head.id)));
  // One that may not be keeps all of them.
  const Draft second = ActionDraft(draft.child, "lunch");
  Write(second);
  EXPECT_FALSE(store_
                   ->Erase(ring_, WriterOf(lead_), {second.id, says.head.id},
                           v1::ERASURE_REASON_RETENTION, kMonday)
                   .ok());
  EXPECT_FALSE(store_->Get(ring_, second.id)->erased);
}

TEST_F(RecordStoreTest, AForceTakesAnAlertBackWhileNobodyIsSignedIn) {
  const ChildId mia = Mia();
  const base::AlertId alert = NewAlert(), other = NewAlert();
  const Draft first = AlertDraft(mia, alert), second = AlertDraft(mia, alert, "Corrected.", 2);
  const Draft kept = AlertDraft(mia, other);
  Write(first);
  Write(second);
  Write(kept);
  Draft action = ActionDraft(mia, "breakfast");
  action.alert = alert;
  Write(action);
  const auto erase = [&] {
    return store_->EraseAlertText(device_, alert, v1::ERASURE_REASON_TAKEN_BACK, kMonday);
  };
  EXPECT_EQ(*erase(), 2);
  EXPECT_EQ(*erase(), 0);
  EXPECT_TRUE(store_->Get(ring_, first.id)->erased);
  EXPECT_TRUE(store_->Get(ring_, second.id)->erased);
  EXPECT_FALSE(store_->Get(ring_, kept.id)->erased);
  EXPECT_FALSE(store_->Get(ring_, action.id)->erased);  // the school's own
  const Record says =
      store_->Since(ring_, v1::RECORD_KIND_ERASED, kMonday, absl::InfiniteFuture(), {})
          ->rows.front();
  EXPECT_EQ(says.head.writer, device_.id);
  EXPECT_EQ(says.said.erased().why(), v1::ERASURE_REASON_TAKEN_BACK);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      store_->Add(ring_, WriterOf(lead_), AlertDraft(mia, alert)).status()));
  ExpectSound();
}

TEST_F(RecordStoreTest, FiledElsewhereAloneErasesWhatThePoliceSaid) {
  const ChildId mia = Mia();
  const base::AlertId alert = NewAlert();
  const Draft text = AlertDraft(mia, alert);
  Write(text);
  Draft filed{.id = NewId(), .child = mia, .alert = alert, .at = kMonday};
  filed.body.mutable_filed()->set_system("the school's own");
  filed.body.mutable_filed()->set_reference("2026-117");
  filed.body.mutable_filed()->set_mode(v1::FILING_MODE_COPY);
  Write(filed);
  EXPECT_FALSE(store_->Get(ring_, text.id)->erased);
  filed.id = NewId();
  filed.body.mutable_filed()->set_mode(v1::FILING_MODE_ALERT_ONLY);
  Write(filed);
  EXPECT_EQ(store_->Get(ring_, text.id)->erased->why, v1::ERASURE_REASON_FILED_ELSEWHERE);
  EXPECT_EQ(Write(filed).written, Written::kBefore);
  ExpectSound();
}

TEST_F(RecordStoreTest, AnErasedChildIsNotFoundByItsTag) {
  const ChildId mia = Mia();
  ASSERT_TRUE(Erase(store_->CurrentOf(ring_, mia, v1::RECORD_KIND_CHILD)->value().head.id).ok());
  EXPECT_EQ(Number("SELECT COUNT(*) FROM child_tag"), 0);
  EXPECT_FALSE(store_->CurrentOf(ring_, mia, v1::RECORD_KIND_CHILD)->has_value());
  EXPECT_NE(Mia(), mia);
  ExpectSound();
}

// A step in the middle fails: nothing of the verb is there, and it is done when it is tried again.
TEST_F(RecordStoreTest, WhatFailsHalfWayIsNotDone) {
  const ChildId mia = Mia();
  const Draft draft = ActionDraft(mia, "breakfast"), other = ActionDraft(mia, "lunch");
  Write(draft);
  Tamper(
      "CREATE TRIGGER fails BEFORE INSERT ON record WHEN NEW.kind = 12"
      " BEGIN SELECT RAISE(ABORT, 'no'); END");
  EXPECT_FALSE(Erase(draft.id).ok());
  EXPECT_FALSE(store_->Get(ring_, draft.id)->erased);
  Tamper("DROP TRIGGER fails");
  EXPECT_TRUE(Erase(draft.id).ok());
  Write(other);
  Tamper(
      "CREATE TRIGGER fails BEFORE UPDATE ON record WHEN NEW.current = 0"
      " BEGIN SELECT RAISE(ABORT, 'no'); END");
  const Draft correction = Correcting(ActionDraft(mia, "tea"), other.id);
  EXPECT_FALSE(store_->Add(ring_, WriterOf(lead_), correction).ok());
  EXPECT_TRUE(absl::IsNotFound(store_->Get(ring_, correction.id).status()));
  Tamper("DROP TRIGGER fails");
  EXPECT_EQ(Write(correction).written, Written::kNow);
  ExpectSound();
}

// The daemon and a command have the file open at once.
TEST_F(RecordStoreTest, SeveralProgramsWriteOneChain) {
  const ChildId mia = Mia();
  constexpr int kEach = 15;
  const auto write = [&] {
    const auto store = RecordStore::Open(path_).value();
    for (int i = 0; i < kEach; ++i) {
      EXPECT_TRUE(store->Add(ring_, WriterOf(lead_), ActionDraft(mia, "breakfast")).ok());
    }
  };
  std::thread one(write), other(write);
  one.join();
  other.join();
  EXPECT_EQ(store_->Verify()->rows, 1 + 2 * kEach);
  ExpectSound();
}

TEST_F(RecordStoreTest, ANewerFileIsRefused) {
  store_.reset();
  Tamper("PRAGMA user_version = 2");
  EXPECT_TRUE(absl::IsFailedPrecondition(RecordStore::Open(path_).status()));
}

TEST_F(RecordStoreTest, TonightAndTheStartOfADayFollowTheClocks) {
  absl::TimeZone london;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/London", &london));
  const absl::CivilDay changes(2026, 3, 29);  // an hour is missing
  const absl::Time noon = absl::FromCivil(absl::CivilHour(2026, 3, 29, 12), london);
  EXPECT_EQ(Tonight(noon, london), StartOf(changes + 1, london));
  EXPECT_EQ(Tonight(noon, london) - StartOf(changes, london), absl::Hours(23));
}

}  // namespace
}  // namespace firstbell::school_records
