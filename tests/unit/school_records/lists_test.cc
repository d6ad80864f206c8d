// Lists: what is in them, how they are paged, and that a page costs the same in a large store.

#include <sqlite3.h>

#include <algorithm>

#include "clients/school/records/record_store.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// What SQLite did for the statements since the last Take, of every connection that is opened while
// this is watching.
class Work {
 public:
  Work() { ::sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Watch)); }
  ~Work() { ::sqlite3_reset_auto_extension(); }
  static int Take() { return std::exchange(steps_, 0); }

 private:
  static int Watch(sqlite3* database, const char**, const void*) {
    return ::sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, &Note, nullptr);
  }
  static int Note(unsigned, void*, void* statement, void*) {
    steps_ +=
        ::sqlite3_stmt_status(static_cast<sqlite3_stmt*>(statement), SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
  }
  static inline int steps_ = 0;
};

std::vector<std::string> Whats(const Records& records) {
  std::vector<std::string> whats;
  for (const Record& record : records.rows) whats.push_back(record.said.action().what());
  return whats;
}

class ListsTest : public RecordsWorld {
 protected:
  Added Act(const ChildId& child, const std::string& what, absl::Time at = kMonday,
            std::optional<absl::Time> due = std::nullopt) {
    Draft draft = ActionDraft(child, what, at);
    draft.due = due;
    return Write(draft);
  }
  static Page Two(const std::string& token = {}) { return {2, token}; }
};

TEST_F(ListsTest, OfAChildNewestFirstInPages) {
  const ChildId mia = Mia(), other(crypto::RandomId());
  for (const char* what : {"a", "b", "c", "d", "e"}) {
    Act(mia, what);
    Act(other, "not hers");
  }
  const v1::RecordKind actions[] = {v1::RECORD_KIND_ACTION};
  const Records first = store_->ByChild(ring_, mia, actions, Two()).value();
  EXPECT_THAT(Whats(first), ElementsAre("e", "d"));
  const Records second = store_->ByChild(ring_, mia, actions, Two(first.next)).value();
  EXPECT_THAT(Whats(second), ElementsAre("c", "b"));
  const Records last = store_->ByChild(ring_, mia, actions, Two(second.next)).value();
  EXPECT_THAT(Whats(last), ElementsAre("a"));
  EXPECT_THAT(last.next, IsEmpty());
  EXPECT_THAT(store_->ByChild(ring_, mia, {}, {})->rows, SizeIs(6));  // the child itself too
  EXPECT_THAT(store_->ByChild(ring_, ChildId(), {}, {})->rows, IsEmpty());
}

TEST_F(ListsTest, APageThatIsFullAndTheLastSaysThatNothingFollows) {
  const ChildId mia = Mia();
  Act(mia, "a");
  EXPECT_THAT(store_->ByChild(ring_, mia, {}, Two())->next, IsEmpty());
}

TEST_F(ListsTest, AnErasedRowStandsInItsPlace) {
  const ChildId mia = Mia();
  const Added a = Act(mia, "a");
  ASSERT_TRUE(Erase(a.id).ok());
  const Records all = store_->ByChild(ring_, mia, {}, {}).value();
  ASSERT_THAT(all.rows, SizeIs(3));
  EXPECT_TRUE(all.rows[1].erased);
}

TEST_F(ListsTest, WhatIsDueEarliestFirstAndOnlyWhereNothingCorrectsIt) {
  const ChildId mia = Mia();
  Act(mia, "tomorrow", kMonday, kMonday + absl::Hours(24));
  Act(mia, "at once", kMonday, kMonday);
  Act(mia, "never");
  const Added done = Act(mia, "done", kMonday, kMonday + absl::Hours(1));
  Act(mia, "at once too", kMonday, kMonday);
  Write(Correcting(ActionDraft(mia, "done"), done.id));
  const auto due = [&](absl::Time from, absl::Time to, const Page& page) {
    return store_->Due(ring_, v1::RECORD_KIND_ACTION, from, to, page).value();
  };
  const Records first = due(absl::InfinitePast(), absl::InfiniteFuture(), Two());
  EXPECT_THAT(Whats(first), ElementsAre("at once", "at once too"));
  EXPECT_THAT(Whats(due(absl::InfinitePast(), absl::InfiniteFuture(), Two(first.next))),
              ElementsAre("tomorrow"));
  EXPECT_THAT(Whats(due(absl::InfinitePast(), kMonday, {})), IsEmpty());
  EXPECT_THAT(Whats(due(kMonday, kMonday + absl::Microseconds(1), {})), SizeIs(2));
  EXPECT_THAT(Whats(due(kMonday + absl::Microseconds(1), absl::InfiniteFuture(), {})),
              ElementsAre("tomorrow"));
}

TEST_F(ListsTest, WhatWasWrittenInATimeLatestFirst) {
  const ChildId mia = Mia();
  Act(mia, "second", kMonday + absl::Hours(2));
  Act(mia, "first", kMonday + absl::Hours(1));
  Act(mia, "third", kMonday + absl::Hours(3));
  Act(mia, "third too", kMonday + absl::Hours(3));
  const auto since = [&](absl::Time from, absl::Time to, const Page& page) {
    return store_->Since(ring_, v1::RECORD_KIND_ACTION, from, to, page).value();
  };
  const Records late = since(absl::InfinitePast(), absl::InfiniteFuture(), Two());
  EXPECT_THAT(Whats(late), ElementsAre("third too", "third"));
  EXPECT_THAT(Whats(since(absl::InfinitePast(), absl::InfiniteFuture(), Two(late.next))),
              ElementsAre("second", "first"));
  EXPECT_THAT(Whats(since(kMonday + absl::Hours(1), kMonday + absl::Hours(2), {})),
              ElementsAre("first"));
}

