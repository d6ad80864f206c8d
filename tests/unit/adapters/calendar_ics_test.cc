// Published calendars, shaped as schools, authorities and their programs write them; all invented.

#include "adapters/calendar_ics/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/base/limits.h"
#include "broker/model/calendar_change.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::calendar_ics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Outcome {
  base::Result<calendar_csv::CalendarFile> file = calendar_csv::CalendarFile();
  std::vector<Reject> rejects;
  std::vector<Ignored> ignored;

  // Of the one calendar: "2026-09-02..2026-12-18".
  std::vector<std::string> Of(const google::protobuf::RepeatedPtrField<v1::DateRange>& (
      v1::SchoolYear::*list)() const) const {
    std::vector<std::string> ranges;
    if (!file.ok() || file->calendars.empty()) return {"none"};
    const v1::SchoolYear& year = file->calendars[0].change.year();
    for (const v1::DateRange& one : (year.*list)()) {
      ranges.push_back(one.first() == one.last() ? one.first() : one.first() + ".." + one.last());
    }
    return ranges;
  }
  std::vector<std::string> terms() const { return Of(&v1::SchoolYear::terms); }
  std::vector<std::string> half_terms() const { return Of(&v1::SchoolYear::half_terms); }
  std::vector<std::string> inset() const { return Of(&v1::SchoolYear::inset); }
  std::vector<std::string> closed() const { return Of(&v1::SchoolYear::closed); }
  std::vector<std::string> open() const { return Of(&v1::SchoolYear::open); }
  std::vector<std::string> Places() const {
    std::vector<std::string> places;
    for (const Reject& r : rejects) places.push_back(std::to_string(r.line) + " " + r.field);
    return places;
  }
};

Outcome ReadFile(const std::filesystem::path& path) {
  Outcome outcome;
  v1::CalendarChange scope;
  scope.set_urn(100000);
  outcome.file = ReadCalendar(path, scope,
                              {[&](const Reject& one) { outcome.rejects.push_back(one); },
                               [&](const Ignored& one) { outcome.ignored.push_back(one); },
                               {}});
  return outcome;
}

Outcome Read(std::string_view bytes) {
  const TempFile file(bytes, "school.ics");
  return ReadFile(file.path());
}

// One line of lines: "SUMMARY:INSET", "DTSTART…"; the event begins on line 3 of the file.
std::string Event(std::initializer_list<std::string_view> lines) {
  std::string event = "BEGIN:VEVENT\r\n";
  for (const std::string_view line : lines) event += std::string(line) + "\r\n";
  return event + "END:VEVENT\r\n";
}

std::string Calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events + "END:VCALENDAR\r\n";
}

std::string AllDay(const std::string& summary, const std::string& first, const std::string& after) {
  return Event({"SUMMARY:" + summary, "DTSTART;VALUE=DATE:" + first, "DTEND;VALUE=DATE:" + after});
}

Outcome ReadEvent(std::initializer_list<std::string_view> lines) {
  return Read(Calendar(Event(lines)));
}

// --- Whole calendars -------------------------------------------------------------------------

