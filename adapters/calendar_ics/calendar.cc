#include "adapters/calendar_ics/calendar.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/calendar_ics/event_reader.h"
#include "adapters/calendar_ics/property.h"
#include "adapters/calendar_ics/school_year.h"
#include "adapters/calendar_ics/summary.h"
#include "adapters/calendar_ics/times.h"
#include "broker/base/clock.h"

namespace firstbell::adapters::calendar_ics {
namespace {

using calendar_csv::Calendar;
using calendar_csv::CalendarFile;

constexpr absl::civil_diff_t kShortestTerm = 10;  // days

// An event by its words; when it is, stands in its lines.
struct Event {
  RawEvent raw;
  std::string uid;
  std::string summary;
  std::vector<std::string> categories;
  icalproperty_status status = ICAL_STATUS_NONE;
  const ContentLine* replaces = nullptr;  // its RECURRENCE-ID
  std::optional<FaultAt> fault;           // in its words
};

std::string TextOf(icalproperty* property) {
  const icalvalue* value = icalproperty_get_value(property);
  const char* text = icalvalue_isa(value) == ICAL_TEXT_VALUE ? icalvalue_get_text(value) : nullptr;
  return text ? text : "";
}

std::optional<Fault> ReadWord(const ContentLine& line, Event& event) {
  const bool uid = line.name == "UID", summary = line.name == "SUMMARY";
  const bool categories = line.name == "CATEGORIES", status = line.name == "STATUS";
  if (!uid && !summary && !categories && !status) return std::nullopt;
  Properties properties;
  if (auto fault = properties.Parse(line)) return fault;
  if (summary && !event.summary.empty()) return Fault{line.name, "stands twice"};
  icalproperty* first = properties.all().front();
  if (uid) event.uid = TextOf(first);
  if (summary) event.summary = TextOf(first);
  if (status) event.status = icalproperty_get_status(first);
  if (!categories) return std::nullopt;
  for (icalproperty* one : properties.all()) event.categories.push_back(TextOf(one));
  return std::nullopt;
}

void ReadWords(Event& event) {
  for (const ContentLine& line : event.raw.lines) {
    if (line.name == "RECURRENCE-ID") event.replaces = &line;
    auto fault = ReadWord(line, event);
    if (fault && !event.fault) event.fault = FaultAt{line.line, *std::move(fault)};
  }
}

bool IsOfTerm(Kind kind) {
  return kind == Kind::kTerm || kind == Kind::kTermBegins || kind == Kind::kTermEnds;
}

bool ClosesSchool(Kind kind) {
  switch (kind) {
    case Kind::kHalfTerm:
    case Kind::kInset:
    case Kind::kClosed:
    case Kind::kHoliday:
      return true;
    default:
      return false;
  }
}

class CalendarReader {
 public:
  CalendarReader(std::vector<RawEvent> events, const v1::CalendarChange& scope,
                 absl::TimeZone london, const Sinks& sinks);

  CalendarFile ReadAll();

 private:
  void Index(const Event& event);
  void Take(const Event& event);
  void TakeUnderstood(const Event& event, const std::vector<Kind>& kinds);
  void TakeTerm(const Event& event, Kind kind, const Times& times);
  void TakeDays(const Event& event, Kind kind, const Times& times);
  void TakePartlyTerm(const Event& event);
  std::optional<FaultAt> ReadTimesOf(const Event& event, Times& times) const;
  void Reject(std::uint64_t line, Fault fault);
  void Ignore(const Event& event, std::string reason);