TEST_F(ListsTest, ConcernsThatNobodyHasPlaced) {
  const ChildId mia = Mia();
  const auto concern = [&](const ChildId& child, const RecordId& corrects) {
    Draft draft{.id = NewId(), .child = child, .at = kMonday, .corrects = corrects};
    draft.body.mutable_concern()->set_about("Mia, 4B");
    draft.body.mutable_concern()->set_text("cried at lunch");
    Write(draft);
    return draft.id;
  };
  const RecordId first = concern(ChildId(), RecordId());
  concern(ChildId(), RecordId());
  concern(mia, RecordId());
  EXPECT_EQ(*store_->CountUnplacedConcerns(), 2);
  concern(mia, first);
  EXPECT_EQ(*store_->CountUnplacedConcerns(), 1);
  EXPECT_THAT(store_->UnplacedConcerns(ring_, {})->rows, SizeIs(1));
}

TEST_F(ListsTest, ChildrenByTheirNewestNames) {
  const ChildId mia = Mia();
  const Record first = store_->CurrentOf(ring_, mia, v1::RECORD_KIND_CHILD)->value();
  Draft renamed = Correcting(Draft{.child = mia, .at = kMonday}, first.head.id);
  *renamed.body.mutable_child() = MiaSandwell();
  renamed.body.mutable_child()->set_preferred_name("Mimi");
  Write(renamed);
  v1::RecordedChild theo;
  theo.set_given_names("Theo");
  ASSERT_TRUE(store_->FindOrAddChild(ring_, WriterOf(lead_), theo, kMonday).ok());
  const Records children = store_->Current(ring_, v1::RECORD_KIND_CHILD, {}).value();
  ASSERT_THAT(children.rows, SizeIs(2));
  EXPECT_EQ(children.rows[0].said.child().given_names(), "Theo");
  EXPECT_EQ(children.rows[1].said.child().preferred_name(), "Mimi");
}

TEST_F(ListsTest, ThePageAndItsTokenAreChecked) {
  const auto with = [&](const Page& page) {
    return store_->Current(ring_, v1::RECORD_KIND_CHILD, page).status();
  };
  EXPECT_TRUE(with({record_limits::kPageRows, ""}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(with({record_limits::kPageRows + 1, ""})));
  EXPECT_TRUE(absl::IsInvalidArgument(with({0, ""})));
  for (const char* token :
       {"x", "1", "1.", ".1", "1.x", "1.2.3", "1.2 ", "99999999999999999999.1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(with({1, token}))) << token;
  }
}

// In steps of SQLite's machine, which are the same each time, not in seconds.
TEST_F(ListsTest, APageCostsTheSameInALargeStore) {
  const Work work;
  Reopen();
  const ChildId mia = Mia();
  const base::AlertId alert = NewAlert();
  const auto fill = [&](int rows) {
    for (int i = 0; i < rows; ++i) {
      const ChildId other(crypto::RandomId());
      Draft draft = ActionDraft(i % 2 == 0 ? other : mia, "x", kMonday + absl::Minutes(i));
      if (i % 3 == 0) draft.due = kMonday + absl::Minutes(i);
      if (i % 4 == 0) draft.alert = alert;
      Write(draft);
      Draft child{.id = NewId(), .child = other, .at = kMonday};
      *child.body.mutable_child() = MiaSandwell();
      child.body.mutable_child()->set_given_names("Pupil " + std::to_string(i));
      if (i % 2 == 0) Write(child);
    }
  };
  const auto cost = [&] {
    const Page page{20, ""};
    const v1::RecordKind kinds[] = {v1::RECORD_KIND_PASSPORT, v1::RECORD_KIND_ACTION};
    std::vector<int> steps;
    const auto note = [&](const base::Status& status) {
      EXPECT_TRUE(status.ok());
      steps.push_back(Work::Take());
    };
    Work::Take();
    note(store_->ByChild(ring_, mia, {}, page).status());
    note(store_->ByChild(ring_, mia, kinds, page).status());
    note(store_->ByAlert(ring_, alert, page).status());
    note(store_
             ->Due(ring_, v1::RECORD_KIND_ACTION, kMonday + absl::Minutes(20),
                   absl::InfiniteFuture(), page)
             .status());
    note(store_
             ->Since(ring_, v1::RECORD_KIND_ACTION, absl::InfinitePast(), absl::InfiniteFuture(),
                     page)
             .status());
    note(store_->Current(ring_, v1::RECORD_KIND_CHILD, page).status());
    note(store_->CurrentOf(ring_, mia, v1::RECORD_KIND_PASSPORT).status());
    note(store_->CurrentOf(ring_, mia, v1::RECORD_KIND_ACTION).status());
    note(store_->Add(ring_, WriterOf(lead_), ActionDraft(mia, "y")).status());
    note(store_->FindOrAddChild(ring_, WriterOf(lead_), MiaSandwell(), kMonday).status());
    note(store_->EraseAlertText(device_, alert, v1::ERASURE_REASON_TAKEN_BACK, kMonday).status());
    return steps;
  };
  fill(120);
  const std::vector<int> small = cost();
  fill(1200);
  const std::vector<int> large = cost();
  for (std::size_t i = 0; i < small.size(); ++i) {
    EXPECT_GT(small[i], 0) << i;
    EXPECT_LE(large[i], 2 * small[i]) << i;
  }
}

}  // namespace
}  // namespace firstbell::school_records