// As a school's website exports it: concerts between terms, folded lines, an alarm, a zone.
const std::string kSchool = Calendar(
    "PRODID:-//Invented//Website//EN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Wren Lane Primary\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\nDTSTART:19701025T020000\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
    AllDay("Autumn Term", "20260902", "20261219") +
    Event({"UID:2@wren.example", "DTSTART;VALUE=DATE:20261024", "DTEND;VALUE=DATE:20261102",
           "SUMMARY:October half-te", " rm holi", "\tday", "DESCRIPTION:School is closed\\, bring",
           "  your books", "BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "END:VALARM"}) +
    Event({"UID:3@wren.example", "SUMMARY:INSET Day \xe2\x80\x93 School closed to pupils",
           "DTSTART;VALUE=DATE:20260902"}) +
    Event({"UID:4@wren.example", "SUMMARY:Choir concert", "RRULE:FREQ=WEEKLY",
           "DTSTART;TZID=Mars/Olympus:20261201T180000"}) +
    AllDay("Christmas Holidays", "20261219", "20270104") +
    AllDay("Spring Term", "20270104", "20270326") + AllDay("Bank Holiday", "20261225", "20261226"));

TEST(CalendarIcs, ASchoolsTermsHalfTermsAndInset) {
  const Outcome read = Read(kSchool);
  ASSERT_TRUE(read.file.ok()) << read.file.status();
  EXPECT_THAT(read.rejects, IsEmpty());
  EXPECT_EQ(read.file->totals.rows, 7u);
  ASSERT_EQ(read.file->calendars.size(), 1u);
  EXPECT_EQ(read.file->calendars[0].change.urn(), 100000u);
  EXPECT_THAT(read.terms(), ElementsAre("2026-09-02..2026-12-18", "2027-01-04..2027-03-25"));
  EXPECT_THAT(read.half_terms(), ElementsAre("2026-10-24..2026-11-01"));
  EXPECT_THAT(read.inset(), ElementsAre("2026-09-02"));
  EXPECT_THAT(read.closed(), IsEmpty()) << "Christmas lies between the terms";
  EXPECT_EQ(read.ignored.size(), 2u) << "the concert and the bank holiday";
}

TEST(CalendarIcs, LinesMayEndAsTheyLikeAndBeginWithAMark) {
  std::string bare = "\xef\xbb\xbf" + kSchool;
  for (std::size_t at = 0; (at = bare.find('\r')) != std::string::npos;) bare.erase(at, 1);
  EXPECT_THAT(Read(bare).terms(), ElementsAre("2026-09-02..2026-12-18", "2027-01-04..2027-03-25"));
  const TempFile file("", "school.ics.gz");
  file.WriteCompressed(bare);
  EXPECT_THAT(ReadFile(file.path()).inset(), ElementsAre("2026-09-02"));
}

TEST(CalendarIcs, WhatItGivesPassesTheBrokersOwnCheckAndHasItsLines) {
  const Outcome read = Read(kSchool);
  ASSERT_TRUE(read.file.ok());
  const auto& calendar = read.file->calendars.at(0);
  const auto change = model::ParseCalendarChange(calendar.change, "");
  EXPECT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(calendar.LineOf("year.terms[0].last"), 14u);
  EXPECT_EQ(calendar.LineOf("year.inset[0]"), 33u);
}

// Beginnings and ends as events of their own; notes of the same day say nothing new.
TEST(CalendarIcs, TermsOfBeginningsAndEnds) {
  const Outcome read =
      Read(Calendar(AllDay("Term ends", "20261218", "20261219") +
                    AllDay("Last day of term", "20261218", "20261219") +
                    AllDay("Autumn term begins", "20260902", "20260903") +
                    Event({"SUMMARY:Pupils return", "DTSTART:20270104T084500"}) +
                    Event({"SUMMARY:School breaks up for Easter", "DTSTART:20270325T133000"})));
  EXPECT_THAT(read.Places(), IsEmpty());
  EXPECT_THAT(read.terms(), ElementsAre("2026-09-02..2026-12-18", "2027-01-04..2027-03-25"));
}

TEST(CalendarIcs, AnEdgeBesideTheWholeTermConfirmsIt) {
  const Outcome read = Read(Calendar(AllDay("Autumn Term", "20260902", "20261219") +
                                     AllDay("Last day of term", "20261218", "20261219")));
  EXPECT_THAT(read.Places(), IsEmpty());
  EXPECT_THAT(read.terms(), ElementsAre("2026-09-02..2026-12-18"));
}

TEST(CalendarIcs, HolidaysWithoutTermsSayWhatLiesBetween) {
  const std::string christmas = AllDay("Christmas holiday", "20261219", "20270104");
  const std::string easter = AllDay("Easter week 1", "20270327", "20270403") +
                             AllDay("Easter break", "20270327", "20270403") +
                             AllDay("Easter break", "20270405", "20270410");
  EXPECT_THAT(Read(Calendar(christmas + easter)).terms(), IsEmpty());
  EXPECT_THAT(
      Read(Calendar(christmas + easter)).closed(),
      ElementsAre("2026-12-19..2027-01-03", "2027-03-27..2027-04-02", "2027-04-05..2027-04-09"));
  const Outcome with_summer =
      Read(Calendar(AllDay("Summer Holidays", "20260722", "20260902") + christmas + easter));
  EXPECT_THAT(with_summer.terms(), ElementsAre("2026-09-02..2026-12-18", "2027-01-04..2027-03-26"));
  EXPECT_THAT(with_summer.closed(), ElementsAre("2027-03-27..2027-04-09"));
  EXPECT_THAT(Read(Calendar(AllDay("Summer Holidays", "20260722", "20260902"))).Places(),
              ElementsAre("3 SUMMARY"));
}

TEST(CalendarIcs, HolidaysBesideTerms) {
  const std::string terms =
      AllDay("Autumn Term", "20260902", "20261219") + AllDay("Spring Term", "20270104", "20270326");
  EXPECT_THAT(Read(Calendar(terms + AllDay("Holiday", "20261109", "20261114"))).half_terms(),
              ElementsAre("2026-11-09..2026-11-13"));
  EXPECT_THAT(Read(Calendar(terms + AllDay("Holiday", "20261218", "20270104"))).Places(), IsEmpty())
      << "the last day of term is a school day";
  EXPECT_THAT(Read(Calendar(terms + AllDay("Holiday", "20261217", "20270104"))).Places(),
              ElementsAre("13 SUMMARY"));
  EXPECT_THAT(Read(Calendar(terms + AllDay("Easter holiday", "20270326", "20270412"))).closed(),
              ElementsAre("2027-03-26..2027-04-11"));
}

TEST(CalendarIcs, WhatContradictsItselfRejectsTheFile) {
  const std::string begins = AllDay("Term starts", "20260902", "20260903");
  const std::string ends = AllDay("Term ends", "20261218", "20261219");
  EXPECT_THAT(Read(Calendar(begins)).Places(), ElementsAre("3 SUMMARY"));
  EXPECT_THAT(Read(Calendar(ends)).Places(), ElementsAre("3 SUMMARY"));
  EXPECT_THAT(
      Read(Calendar(begins + AllDay("Term starts", "20260903", "20260904") + ends)).Places(),
      ElementsAre("3 SUMMARY"));
  EXPECT_THAT(Read(Calendar(AllDay("Autumn Term", "20260902", "20260903"))).Places(),
              ElementsAre("3 SUMMARY"))
      << "a term of one day";
  EXPECT_THAT(Read(Calendar(AllDay("Autumn Term timetable", "20260902", "20261219"))).Places(),
              ElementsAre("3 SUMMARY"));
  const Outcome backwards = Read(Calendar(AllDay("INSET", "20261109", "20261108")));
  EXPECT_THAT(backwards.Places(), ElementsAre("6 DTEND"));
  ASSERT_EQ(backwards.file->calendars.size(), 1u);
  EXPECT_EQ(backwards.file->calendars[0].rejected, 1u) << "marked: it must not be used";
  EXPECT_EQ(backwards.rejects[0].urn, "100000");
}

TEST(CalendarIcs, TermsThatOverlapAreFoundByTheBrokersCheckAtTheirLine) {
  const Outcome read = Read(Calendar(AllDay("Term 1", "20260902", "20261024") +
                                     AllDay("Term 2", "20261023", "20261219")));
  ASSERT_TRUE(read.file.ok());
  const auto& calendar = read.file->calendars.at(0);
  EXPECT_FALSE(model::ParseCalendarChange(calendar.change, "").ok());
  EXPECT_EQ(calendar.LineOf("year.terms"), 8u);
}

// --- What is left aside ----------------------------------------------------------------------

TEST(CalendarIcs, WhatIsPartlyOfSchoolDaysIsNamedByItsLineAlone) {
  const Outcome read = Read(Calendar(AllDay("INSET", "20261109", "20261110") +
                                     AllDay("Half term camp with Zoe", "20261026", "20261031") +
                                     AllDay("End of term assembly", "20261218", "20261219") +
                                     AllDay("Sports day", "20261002", "20261003")));
  EXPECT_THAT(read.Places(), IsEmpty());
  ASSERT_EQ(read.ignored.size(), 3u);
  EXPECT_EQ(read.ignored[0].line, 8u);
  EXPECT_FALSE(read.ignored[0].says_nothing);
  EXPECT_THAT(read.ignored[0].reason, Not(HasSubstr("Zoe")));
  EXPECT_EQ(read.ignored[1].line, 13u);
  EXPECT_TRUE(read.ignored[2].says_nothing);
  EXPECT_THAT(read.half_terms(), IsEmpty());
}

TEST(CalendarIcs, WhatIsCancelledOrTentativeClosesNothing) {
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "STATUS:CANCELLED"}).inset(),
              ElementsAre("none"));
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "STATUS:TENTATIVE"}).inset(),
              ElementsAre("none"));
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "STATUS:CONFIRMED"}).inset(),
              ElementsAre("2026-11-09"));
}