  const absl::TimeZone london_;
  const Sinks& sinks_;
  std::vector<Event> events_;
  std::map<std::string, std::uint64_t> first_of_uid_;         // lines
  std::map<std::string, std::vector<ContentLine>> replaced_;  // by UID
  SchoolYearBuilder builder_;
  Calendar calendar_;
  bool understood_ = false;
};

CalendarReader::CalendarReader(std::vector<RawEvent> events, const v1::CalendarChange& scope,
                               absl::TimeZone london, const Sinks& sinks)
    : london_(london), sinks_(sinks) {
  events_.reserve(events.size());
  for (RawEvent& raw : events) events_.push_back({.raw = std::move(raw)});
  calendar_.change = scope;
}

CalendarFile CalendarReader::ReadAll() {
  CalendarFile file;
  file.totals.rows = events_.size();
  for (Event& event : events_) {
    ReadWords(event);
    Index(event);
  }
  for (const Event& event : events_) Take(event);
  builder_.Finish(
      [&](std::uint64_t line, std::string reason) {
        Reject(line, {"SUMMARY", std::move(reason)});
      },
      calendar_);
  file.totals.rejected = calendar_.rejected;
  if (understood_ || calendar_.rejected > 0) file.calendars.push_back(std::move(calendar_));
  return file;
}

void CalendarReader::Index(const Event& event) {
  if (event.uid.empty()) return;
  if (event.replaces) {
    replaced_[event.uid].push_back(*event.replaces);
  } else {
    first_of_uid_.emplace(event.uid, event.raw.line);
  }
}

void CalendarReader::Take(const Event& event) {
  const Meaning meaning = Understand(event.summary, event.categories);
  switch (meaning.sense) {
    case Sense::kNothing:
      if (event.fault && event.fault->fault.field == "SUMMARY") {
        return Reject(event.fault->line, event.fault->fault);
      }
      return sinks_.ignored({event.raw.line, "says nothing of school days"});
    case Sense::kPartly:
      return Ignore(event, "speaks of school days and of something else");
    case Sense::kPartlyTerm:
      return TakePartlyTerm(event);
    case Sense::kUnderstood:
      return TakeUnderstood(event, meaning.kinds);
  }
}

void CalendarReader::TakeUnderstood(const Event& event, const std::vector<Kind>& kinds) {
  if (kinds.front() == Kind::kBankHoliday) {
    return sinks_.ignored({event.raw.line, "is a bank holiday"});
  }
  if (event.fault) return Reject(event.fault->line, event.fault->fault);
  if (event.status == ICAL_STATUS_CANCELLED) return Ignore(event, "is cancelled");
  const auto first = first_of_uid_.find(event.uid);
  if (!event.replaces && first != first_of_uid_.end() && first->second != event.raw.line) {
    return Reject(event.raw.line, {"UID", "is that of line " + std::to_string(first->second) +
                                              ", too: which of the two counts?"});
  }
  Times times;
  if (auto fault = ReadTimesOf(event, times)) return Reject(fault->line, std::move(fault->fault));
  if (calendar_.line == 0) calendar_.line = event.raw.line;
  for (const Kind kind : kinds) {
    if (IsOfTerm(kind)) {
      TakeTerm(event, kind, times);
    } else {
      TakeDays(event, kind, times);
    }
  }
}

std::optional<FaultAt> CalendarReader::ReadTimesOf(const Event& event, Times& times) const {
  const auto moved = replaced_.find(event.uid);
  const bool is_series = !event.replaces && moved != replaced_.end();
  return ReadTimes(event.raw, is_series ? moved->second : std::vector<ContentLine>(), london_,
                   times);
}

void CalendarReader::TakeTerm(const Event& event, Kind kind, const Times& times) {
  if (times.repeats) {
    return Reject(event.raw.line, {"RRULE", "repeats a term: each is an event of its own"});
  }
  if (times.occurrences.empty()) return Ignore(event, "is moved or excepted");
  const Days days = times.occurrences.front().Touched();
  if (kind == Kind::kTerm && days.length() < kShortestTerm) {
    return Reject(event.raw.line, {"SUMMARY",
                                   "is that of a term, which lasts 10 days or more: does "
                                   "it begin or end there?"});
  }
  builder_.Add(kind, days, event.raw.line);
  understood_ = true;
}

// "Autumn term concert" is nothing of ours; with as many days as a term has it may be one.
void CalendarReader::TakePartlyTerm(const Event& event) {
  Times times;
  const bool read = !ReadTimesOf(event, times);
  const auto is_long = [](const Occurrence& one) {
    return one.Touched().length() >= kShortestTerm;
  };
  if (read && std::any_of(times.occurrences.begin(), times.occurrences.end(), is_long)) {
    return Reject(event.raw.line, {"SUMMARY", "speaks of a term and of something else"});
  }
  Ignore(event, "speaks of a term and of something else");
}

void CalendarReader::TakeDays(const Event& event, Kind kind, const Times& times) {
  if (ClosesSchool(kind) && event.status == ICAL_STATUS_TENTATIVE) {
    return Ignore(event, "is tentative");
  }
  bool any = false;
  for (const Occurrence& one : times.occurrences) {
    const auto days = ClosesSchool(kind) ? one.Covered() : one.Touched();
    if (!days) continue;
    builder_.Add(kind, *days, event.raw.line);
    any = true;
  }
  understood_ |= any;
  if (!any && !times.occurrences.empty()) {
    Ignore(event, "leaves the school open at some time from 09:00 to 15:00");
  }
}

void CalendarReader::Reject(std::uint64_t line, Fault fault) {
  ++calendar_.rejected;
  if (calendar_.line == 0) calendar_.line = line;
  const std::string urn =
      calendar_.change.has_urn() ? std::to_string(calendar_.change.urn()) : std::string();
  sinks_.reject({line, std::move(fault.field), std::move(fault.reason), urn, ""});
}

void CalendarReader::Ignore(const Event& event, std::string reason) {
  sinks_.ignored({event.raw.line, std::move(reason), false});
}

}  // namespace

base::Result<CalendarFile> ReadCalendar(const std::filesystem::path& path,
                                        const v1::CalendarChange& scope, const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  FB_ASSIGN_OR_RETURN(std::vector<RawEvent> events, ReadEvents(path, sinks.progress));
  return CalendarReader(std::move(events), scope, london, sinks).ReadAll();
}

}  // namespace firstbell::adapters::calendar_ics
