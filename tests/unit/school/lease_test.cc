#include "clients/school/lease.h"

#include <gtest/gtest.h>

#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using base::Code;
using link::kNight;

const LinkStanding kUp{LinkState::kUp, kNight, ""};
const LinkStanding kDown{LinkState::kDown, kNight, ""};
const LinkStanding kRefusedNow{LinkState::kRefused, kNight, "the broker does not know this key"};

TEST(Lease, AMachineThatHeardFromItsBrokerOpensKeysForTwoWeeks) {
  EXPECT_TRUE(CheckLease(kNight, kUp, kNight).ok());
  EXPECT_TRUE(CheckLease(kNight, kDown, kNight + kLease - absl::Seconds(1)).ok());
  EXPECT_EQ(CheckLease(kNight, kDown, kNight + kLease).code(), Code::kFailedPrecondition);
  EXPECT_EQ(CheckLease(kNight, std::nullopt, kNight + kLease).code(), Code::kFailedPrecondition);
}

TEST(Lease, AClockThatWasSetBackChangesNothingBeforeTheEnd) {
  EXPECT_TRUE(CheckLease(kNight, kDown, kNight - absl::Hours(1000)).ok());
}

TEST(Lease, OneThatTheBrokerRefusesOpensNone) {
  EXPECT_EQ(CheckLease(kNight, kRefusedNow, kNight).code(), Code::kFailedPrecondition);
}

TEST(Lease, BeforeTheFirstWelcomeThereIsNothingToOpen) {
  EXPECT_TRUE(CheckLease(std::nullopt, std::nullopt, kNight).ok());
}

}  // namespace
}  // namespace firstbell::school