TEST(CalendarIcs, ACalendarOfConcertsAloneSaysNothing) {
  const Outcome read = Read(Calendar(AllDay("Concert", "20261109", "20261110")));
  ASSERT_TRUE(read.file.ok());
  EXPECT_THAT(read.file->calendars, IsEmpty());
  EXPECT_EQ(read.file->totals.rows, 1u);
}

// --- Times -----------------------------------------------------------------------------------

TEST(CalendarIcs, DatesEndBeforeDtend) {
  EXPECT_THAT(Read(Calendar(AllDay("School closed", "20261109", "20261111"))).closed(),
              ElementsAre("2026-11-09..2026-11-10"));
  EXPECT_THAT(Read(Calendar(AllDay("School closed", "20261109", "20261109"))).closed(),
              ElementsAre("2026-11-09"));
  EXPECT_THAT(ReadEvent({"SUMMARY:School closed", "DTSTART;VALUE=DATE:20261109"}).closed(),
              ElementsAre("2026-11-09"));
  EXPECT_THAT(
      ReadEvent({"SUMMARY:School closed", "DTSTART;VALUE=DATE:20261109", "DURATION:P2D"}).closed(),
      ElementsAre("2026-11-09..2026-11-10"));
  EXPECT_THAT(ReadEvent({"SUMMARY:Closed", "DTSTART;VALUE=DATE:20280228", "DURATION:P2D"}).closed(),
              ElementsAre("2028-02-28..2028-02-29"));
}

