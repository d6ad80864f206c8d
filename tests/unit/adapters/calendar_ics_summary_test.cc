// What the names of events say, as schools write them.

#include "adapters/calendar_ics/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::adapters::calendar_ics {
namespace {

using ::testing::ElementsAre;

void ExpectKind(Kind kind, std::initializer_list<const char*> summaries) {
  for (const char* summary : summaries) {
    const Meaning meaning = Understand(summary);
    EXPECT_EQ(meaning.sense, Sense::kUnderstood) << summary;
    EXPECT_THAT(meaning.kinds, ElementsAre(kind)) << summary;
  }
}

void ExpectSense(Sense sense, std::initializer_list<const char*> summaries) {
  for (const char* summary : summaries) EXPECT_EQ(Understand(summary).sense, sense) << summary;
}

TEST(CalendarIcsSummary, Terms) {
  ExpectKind(Kind::kTerm, {"Autumn Term", "Term 1", "TERM 2 2026/27", "Spring Term (first half)",
                           "Term time", "Summer term 2nd half", "Michaelmas Term 2026"});
  ExpectKind(Kind::kTermBegins,
             {"Autumn term starts", "Start of Spring Term", "First day of term", "Term 3 begins",
              "Term starts for all pupils", "Back to school", "Pupils return", "School reopens"});
  ExpectKind(Kind::kTermEnds,
             {"Term ends", "End of Autumn Term", "Last day of term", "Last day of Summer Term",
              "School breaks up for Christmas", "School closes for Easter", "Term 6 finishes",
              "Last day of school"});
}

TEST(CalendarIcsSummary, DaysWithoutSchool) {
  ExpectKind(Kind::kHalfTerm,
             {"Half term", "Half-Term Holiday", "October half term break", "Autumn Half Term",
              "Mid-term", "Half term (school closed)", "Spring Term Half Term"});
  ExpectKind(Kind::kInset,
             {"INSET", "Inset Day 1", "INSET day - school closed to pupils", "Staff training day",
              "Teacher Training Day", "Teachers\xe2\x80\x99 training day",
              "Professional Learning Day", "PD Day", "Non-pupil day", "Non pupil day",
              "In-service day", "INSET Day \xe2\x80\x93 Staff only", "Term 1 INSET day"});
  ExpectKind(Kind::kClosed, {"School closed", "SCHOOL CLOSED TO PUPILS", "Occasional Day",
                             "School closure", "No school", "Closed on Friday"});
  ExpectKind(Kind::kHoliday, {"Christmas holiday", "Christmas Holidays 2026", "Easter break",
                              "Summer Holiday", "Christmas and New Year holidays",
                              "Easter holidays - school closed", "School holidays"});
  ExpectKind(Kind::kBankHoliday,
             {"Bank Holiday", "Early May Bank Holiday", "May Day", "Good Friday", "Boxing Day",
              "Bank Holiday - School Closed", "New Year\xe2\x80\x99s Day"});
}

TEST(CalendarIcsSummary, ExtraDays) {
  ExpectKind(Kind::kOpen, {"School open", "Extra school day", "School open to all pupils"});
}

TEST(CalendarIcsSummary, WhatIsAboutSomethingElse) {
  ExpectSense(Sense::kNothing,
              {"", "Choir concert", "Year 6 trip to Hythe", "Parents' evening", "Christmas",
               "Sports Day", "Choir starts", "School photographs", "Start", "Football ends 16:30",
               "School council begins", "School closes early", "\xf0\x9f\x8e\x84"});
  ExpectSense(Sense::kPartly,
              {"Half term football camp", "INSET day for Year 7", "Holiday club",
               "School closed at 13:15", "INSET (half day)", "School open day", "Library closed",
               "School open evening", "School closed from 1.15pm", "Half term starts",
               "Last day before half term", "Christmas holidays begin", "End of half term",
               "School closes for INSET day", "School open - INSET"});
  ExpectSense(Sense::kPartlyTerm,
              {"Autumn term concert", "End of term assembly", "Term dates", "Term 1 week 3",
               "Term ends / term starts", "Term starts for Year 7", "Term time - school closed",
               "Last day of term 13:15"});
}

TEST(CalendarIcsSummary, ATermMayBeginWithInset) {
  EXPECT_THAT(Understand("Autumn Term begins (INSET day)").kinds,
              ElementsAre(Kind::kTermBegins, Kind::kInset));
}

TEST(CalendarIcsSummary, CategoriesSayWhatABareNameDoesNot) {
  const std::vector<std::string> holidays = {"Whole school", "School Holidays"}, inset = {"INSET"};
  EXPECT_THAT(Understand("Christmas 2026", holidays).kinds, ElementsAre(Kind::kHoliday));
  EXPECT_THAT(Understand("", inset).kinds, ElementsAre(Kind::kInset));
  EXPECT_THAT(Understand("School open", inset).kinds, ElementsAre(Kind::kOpen));
  EXPECT_EQ(Understand("Lego workshop", holidays).sense, Sense::kNothing)
      << "what lies in the holidays closes no school";
  EXPECT_EQ(Understand("Half term camp", holidays).sense, Sense::kPartly);
}

}  // namespace
}  // namespace firstbell::adapters::calendar_ics
