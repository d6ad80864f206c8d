#include "broker/model/call_code.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace firstbell::model {
namespace {

TEST(CallCode, IsFourDigitsForEachSideAndTheAlertsOwn) {
  const CallCode code = CallCodeOf(base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra"));
  for (const std::string& half : {code.of_officer, code.of_school}) {
    EXPECT_EQ(half.size(), 4u);
    EXPECT_TRUE(std::all_of(half.begin(), half.end(), [](char c) { return c >= '0' && c <= '9'; }));
  }
  EXPECT_NE(code.of_officer, code.of_school);
  EXPECT_NE(CallCodeOf(base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1rb")).of_officer, code.of_officer);
}

// Both sides compute it: a change of it is a change of what they say to each other.
// printf 'firstbell/call-code/v1\\0%s' ID | sha256sum, the first two groups of eight, modulo 10000.
TEST(CallCode, StaysAsItIs) {
  const CallCode code = CallCodeOf(base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra"));
  EXPECT_EQ(code.of_officer + " " + code.of_school, "5492 4446");
}

}  // namespace
}  // namespace firstbell::model
