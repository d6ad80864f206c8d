// Patterns for the senior leader: what is shown of a school year's alerts, and what is left out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <regex>

#include "absl/strings/str_cat.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/crypto/random.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/staff_secret.h"
#include "clients/school/records/year_group.h"
#include "tests/unit/school_web/site_fixture.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::RecordId;
using testing::HasSubstr;
using testing::Not;

// The school year before the last, which is closed: what is written in it is the same whenever the
// test runs. ItIs moves the page's time.
class PatternsPageTest : public SiteTest {
 protected:
  void SetUp() override {
    SetUpLead();
    const StateDirectory state = StateDirectory::Open(state_).value();
    lead_.emplace(Unlock(state, Lead(), base::Secret(kPassphrase)).value());
    records_ = school_records::RecordStore::Open(state.Records()).value();
    ring_.emplace(school_records::KeyRing(*records_).MakeFirst(*lead_, absl::Now()).value());
  }

  void Add(school_records::Draft draft) {
    draft.id = RecordId(crypto::RandomId());
    const auto added = records_->Add(*ring_, lead_->signer, draft);
    ASSERT_TRUE(added.ok()) << added.status();
  }
  // In Year 5 of that school year, but where its year group is said.
  ChildId Child(const std::string& year_group = "") {
    school_records::Draft draft{.child = ChildId(crypto::RandomId()), .at = OnMonday(10)};
    auto& child = *draft.body.mutable_child();
    child.set_given_names("Robin");
    child.set_family_name("Example");
    child.set_date_of_birth(absl::StrCat(year_ - 9, "-05-04"));
    child.set_year_group(year_group);
    Add(draft);
    return draft.child;
  }
  base::AlertId Alert(const ChildId& child, absl::Time at, std::uint32_t revision = 1,
                      base::AlertId id = link::NewAlertId()) {
    school_records::Draft draft{.child = child, .alert = id, .revision = revision, .at = at};
    v1::AlertContent content;
    content.set_alert_id(id.value());
    content.set_revision(revision);
    content.mutable_child()->mutable_name()->set_given_names("Robin");
    draft.body.mutable_alert()->set_content(content.SerializeAsString());
    draft.body.mutable_alert()->mutable_opened_at();
    Add(draft);
    return id;
  }
  void Action(const ChildId& child, absl::Time at, v1::ActionStage stage = v1::ACTION_STAGE_DONE) {
    school_records::Draft draft{.child = child, .at = at};
    draft.body.mutable_action()->set_code("breakfast");
    draft.body.mutable_action()->set_stage(stage);
    Add(draft);
  }
  // The first Monday of that month of the school year, at that hour.
  absl::Time OnMonday(int month, int hour = 8) const {
    const absl::CivilDay first(month >= 9 ? year_ : year_ + 1, month, 1);
    const absl::CivilDay monday = absl::NextWeekday(first - 1, absl::Weekday::monday);
    return absl::FromCivil(absl::CivilHour(monday) + hour, london_);
  }
  std::string YearPath() const { return "/patterns?year=" + std::to_string(year_); }
  // As the listener gives it: the query apart from the path.
  Response OpenYear(const std::string& year, const std::string& part = "") {
    Request request = Get("/patterns");
    request.query = {{"year", year}};
    if (!part.empty()) request.query.emplace("part", part);
    return Ask(request);
  }
  void ItIs(absl::Time now) {
    const TimeAnchor anchor{.broker = {now, false}, .learnt = ReadMachineTime()};
    ASSERT_TRUE(store_->SaveTimeAnchor(anchor).ok());
  }
  std::string LastYear(const std::string& part = "") {
    return OpenYear(std::to_string(year_), part).body;
  }

