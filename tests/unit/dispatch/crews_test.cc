#include "broker/dispatch/crews.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;

constexpr model::Date kDay(2026, 3, 3);
const model::Ladder& kLadder = model::ShippedLadder();

class WhoReadsTest : public testing::Test {
 protected:
  WhoReadsTest() {
    alert_.id = base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra");
    Add("lead", v1::RECIPIENT_ROLE_LEAD);
    Add("deputy", v1::RECIPIENT_ROLE_DEPUTY);
    Add("head", v1::RECIPIENT_ROLE_HEAD);
  }
  void Add(const std::string& id, v1::RecipientRole role) {
    model::Recipient one;
    one.id = base::RecipientId(id);
    one.role = role;
    one.display_name = id;
    people_.push_back(std::move(one));
  }
  void Away(std::size_t i) { people_[i].duty.away = model::DateRange{kDay, kDay}; }
  std::vector<bool> Reads(std::optional<model::RecipientRole> holiday_contact = std::nullopt) {
    return WhoReads(kLadder, alert_, people_, kDay, holiday_contact);
  }

  model::Alert alert_;
  std::vector<model::Recipient> people_;
};

TEST_F(WhoReadsTest, TheLeadAtTheWindow) {
  EXPECT_THAT(Reads(), ElementsAre(true, false, false));
}

TEST_F(WhoReadsTest, WhoIsAwayIsPassedByAndTheNextRungStepsIn) {
  Away(0);
  EXPECT_THAT(Reads(), ElementsAre(false, true, false));
  Away(1);
  EXPECT_THAT(Reads(), ElementsAre(false, false, true));
}

TEST_F(WhoReadsTest, WhereEverybodyIsAwayNobodyIs) {
  for (std::size_t i = 0; i < 3; ++i) Away(i);
  EXPECT_THAT(Reads(), ElementsAre(true, false, false));
}

TEST_F(WhoReadsTest, OnceTheWholeLadderIsClimbedAbsenceCountsNoMore) {
  Away(0);
  alert_.rung = static_cast<std::uint32_t>(kLadder.size()) - 1;
  EXPECT_THAT(Reads(), ElementsAre(false, true, true));
  alert_.rung = static_cast<std::uint32_t>(kLadder.size());
  EXPECT_THAT(Reads(), ElementsAre(true, true, true));
}

TEST_F(WhoReadsTest, WhoIsNotOnDutyThatWeekday) {
  people_[0].duty.weekdays.Add(absl::Weekday::monday);  // kDay is a Tuesday
  EXPECT_THAT(Reads(), ElementsAre(false, true, false));
}

TEST_F(WhoReadsTest, TheHolidayContactOfOneThatWaitsOverAHoliday) {
  alert_.show_from = alert_.accepted_at + limits::kWaitsLong + absl::Seconds(1);
  EXPECT_THAT(Reads(v1::RECIPIENT_ROLE_HEAD), ElementsAre(true, false, true));
  alert_.show_from = alert_.accepted_at + limits::kWaitsLong;
  EXPECT_THAT(Reads(v1::RECIPIENT_ROLE_HEAD), ElementsAre(true, false, false));
}

TEST_F(WhoReadsTest, WhomAColleagueHasAsked) {
  alert_.offered_to = people_[2].id;
  EXPECT_THAT(Reads(), ElementsAre(true, false, true));
  Away(2);
  EXPECT_THAT(Reads(), ElementsAre(true, false, true)) << "they are asked by name";
}

TEST_F(WhoReadsTest, NeverAnAdultInTheIncidentWhoeverAsksThem) {
  google::protobuf::RepeatedPtrField<v1::Party> parties;
  parties.Add()->mutable_name()->set_family_name("Head");
  parties[0].mutable_name()->set_given_names("Sam");
  people_[2].display_name = "Sam Head";
  alert_.excluded = model::KeysOf(alert_.id, parties);
  alert_.offered_to = people_[2].id;
  EXPECT_THAT(Reads(), ElementsAre(true, false, false));
}

}  // namespace
}  // namespace firstbell::dispatch
