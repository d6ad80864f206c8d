#include "clients/admin/calendar_page.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "broker/model/alert.h"

namespace firstbell::admin {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kLabel = 11;
constexpr std::array<std::string_view, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu",
                                                       "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct Kind {
  v1::CalendarDayKind kind;
  std::string_view word;     // at most seven letters
  std::string_view meaning;  // empty: the word says it
};

constexpr Kind kKinds[] = {
    {v1::CALENDAR_DAY_KIND_SCHOOL, "school", ""},
    {v1::CALENDAR_DAY_KIND_OPEN, "extra", "a school day although it would be none"},
    {v1::CALENDAR_DAY_KIND_UNKNOWN, "school?", "nothing is known of it, so it counts as one"},
    {v1::CALENDAR_DAY_KIND_WEEKEND, "-", "no school on this weekday"},
    {v1::CALENDAR_DAY_KIND_BANK_HOLIDAY, "bank", "bank holiday"},
    {v1::CALENDAR_DAY_KIND_INSET, "INSET", "staff alone"},
    {v1::CALENDAR_DAY_KIND_CLOSED, "closed", ""},
    {v1::CALENDAR_DAY_KIND_HALF_TERM, "half", "half term"},
    {v1::CALENDAR_DAY_KIND_HOLIDAY, "holiday", ""},
};

const Kind& KindOf(v1::CalendarDayKind kind) {
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const Kind& one) { return one.kind == kind; });
  return found == std::end(kKinds) ? kKinds[2] : *found;  // a newer broker's: nothing is known
}

std::string Day(const v1::CalendarDay& day, model::Date date, std::string_view today) {
  return absl::StrFormat("%c%2d %-7s", day.date() == today ? '*' : ' ', date.day(),
                         std::string(KindOf(day.kind()).word));
}

void TrimEnd(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

// Words after a label, broken at the page's width.
std::string Paragraph(std::string_view label, const std::string& text) {
  std::string all;
  std::string line(label);
  line.resize(std::max(kLabel, line.size() + 1), ' ');
  bool begun = false;
  for (const auto& word : absl::StrSplit(text, ' ')) {
    const std::string next(word.data(), word.size());
    if (begun && line.size() + 1 + next.size() > kWidth) {
      all += line + "\n";
      line.assign(kLabel, ' ');
      begun = false;
    }
    line += (begun ? " " : "") + next;
    begun = true;
  }
  return all + line + "\n";
}

std::string Weeks(const v1::GetCalendarResponse& calendar) {
  std::string page, line;
  for (const std::string_view weekday : kWeekdays) {
    line += absl::StrFormat("%-11s", std::string(weekday));
  }
  TrimEnd(line);
  page += "   " + line + "\n";
  line.clear();
  for (const v1::CalendarDay& day : calendar.days()) {
    const model::Date date = model::ParseDate(day.date()).value_or(model::Date());
    const auto weekday = static_cast<std::size_t>(absl::GetWeekday(date));
    line.resize(weekday * 11, ' ');
    line += Day(day, date, calendar.today());
    if (weekday != 6 && &day != &*calendar.days().rbegin()) continue;
    TrimEnd(line);
    page += line + "\n";
    line.clear();
  }
  return page;
}

// What the words of this month mean.
std::string Legend(const v1::GetCalendarResponse& calendar) {
  std::string legend;
  const auto add = [&](std::string_view word, std::string_view meaning) {
    legend += (legend.empty() ? "" : "; ") + std::string(word) + ": " + std::string(meaning);
  };
  bool today = false;
  for (const Kind& kind : kKinds) {
    const bool there = std::any_of(calendar.days().begin(), calendar.days().end(),
                                   [&](const auto& day) { return day.kind() == kind.kind; });
    if (there && !kind.meaning.empty()) add(kind.word, kind.meaning);
  }
  for (const v1::CalendarDay& day : calendar.days()) today |= day.date() == calendar.today();
  if (today) add("*", "today");
  return legend.empty() ? "" : Paragraph("", legend);
}

// "Mon-Thu", "Sat": weekdays that follow each other with the same hours.
std::string HoursOf(const v1::GetCalendarResponse& calendar) {
  std::string text;
  const auto same = [](const v1::SchoolHours& a, const v1::SchoolHours& b) {
    return a.window() == b.window() && a.bell() == b.bell() && a.closing() == b.closing();
  };
  for (int first = 0; first < calendar.hours_size();) {
    int last = first;
    const v1::SchoolHours& hours = calendar.hours(first).hours();
    while (last + 1 < calendar.hours_size() && same(calendar.hours(last + 1).hours(), hours)) {
      ++last;
    }
    std::string days(kWeekdays[static_cast<std::size_t>(first) % 7]);
    if (last > first) {
      days += "-" + std::string(kWeekdays[static_cast<std::size_t>(last) % 7]);
    }
    text += Paragraph(first == 0 ? "Hours" : "", days + " window " + hours.window() + ", bell " +
                                                     hours.bell() + ", closing " + hours.closing());
    first = last + 1;
  }
  return text;
}

}  // namespace

base::Result<Month> ParseMonth(const std::string& text) {
  const auto first = text.size() == 7 ? model::ParseDate(text + "-01") : std::nullopt;
  if (!first) return base::InvalidArgument("a month is YYYY-MM, for instance 2026-03");
  return Month{*first, model::Date(absl::CivilMonth(*first) + 1) - 1};
}

std::string InWords(const v1::CalendarFinding& finding) {
  switch (finding.problem()) {
    case v1::CALENDAR_PROBLEM_NO_TERMS:
      return "no terms are known: every weekday counts as a school day";
    case v1::CALENDAR_PROBLEM_GAP:
      return "a gap from " + finding.first() + " to " + finding.last() +
             " is too long for a holiday: is a term missing?";
    case v1::CALENDAR_PROBLEM_NO_NEXT_TERM:
      return "no term is known after " + finding.first() + ": the days after " + finding.last() +
             " count as school days";
    case v1::CALENDAR_PROBLEM_CLOSED_TOO_LONG:
      return "closed from " + finding.first() + " to " + finding.last() +
             ": too long to be believed";
    default:
      return "something that this program has no word for; it is older than the broker";
  }
}

std::string DrawMonth(const v1::GetCalendarResponse& calendar) {
  std::string page = Paragraph("URN " + std::to_string(calendar.urn()), calendar.name());
  if (!calendar.days().empty()) {
    const model::Date date = model::ParseDate(calendar.days(0).date()).value_or(model::Date());
    const auto month = static_cast<std::size_t>(date.month() - 1);
    page += std::string(kMonths[month]) + " " + std::to_string(date.year()) + "\n\n";
  }
  page += Weeks(calendar) + "\n" + Legend(calendar) + HoursOf(calendar);
  if (calendar.boarding()) page += Paragraph("Boarding", "alerts are shown at once at any hour");
  if (const auto contact = calendar.own().holiday_contact();
      contact != v1::RECIPIENT_ROLE_UNSPECIFIED) {
    page += Paragraph("Holidays", "the " + std::string(model::Word(contact)) + " is to be told");
  }
  for (const v1::CalendarFinding& finding : calendar.findings()) {
    page += Paragraph("Check", InWords(finding));
  }
  return page;
}

}  // namespace firstbell::admin
