#include "clients/school/link_watch.h"

#include <gtest/gtest.h>

#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using link::kBell;
using link::kNight;
using link::kWindow;

constexpr absl::Duration kBoot = absl::Hours(3);
constexpr absl::Duration kMoment = absl::Seconds(1);

TEST(LinkWatch, ALinkThatNeverComesUpIsSaidOnceAfterAMoment) {
  LinkWatch watch(std::nullopt, kNight, kBoot);
  EXPECT_EQ(watch.Look(false, kNight, kBoot + kLinkPatience - kMoment), std::nullopt);
  EXPECT_EQ(watch.Look(false, kWindow, kBoot + kLinkPatience), LinkState::kDown);
  EXPECT_EQ(watch.standing(), (LinkStanding{LinkState::kDown, kNight, ""}));
  EXPECT_EQ(watch.Look(false, kBell, kBoot + absl::Hours(9)), std::nullopt);
}

TEST(LinkWatch, SaysThatTheLinkIsUpAndWhenItIsLost) {
  LinkWatch watch(std::nullopt, kNight, kBoot);
  EXPECT_EQ(watch.Look(true, kNight, kBoot), LinkState::kUp);
  EXPECT_EQ(watch.Look(true, kWindow, kBoot + absl::Hours(5)), std::nullopt);
  EXPECT_EQ(watch.Look(false, kWindow, kBoot + absl::Hours(5)), std::nullopt);
  EXPECT_EQ(watch.Look(false, kBell, kBoot + absl::Hours(6)), LinkState::kDown);
  EXPECT_EQ(watch.standing().since, kWindow);
  EXPECT_EQ(watch.Look(true, kBell, kBoot + absl::Hours(6)), LinkState::kUp);
  EXPECT_EQ(watch.standing().since, kBell);
}

TEST(LinkWatch, ABrokerThatRestartsIsNotSpokenOf) {
  LinkWatch watch(std::nullopt, kNight, kBoot);
  watch.Look(true, kNight, kBoot);
  EXPECT_EQ(watch.Look(false, kNight, kBoot + kMoment), std::nullopt);
  EXPECT_EQ(watch.Look(true, kNight, kBoot + 5 * kMoment), std::nullopt);
}

TEST(LinkWatch, ARefusalIsSaidAtOnceAndHoldsUntilTheLinkIsUp) {
  LinkWatch watch(std::nullopt, kNight, kBoot);
  watch.Refused("unknown key");
  EXPECT_EQ(watch.Look(false, kWindow, kBoot + kMoment), LinkState::kRefused);
  EXPECT_EQ(watch.standing(), (LinkStanding{LinkState::kRefused, kNight, "unknown key"}));
  EXPECT_EQ(watch.Look(false, kWindow, kBoot + absl::Hours(1)), std::nullopt);
  EXPECT_EQ(watch.Look(true, kBell, kBoot + absl::Hours(2)), LinkState::kUp);
  EXPECT_EQ(watch.standing().why, "");
  EXPECT_EQ(watch.Look(false, kBell, kBoot + absl::Hours(3)), std::nullopt);
  EXPECT_EQ(watch.standing().state, LinkState::kDown);
}

TEST(LinkWatch, ARestartOfTheDaemonDoesNotMakeAnOutageYounger) {
  const LinkWatch down(LinkStanding{LinkState::kDown, kNight, ""}, kBell, kBoot);
  EXPECT_EQ(down.standing().since, kNight);
  const LinkWatch up(LinkStanding{LinkState::kUp, kNight, ""}, kBell, kBoot);
  EXPECT_EQ(up.standing(), (LinkStanding{LinkState::kDown, kBell, ""}));
}

TEST(LinkWatch, TheInboxSpeaksOfWhatMattersAlone) {
  EXPECT_FALSE(IsTrouble({LinkState::kUp, kNight, ""}, kBell));
  EXPECT_FALSE(IsTrouble({LinkState::kDown, kBell, ""}, kBell + kMoment));
  EXPECT_TRUE(IsTrouble({LinkState::kDown, kNight, ""}, kBell));
  EXPECT_TRUE(IsTrouble({LinkState::kDown, kNight, ""}, absl::UnixEpoch()));
  EXPECT_TRUE(IsTrouble({LinkState::kRefused, kBell, "x"}, kBell));
}

}  // namespace
}  // namespace firstbell::school