Outcome Closed(std::string_view start, std::string_view end) {
  return ReadEvent(
      {"SUMMARY:School closed", "DTSTART" + std::string(start), "DTEND" + std::string(end)});
}

TEST(CalendarIcs, AClosureOfTheWholeSchoolDayCountsItsLondonDates) {
  EXPECT_THAT(Closed(":20261109T083000", ":20261109T160000").closed(), ElementsAre("2026-11-09"));
  EXPECT_THAT(Closed(":20261109T090000", ":20261111T150000").closed(),
              ElementsAre("2026-11-09..2026-11-11"));
  EXPECT_THAT(Closed(":20261109T091500", ":20261110T160000").closed(), ElementsAre("2026-11-10"));
  const Outcome twilight = Closed(":20261109T130000", ":20261109T180000");
  EXPECT_THAT(twilight.closed(), ElementsAre("none"));
  EXPECT_THAT(twilight.Places(), IsEmpty());
  EXPECT_FALSE(twilight.ignored.at(0).says_nothing);
}

// In summer London's midnight is at 23:00 the day before in UTC; in winter it is not.
TEST(CalendarIcs, UtcIsTakenToLondon) {
  EXPECT_THAT(Closed(":20260607T230000Z", ":20260608T230000Z").closed(), ElementsAre("2026-06-08"));
  EXPECT_THAT(Closed(":20261108T230000Z", ":20261109T230000Z").closed(), ElementsAre("2026-11-09"));
  EXPECT_THAT(Closed(":20260608T080000Z", ":20260608T140000Z").closed(), ElementsAre("2026-06-08"));
  EXPECT_THAT(Closed(":20261109T080000Z", ":20261109T140000Z").closed(), ElementsAre("none"));
  EXPECT_THAT(Closed(":20260327T000000Z", ":20260330T000000Z").closed(),
              ElementsAre("2026-03-27..2026-03-29"))
      << "the clocks go forward on the last of them";
}

