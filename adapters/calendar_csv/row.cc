#include "adapters/calendar_csv/row.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "broker/base/ids.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::calendar_csv {
namespace {

using csv::Fault;
using csv::Need;
using Column = csv::Column<Row>;
using Reason = std::optional<std::string>;

constexpr std::pair<std::string_view, v1::Nation> kNations[] = {
    {"england", v1::NATION_ENGLAND},
    {"wales", v1::NATION_WALES},
    {"scotland", v1::NATION_SCOTLAND},
    {"northern ireland", v1::NATION_NORTHERN_IRELAND},
    {"northern_ireland", v1::NATION_NORTHERN_IRELAND}};

constexpr std::string_view kTrust = "trust:";
constexpr std::size_t kTrustDigits = 8;

constexpr std::pair<std::string_view, v1::CalendarField> kKinds[] = {
    {"term", v1::CALENDAR_FIELD_TERMS},
    {"half_term", v1::CALENDAR_FIELD_HALF_TERMS},
    {"inset", v1::CALENDAR_FIELD_INSET},
    {"closed", v1::CALENDAR_FIELD_CLOSED},
    {"open", v1::CALENDAR_FIELD_OPEN},
    {"weekdays", v1::CALENDAR_FIELD_WEEKDAYS},
    {"hours", v1::CALENDAR_FIELD_HOURS},
    {"boarding", v1::CALENDAR_FIELD_BOARDING},
    {"day_school", v1::CALENDAR_FIELD_BOARDING},
    {"holiday_contact", v1::CALENDAR_FIELD_HOLIDAY_CONTACT}};

constexpr std::pair<std::string_view, v1::RecipientRole> kRoles[] = {
    {"lead", v1::RECIPIENT_ROLE_LEAD},
    {"deputy", v1::RECIPIENT_ROLE_DEPUTY},
    {"head", v1::RECIPIENT_ROLE_HEAD}};

constexpr std::string_view kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return '0' <= c && c <= '9'; });
}

bool Digits(std::string_view text, std::size_t count) {
  return text.size() == count && AllDigits(text);
}

bool IsTrustCode(std::string_view text) {
  return !text.empty() && text.size() <= kTrustDigits && AllDigits(text);
}

Reason SetScope(Row& row, std::string text) {
  auto scope = ParseScope(text);
  if (!scope) {
    return "is neither a URN (six digits), trust: and a trust's code, an authority's code (three "
           "digits) nor a nation";
  }
  row.scope = *std::move(scope);
  return std::nullopt;
}

Reason SetKind(Row& row, std::string text) {
  std::string word = csv::Lower(text);
  row.clears = word.substr(0, 3) == "no_";
  if (row.clears) word.erase(0, 3);
  for (const auto& [name, field] : kKinds) {
    if (word != name) continue;
    row.field = field;
    if (field == v1::CALENDAR_FIELD_BOARDING) {
      row.boarding = name == "boarding" ? v1::BOARDING_YES : v1::BOARDING_NONE;
    }
    return std::nullopt;
  }
  return "is none of term, half_term, inset, closed, open, weekdays, hours, boarding, "
         "day_school, holiday_contact, nor one of them after no_";
}

Reason SetRole(Row& row, std::string text) {
  const std::string word = csv::Lower(text);
  for (const auto& [name, role] : kRoles) {
    if (word != name) continue;
    row.role = role;
    return std::nullopt;
  }
  return "is none of lead, deputy, head";
}

Reason CheckDate(const std::string& text) {
  if (csv::ParseIsoDate(text)) return std::nullopt;
  return "is not a date YYYY-MM-DD that exists, 1900 to 2199";
}

// Monday is 0. Three letters are enough.
std::optional<std::size_t> WeekdayOf(std::string_view word) {
  for (std::size_t day = 0; day < std::size(kWeekdays); ++day) {
    if (word.size() >= 3 && kWeekdays[day].substr(0, word.size()) == word) return day;
  }
  return std::nullopt;
}

// "sat", or "mon-fri"; a range does not run over the week's end.
bool AddWeekdays(std::string_view word, std::array<bool, 7>& days) {
  const std::size_t dash = word.find('-');
  const auto first = WeekdayOf(word.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : WeekdayOf(word.substr(dash + 1));
  if (!first || !last || *last < *first) return false;
  for (std::size_t day = *first; day <= *last; ++day) days[day] = true;
  return true;
}

Reason SetWeekdays(Row& row, std::string text) {
  std::array<bool, 7> days{};
  std::string rest = csv::Lower(text);
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    if (space > 0 && !AddWeekdays(std::string_view(rest).substr(0, space), days)) {
      return "is not of the form mon, mon-fri or mon tue sat";
    }
    rest.erase(0, space + 1);
  }
  for (std::size_t day = 0; day < days.size(); ++day) {
    if (days[day]) row.weekdays.push_back(static_cast<v1::Weekday>(day + 1));
  }
  return std::nullopt;
}