  static std::string MainOf(const std::string& page) { return page.substr(page.find("<main")); }
  // What stands beside those words in a chart of bars or columns.
  static std::string Beside(const std::string& page, const std::string& words) {
    const std::regex of(words + R"((?:<span class="govuk-visually-hidden">)?: ([^<]*)<)");
    std::smatch found;
    return std::regex_search(page, found, of) ? found[1].str() : "no such words";
  }
  // The cells of a row of the table, with their shades, Monday first.
  static std::vector<std::string> Row(const std::string& page, const std::string& group) {
    std::vector<std::string> cells;
    const std::size_t from = page.find("<th scope=\"row\" class=\"govuk-table__header\">" + group);
    if (from == std::string::npos) return cells;
    const std::string row = page.substr(from, page.find("</tr>", from) - from);
    const std::regex cell(R"re(<td class="[^"]*?(\d?)">([^<]*)</td>)re");
    for (std::sregex_iterator at(row.begin(), row.end(), cell), end; at != end; ++at) {
      cells.push_back((*at)[2].str() + ((*at)[1].length() > 0 ? "/" + (*at)[1].str() : ""));
    }
    return cells;
  }

  const absl::TimeZone london_ = base::LondonTimeZone().value();
  const int this_year_ = school_records::SchoolYearOf(absl::ToCivilDay(absl::Now(), london_));
  const int year_ = this_year_ - 2;
  std::optional<UnlockedPerson> lead_;
  std::unique_ptr<school_records::RecordStore> records_;
  std::optional<school_records::Ring> ring_;
};

TEST_F(PatternsPageTest, NothingIsSaidOfFewerThanFiveChildren) {
  EXPECT_THAT(LastYear(), HasSubstr("None of this time has been opened"));
  for (int i = 0; i < 4; ++i) {
    const ChildId child = Child();
    for (int month : {10, 11, 3}) Alert(child, OnMonday(month));
  }
  const Response page = OpenYear(std::to_string(year_));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Fewer than five children stand behind"));
  EXPECT_THAT(page.body, Not(HasSubstr("<figure")));
  EXPECT_THAT(page.body, Not(HasSubstr(">12<"))) << "the alerts, of so few";
  Alert(Child(), OnMonday(10));
  EXPECT_THAT(LastYear(), HasSubstr("<figure"));
}

TEST_F(PatternsPageTest, CountsOfAYearAsTheChartsShowThem) {
  for (int i = 0; i < 10; ++i) {
    const ChildId child = Child();
    const absl::Time received = OnMonday(10);
    const base::AlertId alert = Alert(child, received);
    Alert(child, received + absl::Hours(2), 2, alert);  // a correction is the same alert
    Action(child, received - absl::Hours(1));           // before it
    Action(child, received + absl::Minutes(5), v1::ACTION_STAGE_PLANNED);
    if (i < 5) Action(child, received + absl::Minutes(150));
    if (i < 5) Action(child, received + absl::Minutes(170));
    if (i < 5) Alert(child, OnMonday(3) + absl::Hours(24));
  }
  for (int i = 0; i < 5; ++i) Alert(Child("Year 6"), OnMonday(10));
  const std::string page = LastYear();
  // Twenty alerts about fifteen children.
  EXPECT_THAT(page, HasSubstr("<dd class=\"fb-totals__number\">20</dd>"));
  EXPECT_THAT(page, HasSubstr("<dd class=\"fb-totals__number\">15</dd>"));
  EXPECT_EQ(Beside(page, "October " + std::to_string(year_)), "15");
  EXPECT_EQ(Beside(page, "March " + std::to_string(year_ + 1)), "5");
  EXPECT_EQ(Beside(page, "August " + std::to_string(year_ + 1)), "0");
  EXPECT_THAT(Row(page, "Year 5"),
              testing::ElementsAre("10/4", "5/2", "0/0", "0/0", "0/0", "0/0", "0/0", "15"));
  EXPECT_THAT(Row(page, "Year 6"),
              testing::ElementsAre("5/2", "0/0", "0/0", "0/0", "0/0", "0/0", "0/0", "5"));
  EXPECT_EQ(Beside(page, "One alert"), "10");
  EXPECT_EQ(Beside(page, "Two alerts"), "5");
  EXPECT_EQ(Beside(page, "Within a day"), "5");
  EXPECT_EQ(Beside(page, "Within an hour"), "0");
  EXPECT_EQ(Beside(page, "Nothing is written down"), "15");
  EXPECT_THAT(page, HasSubstr("half had it within 3 hours"));
  EXPECT_EQ(Beside(page, "Nothing was said"), "20");
  // What is drawn is drawn by whole numbers, and a child's name stands nowhere.
  EXPECT_FALSE(std::regex_search(page, std::regex(R"re(\s(?:y|width|height)="(?!\d+%?"))re")));
  for (const char* name : {"Robin", "/child/"}) {
    EXPECT_THAT(page, Not(HasSubstr(name)));
  }
}

TEST_F(PatternsPageTest, AChildWithManyAlertsIsNotSingledOut) {
  const ChildId often = Child("Robin's own group");
  for (int i = 0; i < 23; ++i) Alert(often, OnMonday(2) + absl::Hours(24 * (i % 5)));
  for (int i = 0; i < 12; ++i) Alert(Child(), OnMonday(10));
  const std::string page = LastYear();
  EXPECT_EQ(Beside(page, "Four or more"), "left out");
  EXPECT_EQ(Beside(page, "February " + std::to_string(year_ + 1)), "left out");
  for (const char* month : {"September ", "December "}) {
    EXPECT_EQ(Beside(page, month + std::to_string(year_)), "left out") << "or it would be February";
  }
  EXPECT_THAT(page, Not(HasSubstr("own group"))) << "a group of one is not named";
  EXPECT_THAT(page, Not(HasSubstr(">23<")));
  EXPECT_THAT(page, HasSubstr("year groups"));
}

TEST_F(PatternsPageTest, AYearIsOneOfTheLastSixAndAnAlertIsOfOneAlone) {
  for (int i = 0; i < 5; ++i) {
    const ChildId child = Child();
    // The last evening of a year, and its correction on the first morning of the next.
    const absl::Time end = absl::FromCivil(absl::CivilHour(year_, 8, 31, 23), london_);
    const base::AlertId alert = Alert(child, end);
    Alert(child, end + absl::Hours(2), 2, alert);
    Action(child, end + absl::Hours(3));
  }
  EXPECT_THAT(LastYear(), HasSubstr("None of this time"));
  const std::string before = OpenYear(std::to_string(year_ - 1)).body;
  EXPECT_EQ(Beside(before, "August " + std::to_string(year_)), "5");
  EXPECT_THAT(Row(before, "Year 4").size(), 8u) << "a year younger";
  EXPECT_EQ(Beside(before, "Within a day"), "5") << "although it was done in the next";
  const std::string newest = MainOf(Open("/patterns").body);
  for (const std::string& year :
       {std::string("soon"), std::string(""), std::string("-1"), std::to_string(this_year_ + 1),
        std::to_string(this_year_ - 6), std::string("2025x"), std::string(500, '9')}) {
    const Response page = OpenYear(year);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(MainOf(page.body), newest) << year;
  }
  EXPECT_NE(MainOf(OpenYear(std::to_string(this_year_ - 5)).body), newest);
  EXPECT_EQ(MainOf(LastYear("winter")), MainOf(LastYear())) << "no part of a year";
}

// What the device's store holds of an alert: when it came, and whether the child did.
TEST_F(PatternsPageTest, AnAlertOfTodayCountsFromWhenItCame) {
  Open("/");
  for (int i = 0; i < 5; ++i) {
    const base::AlertId id = Shown([i](v1::AlertContent& content) {
      content.mutable_child()->set_date_of_birth(absl::StrCat("2017-05-0", i + 1));
    });
    Send(PathOf(id) + "/read", {});
    Open(PathOf(id));
    Send(PathOf(id) + "/take", {{"how", "here"}});
    EXPECT_EQ(Send(PathOf(id) + "/arrival", {{"said", "late"}}).status, 303);
  }
  EXPECT_THAT(Open("/patterns").body, Not(HasSubstr("<figure"))) << "this year is not over";
  ItIs(absl::FromCivil(absl::CivilMonth(this_year_ + 1, 10), london_));
  const std::string page = OpenYear(std::to_string(this_year_)).body;
  EXPECT_EQ(Beside(page, "Came late"), "5");
  EXPECT_EQ(Beside(page, "Absent"), "0");
}

// Whoever looks every day, and takes the difference, sees none.
TEST_F(PatternsPageTest, WhatGoesOnIsNotShown) {
  for (int i = 0; i < 11; ++i) {
    const ChildId child = Child();
    Alert(child, OnMonday(10));
    Action(child, OnMonday(10) + absl::Hours(i < 6 ? 1 : 1000));
  }
  ItIs(OnMonday(1));
  EXPECT_THAT(LastYear("autumn"), HasSubstr("shown from 1 February " + std::to_string(year_ + 1)))
      << "what came in December may be answered in January";
  EXPECT_THAT(LastYear(), HasSubstr("shown from 1 October " + std::to_string(year_ + 1)));
  for (const char* part : {"", "autumn", "spring", "summer"}) {
    EXPECT_THAT(LastYear(part), Not(HasSubstr("<figure"))) << part;
  }
  ItIs(OnMonday(2));
  const std::string autumn = LastYear("autumn");
  EXPECT_EQ(Beside(autumn, "October " + std::to_string(year_)), "10") << "of eleven";
  EXPECT_THAT(autumn, Not(HasSubstr("January " + std::to_string(year_ + 1))));
  EXPECT_THAT(Open("/patterns").body, HasSubstr("September to December, school year"))
      << "the newest that is closed";
  const ChildId next = Child();
  Alert(next, OnMonday(2) - absl::Hours(1));
  Action(next, OnMonday(2) - absl::Minutes(30));
  ItIs(OnMonday(3));
  EXPECT_EQ(MainOf(LastYear("autumn")), MainOf(autumn));
  EXPECT_THAT(LastYear("spring"), Not(HasSubstr("<figure")));
  ItIs(OnMonday(9) + absl::Hours(366 * 24));
  EXPECT_THAT(LastYear(), Not(HasSubstr("<figure")));
  ItIs(OnMonday(10) + absl::Hours(366 * 24));
  EXPECT_THAT(LastYear(), HasSubstr("<dd class=\"fb-totals__number\">10</dd>")) << "of twelve";
  EXPECT_THAT(LastYear("spring"), HasSubstr("Fewer than five children"));
}

TEST_F(PatternsPageTest, OnlySafeguardingPeopleReachIt) {
  const base::RecipientId staff(crypto::RandomId());
  const base::Secret secret = school_records::StaffSecret(staff, base::Secret(kPassphrase)).value();
  ASSERT_TRUE(
      school_records::KeyRing(*records_)
          .LetInStaff(*ring_, lead_->identity.id, {staff, "Sam Example"}, secret, absl::Now())
          .ok());
  Send("/lock", {});
  EXPECT_EQ(OpenYear(std::to_string(year_)).location, "/");
  Open("/staff");
  const Fields who = {{"person", staff.value()}, {"passphrase", kPassphrase}};
  ASSERT_EQ(Send("/staff/sign-in", who).location, "/staff/sheet");
  EXPECT_EQ(OpenYear(std::to_string(year_)).location, "/staff/sheet");
}

TEST_F(PatternsPageTest, RecordsThatCannotBeOpenedSaySo) {
  records_.reset();
  DamageRecords();
  const Response page = Open("/patterns");
  EXPECT_EQ(page.status, 500);
  EXPECT_THAT(page.body, HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace firstbell::school::web
