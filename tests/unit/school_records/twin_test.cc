// Random histories against a slow, obvious twin that keeps everything in memory: they list the
// same, and they verify.

#include <algorithm>
#include <random>

#include "clients/school/records/record_store.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

constexpr int kSteps = 60;

// What was written, in order.
class Twin {
 public:
  struct Row {
    Draft draft;
    bool current = true, erased = false;
    RecordId erases;  // of a row that says so
  };

  void Add(const Draft& draft) {
    for (Row& row : rows_) {
      if (!draft.corrects.empty() && row.draft.id == draft.corrects) row.current = false;
    }
    rows_.push_back({draft});
  }
  // Of rows that are not erased; each makes a row that says so.
  void Erase(const RecordId& id) {
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      if (rows_[at].draft.id != id || rows_[at].erased) continue;
      rows_[at].erased = true;
      Row says{{.child = rows_[at].draft.child, .alert = rows_[at].draft.alert}};
      says.erases = id;
      rows_.push_back(says);
      return;
    }
  }
  std::vector<Row>& rows() { return rows_; }

  // One word a row, newest first.
  template <typename Wanted>
  std::vector<std::string> List(const Wanted& wanted) const {
    std::vector<std::string> words;
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
      if (wanted(*row)) words.push_back(Word(*row));
    }
    return words;
  }
  static std::string Word(const Row& row) {
    if (!row.erases.empty()) return "erased " + row.erases.value();
    return row.draft.id.value() + (row.current ? "" : " corrected") +
           (row.erased ? " gone" : " " + row.draft.body.SerializeAsString());
  }

 private:
  std::vector<Row> rows_;
};

std::string WordOf(const Record& record) {
  if (record.head.kind == v1::RECORD_KIND_ERASED) return "erased " + record.head.refers_to.value();
  return record.head.id.value() + (record.current ? "" : " corrected") +
         (record.erased ? " gone" : " " + record.said.SerializeAsString());
}

class TwinTest : public RecordsWorld {
 protected:
  void Step(std::mt19937& random) {
    const ChildId child = children_[random() % children_.size()];
    switch (random() % 9) {
      case 0:
      case 1:
      case 2:
        return AddNew(RandomAction(random, child));
      case 3:
        return AddNew(AlertDraft(child, NewAlert(), "account " + std::to_string(random())));
      case 4:
        return CorrectOne(random);
      case 5:
        return EraseOne(random);
      case 6:
        return AgainOne(random);
      case 7:
        return TakeBackOne(random);
      default:
        return random() % 3 == 0 ? ReplaceKeys() : Reopen();
    }
  }

  Draft RandomAction(std::mt19937& random, const ChildId& child) {
    Draft draft = ActionDraft(child, "action " + std::to_string(random()),
                              kMonday + absl::Minutes(static_cast<int>(random() % 500)));
    if (random() % 2 == 0) draft.due = kMonday + absl::Minutes(static_cast<int>(random() % 20));
    return draft;
  }
  void AddNew(const Draft& draft) {
    EXPECT_EQ(Write(draft).written, Written::kNow);
    twin_.Add(draft);
  }
  Twin::Row* Some(std::mt19937& random) {
    std::vector<Twin::Row>& rows = twin_.rows();
    return rows.empty() ? nullptr : &rows[random() % rows.size()];
  }
  void CorrectOne(std::mt19937& random) {
    const Twin::Row* const row = Some(random);
    if (row == nullptr || !row->draft.body.has_action()) return;
    const Draft draft = Correcting(RandomAction(random, row->draft.child), row->draft.id);
    if (row->current && !row->erased) return AddNew(draft);
    EXPECT_FALSE(store_->Add(ring_, WriterOf(lead_), draft).ok());
  }
  void EraseOne(std::mt19937& random) {
    const Twin::Row* const row = Some(random);
    if (row == nullptr || !row->erases.empty()) return;
    EXPECT_TRUE(Erase(row->draft.id).ok());
    twin_.Erase(RecordId(row->draft.id));
  }
  void AgainOne(std::mt19937& random) {
    const Twin::Row* const row = Some(random);
    if (row == nullptr || !row->erases.empty()) return;
    EXPECT_EQ(Write(row->draft).written, Written::kBefore);
  }
  void TakeBackOne(std::mt19937& random) {
    const Twin::Row* const row = Some(random);
    if (row == nullptr || !row->draft.body.has_alert()) return;
    EXPECT_EQ(
        *store_->EraseAlertText(device_, row->draft.alert, v1::ERASURE_REASON_TAKEN_BACK, kMonday),
        row->erased ? 0 : 1);
    twin_.Erase(RecordId(row->draft.id));
  }
  void ReplaceKeys() {
    KeyRing keys(*store_);
    ASSERT_TRUE(keys.LetIn(ring_, lead_.identity.id, deputy_.identity, kMonday).ok());
    ring_ = keys.Remove(ring_, deputy_.identity.id, kMonday).value();
  }

