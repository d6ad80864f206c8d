#include "clients/school/web/refusal_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace firstbell::school::web {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::Duration kNow = absl::Hours(5);
constexpr char kWhy[] = "not a form";

std::string Said(const std::function<void()>& by) {
  testing::internal::CaptureStderr();
  by();
  return testing::internal::GetCapturedStderr();
}

TEST(RefusalLog, TheFirstOfAKindIsSaidAtOnceAndTheOthersAsANumber) {
  RefusalLog log;
  EXPECT_THAT(Said([&] { log.Note(1000, kWhy, kNow); }),
              AllOf(HasSubstr("a request was refused"), HasSubstr(kWhy), HasSubstr("user=1000")));
  EXPECT_THAT(Said([&] {
                for (int i = 0; i < 7; ++i) log.Note(1000, kWhy, kNow);
                log.Flush(kNow + kRefusalsEvery - absl::Seconds(1));
              }),
              IsEmpty());
  EXPECT_THAT(Said([&] { log.Flush(kNow + kRefusalsEvery); }),
              AllOf(HasSubstr("more requests were refused"), HasSubstr(kWhy),
                    HasSubstr("user=1000"), HasSubstr("requests=7")));
  EXPECT_THAT(Said([&] { log.Flush(kNow + 2 * kRefusalsEvery); }), IsEmpty());
  EXPECT_THAT(Said([&] { log.Note(1000, kWhy, kNow + 2 * kRefusalsEvery); }),
              HasSubstr("a request was refused"))
      << "after a quiet minute it is the first again";
}

TEST(RefusalLog, WhatOneUserIsRefusedHidesNothingOfAnother) {
  RefusalLog log;
  Said([&] { log.Note(1000, kWhy, kNow); });
  EXPECT_THAT(Said([&] { log.Note(1001, kWhy, kNow); }), HasSubstr("user=1001"));
  EXPECT_THAT(Said([&] { log.Note(std::nullopt, kWhy, kNow); }), HasSubstr("user=unknown"));
  EXPECT_THAT(Said([&] { log.Note(1000, "another host", kNow); }), HasSubstr("another host"));
}

}  // namespace
}  // namespace firstbell::school::web
