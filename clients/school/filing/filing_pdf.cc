#include <algorithm>

#include "clients/school/filing/filing.h"
#include "clients/school/filing/fonts.h"
#include "clients/school/filing/handed_over.h"
#include "clients/school/filing/paper.h"
#include "clients/school/filing/plain_text.h"

namespace firstbell::school_filing {
namespace {

constexpr Style kName = {.points = 21, .bold = true};
constexpr Style kOverName = {.points = 9, .ink = Ink::kGrey};
constexpr Style kHeading = {.points = 11, .bold = true};
constexpr Style kWhen = {.points = 8.5, .ink = Ink::kGrey};
constexpr Style kBody = {.points = 9.5};
constexpr Style kStrong = {.points = 9.5, .bold = true};
constexpr Style kMark = {.points = 8.5, .bold = true, .ink = Ink::kMark};
constexpr Style kPolice = {.points = 8.5, .bold = true, .ink = Ink::kPolice};
constexpr Style kAbsent = {.points = 9.5, .ink = Ink::kGrey};
constexpr Style kClosing = {.points = 8.5, .ink = Ink::kGrey};

constexpr char kFromThePolice[] = "From the police";
constexpr char kClosingText[] =
    "This is what the school recorded in Firstbell about this child up to the time at which this "
    "copy was made, in the order in which it was written. What was corrected later is kept, and "
    "marked. Whoever holds this copy is bound by the school's own policy on safeguarding, and "
    "on how such records are kept, shared and destroyed.";

constexpr char kLettersMissingText[] =
    "Some could not be set where this copy was made, and stand here as boxes. The copy as JSON has "
    "them all.";

// Of a name on each page's head or foot; the first page has all of it.
constexpr std::size_t kRunningBytes = 160;

std::string Running(const std::string& name) {
  return std::string(Pieces(name, kRunningBytes).front());
}

std::size_t TextBytes(const FiledRecord& record) {
  std::size_t bytes = record.school.size() + record.child.size() + record.born.size() +
                      record.form.size() + record.made_by.size();
  for (const FiledEntry& entry : record.entries) {
    bytes += entry.by.size() + entry.heading.size() + entry.gone.size();
    for (const FiledFact& fact : entry.facts) bytes += fact.term.size() + fact.text.size();
  }
  return bytes;
}

// No more pages than may be have room for so many. It is looked at before any line is set, for each
// takes memory.
constexpr std::ptrdiff_t kMostLines = 60 * static_cast<std::ptrdiff_t>(kMostPages);

std::ptrdiff_t Lines(const Document& document) {
  std::ptrdiff_t lines = 0;
  for (const Section& section : document.sections) {
    for (const Row& row : section.rows) {
      lines += 1 + std::count(row.text.begin(), row.text.end(), '\n');
    }
  }
  return lines;
}

// "4 May 2017"; what is no date, as it is.
std::string BornText(const std::string& born) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(born, &day)) return born;
  return std::to_string(day.day()) +
         absl::FormatTime(" %B %Y", absl::FromCivil(day, absl::UTCTimeZone()), absl::UTCTimeZone());
}

void AddFact(const std::string& term, const std::string& text, std::vector<Row>& rows) {
  if (text.empty()) return;
  if (term.size() <= kTermBytes) {
    rows.push_back({.term = term, .text = text, .style = kBody, .gap = 4});
    return;
  }
  rows.push_back({.text = term, .style = kStrong, .gap = 6, .keep_with_next = true});
  rows.push_back({.text = text, .style = kBody, .gap = 2});
}

std::string PoliceTextText(bool police_text) {
  return police_text ? "In this copy, and marked as theirs."
                     : "Left out of this copy. That they said something, and when, is listed.";
}

