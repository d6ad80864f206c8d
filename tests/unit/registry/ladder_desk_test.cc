#include "broker/registry/ladder_desk.h"

#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace firstbell::registry {
namespace {

using namespace support;  // of this folder's tests alone

class LadderDeskTest : public testing::Test {
 protected:
  v1::SetLadderRequest OfForce(const std::string& force, int first_minutes = 45) {
    v1::SetLadderRequest request;
    request.set_force(force);
    *request.mutable_ladder() = model::ToWire(model::ShippedLadder());
    request.mutable_ladder()->mutable_rungs(1)->set_minutes_before(
        static_cast<std::uint32_t>(first_minutes));
    return request;
  }
  v1::LadderSource SourceFor(const std::string& force, base::Urn urn) {
    v1::GetLadderRequest request;
    request.set_force(force);
    request.set_urn(urn.value());
    return desk_.Get(request)->source();
  }

  World world_;
  LadderDesk desk_{world_.store, world_.ladders};
};

TEST_F(LadderDeskTest, SchoolBeforeForceBeforeShipped) {
  EXPECT_EQ(SourceFor("kent", kPrimary), v1::LADDER_SOURCE_SHIPPED);
  ASSERT_TRUE(desk_.Set(OfForce("kent"), kNight).ok());
  EXPECT_EQ(SourceFor("kent", kPrimary), v1::LADDER_SOURCE_FORCE);
  EXPECT_EQ(SourceFor("essex", kPrimary), v1::LADDER_SOURCE_SHIPPED);
  v1::SetLadderRequest of_school = OfForce("");
  of_school.set_urn(kPrimary.value());
  ASSERT_TRUE(desk_.Set(of_school, kNight).ok());
  EXPECT_EQ(SourceFor("kent", kPrimary), v1::LADDER_SOURCE_SCHOOL);
  EXPECT_EQ(SourceFor("kent", kHigh), v1::LADDER_SOURCE_FORCE);
  of_school.clear_ladder();
  ASSERT_TRUE(desk_.Set(of_school, kNight).ok());
  EXPECT_EQ(SourceFor("kent", kPrimary), v1::LADDER_SOURCE_FORCE);
  EXPECT_NE(world_.LogText().find("ladder.set"), std::string::npos);
}

TEST_F(LadderDeskTest, AlertsThatWaitAreLookedAtAgain) {
  const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
  EXPECT_EQ(desk_.Set(OfForce("elsewhere"), kNight)->alerts_waiting(), 0u);
  EXPECT_EQ(desk_.Set(OfForce(alert.force.value(), 60), kNight)->alerts_waiting(), 1u);
  EXPECT_EQ(world_.memory.GetAlert(alert.id)->climb_at, kNight);
}

TEST_F(LadderDeskTest, SaysWhatIsWrong) {
  v1::SetLadderRequest request = OfForce("KENT!");
  EXPECT_EQ(desk_.Set(request, kNight).status().code(), base::Code::kInvalidArgument);
  request = OfForce("kent");
  request.mutable_ladder()->clear_rungs();
  EXPECT_EQ(desk_.Set(request, kNight).status().code(), base::Code::kInvalidArgument);
  request.clear_force();
  EXPECT_EQ(desk_.Set(request, kNight).status().code(), base::Code::kInvalidArgument);
  request = OfForce("");
  request.set_urn(999'999);
  EXPECT_EQ(desk_.Set(request, kNight).status().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::registry
