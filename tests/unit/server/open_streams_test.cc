#include "broker/server/open_streams.h"

#include <gtest/gtest.h>

namespace firstbell::server {
namespace {

TEST(OpenStreamsTest, OneCallerAndAllOfThemHaveTheirBounds) {
  OpenStreams streams({.of_one = 2, .of_all = 3});
  auto a1 = streams.Take("a");
  auto a2 = streams.Take("a");
  ASSERT_TRUE(a1.ok() && a2.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(streams.Take("a").status()));
  auto b1 = streams.Take("b");
  ASSERT_TRUE(b1.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(streams.Take("c").status()));
  b1->reset();
  EXPECT_TRUE(absl::IsResourceExhausted(streams.Take("a").status())) << "its own bound stays";
  a1->reset();
  EXPECT_TRUE(streams.Take("a").ok());
  EXPECT_TRUE(streams.Take("c").ok());
}

}  // namespace
}  // namespace firstbell::server
