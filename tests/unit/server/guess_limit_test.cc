#include "broker/server/guess_limit.h"

#include <gtest/gtest.h>

#include "broker/base/limits.h"

namespace firstbell::server {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(GuessLimitTest, OneNetworkWaitsForItsMinuteAndNoOtherDoes) {
  GuessLimit limit({.of_one = 3, .of_all = 100});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Attempt("a", kNow).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(limit.Attempt("a", kNow + absl::Seconds(59))));
  EXPECT_TRUE(limit.Attempt("b", kNow + absl::Seconds(59)).ok());
  EXPECT_TRUE(limit.Attempt("a", kNow + absl::Minutes(1)).ok());
}

TEST(GuessLimitTest, AllTogetherAreBounded) {
  GuessLimit limit({.of_one = 2, .of_all = 3});
  for (const std::string network : {"a", "b", "c"}) {
    EXPECT_TRUE(limit.Attempt(network, kNow).ok());
  }
  EXPECT_TRUE(absl::IsResourceExhausted(limit.Attempt("d", kNow)));
  limit.Forgive("a");
  EXPECT_TRUE(limit.Attempt("d", kNow).ok());
}

// As the broker sets them: guessing from ever more networks stops, too.
TEST(GuessLimitTest, ThePublishedBoundsHold) {
  GuessLimit limit({limits::kEnrolFailuresPerMinute, limits::kEnrolFailuresPerMinuteOfAll});
  std::uint32_t answered = 0;
  const auto attempt = [&](std::uint32_t network) {
    return limit.Attempt("n" + std::to_string(network), kNow).ok();
  };
  for (std::uint32_t network = 0; attempt(network); ++network) {
    ++answered;
    for (std::uint32_t i = 1; i < limits::kEnrolFailuresPerMinute; ++i)
      answered += attempt(network);
    EXPECT_FALSE(attempt(network));
  }
  EXPECT_EQ(answered, limits::kEnrolFailuresPerMinuteOfAll);
}

TEST(GuessLimitTest, RightCodesAreNotCounted) {
  GuessLimit limit({.of_one = 2, .of_all = 2});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(limit.Attempt("a", kNow).ok());
    limit.Forgive("a");
  }
  ASSERT_TRUE(limit.Attempt("a", kNow).ok());
  ASSERT_TRUE(limit.Attempt("a", kNow).ok());
  ASSERT_TRUE(limit.Attempt("b", kNow + absl::Minutes(2)).ok());
  limit.Forgive("a");  // of a minute that has passed
  ASSERT_TRUE(limit.Attempt("b", kNow + absl::Minutes(2)).ok());
  EXPECT_FALSE(limit.Attempt("b", kNow + absl::Minutes(2)).ok());
}

TEST(GuessLimitTest, ANetworkIsAnAddressWithoutItsPortOrHalfAnIpv6One) {
  EXPECT_EQ(NetworkOf("ipv4:192.0.2.7:40001"), "192.0.2.7");
  EXPECT_EQ(NetworkOf("ipv4:192.0.2.7:40001"), NetworkOf("ipv4:192.0.2.7:40002"));
  EXPECT_EQ(NetworkOf("ipv6:%5B2001:db8:1:2:3:4:5:6%5D:40001"), "2001:db8:1:2::/64");
  EXPECT_EQ(NetworkOf("ipv6:[2001:db8:1:2::9]:40001"), "2001:db8:1:2::/64");
  EXPECT_EQ(NetworkOf("ipv6:%5Bfe80::1%25eth0%5D:40001"), "fe80::/64");
  EXPECT_EQ(NetworkOf("ipv6:[::ffff:192.0.2.7]:40001"), "192.0.2.7");
  for (const std::string odd : {"", "unix:/run/x", "ipv6:", "ipv6:nonsense"}) {
    EXPECT_EQ(NetworkOf(odd), "other") << odd;
  }
}

}  // namespace
}  // namespace firstbell::server
