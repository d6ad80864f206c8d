#include "clients/audit/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <vector>

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/crypto/hash.h"
#include "clients/audit/report_assets.h"
#include "clients/audit/report_figures.h"

namespace firstbell::audit_client {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Time At(const std::string& text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) << text;
  return time;
}

Share OfAll(std::uint64_t part, std::uint64_t whole) {
  return {100.0 * static_cast<double>(part) / static_cast<double>(whole), {part}, {whole}};
}

// No numbers yet: a period in which nothing happened.
ReportData Nothing() {
  ReportData data;
  data.scope = "Force examplebury";
  data.first_day = absl::CivilDay(2026, 8, 1);
  data.last_day = absl::CivilDay(2026, 8, 7);
  data.made_at = At("2026-09-01T09:00:00Z");
  data.program_version = "9.8.7";
  data.london = base::LondonTimeZone().value();
  data.checkpoint.origin = "log.firstbell.example/1";
  data.checkpoint.size = 12;
  data.checkpoint.root_base64 = "8LfW7wlXnsHB1uM1SNbBcTWWMrSZ3JYfVLJ5jTpeN2A=";
  data.accepted = data.schools_without_link = {0};
  data.before_bell = data.by_registration = {std::nullopt, {0}, {0}};
  return data;
}

LateAlert StillOpen() {
  return {"a1b2c3",
          "s9",
          "examplebury",
          At("2026-09-07T07:45:00Z"),
          std::nullopt,
          {{At("2026-09-06T22:10:05Z"), "The alert was accepted", ""},
           {At("2026-09-07T07:30:00Z"), "The ladder climbed", "Deputies"}}};
}

