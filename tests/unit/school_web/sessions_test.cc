#include "clients/school/web/sessions.h"

#include <gtest/gtest.h>

#include "tests/unit/link/invented_school.h"

namespace firstbell::school::web {
namespace {

constexpr absl::Duration kNow = absl::Hours(5);

class SessionsTest : public testing::Test {
 protected:
  static UnlockedPerson Somebody(const std::string& id = "lead") {
    return {{base::RecipientId(id), v1::RECIPIENT_ROLE_LEAD, "Ada Example", ""},
            {base::RecipientId(id), crypto::PrivateKey::Generate()},
            crypto::PrivateKey::Generate()};
  }
  Sessions sessions_;
};

TEST_F(SessionsTest, ATokenIsOfItsSessionAlone) {
  const std::string one = sessions_.Begin(Somebody("a"), kNow),
                    other = sessions_.Begin(Somebody("b"), kNow);
  EXPECT_EQ(sessions_.Use(one, kNow)->person()->identity.id.value(), "a");
  EXPECT_EQ(sessions_.Use(other, kNow)->person()->identity.id.value(), "b");
  EXPECT_NE(sessions_.Use(one, kNow)->form, sessions_.Use(other, kNow)->form);
  EXPECT_EQ(sessions_.Use(one + "x", kNow), nullptr);
  EXPECT_EQ(sessions_.Use("", kNow), nullptr);
}

TEST_F(SessionsTest, ItIsLockedWhereNothingIsDone) {
  const std::string token = sessions_.Begin(Somebody(), kNow);
  EXPECT_NE(sessions_.Use(token, kNow + kIdle - absl::Seconds(1)), nullptr);
  EXPECT_NE(sessions_.Use(token, kNow + 2 * kIdle - absl::Seconds(2)), nullptr);
  EXPECT_TRUE(sessions_.Lives(token, kNow + 3 * kIdle - absl::Seconds(3)));
  EXPECT_EQ(sessions_.Use(token, kNow + 3 * kIdle), nullptr);
  EXPECT_EQ(sessions_.Use(token, kNow), nullptr) << "what has ended stays so";
}

TEST_F(SessionsTest, AnOpenPageThatOnlyListensDoesNotKeepIt) {
  const std::string token = sessions_.Begin(Somebody(), kNow);
  for (int second = 0; second < 600; ++second) sessions_.Lives(token, kNow + absl::Seconds(second));
  EXPECT_FALSE(sessions_.Lives(token, kNow + kIdle));
}

TEST_F(SessionsTest, APageThatAsksAgainByItselfDoesNotKeepIt) {
  const std::string token = sessions_.Begin(Somebody(), kNow);
  EXPECT_EQ(sessions_.Left(token, kNow), kIdle);
  for (absl::Duration now = kNow; now < kNow + kIdle; now += absl::Minutes(1)) {
    EXPECT_NE(sessions_.Look(token, now), nullptr);
    EXPECT_EQ(sessions_.Left(token, now), kNow + kIdle - now);
  }
  EXPECT_EQ(sessions_.Look(token, kNow + kIdle), nullptr);
  EXPECT_EQ(sessions_.Left(token, kNow), absl::ZeroDuration()) << "it has ended";
  EXPECT_EQ(sessions_.WhyEnded(token), Ending::kUnused);
}

TEST_F(SessionsTest, NoneOutlivesADay) {
  const std::string token = sessions_.Begin(Somebody(), kNow);
  absl::Duration now = kNow;
  while (now < kNow + kLongestSession) {
    EXPECT_NE(sessions_.Use(token, now), nullptr);
    now += kIdle / 2;
  }
  EXPECT_EQ(sessions_.Use(token, now), nullptr);
}

TEST_F(SessionsTest, KeysGoWithTheSession) {
  const std::string token = sessions_.Begin(Somebody(), kNow);
  const std::weak_ptr<Session> session = sessions_.Use(token, kNow);
  EXPECT_FALSE(session.expired());
  sessions_.EndIdle(kNow + kIdle);
  EXPECT_TRUE(session.expired());
  const std::string second = sessions_.Begin(Somebody(), kNow);
  const std::weak_ptr<Session> locked = sessions_.Use(second, kNow);
  sessions_.End(second);
  EXPECT_TRUE(locked.expired());
}

TEST_F(SessionsTest, WhetherAnyLivesIsKnown) {
  EXPECT_FALSE(sessions_.Any(kNow));
  const std::string token = sessions_.Begin(Somebody(), kNow);
  EXPECT_TRUE(sessions_.Any(kNow));
  EXPECT_FALSE(sessions_.Any(kNow + kIdle)) << "also before anybody looked";
  sessions_.End(token);
  EXPECT_FALSE(sessions_.Any(kNow));
}

TEST_F(SessionsTest, AllOfOnePersonEndTogether) {
  const std::string one = sessions_.Begin(Somebody("a"), kNow),
                    two = sessions_.Begin(Somebody("a"), kNow),
                    other = sessions_.Begin(Somebody("b"), kNow);
  sessions_.EndAllOf([](const base::RecipientId& id) { return id.value() == "a"; });
  EXPECT_EQ(sessions_.Use(one, kNow), nullptr);
  EXPECT_EQ(sessions_.Use(two, kNow), nullptr);
  EXPECT_NE(sessions_.Use(other, kNow), nullptr);
}

TEST_F(SessionsTest, OneTooManyEndsTheOneThatWasUnusedForLongest) {
  const std::string first = sessions_.Begin(Somebody(), kNow);
  std::vector<std::string> others;
  for (std::size_t i = 1; i < kMostSessions; ++i) {
    others.push_back(sessions_.Begin(Somebody(), kNow + absl::Seconds(1)));
  }
  EXPECT_TRUE(sessions_.Lives(first, kNow));
  sessions_.Begin(Somebody(), kNow + absl::Seconds(2));
  EXPECT_FALSE(sessions_.Lives(first, kNow));
  for (const std::string& token : others) EXPECT_TRUE(sessions_.Lives(token, kNow));
}

TEST_F(SessionsTest, WhyOneEndedIsSaidToWhoeverHadIt) {
  const auto why = [this](const std::string& token) { return sessions_.WhyEnded(token); };
  const std::string idle = sessions_.Begin(Somebody("a"), kNow),
                    locked = sessions_.Begin(Somebody("b"), kNow),
                    removed = sessions_.Begin(Somebody("c"), kNow),
                    lives = sessions_.Begin(Somebody("d"), kNow + kIdle);
  sessions_.End(locked);
  sessions_.EndAllOf([](const base::RecipientId& id) { return id.value() == "c"; });
  sessions_.EndIdle(kNow + kIdle);
  EXPECT_EQ(why(idle), Ending::kUnused);
  for (const std::string& other : {locked, removed, lives, std::string("another"), std::string()}) {
    EXPECT_EQ(why(other), std::nullopt);
  }
  for (std::size_t i = 0; i <= kMostSessions; ++i) sessions_.Begin(Somebody(), kNow + 2 * kIdle);
  EXPECT_EQ(why(lives), Ending::kOneTooMany);
  for (std::size_t i = 0; i <= kMostSessions; ++i) sessions_.Begin(Somebody(), kNow + 2 * kIdle);
  EXPECT_EQ(why(idle), std::nullopt) << "only the last are remembered";
}

}  // namespace
}  // namespace firstbell::school::web