TEST(CalendarIcs, ZonesAreKnownByTheirNamesAndWindows) {
  for (const char* zone : {"Europe/London", "GMT Standard Time", "\"GMT Standard Time\"", "GB",
                           "/freeassociation.sourceforge.net/Europe/London"}) {
    const std::string id = ";TZID=" + std::string(zone) + ":";
    EXPECT_THAT(Closed(id + "20260608T000000", id + "20260609T000000").closed(),
                ElementsAre("2026-06-08"))
        << zone;
  }
  EXPECT_THAT(
      Closed(";TZID=Europe/Paris:20260608T010000", ";TZID=Europe/Paris:20260609T010000").closed(),
      ElementsAre("2026-06-08"));
  for (const char* zone :
       {"Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "localtime", "x"}) {
    EXPECT_THAT(
        Closed(";TZID=" + std::string(zone) + ":20260608T000000", ":20260609T000000").Places(),
        ElementsAre("5 DTSTART"))
        << zone;
  }
}

TEST(CalendarIcs, WhatIsNoTimeIsRejected) {
  EXPECT_THAT(Closed(":20261331", ":20261332").Places(), ElementsAre("5 DTSTART"));
  EXPECT_THAT(Closed(":yesterday", ":20261109").Places(), ElementsAre("5 DTSTART"));
  EXPECT_THAT(Closed(":18991231", ":19000101").Places(), ElementsAre("5 DTSTART"));
  EXPECT_THAT(Closed(":20261109", ":20261109T150000").Places(), ElementsAre("6 DTEND"));
  EXPECT_THAT(Closed(":20261109", ":20281109").Places(), ElementsAre("6 DTEND"));
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET"}).Places(), ElementsAre("3 DTSTART"));
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "DURATION:-P1D"}).Places(),
              ElementsAre("6 DURATION"));
  EXPECT_THAT(
      ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "DTEND:20261110", "DURATION:P1D"}).Places(),
      ElementsAre("7 DURATION"));
  EXPECT_THAT(ReadEvent({"SUMMARY:INSET", "DTSTART:20261109", "DTSTART:20261110"}).Places(),
              ElementsAre("6 DTSTART"));
}

// --- Repetitions -----------------------------------------------------------------------------

Outcome Weekly(std::string_view rule, std::string_view more = "STATUS:CONFIRMED") {
  return ReadEvent(
      {"SUMMARY:School closed", "DTSTART;VALUE=DATE:20260904", "RRULE:" + std::string(rule), more});
}

TEST(CalendarIcs, ARepetitionThatEndsIsKeptTo) {
  EXPECT_THAT(Weekly("FREQ=WEEKLY;COUNT=3").closed(),
              ElementsAre("2026-09-04", "2026-09-11", "2026-09-18"));
  EXPECT_THAT(Weekly("FREQ=WEEKLY;UNTIL=20260918").closed(),
              ElementsAre("2026-09-04", "2026-09-11", "2026-09-18"));
  EXPECT_THAT(Weekly("FREQ=WEEKLY;UNTIL=20260917").closed(),
              ElementsAre("2026-09-04", "2026-09-11"));
  EXPECT_THAT(Weekly("FREQ=DAILY;BYDAY=FR,SA;COUNT=3").closed(),
              ElementsAre("2026-09-04", "2026-09-05", "2026-09-11"));
  EXPECT_THAT(Weekly("FREQ=MONTHLY;BYDAY=1FR;COUNT=2").closed(),
              ElementsAre("2026-09-04", "2026-10-02"));
  EXPECT_THAT(Weekly("FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260911,20260918").closed(),
              ElementsAre("2026-09-04"));
  EXPECT_THAT(Weekly("FREQ=WEEKLY;COUNT=1", "RDATE;VALUE=DATE:20261002").closed(),
              ElementsAre("2026-09-04", "2026-10-02"));
}