// Numbers that stand nowhere else in the page, so that each can be looked for.
ReportData Week() {
  ReportData data = Nothing();
  data.first_day = absl::CivilDay(2026, 9, 7);
  data.last_day = absl::CivilDay(2026, 9, 13);
  data.made_at = At("2026-09-14T09:00:00Z");
  data.accepted = {11'005};
  data.before_bell = OfAll(10'110, 10'215);
  data.by_registration = OfAll(9'320, 9'425);
  data.schools_without_link = {530};
  data.standings = {{"Acknowledged late", {635}}, {"Past the deadline and open", {}}};
  data.steps = {{"Accepted to sent", absl::Seconds(7), absl::Seconds(68), std::nullopt}};
  data.reasons = {{"Withheld", "Out of scope", {740}}, {"Unplaceable", "No match", {}}};
  data.over_time = {{absl::CivilDay(2026, 9, 7), OfAll(845, 950)},
                    {absl::CivilDay(2026, 9, 8), {std::nullopt, {}, {}}},
                    {absl::CivilDay(2026, 9, 10), OfAll(1'155, 1'160)}};
  data.by_weekday = {{absl::Weekday::monday, OfAll(1'265, 1'370)},
                     {absl::Weekday::sunday, OfAll(1'475, 1'480)}};
  data.by_hour = {{0, OfAll(1'585, 1'690)}, {23, OfAll(1'795, 1'800)}};
  data.by_weekday_and_hour = {{absl::Weekday::saturday, 2, {2'015}},
                              {absl::Weekday::sunday, 3, {}}};
  data.by_force = {{"Force of few", {std::nullopt, {}, {}}},
                   {"Force on time", OfAll(2'225, 2'230)},
                   {"Force behind", OfAll(2'335, 2'440)}};
  data.by_authority = {{"Authority 845", OfAll(2'550, 2'655)}};
  data.reached = {{"Accepted", {2'760}}, {"Sent", {2'750}}, {"Acknowledged", {}}};
  data.rungs = {{"Lead", {2'865}}, {"Call list", {}}};
  data.late = {StillOpen()};
  return data;
}

std::string Page(const ReportData& data) {
  auto page = RenderReport(data);
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? *page : "";
}

std::vector<std::string> Matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

// The page's text without its scripts and style, which a regular expression would take long for.
std::string Body(const ReportData& data) {
  const std::string page = Page(data);
  const std::size_t body = page.find("<body>");
  return page.substr(body, page.find("<script") - body);
}

std::vector<std::string> Cells(const ReportData& data) {
  return Matches(Body(data), "<t[dh][^>]*>([^<]*)</t[dh]>");
}

// What stands between each script's tags; those with the attributes alone.
std::vector<std::string> Scripts(const std::string& page, const std::string& tag) {
  std::vector<std::string> scripts;
  for (std::size_t at = page.find(tag); at != std::string::npos; at = page.find(tag, at)) {
    at += tag.size();
    scripts.push_back(page.substr(at, page.find("</script>", at) - at));
  }
  return scripts;
}

nlohmann::json Charts(const ReportData& data) {
  const auto blocks = Scripts(Page(data), "<script type=\"application/json\" id=\"report-data\">");
  EXPECT_EQ(blocks.size(), 1u);
  return nlohmann::json::parse(blocks.at(0)).at("charts");
}

nlohmann::json Chart(const ReportData& data, const std::string& id) {
  for (const auto& chart : Charts(data)) {
    if (chart.at("id") == id) return chart;
  }
  ADD_FAILURE() << "no chart " << id;
  return {};
}

TEST(Report, HeadSaysWhatItIsAboutAndOnWhatItRests) {
  ReportData data = Week();
  data.checkpoint.witnesses = {"w1.example", "w2.example"};
  data.checkpoint.signed_at = At("2026-09-14T08:59:58Z");
  data.checkpoint.check = LogCheck::kVerified;
  EXPECT_THAT(Body(data),
              AllOf(HasSubstr("Force examplebury"), HasSubstr("7 September 2026 to 13 September"),
                    HasSubstr("Mon 14 Sep 2026, 10:00"), HasSubstr("firstbell-audit 9.8.7"),
                    HasSubstr("log.firstbell.example/1"), HasSubstr("w1.example and w2.example"),
                    HasSubstr("Mon 14 Sep 2026, 09:59:58"), HasSubstr("Yes: the log was"),
                    HasSubstr("8LfW7wlXnsHB1uM1SNbBcTWWMrSZ3JYfVLJ5jTpeN2A=")));
}

TEST(Report, SaysWhereNoWitnessSignedAndTheLogWasNotChecked) {
  EXPECT_THAT(Body(Week()),
              AllOf(HasSubstr("<dd>No witness</dd>"), HasSubstr("No: the log was not recomputed"),
                    HasSubstr("not checked on this run"), Not(HasSubstr("class=\"warning\""))));
}

TEST(Report, WarnsOfALogThatDoesNotFitAndOfARehearsal) {
  ReportData data = Week();
  data.checkpoint.check = LogCheck::kMismatch;
  data.checkpoint.check_detail = "Entry 77 does not open.";
  data.checkpoint.simulated_clock = true;
  EXPECT_THAT(Body(data), AllOf(HasSubstr("Do not rely on this report."),
                                HasSubstr("Entry 77 does not open."), HasSubstr("A rehearsal.")));
}

TEST(Report, TheAnswerStandsFirstWithItsCounts) {
  const std::string body = Body(Week());
  EXPECT_THAT(body, AllOf(HasSubstr("<p class=\"big\">99.0%</p>\n<p>10,110 in time, of 10,215 "),
                          HasSubstr("9,320 by then, of 9,425 children"),
                          HasSubstr("<p class=\"big\">530</p>")));
  EXPECT_LT(body.find("99.0%"), body.find("<table>"));
}

TEST(Report, EveryNumberStandsInATable) {
  const auto cells = Cells(Week());
  for (const char* number :
       {"11,005", "635",   "740",       "845",       "950",    "1,155", "1,160", "1,265",
        "1,370",  "1,475", "1,480",     "1,585",     "1,690",  "1,795", "1,800", "2,015",
        "2,225",  "2,230", "2,335",     "2,440",     "2,550",  "2,655", "2,760", "2,750",
        "2,865",  "88.9%", "7 seconds", "1 min 8 s", "Too few"}) {
    EXPECT_THAT(cells, Contains(number));
  }
}

TEST(Report, TablesStandOpenForThoseWithoutAScript) {
  const std::string body = Body(Week());
  EXPECT_EQ(Matches(body, "<(details)>").size(), 0u);
  EXPECT_EQ(Matches(body, "<(details) open>").size(), 9u);  // of eight charts and one late alert
}

TEST(Report, EveryChartHasATableAndItsFindingInWords) {
  const std::string body = Body(Week());
  const auto charts = Charts(Week());
  EXPECT_EQ(charts.size(), 8u);
  for (const auto& chart : charts) {
    const std::string id = chart.at("id");
    EXPECT_THAT(body, HasSubstr("class=\"chart\" id=\"" + id + "\" role=\"img\" aria-label=\""));
    EXPECT_THAT(body, HasSubstr("<h3 id=\"" + id + "-title\">"));
  }
  EXPECT_THAT(body, HasSubstr("<figcaption>Lowest for Force behind: 95.7% (2,335 of 2,440). "
                              "Highest for Force on time: 99.8% (2,225 of 2,230).</figcaption>"));
  EXPECT_THAT(body, HasSubstr("As far as “Acknowledged”: too few to be shown."));
  EXPECT_THAT(body, HasSubstr("no farther than “Lead”: 2,865. At the last rung, “Call list”: too"));
}

TEST(Report, SuppressedNumbersAreAFootnotedLetterAndNullInTheData) {
  const ReportData data = Week();
  EXPECT_THAT(Cells(data), Contains("c"));
  EXPECT_THAT(Body(data), HasSubstr("<strong>c</strong>: fewer than five; not shown."));
  EXPECT_EQ(Chart(data, "over-time").at("values"),
            nlohmann::json({88.95, nullptr, nullptr, 99.57}));
  EXPECT_EQ(Chart(data, "by-force").at("values"), nlohmann::json({95.7, 99.78, nullptr}));
  EXPECT_EQ(Chart(data, "reached").at("values"), nlohmann::json({2'760, 2'750, nullptr}));
  EXPECT_THAT(Chart(data, "by-weekday-and-hour").at("cells"),
              AllOf(Contains(nlohmann::json({3, 6, nullptr})),
                    Contains(nlohmann::json({2, 5, 2'015})), Contains(nlohmann::json({2, 6, 0}))));
}

TEST(Report, ATableWithoutSuppressedNumbersHasNoFootnote) {
  ReportData data = Nothing();
  data.reasons = {{"Withheld", "Out of scope", {740}}};
  EXPECT_THAT(Body(data), Not(HasSubstr("fewer than five")));
}

TEST(Report, SaysSoWhereTheAnswerItselfIsSuppressed) {
  ReportData data = Week();
  data.before_bell = {std::nullopt, {}, {15}};
  data.by_registration = {std::nullopt, {}, {}};
  data.schools_without_link = {};
  EXPECT_THAT(Body(data),
              AllOf(HasSubstr("<p class=\"big\">c <span>not shown, for it would"),
                    HasSubstr("Of 15 alerts that were acknowledged or are past their deadline; "
                              "how many in time is not shown."),
                    HasSubstr("There are too few children")));
}

TEST(Report, ChartsWhoseNumbersAreAllSuppressedAreNotDrawn) {
  ReportData data = Nothing();
  data.accepted = {};
  data.by_force = {{"Force of few", {std::nullopt, {}, {}}}};
  data.rungs = {{"Lead", {}}};
  data.by_weekday_and_hour = {{absl::Weekday::sunday, 3, {}}};
  EXPECT_TRUE(Charts(data).empty());
  EXPECT_THAT(Body(data),
              AllOf(HasSubstr("There are too few alerts to say."), HasSubstr("Force of few"),
                    Not(HasSubstr("class=\"chart\"")), Not(HasSubstr("the darker"))));
}

TEST(Report, OfManyForcesTheLowestAreDrawnAndAllAreInTheTable) {
  ReportData data = Week();
  data.by_force.clear();
  for (std::uint64_t i = 0; i < 43; ++i) {
    data.by_force.push_back({"Force " + std::to_string(i), OfAll(1'000 - i * 5, 1'000)});
  }
  EXPECT_EQ(Chart(data, "by-force").at("labels").size(), kMostRanks);
  EXPECT_EQ(Chart(data, "by-force").at("labels").at(0), "Force 42");
  EXPECT_THAT(Body(data), HasSubstr("The 20 lowest, and 23 more in the table."));
  EXPECT_THAT(Cells(data), AllOf(Contains("Force 0"), Contains("Force 42")));
}

TEST(Report, AnAxisThatDoesNotBeginAtNothingSaysSo) {
  EXPECT_EQ(Chart(Week(), "over-time").at("floor"), 80);
  EXPECT_THAT(Body(Week()), HasSubstr("The axis begins at 80%, not at 0%."));
}

TEST(Report, LateAlertsComeWithTheirHistory) {
  const std::string body = Body(Week());
  EXPECT_THAT(body, AllOf(HasSubstr("<a href=\"#late-1\">a1b2c3</a>"), HasSubstr("Still open"),
                          HasSubstr("Mon 7 Sep 2026, 08:45"), HasSubstr("10,155 minutes past it"),
                          HasSubstr("Sun 6 Sep 2026, 23:10:05"), HasSubstr("Deputies")));
}

TEST(Report, MinutesLateEndWithTheAcknowledgement) {
  ReportData data = Week();
  data.late[0].acknowledged_at = At("2026-09-07T08:16:59Z");
  EXPECT_THAT(Body(data), HasSubstr("Acknowledged Mon 7 Sep 2026, 09:16, 31 minutes late."));
}

TEST(Report, WhereThereAreMoreLateAlertsThanToldItSaysSo) {
  ReportData data = Nothing();
  data.late.assign(100, StillOpen());
  EXPECT_THAT(Body(data), AllOf(HasSubstr("id=\"late-100\""), Not(HasSubstr("there are more"))));
  data.late_more = true;
  EXPECT_THAT(Body(data), HasSubstr("These are the 100 newest, and there are more"));
}

TEST(Report, AWithheldListOfLateAlertsIsNotAnEmptyOne) {
  ReportData data = Week();
  data.late_withheld = true;
  EXPECT_THAT(Body(data), AllOf(HasSubstr("too few late alerts for them to be listed"),
                                Not(HasSubstr("a1b2c3")), Not(HasSubstr("No alert was"))));
}

TEST(Report, TheCommandToMakeItAgainReadsTheSameDays) {
  EXPECT_THAT(Body(Week()), HasSubstr("--from 2026-09-07 --to 2026-09-14 --out"));
}

TEST(Report, SaysAtWhichCheckpointsItsAnswersWereRead) {
  ReportData data = Week();
  EXPECT_THAT(Body(data), AllOf(HasSubstr("Not checked: what checkpoints the answers came with."),
                                HasSubstr("late alerts were not checked against the log")));
  data.checkpoint.answers_up_to = 12;
  EXPECT_THAT(Body(data), AllOf(HasSubstr("<dd>This checkpoint.</dd>"),
                                HasSubstr("Each event of a late alert’s history was checked")));
  data.checkpoint.answers_up_to = 1'234;
  EXPECT_THAT(Body(data), HasSubstr("later ones, up to 1,234 entries: each was signed"));
}

TEST(Report, TooFewIsExplainedWhereItStandsAlone) {
  ReportData data = Week();
  EXPECT_THAT(Body(data), HasSubstr("fewer than ten alerts stand behind it"));
  data.steps[0].p99 = absl::Seconds(99);
  EXPECT_THAT(Body(data), Not(HasSubstr("fewer than ten alerts stand behind it")));
}

TEST(Report, AShareOfWhatIsNotToldIsAPercentageAlone) {
  ReportData data = Week();
  data.before_bell.whole = {.rounded = {}, .counted = false};
  data.by_weekday[0].share.whole = {.rounded = {}, .counted = false};
  EXPECT_THAT(Body(data), AllOf(HasSubstr("Of the alerts that were acknowledged or are past their "
                                          "deadline; how many they were is not told."),
                                HasSubstr("In the whole period: 99.0%. "),
                                HasSubstr("<strong>–</strong>: not counted so.")));
}

TEST(Report, WhatIsNotCountedIsNotSaidToBeNone) {
  ReportData data = Nothing();
  data.cases_counted = false;
  EXPECT_THAT(Body(data),
              AllOf(HasSubstr("No school refused an alert. Children who were unplaceable or "
                              "withheld are not counted for an authority"),
                    Not(HasSubstr("No child was"))));
  data.reasons = {{"Refused by the school", "Left", {10}}};
  EXPECT_THAT(Body(data), AllOf(HasSubstr("are not counted for an authority"),
                                Not(HasSubstr("No school refused"))));
}

TEST(Report, AnEventThatIsNotOpenHasNoTime) {
  ReportData data = Week();
  data.late[0].events.push_back({std::nullopt, "Erased, or outside the scope", ""});
  EXPECT_THAT(Body(data), AllOf(HasSubstr("Not known"), Not(HasSubstr("1970"))));
}

TEST(Report, APeriodWithoutAlertsReadsSensibly) {
  EXPECT_THAT(Body(Nothing()),
              AllOf(HasSubstr("No alerts were accepted in this period."),
                    HasSubstr("There is nothing to draw"), HasSubstr("No alert was acknowledged"),
                    HasSubstr("No child was unplaceable"), Not(HasSubstr("<table>")),
                    Not(HasSubstr("<figure>"))));
  EXPECT_TRUE(Charts(Nothing()).empty());
}

TEST(Report, WhatIsToldDependsOnWhetherNumbersAreRounded) {
  ReportData data = Week();
  EXPECT_THAT(Body(data), HasSubstr("rounded to the nearest five"));
  data.disclosure = Disclosure::kExact;
  EXPECT_THAT(Body(data), AllOf(HasSubstr("nothing is rounded"),
                                Not(HasSubstr("rounded to the nearest five"))));
}

TEST(Report, TextFromOutsideIsNeverMarkupNorTheEndOfAScript) {
  ReportData data = Week();
  const std::string hostile = "<script>alert('x')</script><!--\"&";
  data.scope = data.program_version = data.checkpoint.origin = hostile;
  data.late[0].alert = data.late[0].force = data.late[0].school = hostile;
  data.late[0].events[0].what = data.late[0].events[0].rung = hostile;
  data.by_force[1].label = data.rungs[0].label = data.reasons[0].reason = hostile;
  data.standings[0].label = data.steps[0].step = data.checkpoint.check_detail = hostile;
  EXPECT_THAT(Body(data), AllOf(Not(HasSubstr("<script>alert")), Not(HasSubstr("<!--")),
                                HasSubstr("&lt;script&gt;alert")));
  EXPECT_EQ(Scripts(Page(data), "<script>").size(), 2u);
  EXPECT_THAT(Chart(data, "by-force").at("labels"), Contains(hostile));
}

TEST(Report, TextThatIsNoUtf8DoesNotEndTheProgram) {
  ReportData data = Week();
  data.by_force[1].label = "Force \xff";
  EXPECT_EQ(Charts(data).size(), 8u);
}

TEST(Report, ThePolicyAllowsThePagesOwnTwoScriptsAlone) {
  const std::string page = Page(Week());
  const auto scripts = Scripts(page, "<script>");
  ASSERT_EQ(scripts.size(), 2u);
  EXPECT_EQ(scripts[0], ChartLibrary());
  EXPECT_EQ(scripts[1], ReportScript());
  std::string policy = page.substr(page.find("Content-Security-Policy"));
  policy = policy.substr(0, policy.find('>'));
  EXPECT_THAT(policy, HasSubstr("default-src &apos;none&apos;; script-src "));
  for (const std::string& script : scripts) {
    // Mustache writes base64's signs as they are, but for the quotation marks around them.
    EXPECT_THAT(policy,
                HasSubstr("sha256-" + base::Base64Encode(crypto::Sha256(script)) + "&apos;"));
  }
  EXPECT_THAT(policy, Not(HasSubstr("http")));
}

TEST(Report, NothingInThePageFetchesAnything) {
  const std::string page = Page(Week());
  std::string without_library = page;
  without_library.erase(page.find(ChartLibrary()), ChartLibrary().size());
  EXPECT_THAT(without_library,
              AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://")), Not(HasSubstr(" src=")),
                    Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
  for (const std::string& link : Matches(Body(Week()), "href=\"([^\"]*)\"")) {
    EXPECT_EQ(link.substr(0, 1), "#") << link;
  }
}

// Either would end the script early, or make a browser read its end elsewhere.
TEST(Report, EmbeddedScriptsDoNotEndThemselves) {
  for (const std::string_view script : {ChartLibrary(), ReportScript()}) {
    EXPECT_GT(script.size(), 1'000u);
    EXPECT_EQ(script.find("</script"), std::string_view::npos);
    EXPECT_EQ(script.find("<!--"), std::string_view::npos);
  }
}

TEST(Report, PageIsBritishHasOneHeadingAndHeadingsInOrder) {
  EXPECT_THAT(Page(Week()), HasSubstr("<html lang=\"en-GB\">"));
  for (const ReportData& data : {Week(), Nothing()}) {
    int last = 0, first = 0;
    for (const std::string& level : Matches(Body(data), "<h([1-6])[ >]")) {
      const int now = std::stoi(level);
      EXPECT_LE(now, last + 1);
      first += now == 1 ? 1 : 0;
      last = now;
    }
    EXPECT_EQ(first, 1);
  }
}

TEST(Report, EveryIdIsUniqueAndEveryLinkHasItsTarget) {
  const std::string body = Body(Week());
  const auto ids = Matches(body, " id=\"([^\"]*)\"");
  const std::set<std::string> unique(ids.begin(), ids.end());
  EXPECT_EQ(unique.size(), ids.size());
  for (const std::string& link : Matches(body, "(?:href=\"#|labelledby=\")([^\"]*)\"")) {
    EXPECT_TRUE(unique.contains(link)) << link;
  }
}

TEST(Report, NothingOfTheTemplateIsLeft) {
  for (const ReportData& data : {Week(), Nothing()}) {
    EXPECT_THAT(Body(data), AllOf(Not(HasSubstr("{{")), Not(HasSubstr("}}"))));
  }
}

TEST(Report, RefusesAnHourOrADayThatIsNone) {
  ReportData data = Week();
  data.by_hour[0].hour = 24;
  EXPECT_EQ(RenderReport(data).status().code(), base::Code::kInvalidArgument);
  data = Week();
  data.by_weekday_and_hour[0].hour = -1;
  EXPECT_EQ(RenderReport(data).status().code(), base::Code::kInvalidArgument);
  data = Week();
  data.last_day = data.first_day - 1;
  EXPECT_EQ(RenderReport(data).status().code(), base::Code::kInvalidArgument);
  data = Week();
  data.over_time[0].first = data.first_day - 7;
  EXPECT_EQ(RenderReport(data).status().code(), base::Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::audit_client
