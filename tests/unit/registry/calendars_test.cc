// Calendars on their way in, and what becomes of the alerts that wait.

#include "broker/registry/calendars.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/model/violations.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::registry {
namespace {

using namespace support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CalendarsTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  static void Add(google::protobuf::RepeatedPtrField<v1::DateRange>* ranges, std::string first,
                  std::string last) {
    v1::DateRange& range = *ranges->Add();
    range.set_first(std::move(first));
    range.set_last(std::move(last));
  }
  static std::vector<std::string> Fields(const base::Status& status) {
    std::vector<std::string> fields;
    const auto request = model::BadRequestOf(status);
    for (const auto& one : request.field_violations()) fields.push_back(one.field());
    return fields;
  }
  // Spring and summer term of the night's year, for England.
  static v1::ImportCalendarsRequest Nation() {
    v1::ImportCalendarsRequest request;
    v1::CalendarChange& change = *request.add_changes();
    change.set_nation(v1::NATION_ENGLAND);
    Add(change.mutable_year()->mutable_terms(), "2026-01-05", "2026-03-27");
    Add(change.mutable_year()->mutable_terms(), "2026-04-13", "2026-07-21");
    return request;
  }
  static v1::ImportCalendarsRequest ClosedAt(base::Urn urn, std::string day) {
    v1::ImportCalendarsRequest request;
    v1::CalendarChange& change = *request.add_changes();
    change.set_urn(urn.value());
    Add(change.mutable_year()->mutable_closed(), day, day);
    return request;
  }
  absl::Time DeadlineOf(const v1::IncidentAnswer& answer) {
    return world_.AlertsOf(answer).at(0).deadline;
  }

  World world_;
  std::vector<base::Urn> moved_;
  Calendars calendars_{world_.store, world_.calendar,
                       [this](base::Urn urn) { moved_.push_back(urn); }};
};

TEST_F(CalendarsTest, AClosureHoldsWhatComesAfterItAndItsEndMovesWhatWaits) {
  ASSERT_TRUE(calendars_.Import(ClosedAt(kPrimary, "2026-03-03"), kNight).ok());
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(DeadlineOf(answer), kBell + absl::Hours(24));
  EXPECT_THAT(moved_, IsEmpty());

  v1::ImportCalendarsRequest opened;
  opened.add_changes()->set_urn(kPrimary.value());
  opened.mutable_changes(0)->add_cleared(v1::CALENDAR_FIELD_CLOSED);
  const auto response = calendars_.Import(opened, kNight);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->alerts_moved(), 1u);
  EXPECT_EQ(response->removed(), 1u);
  EXPECT_EQ(DeadlineOf(answer), kBell);
  EXPECT_THAT(moved_, ElementsAre(kPrimary));
  EXPECT_THAT(world_.LogText(), HasSubstr("calendar.imported"));
  EXPECT_THAT(world_.LogText(), HasSubstr("alert.rescheduled"));
}

// Decision 0006: a closure that is imported late takes back nothing.
TEST_F(CalendarsTest, WhatWaitsNeverMovesToLater) {
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  ASSERT_TRUE(calendars_.Import(ClosedAt(kPrimary, "2026-03-03"), kNight).ok());
  EXPECT_EQ(DeadlineOf(answer), kBell);
  EXPECT_THAT(moved_, IsEmpty());
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("alert.rescheduled")));
}

TEST_F(CalendarsTest, ANationsChangeMovesTheAlertsOfItsSchools) {
  v1::ImportCalendarsRequest late;
  v1::CalendarChange& change = *late.add_changes();
  change.set_nation(v1::NATION_ENGLAND);
  Add(change.mutable_year()->mutable_inset(), "2026-03-03", "2026-03-03");
  ASSERT_TRUE(calendars_.Import(late, kNight).ok());
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(DeadlineOf(answer), kBell + absl::Hours(24));
  late.mutable_changes(0)->mutable_year()->mutable_inset(0)->set_first("2026-03-16");
  late.mutable_changes(0)->mutable_year()->mutable_inset(0)->set_last("2026-03-16");
  EXPECT_EQ(calendars_.Import(late, kNight).value().alerts_moved(), 1u);
  EXPECT_EQ(DeadlineOf(answer), kBell);
  EXPECT_EQ(calendars_.Import(late, kNight).value().alerts_moved(), 0u);
}