  template <typename List>
  std::vector<std::string> AllPages(const List& list, std::size_t limit) {
    std::vector<std::string> words;
    Page page{limit, ""};
    do {
      const auto records = list(page);
      EXPECT_TRUE(records.ok()) << records.status().ToString();
      if (!records.ok()) return words;
      for (const Record& record : records->rows) words.push_back(WordOf(record));
      page.token = records->next;
    } while (!page.token.empty());
    return words;
  }

  void Compare(std::mt19937& random) {
    const std::size_t limit = 1 + random() % 7;
    const ChildId child = children_[random() % children_.size()];
    EXPECT_EQ(
        AllPages([&](const Page& page) { return store_->ByChild(ring_, child, {}, page); }, limit),
        twin_.List([&](const Twin::Row& row) { return row.draft.child == child; }));
    const v1::RecordKind some[] = {v1::RECORD_KIND_ACTION, v1::RECORD_KIND_CONCERN};
    EXPECT_EQ(AllPages([&](const Page& page) { return store_->ByChild(ring_, child, some, page); },
                       limit),
              twin_.List([&](const Twin::Row& row) {
                return row.draft.child == child && row.draft.body.has_action();
              }));
    EXPECT_EQ(
        AllPages(
            [&](const Page& page) { return store_->Current(ring_, v1::RECORD_KIND_ACTION, page); },
            limit),
        twin_.List([](const Twin::Row& row) {
          return row.draft.body.has_action() && row.current && !row.erased;
        }));
    const absl::Time from = kMonday + absl::Minutes(static_cast<int>(random() % 12));
    const absl::Time to = kMonday + absl::Minutes(static_cast<int>(random() % 24));
    EXPECT_EQ(AllPages(
                  [&](const Page& page) {
                    return store_->Due(ring_, v1::RECORD_KIND_ACTION, from, to, page);
                  },
                  limit),
              DueOfTwin(from, to));
    if (const Twin::Row* const row = Some(random); row != nullptr && row->draft.body.has_alert()) {
      EXPECT_EQ(
          AllPages([&](const Page& page) { return store_->ByAlert(ring_, row->draft.alert, page); },
                   limit),
          twin_.List(
              [&](const Twin::Row& other) { return other.draft.alert == row->draft.alert; }));
    }
    EXPECT_EQ(store_->ChainTip()->number, static_cast<std::int64_t>(twin_.rows().size()));
  }

  std::vector<std::string> DueOfTwin(absl::Time from, absl::Time to) {
    std::vector<Twin::Row> due;
    for (const Twin::Row& row : twin_.rows()) {
      const auto& at = row.draft.due;
      if (row.draft.body.has_action() && row.current && !row.erased && at && *at >= from &&
          *at < to) {
        due.push_back(row);
      }
    }
    std::stable_sort(due.begin(), due.end(), [](const Twin::Row& a, const Twin::Row& b) {
      return *a.draft.due < *b.draft.due;
    });
    std::vector<std::string> words;
    for (const Twin::Row& row : due) words.push_back(Twin::Word(row));
    return words;
  }

  Twin twin_;
  const std::vector<ChildId> children_ = {ChildId(crypto::RandomId()), ChildId(crypto::RandomId()),
                                          ChildId(crypto::RandomId())};
};

class TwinSeedTest : public TwinTest, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(TwinSeedTest, ListsTheSameAndVerifies) {
  std::mt19937 random(GetParam());
  for (int step = 0; step < kSteps && !HasFailure(); ++step) {
    Step(random);
    if (step % 10 == 9) Compare(random);
  }
  ExpectSound();
}

INSTANTIATE_TEST_SUITE_P(Seeds, TwinSeedTest, testing::Range(1u, 11u));

}  // namespace
}  // namespace firstbell::school_records
