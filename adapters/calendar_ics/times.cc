#include "adapters/calendar_ics/times.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "broker/base/limits.h"

namespace firstbell::adapters::calendar_ics {
namespace {

constexpr int kOpens = 9;    // a closure that begins later leaves part of the school day
constexpr int kCloses = 15;  // as one that ends earlier
constexpr std::string_view kRead[] = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"};
constexpr std::int64_t kLongestDays = 400;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

bool Says(const short* list) {
  return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

// Every so many days, on some weekdays, of which the first day is one. libical looks for a day that
// is not there (30 February) until the year 2582, day by day.
bool IsPlainDaily(const icalrecurrencetype& rule, absl::CivilDay first) {
  if (Says(rule.by_month) || Says(rule.by_month_day) || Says(rule.by_year_day) ||
      Says(rule.by_week_no) || Says(rule.by_set_pos)) {
    return false;
  }
  if (!Says(rule.by_day)) return true;
  const int sunday_is_one = (static_cast<int>(absl::GetWeekday(first)) + 1) % 7 + 1;
  for (const short day : rule.by_day) {
    if (day == ICAL_RECURRENCE_ARRAY_MAX) break;
    if (day == sunday_is_one) return true;  // one with a position is another number
  }
  return false;
}

bool IsMidnight(absl::CivilSecond time) {
  return time == absl::CivilSecond(absl::CivilDay(time));
}

// Reads the properties of one event, one line after the other.
class TimeReader {
 public:
  explicit TimeReader(absl::TimeZone london) : london_(london) {}

  std::optional<Fault> Take(const ContentLine& line);
  std::optional<Fault> Except(const ContentLine& line);
  // Once all lines are taken.
  std::optional<FaultAt> Finish(const RawEvent& event, Times& times);

 private:
  std::optional<Fault> TakeOne(icalproperty* property, const ContentLine& line);
  std::optional<Fault> TakeLength(icalproperty* property);
  std::optional<Fault> FindEnd();
  std::optional<Fault> Repeat();
  std::optional<Fault> CheckRule(const icalrecurrencetype& rule) const;
  std::optional<Fault> LastDay(const icaltimetype& until, absl::CivilDay& last) const;
  void Place(Times& times) const;
  absl::CivilSecond Local(const Moment& moment) const { return moment.In(start_->zone); }

  absl::TimeZone london_;
  std::optional<Moment> start_, end_;
  std::optional<std::int64_t> length_;  // seconds
  std::optional<ContentLine> rule_;
  std::uint64_t start_line_ = 0, end_line_ = 0;
  std::vector<Moment> added_, excepted_;
  std::vector<absl::CivilSecond> begins_;  // in the zone of its start
};

std::optional<Fault> TimeReader::Take(const ContentLine& line) {
  if (std::find(std::begin(kRead), std::end(kRead), line.name) == std::end(kRead)) {
    return std::nullopt;
  }
  if (line.name == "RRULE") {
    if (rule_) return Fault{line.name, "stands twice"};
    rule_ = line;
    return std::nullopt;
  }
  Properties properties;
  if (auto fault = properties.Parse(line)) return fault;
  for (icalproperty* property : properties.all()) {
    if (auto fault = TakeOne(property, line)) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> TimeReader::TakeOne(icalproperty* property, const ContentLine& line) {
  const bool start = line.name == "DTSTART", end = line.name == "DTEND";
  if (line.name == "DURATION") {
    end_line_ = line.line;
    return TakeLength(property);
  }
  Moment moment;
  if (auto fault = ReadMoment(property, line.name, london_, moment)) return fault;
  if ((start && start_) || (end && (end_ || length_))) return Fault{line.name, "stands twice"};
  if (start) {
    start_ = moment;
    start_line_ = line.line;
  } else if (end) {
    end_ = moment;
    end_line_ = line.line;
  } else {
    (line.name == "RDATE" ? added_ : excepted_).push_back(moment);
  }
  return std::nullopt;
}

std::optional<Fault> TimeReader::TakeLength(icalproperty* property) {
  if (length_ || end_) return Fault{"DURATION", "stands beside another end"};
  const icaldurationtype read = icalproperty_get_duration(property);
  if (icaldurationtype_is_bad_duration(read)) return Fault{"DURATION", "is none"};
  if (read.is_neg) return Fault{"DURATION", "runs backwards"};
  const std::int64_t days = std::int64_t{read.weeks} * 7 + read.days;
  const std::int64_t minutes = std::int64_t{read.hours} * 60 + read.minutes;
  length_ = days * kDaySeconds + minutes * 60 + read.seconds;
  return std::nullopt;
}

std::optional<Fault> TimeReader::Except(const ContentLine& line) {
  Properties properties;
  if (auto fault = properties.Parse(line)) return fault;
  icalproperty* property = properties.all().front();
  if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER)) {
    return Fault{line.name, "has RANGE, which is not understood: export each event by itself"};
  }
  Moment moment;
  if (auto fault = ReadMoment(property, line.name, london_, moment)) return fault;
  excepted_.push_back(moment);
  return std::nullopt;
}

std::optional<FaultAt> TimeReader::Finish(const RawEvent& event, Times& times) {
  if (!start_) return FaultAt{event.line, {"DTSTART", "is missing"}};
  if (auto fault = FindEnd()) {
    return FaultAt{end_line_ == 0 ? start_line_ : end_line_, *std::move(fault)};
  }
  begins_ = {start_->local};
  if (rule_) {
    if (auto fault = Repeat()) return FaultAt{rule_->line, *std::move(fault)};
  }
  for (const Moment& moment : added_) begins_.push_back(Local(moment));
  if (begins_.size() > limits::kDateRanges) {
    return FaultAt{
        event.line,
        {"RDATE", "repeats it more than " + std::to_string(limits::kDateRanges) + " times"}};
  }
  times.repeats = rule_ || !added_.empty();
  Place(times);
  return std::nullopt;
}

// A day of DATEs has no end within it: an end on the first day is one of those who count it.
std::optional<Fault> TimeReader::FindEnd() {
  if (end_) {
    if (end_->is_date != start_->is_date) {
      return Fault{"DTEND", "is a date where DTSTART is a time, or the reverse"};
    }
    length_ = Local(*end_) - start_->local;
    if (*length_ < 0) return Fault{"DTEND", "is before DTSTART"};
  }
  if (!length_) length_ = 0;
  if (start_->is_date && *length_ % kDaySeconds != 0) {
    return Fault{"DURATION", "is no number of days, as that of a date is"};
  }
  if (start_->is_date && *length_ == 0) length_ = kDaySeconds;
  if (*length_ > kLongestDays * kDaySeconds) return Fault{"DTEND", "is more than a year away"};
  return std::nullopt;
}

// By dates: those of a rule that keeps to whole days are the same at any time of day.
std::optional<Fault> TimeReader::Repeat() {
  Properties properties;
  if (auto fault = properties.Parse(*rule_)) return fault;
  icalrecurrencetype rule = icalproperty_get_rrule(properties.all().front());
  if (auto fault = CheckRule(rule)) return fault;
  const absl::CivilDay first(start_->local);
  absl::CivilDay last = absl::CivilDay::max();
  if (!icaltime_is_null_time(rule.until)) {
    if (auto fault = LastDay(rule.until, last)) return fault;
    rule.until = icaltime_null_time();
    if (rule.count == 0) rule.count = static_cast<int>(limits::kDateRanges) + 1;
  }
  icaltimetype at = icaltime_null_time();
  at.is_date = 1;
  at.year = static_cast<int>(first.year());
  at.month = first.month();
  at.day = first.day();
  const std::unique_ptr<icalrecur_iterator, decltype(&icalrecur_iterator_free)> iterator(
      icalrecur_iterator_new(rule, at), icalrecur_iterator_free);
  if (!iterator) return Fault{"RRULE", "cannot be reckoned"};
  begins_.clear();
  const auto time_of_day = start_->local - absl::CivilSecond(first);
  while (true) {
    const icaltimetype next = icalrecur_iterator_next(iterator.get());
    const absl::CivilDay day(next.year, next.month, next.day);
    if (icaltime_is_null_time(next) || day > last) break;
    if (begins_.empty() && day != first) break;
    if (begins_.size() == limits::kDateRanges) {
      return Fault{"RRULE",
                   "repeats it more than " + std::to_string(limits::kDateRanges) + " times"};
    }
    begins_.push_back(absl::CivilSecond(day) + time_of_day);
  }
  if (begins_.empty()) return Fault{"RRULE", "does not begin with DTSTART"};
  return std::nullopt;
}

std::optional<Fault> TimeReader::CheckRule(const icalrecurrencetype& rule) const {
  if (rule.rscale) return Fault{"RRULE", "is of another calendar than the Gregorian"};
  if (rule.freq < ICAL_DAILY_RECURRENCE || rule.freq > ICAL_YEARLY_RECURRENCE ||
      Says(rule.by_hour) || Says(rule.by_minute) || Says(rule.by_second)) {
    return Fault{"RRULE", "repeats it within a day"};
  }
  if (rule.freq == ICAL_DAILY_RECURRENCE && !IsPlainDaily(rule, absl::CivilDay(start_->local))) {
    return Fault{"RRULE", "counts days otherwise than by weekdays, with DTSTART on one of them"};
  }
  if (rule.count <= 0 && icaltime_is_null_time(rule.until)) {
    return Fault{"RRULE", "has no end: it needs COUNT or UNTIL"};
  }
  return std::nullopt;
}

// UNTIL is in UTC or local to the event (section 3.3.10); an occurrence at that very time counts.
std::optional<Fault> TimeReader::LastDay(const icaltimetype& until, absl::CivilDay& last) const {
  Moment moment;
  if (auto fault = ReadMoment(until, "RRULE", start_->zone, moment)) return fault;
  const auto time_of_day = start_->local - absl::CivilSecond(absl::CivilDay(start_->local));
  last = absl::CivilDay(moment.is_date ? moment.local : Local(moment) - time_of_day);
  return std::nullopt;
}

void TimeReader::Place(Times& times) const {
  std::set<absl::CivilDay> without;
  for (const Moment& moment : excepted_) without.insert(absl::CivilDay(Local(moment)));
  for (const absl::CivilSecond begin : begins_) {
    if (without.contains(absl::CivilDay(begin))) continue;
    const Moment from{begin, start_->zone, start_->is_date};
    const Moment to{begin + *length_, start_->zone, start_->is_date};
    times.occurrences.push_back({from.In(london_), std::max(from.In(london_), to.In(london_))});
  }
}

}  // namespace

Days Occurrence::Touched() const {
  const absl::CivilDay last(end);
  return {absl::CivilDay(begin), begin < end && IsMidnight(end) ? last - 1 : last};
}

std::optional<Days> Occurrence::Covered() const {
  Days days{absl::CivilDay(begin), absl::CivilDay(end)};
  if (begin > absl::CivilSecond(days.first) + kOpens * 60 * 60) ++days.first;
  if (end < absl::CivilSecond(days.last) + kCloses * 60 * 60) --days.last;
  if (days.last < days.first) return std::nullopt;
  return days;
}

std::optional<FaultAt> ReadTimes(const RawEvent& event, absl::Span<const ContentLine> moved,
                                 absl::TimeZone london, Times& times) {
  TimeReader reader(london);
  for (const ContentLine& line : event.lines) {
    if (auto fault = reader.Take(line)) return FaultAt{line.line, *std::move(fault)};
  }
  for (const ContentLine& line : moved) {
    if (auto fault = reader.Except(line)) return FaultAt{line.line, *std::move(fault)};
  }
  return reader.Finish(event, times);
}

}  // namespace firstbell::adapters::calendar_ics