// The primary joins a trust that is closed on the morning.
TEST_F(CalendarsTest, ATrustsChangeMovesTheAlertsOfItsSchools) {
  model::School primary = world_.memory.GetSchool(kPrimary).value().school;
  primary.trust_code = "2044";
  ASSERT_TRUE(world_.memory.ImportSchools(std::vector{primary}, {}).ok());
  v1::ImportCalendarsRequest trust;
  v1::CalendarChange& change = *trust.add_changes();
  change.set_trust_code("2044");
  Add(change.mutable_year()->mutable_closed(), "2026-03-03", "2026-03-03");
  const auto taken = calendars_.Import(trust, kNight);
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_THAT(taken->unknown_trusts(), IsEmpty());
  EXPECT_THAT(world_.LogText(), HasSubstr("\"trust\":2044"));
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(DeadlineOf(answer), kBell + absl::Hours(24));

  v1::ImportCalendarsRequest opened;
  opened.add_changes()->set_trust_code("2044");
  opened.mutable_changes(0)->add_cleared(v1::CALENDAR_FIELD_CLOSED);
  EXPECT_EQ(calendars_.Import(opened, kNight).value().alerts_moved(), 1u);
  EXPECT_EQ(DeadlineOf(answer), kBell);
  EXPECT_TRUE(world_.memory.CalendarDefaults().value().empty());
}

TEST_F(CalendarsTest, EveryFaultyFieldIsNamedAndNothingIsKept) {
  v1::ImportCalendarsRequest request = Nation();
  EXPECT_THAT(Fields(calendars_.Import({}, kNight).status()), ElementsAre("changes"));
  request.add_changes();
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()), ElementsAre("changes[1].scope"));
  request.mutable_changes(1)->set_urn(999'999);
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()), ElementsAre("changes[1].year"))
      << "it says nothing";
  Add(request.mutable_changes(1)->mutable_year()->mutable_terms(), "2026-01-05", "soon");
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()),
              ElementsAre("changes[1].year.terms[0].last"));
  request.mutable_changes(1)->mutable_year()->mutable_terms(0)->set_last("2026-03-01");
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()), ElementsAre("changes[1].urn"));
  request.mutable_changes(1)->set_local_authority_code("a code that is too long");
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()),
              ElementsAre("changes[1].local_authority_code"));
  request.mutable_changes(1)->set_trust_code("");
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()),
              ElementsAre("changes[1].trust_code"));
  request.mutable_changes(1)->set_nation(static_cast<v1::Nation>(9));
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()),
              ElementsAre("changes[1].nation"));
  request.mutable_changes(1)->set_nation(v1::NATION_WALES);
  request.mutable_changes(1)->add_cleared(static_cast<v1::CalendarField>(99));
  EXPECT_THAT(Fields(calendars_.Import(request, kNight).status()),
              ElementsAre("changes[1].cleared"));
  EXPECT_TRUE(world_.memory.CalendarDefaults().value().empty());
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("calendar.imported")));
}

TEST_F(CalendarsTest, AnImportHasALimit) {
  v1::ImportCalendarsRequest request;
  for (std::size_t i = 0; i < limits::kCalendarsPerImport; ++i) {
    *request.add_changes() = Nation().changes(0);
  }
  EXPECT_TRUE(calendars_.Import(request, kNight).ok());
  *request.add_changes() = Nation().changes(0);
  EXPECT_TRUE(absl::IsResourceExhausted(calendars_.Import(request, kNight).status()));
}

TEST_F(CalendarsTest, AnAuthorityOrTrustWithoutSchoolsIsSaid) {
  v1::ImportCalendarsRequest request = Nation();
  request.mutable_changes(0)->set_local_authority_code("111");
  *request.add_changes() = request.changes(0);
  request.mutable_changes(1)->set_trust_code("222");
  const auto response = calendars_.Import(request, kNight);
  ASSERT_TRUE(response.ok());
  EXPECT_THAT(response->unknown_authorities(), ElementsAre("111"));
  EXPECT_THAT(response->unknown_trusts(), ElementsAre("222"));
  EXPECT_EQ(response->added(), 2u);
}