// UNTIL in UTC is London's nine o'clock: an hour earlier in summer, and the last day still counts.
TEST(CalendarIcs, UntilInUtcCountsTheLastDay) {
  const auto closed = [](std::string_view until, std::string_view start, std::string_view end) {
    return ReadEvent({"SUMMARY:School closed", "DTSTART;TZID=Europe/London:" + std::string(start),
                      "DTEND;TZID=Europe/London:" + std::string(end),
                      "RRULE:FREQ=WEEKLY;UNTIL=" + std::string(until)})
        .closed();
  };
  EXPECT_THAT(closed("20260612T080000Z", "20260605T090000", "20260605T160000"),
              ElementsAre("2026-06-05", "2026-06-12"));
  EXPECT_THAT(closed("20260612T075959Z", "20260605T090000", "20260605T160000"),
              ElementsAre("2026-06-05"));
  EXPECT_THAT(closed("20261030T090000Z", "20261023T090000", "20261023T160000"),
              ElementsAre("2026-10-23", "2026-10-30"))
      << "the clocks go back between them";
}

TEST(CalendarIcs, AnOccurrenceThatWasMovedIsNotWhereItWas) {
  const std::string series = Event({"UID:1", "SUMMARY:School closed", "DTSTART;VALUE=DATE:20260904",
                                    "RRULE:FREQ=WEEKLY;COUNT=2"});
  EXPECT_THAT(
      Read(Calendar(series + Event({"UID:1", "RECURRENCE-ID;VALUE=DATE:20260911",
                                    "SUMMARY:School closed", "DTSTART;VALUE=DATE:20260914"})))
          .closed(),
      ElementsAre("2026-09-04", "2026-09-14"));
  EXPECT_THAT(Read(Calendar(series + Event({"UID:1", "RECURRENCE-ID;VALUE=DATE:20260911",
                                            "SUMMARY:Open after all", "STATUS:CANCELLED",
                                            "DTSTART;VALUE=DATE:20260911"})))
                  .closed(),
              ElementsAre("2026-09-04"));
  EXPECT_THAT(Read(Calendar(series + Event({"UID:1", "SUMMARY:Open",
                                            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260911",
                                            "DTSTART;VALUE=DATE:20260911"})))
                  .Places(),
              ElementsAre("12 RECURRENCE-ID"));
}

TEST(CalendarIcs, ARepetitionThatIsNotUnderstoodRejectsTheFile) {
  const Outcome endless = Weekly("FREQ=WEEKLY");
  EXPECT_THAT(endless.Places(), ElementsAre("6 RRULE"));
  EXPECT_THAT(endless.rejects[0].reason, HasSubstr("has no end"));
  for (const char* rule :
       {"FREQ=HOURLY;COUNT=2", "FREQ=DAILY;BYHOUR=9;COUNT=2", "FREQ=WEEKLY;COUNT=401",
        "FREQ=DAILY;UNTIL=21991231", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=DAILY;BYDAY=MO;COUNT=2", "FREQ=DAILY;BYDAY=1FR;COUNT=2",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "FREQ=SOMETIMES;COUNT=2", "COUNT=2",
        "FREQ=WEEKLY;UNTIL=20260903", "RSCALE=CHINESE;FREQ=YEARLY;COUNT=2"}) {
    EXPECT_THAT(Weekly(rule).Places(), ElementsAre("6 RRULE")) << rule;
  }
  EXPECT_EQ(Weekly("FREQ=DAILY;COUNT=400").closed().size(), limits::kDateRanges);
  EXPECT_THAT(ReadEvent({"SUMMARY:Autumn Term", "DTSTART;VALUE=DATE:20260902",
                         "DTEND;VALUE=DATE:20261219", "RRULE:FREQ=YEARLY;COUNT=2"})
                  .Places(),
              ElementsAre("3 RRULE"));
}

