#include "broker/placing/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::placing {
namespace {

using namespace support;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr model::Date kDay(2026, 3, 3);
const absl::Time kNow = kNight;
const absl::Time kLinkedSince = kNow - absl::Hours(20);

class UnreadyTest : public testing::Test {
 protected:
  UnreadyTest() {
    device_.role = v1::RECIPIENT_ROLE_DEVICE;
    device_.enrolled_at = kNow - absl::Hours(24 * 300);
    device_.linked_at = kLinkedSince;
    lead_.id = base::RecipientId("lead");
    lead_.role = v1::RECIPIENT_ROLE_LEAD;
    lead_.display_name = "A. Lead";
    lead_.enrolled_at = kNow - absl::Hours(24 * 300);
    lead_.confirmed_at = kNow - limits::kConfirmedFor + absl::Seconds(1);
  }
  std::vector<v1::Unready> Unready() {
    return UnreadyOf(alert_, {device_, lead_}, kLinkedSince, kDay, kNow);
  }

  model::Alert alert_;
  model::Recipient device_, lead_;
};

TEST_F(UnreadyTest, NothingIsKnownAgainstIt) {
  EXPECT_THAT(Unready(), IsEmpty());
}

TEST_F(UnreadyTest, NobodyOrNoMachineIsEnrolled) {
  EXPECT_THAT(UnreadyOf(alert_, {}, kLinkedSince, kDay, kNow),
              ElementsAre(v1::UNREADY_NO_RECIPIENT));
  lead_.revoked_at = kNow;
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_NO_RECIPIENT));
}

TEST_F(UnreadyTest, NoMachineHasLinkedSinceTheLastSchoolDayBegan) {
  device_.linked_at = kLinkedSince - absl::Seconds(1);
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_NO_LINK));
  device_.linked_at.reset();
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_NO_LINK));
  alert_.state = v1::ALERT_STATE_RECEIVED;
  EXPECT_THAT(Unready(), IsEmpty()) << "it lies there already";
}

TEST_F(UnreadyTest, NobodyHasSignedAnythingForThirtyDays) {
  lead_.confirmed_at = kNow - limits::kConfirmedFor;
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_UNCONFIRMED));
  lead_.enrolled_at = kNow - absl::Hours(1);
  EXPECT_THAT(Unready(), IsEmpty());
}

TEST_F(UnreadyTest, EverybodyIsAway) {
  lead_.duty.away = model::DateRange{kDay, kDay};
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_NOBODY_ON_DUTY));
}

TEST_F(UnreadyTest, WhoMayBeInTheIncidentIsNotThere) {
  google::protobuf::RepeatedPtrField<v1::Party> parties;
  parties.Add()->mutable_name()->set_family_name("Lead");
  parties[0].mutable_name()->set_given_names("Ann");
  alert_.id = base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra");
  alert_.excluded = model::KeysOf(alert_.id, parties);
  EXPECT_THAT(Unready(), ElementsAre(v1::UNREADY_NO_RECIPIENT));
}

TEST(ReadinessTest, OnAMondayFridayIsTheLastSchoolDay) {
  World world;
  Member office = MakeDevice(kPrimary), lead = MakePerson(kPrimary);
  ASSERT_TRUE(Enrol(world.memory, office).ok());
  ASSERT_TRUE(Enrol(world.memory, lead).ok());
  const absl::TimeZone zone = world.calendar.Current()->zone();
  const auto at = [&](int day, int hour) {
    return absl::FromCivil(absl::CivilHour(2026, 3, day, hour), zone);
  };
  model::Alert alert;
  alert.urn = kPrimary;
  alert.deadline = at(9, 9);  // a Monday
  const Readiness readiness(world.store, world.calendar);
  const auto linked = [&](absl::Time when) {
    const store::SignOfLife sign[] = {{office.id(), when}, {lead.id(), when}};
    ASSERT_TRUE(world.memory.NoteAlive(sign).ok());
  };
  linked(at(6, 7));
  EXPECT_THAT(readiness.Of(alert, at(9, 6)).value(), ElementsAre(v1::UNREADY_NO_LINK));
  linked(at(6, 8));
  EXPECT_THAT(readiness.Of(alert, at(9, 6)).value(), IsEmpty());
  EXPECT_THAT(readiness.Of(alert, at(9, 8)).value(), ElementsAre(v1::UNREADY_NO_LINK))
      << "its own window has opened";
}

}  // namespace
}  // namespace firstbell::placing