TEST_F(CalendarsTest, DaysAreThoseByWhichAlertsAreTimed) {
  ASSERT_TRUE(calendars_.Import(Nation(), kNight).ok());
  ASSERT_TRUE(calendars_.Import(ClosedAt(kPrimary, "2026-03-10"), kNight).ok());
  v1::GetCalendarRequest request;
  request.set_urn(kPrimary.value());
  request.set_first("2026-03-01");
  request.set_last("2026-03-31");
  const auto response = calendars_.Days(request, kNight);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->days_size(), 31);
  EXPECT_EQ(response->today(), "2026-03-03");
  EXPECT_EQ(response->days(0).kind(), v1::CALENDAR_DAY_KIND_WEEKEND);
  EXPECT_EQ(response->days(2).kind(), v1::CALENDAR_DAY_KIND_SCHOOL);
  EXPECT_EQ(response->days(9).kind(), v1::CALENDAR_DAY_KIND_CLOSED);
  EXPECT_EQ(response->days(30).kind(), v1::CALENDAR_DAY_KIND_HOLIDAY);
  EXPECT_EQ(response->days(30).date(), "2026-03-31");
  ASSERT_EQ(response->hours_size(), 7);
  EXPECT_EQ(response->hours(0).hours().bell(), "08:45");
  EXPECT_THAT(response->findings(), IsEmpty());
  EXPECT_EQ(response->own().closed_size(), 1);

  request.set_last("2026-02-01");
  EXPECT_THAT(Fields(calendars_.Days(request, kNight).status()), ElementsAre("last"));
  const model::Date first(2026, 3, 1);
  request.set_last(model::FormatDate(first + limits::kCalendarDays - 1));
  EXPECT_TRUE(calendars_.Days(request, kNight).ok());
  request.set_last(model::FormatDate(first + limits::kCalendarDays));
  EXPECT_THAT(Fields(calendars_.Days(request, kNight).status()), ElementsAre("last"));
  request.set_first("");
  EXPECT_THAT(Fields(calendars_.Days(request, kNight).status()), ElementsAre("first"));
  request.set_first("2027-04-01");
  request.set_urn(999'999);
  EXPECT_TRUE(absl::IsNotFound(calendars_.Days(request, kNight).status()));
}

TEST_F(CalendarsTest, ACheckNamesTheSchoolsThatLackTermsPageByPage) {
  v1::CheckCalendarsRequest request;
  const auto all = calendars_.Check(request, kNight);
  ASSERT_TRUE(all.ok());
  ASSERT_GE(all->schools_size(), 2);
  EXPECT_EQ(all->schools_size(), static_cast<int>(all->checked()));
  EXPECT_EQ(all->schools(0).findings(0).problem(), v1::CALENDAR_PROBLEM_NO_TERMS);
  request.set_page_size(1);
  std::vector<std::uint32_t> urns;
  do {
    const auto page = calendars_.Check(request, kNight);
    ASSERT_TRUE(page.ok());
    for (const auto& school : page->schools()) urns.push_back(school.urn());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(static_cast<int>(urns.size()), all->schools_size());
  EXPECT_TRUE(std::is_sorted(urns.begin(), urns.end()));
  request.set_page_token("x");
  EXPECT_THAT(Fields(calendars_.Check(request, kNight).status()), ElementsAre("page_token"));

  ASSERT_TRUE(calendars_.Import(Nation(), kNight).ok());
  const auto whole = calendars_.Check({}, kNight);
  ASSERT_TRUE(whole.ok());
  for (const auto& school : whole->schools()) {
    EXPECT_NE(world_.memory.GetSchool(base::Urn(school.urn())).value().school.nation,
              v1::NATION_ENGLAND);
  }
}

// The write was done and not answered: the same again finds it, and the alerts are moved then.
TEST_F(CalendarsTest, AnImportWithoutAnAnswerMayBeRepeated) {
  ASSERT_TRUE(calendars_.Import(ClosedAt(kPrimary, "2026-03-03"), kNight).ok());
  const v1::IncidentAnswer answer = world_.Submit(IncidentOf("R1"));
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    world_.store.FailNext("ImportCalendars", fault, base::Unknown("no answer"));
    EXPECT_TRUE(
        absl::IsUnknown(calendars_.Import(ClosedAt(kPrimary, "2026-03-09"), kNight).status()));
    EXPECT_EQ(DeadlineOf(answer), kBell + absl::Hours(24));
  }
  const auto again = calendars_.Import(ClosedAt(kPrimary, "2026-03-09"), kNight);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->unchanged(), 1u);
  EXPECT_EQ(again->alerts_moved(), 1u);
  EXPECT_EQ(DeadlineOf(answer), kBell);
}

}  // namespace
}  // namespace firstbell::registry
