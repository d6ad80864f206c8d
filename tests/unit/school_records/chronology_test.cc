#include "clients/school/records/chronology.h"

#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Record RecordOf(std::int64_t number, absl::Time at, v1::RecordKind kind = v1::RECORD_KIND_ACTION,
                std::int64_t refers_to = 0) {
  Record record;
  record.head.number = number;
  record.head.id = RecordId("r" + std::to_string(number));
  record.head.kind = kind;
  record.head.at = at;
  if (refers_to != 0) record.head.refers_to = RecordId("r" + std::to_string(refers_to));
  return record;
}

ReceiptAct ActOf(v1::ReceiptKind kind, absl::Time at) {
  return {base::AlertId("a1"), kind, at, WriterId("lead")};
}

std::vector<std::string> Ids(const std::vector<ChronologyEntry>& entries) {
  std::vector<std::string> ids;
  for (const ChronologyEntry& entry : entries) {
    ids.push_back(entry.record ? entry.record->head.id.value()
                               : "act" + std::to_string(static_cast<int>(entry.act->kind)));
  }
  return ids;
}

const absl::Time kLater = kMonday + absl::Minutes(1);

TEST(ChronologyTest, BothInOneOrder) {
  const std::vector<Record> records = {RecordOf(3, kMonday), RecordOf(2, kLater),
                                       RecordOf(1, kLater)};
  const std::vector<ReceiptAct> acts = {ActOf(v1::RECEIPT_KIND_ACKNOWLEDGED, kLater),
                                        ActOf(v1::RECEIPT_KIND_OPENED, kMonday)};
  EXPECT_THAT(Ids(Chronology(records, acts, ChronologyOrder::kOldestFirst)),
              ElementsAre("act4", "r3", "act5", "r1", "r2"));
  EXPECT_THAT(Ids(Chronology(records, acts, ChronologyOrder::kNewestFirst)),
              ElementsAre("r2", "r1", "act5", "r3", "act4"));
}

TEST(ChronologyTest, NothingTwice) {
  const std::vector<Record> records = {RecordOf(1, kMonday), RecordOf(1, kMonday)};
  const std::vector<ReceiptAct> acts(3, ActOf(v1::RECEIPT_KIND_OPENED, kMonday));
  EXPECT_THAT(Chronology(records, acts, ChronologyOrder::kOldestFirst), SizeIs(2));
  ReceiptAct colleague = acts.front();
  colleague.who = WriterId("deputy");
  EXPECT_THAT(Chronology({}, {acts[0], colleague, acts[1]}, ChronologyOrder::kOldestFirst),
              SizeIs(2));
}

TEST(ChronologyTest, WhatIsCorrectedAndByWhat) {
  const std::vector<ChronologyEntry> entries =
      Chronology({RecordOf(1, kMonday), RecordOf(2, kLater, v1::RECORD_KIND_ACTION, 1),
                  RecordOf(3, kLater, v1::RECORD_KIND_ACTION, 2),
                  RecordOf(5, kLater, v1::RECORD_KIND_ACTION, 4)},
                 {}, ChronologyOrder::kOldestFirst);
  ASSERT_THAT(entries, SizeIs(4));
  EXPECT_EQ(entries[0].corrected_by, RecordId("r2"));
  EXPECT_TRUE(entries[0].corrects.empty());
  EXPECT_EQ(entries[1].corrects, RecordId("r1"));
  EXPECT_EQ(entries[1].corrected_by, RecordId("r3"));
  EXPECT_EQ(entries[2].corrects, RecordId("r2"));
  EXPECT_TRUE(entries[2].corrected_by.empty());
  EXPECT_TRUE(entries[3].corrects.empty());  // row 4 is not among these
}

TEST(ChronologyTest, AnErasureIsSaidOnce) {
  Record erased = RecordOf(1, kMonday);
  erased.erased = Erased{kLater, v1::ERASURE_REASON_RETENTION};
  const Record says = RecordOf(2, kLater, v1::RECORD_KIND_ERASED, 1);
  const auto both = Chronology({erased, says}, {}, ChronologyOrder::kOldestFirst);
  EXPECT_THAT(Ids(both), ElementsAre("r1"));
  EXPECT_TRUE(both.front().corrected_by.empty());
  EXPECT_THAT(Ids(Chronology({says}, {}, ChronologyOrder::kOldestFirst)), ElementsAre("r2"));
}

// However they come, the order is the same.
TEST(ChronologyTest, TheOrderIsThatOfTheirTimesAlone) {
  std::vector<Record> records;
  std::vector<ReceiptAct> acts;
  for (int i = 0; i < 4; ++i) {
    records.push_back(RecordOf(i + 1, kMonday + absl::Minutes(i / 2)));
    acts.push_back(ActOf(i % 2 == 0 ? v1::RECEIPT_KIND_OPENED : v1::RECEIPT_KIND_SEEN,
                         kMonday + absl::Minutes(i / 2)));
  }
  const auto expected = Ids(Chronology(records, acts, ChronologyOrder::kOldestFirst));
  std::vector<int> order = {0, 1, 2, 3};
  do {
    std::vector<Record> shuffled;
    std::vector<ReceiptAct> moved;
    for (const int at : order) {
      shuffled.push_back(records[static_cast<std::size_t>(at)]);
      moved.push_back(acts[static_cast<std::size_t>(at)]);
    }
    EXPECT_EQ(Ids(Chronology(shuffled, moved, ChronologyOrder::kOldestFirst)), expected);
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace firstbell::school_records