TEST(CalendarIcs, TwoEventsOfOneUidAreNotGuessedAt) {
  EXPECT_THAT(Read(Calendar(Event({"UID:1", "SUMMARY:INSET", "DTSTART:20261109"}) +
                            Event({"UID:1", "SUMMARY:INSET", "DTSTART:20261116"})))
                  .Places(),
              ElementsAre("8 UID"));
}

// --- What is no calendar ---------------------------------------------------------------------

std::string Refused(const std::string& bytes) {
  return std::string(base::Message(Read(bytes).file.status()));
}

TEST(CalendarIcs, WhatIsNoCalendarIsRefusedByItsLine) {
  EXPECT_THAT(Refused("scope,kind\r\n"), HasSubstr("line 1: this is not an iCalendar file"));
  EXPECT_THAT(Refused("BEGIN:VCARD\r\nEND:VCARD\r\n"), HasSubstr("not an iCalendar file"));
  for (const char* blank : {" ", "\r\n", "\r\n\r\n "}) {
    EXPECT_THAT(Refused(blank), HasSubstr("no calendar begins"));
  }
  EXPECT_THAT(Refused(kSchool.substr(0, kSchool.size() - 60)), HasSubstr("cut off"));
  EXPECT_THAT(Refused("BEGIN:VCALENDAR\r\nVERSION:1.0\r\nEND:VCALENDAR\r\n"),
              HasSubstr("line 2: VERSION"));
  EXPECT_THAT(Refused("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"),
              HasSubstr("METHOD is CANCEL"));
  EXPECT_THAT(Refused("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"),
              HasSubstr("line 3"));
  EXPECT_THAT(Refused("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n"),
              HasSubstr("line 3"));
  EXPECT_THAT(Refused(Calendar(Event({"SUMMARY:Inset \xe9t\xe9"}))), HasSubstr("line 4: SUMMARY"));
  EXPECT_THAT(Refused(Calendar(Event({std::string_view("SUMMARY:INSET\0x", 15)}))),
              HasSubstr("line 4: SUMMARY"));
  EXPECT_TRUE(absl::IsNotFound(ReadFile("/no/such/file.ics").file.status()));
}

TEST(CalendarIcs, EachLimitIsNamed) {
  const std::string deep(200'000, 'x');
  EXPECT_THAT(Refused(Calendar(Event({"SUMMARY:" + deep}))), HasSubstr("line 4"));
  std::string folded = "SUMMARY:";
  for (std::size_t i = 0; i <= limits::kImportLineBytes / 64; ++i) {
    folded += "\r\n " + std::string(64, 'x');
  }
  EXPECT_THAT(Refused(Calendar(Event({folded}))), HasSubstr("line 4: SUMMARY is longer"));
  EXPECT_TRUE(Read(Calendar(Event({"X-" + folded}))).file.ok()) << "nobody asks for it";
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "BEGIN:X\r\n";
  EXPECT_THAT(Refused(Calendar(nested)), HasSubstr("too deep"));
  std::string lines;
  for (std::size_t i = 0; i <= limits::kEventLines; ++i) lines += "EXDATE:20260904\r\n";
  EXPECT_THAT(Refused(Calendar(Event({lines + "SUMMARY:x"}))), HasSubstr("1000 lines"));
  std::string events;
  for (std::size_t i = 0; i < limits::kCalendarEvents; ++i) {
    events += "BEGIN:VEVENT\r\nEND:VEVENT\r\n";
  }
  EXPECT_TRUE(Read(Calendar(events)).file.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(
      Read(Calendar(events + "BEGIN:VEVENT\r\nEND:VEVENT\r\n")).file.status()));
  const std::string padded = Calendar("X-A:" + std::string(60'000, 'x') + "\r\n");
  std::string many;
  while (many.size() <= limits::kCalendarFileBytes) many += padded;
  EXPECT_TRUE(absl::IsResourceExhausted(Read(many).file.status()));
}

}  // namespace
}  // namespace firstbell::adapters::calendar_ics
