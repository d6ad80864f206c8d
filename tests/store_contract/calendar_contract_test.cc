// What nations, authorities, trusts and schools say of their school days: the same promises of
// every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;
using model::CalendarChange;
using model::Date;
using model::SchoolYear;

template <typename Driver>
class CalendarContract : public ContractTest<Driver> {};
TYPED_TEST_SUITE(CalendarContract, Drivers, DriverNames);

// Every field says something.
SchoolYear Whole() {
  SchoolYear year;
  year.terms = {{Date(2025, 9, 2), Date(2025, 12, 19)}, {Date(2026, 1, 5), Date(2026, 3, 27)}};
  year.half_terms = {{Date(2026, 2, 14), Date(2026, 2, 22)}};
  year.inset = {{Date(2025, 9, 2), Date(2025, 9, 2)}};
  year.closed = {{Date(2026, 1, 8), Date(2026, 1, 9)}};
  year.open = {{Date(2026, 3, 7), Date(2026, 3, 7)}};
  year.weekdays = model::Weekdays(0x2f);
  year.hours[0] = {absl::Hours(6), absl::Hours(9), absl::Hours(15)};
  year.hours[6] = {std::nullopt, absl::ZeroDuration(), std::nullopt};
  year.boarding = false;
  year.holiday_contact = v1::RECIPIENT_ROLE_DEPUTY;
  return year;
}

CalendarChange ChangeOf(model::CalendarScope scope, SchoolYear year = Whole()) {
  return {std::move(scope), std::move(year), {}};
}

const model::AuthorityCode kAuthority("886");
const model::TrustCode kTrust("2044");

TYPED_TEST(CalendarContract, EachScopeKeepsWhatItSays) {
  AddSchools(this->store());
  EXPECT_TRUE(this->store().CalendarDefaults().value().empty());
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, SchoolYear());
  SchoolYear welsh;
  welsh.boarding = true;
  // A trust's code may be an authority's, too.
  const std::vector<CalendarChange> changes = {ChangeOf(kHythe),
                                               ChangeOf(kTrust, welsh),
                                               ChangeOf(model::TrustCode("886"), welsh),
                                               ChangeOf(kAuthority),
                                               ChangeOf(model::Nation(v1::NATION_WALES), welsh),
                                               ChangeOf(model::Nation(v1::NATION_ENGLAND))};
  EXPECT_EQ(this->store().ImportCalendars(changes, OneEvent()).value(), (ImportCounts{6, 0, 0, 0}));
  EXPECT_EQ(this->store().ImportCalendars(changes, OneEvent()).value(), (ImportCounts{0, 0, 0, 6}));
  this->Restart();
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, Whole());
  EXPECT_EQ(this->store().GetSchool(kSaltwood).value().year, SchoolYear());
  EXPECT_EQ(this->store().CalendarDefaults().value(),
            (std::vector<model::CalendarDefault>{{model::Nation(v1::NATION_ENGLAND), Whole()},
                                                 {model::Nation(v1::NATION_WALES), welsh},
                                                 {kAuthority, Whole()},
                                                 {kTrust, welsh},
                                                 {model::TrustCode("886"), welsh}}));
  EXPECT_EQ(this->LogSize(), 2u);
  EXPECT_TRUE(this->store().Verify({}).ok());
}

TYPED_TEST(CalendarContract, WhatIsNotSaidStaysAndWhatIsClearedGoes) {
  AddSchools(this->store());
  SchoolYear inset, terms, expected = Whole();
  inset.inset = expected.inset = {{Date(2026, 1, 5), Date(2026, 1, 5)}};
  terms.terms = expected.terms = {{Date(2026, 4, 13), Date(2026, 7, 21)}};
  expected.half_terms = {};
  expected.closed = {};
  CalendarChange cleared = ChangeOf(kHythe, {});
  cleared.cleared = {v1::CALENDAR_FIELD_CLOSED};
  const std::vector<CalendarChange> changes = {ChangeOf(kHythe), ChangeOf(kHythe, inset),
                                               ChangeOf(kHythe, terms), cleared};
  EXPECT_EQ(this->store().ImportCalendars(changes, OneEvent()).value(), (ImportCounts{1, 3, 0, 0}));
  this->Restart();
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, expected);
}

TYPED_TEST(CalendarContract, AScopeThatSaysNothingAnyMoreIsGone) {
  AddSchools(this->store());
  SchoolYear boarding;
  boarding.boarding = true;
  CalendarChange nothing{kAuthority, {}, {v1::CALENDAR_FIELD_BOARDING}};
  const std::vector<CalendarChange> said = {ChangeOf(kAuthority, boarding)}, unsaid = {nothing};
  ASSERT_TRUE(this->store().ImportCalendars(said, OneEvent()).ok());
  EXPECT_EQ(this->store().ImportCalendars(unsaid, OneEvent()).value(), (ImportCounts{0, 0, 1, 0}));
  EXPECT_EQ(this->store().ImportCalendars(unsaid, OneEvent()).value(), (ImportCounts{0, 0, 0, 1}));
  EXPECT_TRUE(this->store().CalendarDefaults().value().empty());
}

TYPED_TEST(CalendarContract, ASchoolOutsideTheRegisterTakesAllWithIt) {
  AddSchools(this->store());
  const std::vector<CalendarChange> changes = {ChangeOf(kHythe), ChangeOf(kAuthority),
                                               ChangeOf(base::Urn(100789))};
  EXPECT_EQ(this->store().ImportCalendars(changes, OneEvent()).status().code(), Code::kNotFound);
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, SchoolYear());
  EXPECT_TRUE(this->store().CalendarDefaults().value().empty());
  EXPECT_EQ(this->LogSize(), 0u);
}

TYPED_TEST(CalendarContract, RegisterAndRollLeaveTheYearAlone) {
  AddSchools(this->store());
  const std::vector<CalendarChange> changes = {ChangeOf(kHythe)};
  ASSERT_TRUE(this->store().ImportCalendars(changes, OneEvent()).ok());
  const std::vector<model::School> renamed = {SchoolOf(kHythe, "Hythe Bay Academy")};
  ASSERT_TRUE(this->store().ImportSchools(renamed, OneEvent()).ok());
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(3), OneEvent()).ok());
  this->Restart();
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, Whole());
  this->store()
      .ReadSchools([](const SchoolFacts& facts) {
        EXPECT_EQ(facts.year == Whole(), facts.school.urn == kHythe);
      })
      .IgnoreError();
}

TYPED_TEST(CalendarContract, HoursOfEveryWeekdayTakeThoseOfSingleOnesAway) {
  AddSchools(this->store());
  const std::vector<CalendarChange> changes = {ChangeOf(kHythe)};
  ASSERT_TRUE(this->store().ImportCalendars(changes, OneEvent()).ok());
  ASSERT_TRUE(this->store().SetSchoolHours(kHythe, {}, OneEvent()).ok());
  this->Restart();
  SchoolYear expected = Whole();
  expected.hours = {};
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, expected);
  EXPECT_EQ(this->store().GetSchool(kHythe).value().hours, model::SchoolHours());
  ASSERT_TRUE(this->store().ImportCalendars(changes, OneEvent()).ok());
  EXPECT_EQ(this->store().GetSchool(kHythe).value().year, Whole());
  EXPECT_EQ(this->store().GetSchool(kHythe).value().hours, model::SchoolHours());
}

}  // namespace
}  // namespace firstbell::store
