#include "broker/store/rocksdb/due_mark.h"

#include <gtest/gtest.h>

namespace firstbell::store::rocks {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'772'539'200);

TEST(DueMark, KnowsNothingAtFirstAndAfterAnUnclearWrite) {
  DueMark mark;
  EXPECT_FALSE(mark.NothingBy(kNoon));
  mark.Learn(mark.Begin(), kNoon);
  EXPECT_TRUE(mark.NothingBy(kNoon - absl::Nanoseconds(1)));
  EXPECT_FALSE(mark.NothingBy(kNoon));
  mark.Forget();
  EXPECT_FALSE(mark.NothingBy(kNoon - absl::Hours(1)));
}

TEST(DueMark, WhatIsNotedWhileALookReadsIsNotForgotten) {
  DueMark mark;
  const std::uint64_t begun = mark.Begin();
  mark.Note(kNoon);
  mark.Learn(begun, absl::InfiniteFuture());
  EXPECT_FALSE(mark.NothingBy(kNoon)) << "it may have read before that was there";
  mark.Learn(mark.Begin(), kNoon);
  mark.Note(kNoon + absl::Hours(1));
  EXPECT_TRUE(mark.NothingBy(kNoon - absl::Seconds(1))) << "a later one brings nothing forward";
  mark.Note(kNoon - absl::Hours(1));
  EXPECT_FALSE(mark.NothingBy(kNoon - absl::Seconds(1)));
  mark.Note(absl::InfiniteFuture());
  EXPECT_FALSE(mark.NothingBy(kNoon - absl::Seconds(1)));
}

}  // namespace
}  // namespace firstbell::store::rocks