Reason CheckTime(std::string_view text) {
  const bool shape = text.size() == 5 && text[2] == ':' && Digits(text.substr(0, 2), 2) &&
                     Digits(text.substr(3), 2);
  if (shape && text.substr(0, 2) < "24" && text.substr(3) < "60") return std::nullopt;
  return "is not a time of day HH:MM, 00:00 to 23:59";
}

#define FB_DATE(field)                                  \
  [](Row& row, std::string text) -> Reason {            \
    if (Reason reason = CheckDate(text)) return reason; \
    row.range.set_##field(std::move(text));             \
    return std::nullopt;                                \
  }
#define FB_TIME(field)                                  \
  [](Row& row, std::string text) -> Reason {            \
    if (Reason reason = CheckTime(text)) return reason; \
    row.hours.set_##field(std::move(text));             \
    return std::nullopt;                                \
  }

constexpr std::size_t kWord = 100;  // bytes
constexpr std::array kColumns = {
    Column{"scope", Need::kRequired, kWord, SetScope},
    Column{"kind", Need::kRequired, kWord, SetKind},
    Column{"first", Need::kOptional, kWord, FB_DATE(first)},
    Column{"last", Need::kOptional, kWord, FB_DATE(last)},
    Column{"weekday", Need::kOptional, kWord, SetWeekdays},
    Column{"window", Need::kOptional, kWord, FB_TIME(window)},
    Column{"bell", Need::kOptional, kWord, FB_TIME(bell)},
    Column{"closing", Need::kOptional, kWord, FB_TIME(closing)},
    Column{"role", Need::kOptional, kWord, SetRole},
};
#undef FB_DATE
#undef FB_TIME

bool HasTimes(const Row& row) {
  return !row.hours.window().empty() || !row.hours.bell().empty() || !row.hours.closing().empty();
}

bool IsDates(v1::CalendarField field) {
  return v1::CALENDAR_FIELD_TERMS <= field && field <= v1::CALENDAR_FIELD_OPEN;
}

}  // namespace

std::optional<v1::CalendarChange> ParseScope(const std::string& text) {
  v1::CalendarChange scope;
  const std::string word = csv::Lower(text);
  if (const auto urn = base::ParseUrn(text); urn.ok()) {
    scope.set_urn(urn->value());
  } else if (Digits(text, 3)) {
    scope.set_local_authority_code(text);
  } else if (word.starts_with(kTrust) && IsTrustCode(word.substr(kTrust.size()))) {
    scope.set_trust_code(word.substr(kTrust.size()));
  } else {
    for (const auto& [name, nation] : kNations) {
      if (word == name) scope.set_nation(nation);
    }
  }
  if (scope.scope_case() == v1::CalendarChange::SCOPE_NOT_SET) return std::nullopt;
  return scope;
}

absl::Span<const Column> Columns() {
  return kColumns;
}

std::vector<Fault> CheckTogether(const Row& row) {
  std::vector<Fault> faults;
  const bool dates = !row.clears && IsDates(row.field);
  const bool hours = !row.clears && row.field == v1::CALENDAR_FIELD_HOURS;
  const bool weekdays = !row.clears && row.field == v1::CALENDAR_FIELD_WEEKDAYS;
  const bool contact = !row.clears && row.field == v1::CALENDAR_FIELD_HOLIDAY_CONTACT;
  const std::string_view first = row.range.first(), last = row.range.last();
  if (dates && first.empty()) faults.push_back({"first", "is required for this kind"});
  if (dates && !last.empty() && last < first) {
    faults.push_back({"last", "lies before the first day"});
  }
  if (weekdays && row.weekdays.empty()) {
    faults.push_back({"weekday", "is required for this kind"});
  }
  if (hours && !HasTimes(row)) {
    faults.push_back({"bell", "is empty, as are window and closing: hours say at least one"});
  }
  if (contact && !row.scope.has_urn()) {
    faults.push_back({"scope", "is no school: a holiday contact is said by a school alone"});
  }
  if (contact && row.role == v1::RECIPIENT_ROLE_UNSPECIFIED) {
    faults.push_back({"role", "is required for this kind"});
  }
  constexpr std::string_view kNoUse = "does not belong to this kind: leave it empty";
  const auto none = [&](std::string_view field, bool there) {
    if (there) faults.push_back({std::string(field), std::string(kNoUse)});
  };
  none("first", !dates && !first.empty());
  none("last", !dates && !last.empty());
  none("weekday", !hours && !weekdays && !row.weekdays.empty());
  none("window", !hours && HasTimes(row));
  none("role", !contact && row.role != v1::RECIPIENT_ROLE_UNSPECIFIED);
  return faults;
}

}  // namespace firstbell::adapters::calendar_csv