Section FirstSection(const FiledRecord& record, std::size_t entries,
                     const console::LocalTime& london) {
  Section section;
  section.rows.push_back({.text = "A child's record, as the school keeps it in Firstbell",
                          .style = kOverName,
                          .keep_with_next = true});
  section.rows.push_back(
      {.text = record.child, .style = kName, .tag = "H1", .gap = 3, .keep_with_next = true});
  const auto add = [&](const char* term, const std::string& text) {
    AddFact(term, text, section.rows);
  };
  add("Date of birth", BornText(record.born));
  add("Year and class", record.form);
  add("School", record.school + ", URN " + std::to_string(record.urn));
  add("Copy made", london.Format(record.made_at) + ", by " + record.made_by);
  add("Entries", entries == 0 ? "none" : std::to_string(entries) + ", the oldest first");
  add("What the police said", PoliceTextText(record.police_text));
  section.rows[2].gap = 11;
  return section;
}

void AddMarks(const HandedOverEntry& handed_over, std::vector<Row>& rows) {
  const FiledEntry& entry = handed_over.entry;
  if (entry.corrected) {
    rows.push_back(
        {.text = "Corrected by a later entry", .style = kMark, .gap = 3, .keep_with_next = true});
  }
  if (!entry.gone.empty()) {
    rows.push_back({.text = "Erased: " + entry.gone, .style = kAbsent, .gap = 4});
  } else if (handed_over.left_out) {
    rows.push_back({.text = kLeftOut, .style = kAbsent, .gap = 4});
  }
}

Section EntrySection(const HandedOverEntry& handed_over, const console::LocalTime& london) {
  const FiledEntry& entry = handed_over.entry;
  Section section{.rule = true, .bar = entry.police};
  std::vector<Row>& rows = section.rows;
  if (entry.police && entry.heading != kFromThePolice) {
    rows.push_back({.text = kFromThePolice, .style = kPolice, .keep_with_next = true});
  }
  const Style heading = {
      .points = kHeading.points, .bold = true, .ink = entry.police ? Ink::kPolice : Ink::kBlack};
  rows.push_back(
      {.text = entry.heading, .style = heading, .tag = "H2", .gap = 1, .keep_with_next = true});
  rows.push_back({.text = london.Format(entry.at) + (entry.by.empty() ? "" : " · " + entry.by),
                  .style = kWhen,
                  .gap = 2,
                  .keep_with_next = true});
  AddMarks(handed_over, rows);
  const std::size_t heads = rows.size();
  for (const FiledFact& fact : entry.facts) AddFact(fact.term, fact.text, rows);
  if (rows.size() > heads) rows[heads].gap += 2;
  return section;
}

Document SetOut(const HandedOver& out, const console::LocalTime& london) {
  const FiledRecord& record = out.record;
  Document document{
      .title = "A child's record",
      .header = "Firstbell record · " + Running(record.school),
      .footer = "Made by " + Running(record.made_by) + " · " + london.Format(record.made_at),
      .stamp = "Confidential: safeguarding",
      .made_at = record.made_at};
  document.letters_missing = {
      .term = "Letters", .text = kLettersMissingText, .style = kBody, .gap = 4};
  document.sections.reserve(out.entries.size() + 2);
  document.sections.push_back(FirstSection(record, out.entries.size(), london));
  for (const HandedOverEntry& entry : out.entries) {
    document.sections.push_back(EntrySection(entry, london));
  }
  document.sections.push_back({.rows = {{.text = kClosingText, .style = kClosing}}, .rule = true});
  return document;
}

}  // namespace

base::Result<std::string> FilingPdf(const FiledRecord& record, const console::LocalTime& london) {
  if (TextBytes(record) > kMostTextBytes) {
    return base::ResourceExhausted("the record's texts are longer than " +
                                   std::to_string(kMostTextBytes) + " bytes: hand it over as JSON");
  }
  Document document = SetOut(HandOver(record), london);
  if (Lines(document) > kMostLines) {
    return base::ResourceExhausted("the record's texts have more than " +
                                   std::to_string(kMostLines) + " lines: hand it over as JSON");
  }
  FB_ASSIGN_OR_RETURN(const FontMap fonts, LoadFonts(SystemFontDirectories()));
  return Print(std::move(document), *fonts);
}

}  // namespace firstbell::school_filing
