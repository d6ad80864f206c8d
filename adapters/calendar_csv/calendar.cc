#include "adapters/calendar_csv/calendar.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "adapters/calendar_csv/row.h"
#include "adapters/csv/columns.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::calendar_csv {
namespace {

using csv::Fault;

constexpr std::uint64_t kRowsBetweenProgress = 256;

// How a field of the year is called on the wire.
std::string_view FieldOf(v1::CalendarField field) {
  switch (field) {
    case v1::CALENDAR_FIELD_TERMS:
      return "terms";
    case v1::CALENDAR_FIELD_HALF_TERMS:
      return "half_terms";
    case v1::CALENDAR_FIELD_INSET:
      return "inset";
    case v1::CALENDAR_FIELD_CLOSED:
      return "closed";
    case v1::CALENDAR_FIELD_OPEN:
      return "open";
    case v1::CALENDAR_FIELD_WEEKDAYS:
      return "weekdays";
    case v1::CALENDAR_FIELD_HOURS:
      return "hours";
    default:
      return "boarding";
  }
}

google::protobuf::RepeatedPtrField<v1::DateRange>* RangesOf(v1::CalendarField field,
                                                            v1::SchoolYear& year) {
  switch (field) {
    case v1::CALENDAR_FIELD_TERMS:
      return year.mutable_terms();
    case v1::CALENDAR_FIELD_HALF_TERMS:
      return year.mutable_half_terms();
    case v1::CALENDAR_FIELD_INSET:
      return year.mutable_inset();
    case v1::CALENDAR_FIELD_CLOSED:
      return year.mutable_closed();
    default:
      return year.mutable_open();
  }
}

// Times of one weekday, and where they stand.
struct Hours {
  v1::SchoolHours times;
  std::uint64_t line = 0;
};

// One scope while its rows come in.
class Collector {
 public:
  explicit Collector(const Row& first) {
    calendar_.line = first.line;
    calendar_.change = first.scope;
  }

  // What is wrong with the row beside those before it; it is then not taken.
  std::vector<Fault> Add(const Row& row);
  void CountRejected() { ++calendar_.rejected; }
  Calendar Take();

 private:
  std::vector<Fault> AddHours(const Row& row);
  void Place(std::string_view field, int index, std::uint64_t line) {
    calendar_.lines["year." + std::string(field) + "[" + std::to_string(index) + "]"] = line;
  }

  Calendar calendar_;
  std::map<v1::CalendarField, std::uint64_t> said_, cleared_;  // the first line that does
  std::optional<Hours> every_day_;
  std::array<Hours, 7> hours_;  // Monday first; line 0: not said
};

std::vector<Fault> Collector::Add(const Row& row) {
  const auto& other = row.clears ? said_ : cleared_;
  if (const auto found = other.find(row.field); found != other.end()) {
    return {{"kind", "contradicts line " + std::to_string(found->second)}};
  }
  (row.clears ? cleared_ : said_).emplace(row.field, row.line);
  v1::SchoolYear& year = *calendar_.change.mutable_year();
  if (row.clears) return {};
  if (row.field == v1::CALENDAR_FIELD_HOURS) return AddHours(row);
  if (row.field == v1::CALENDAR_FIELD_BOARDING) {
    if (year.boarding() != v1::BOARDING_UNSPECIFIED && year.boarding() != row.boarding) {
      return {{"kind", "contradicts line " + std::to_string(said_[row.field])}};
    }
    year.set_boarding(row.boarding);
  } else if (row.field == v1::CALENDAR_FIELD_HOLIDAY_CONTACT) {
    if (year.holiday_contact() != v1::RECIPIENT_ROLE_UNSPECIFIED &&
        year.holiday_contact() != row.role) {
      return {{"role", "contradicts line " + std::to_string(said_[row.field])}};
    }
    year.set_holiday_contact(row.role);
  } else if (row.field == v1::CALENDAR_FIELD_WEEKDAYS) {
    for (const v1::Weekday weekday : row.weekdays) year.add_weekdays(weekday);
  } else {
    auto* ranges = RangesOf(row.field, year);
    Place(FieldOf(row.field), ranges->size(), row.line);
    *ranges->Add() = row.range;
  }
  return {};
}

std::vector<Fault> Collector::AddHours(const Row& row) {
  const auto twice = [](std::uint64_t line) {
    return std::vector<Fault>{
        {"weekday", "has its hours already, on line " + std::to_string(line)}};
  };
  if (row.weekdays.empty()) {
    if (every_day_) return twice(every_day_->line);
    every_day_ = Hours{row.hours, row.line};
    return {};
  }
  for (const v1::Weekday weekday : row.weekdays) {
    Hours& hours = hours_[static_cast<std::size_t>(weekday - 1)];
    if (hours.line != 0) return twice(hours.line);
    hours = {row.hours, row.line};
  }
  return {};
}

Calendar Collector::Take() {
  v1::SchoolYear& year = *calendar_.change.mutable_year();
  for (std::size_t day = 0; day < hours_.size(); ++day) {
    Hours whole = every_day_.value_or(Hours{});
    whole.times.MergeFrom(hours_[day].times);
    whole.line = std::max(whole.line, hours_[day].line);
    if (whole.line == 0) continue;
    Place("hours", year.hours_size(), whole.line);
    v1::WeekdayHours& item = *year.add_hours();
    item.set_weekday(static_cast<v1::Weekday>(day + 1));
    *item.mutable_hours() = whole.times;
  }
  for (const auto& [field, line] : cleared_) calendar_.change.add_cleared(field);
  return std::move(calendar_);
}

// Rows of one scope need not stand together.
class FileReader {
 public:
  FileReader(csv::Table table, const Sinks& sinks)
      : table_(std::move(table)), sinks_(sinks), mapping_(table_, Columns()) {}

  base::Result<CalendarFile> ReadAll();

 private:
  void Take(const csv::Row& raw);
  Collector* CollectorOf(const Row& row);
  void Reject(const Row& row, std::vector<Fault> faults);

  csv::Table table_;
  const Sinks& sinks_;
  const csv::Mapping<Row> mapping_;
  std::map<std::string, std::size_t> places_;  // by scope
  std::vector<Collector> collectors_;
  Totals totals_;
};

base::Result<CalendarFile> FileReader::ReadAll() {
  csv::Row raw;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool found, table_.Next(raw));
    if (!found) break;
    if (++totals_.rows % kRowsBetweenProgress == 0 && sinks_.progress) {
      sinks_.progress(table_.fraction());
    }
    Take(raw);
  }
  CalendarFile file{{}, totals_};
  for (Collector& collector : collectors_) file.calendars.push_back(collector.Take());
  return file;
}

void FileReader::Take(const csv::Row& raw) {
  Row row;
  row.line = raw.line;
  std::vector<Fault> faults = mapping_.Read(raw, row);
  if (faults.empty()) faults = CheckTogether(row);
  Collector* collector = CollectorOf(row);
  if (faults.empty() && collector) faults = collector->Add(row);
  if (faults.empty()) return;
  if (collector) collector->CountRejected();
  Reject(row, std::move(faults));
}

Collector* FileReader::CollectorOf(const Row& row) {
  if (row.scope.scope_case() == v1::CalendarChange::SCOPE_NOT_SET) return nullptr;
  const auto [place, is_new] = places_.emplace(row.scope.SerializeAsString(), collectors_.size());
  if (is_new) collectors_.emplace_back(row);
  return &collectors_[place->second];
}

void FileReader::Reject(const Row& row, std::vector<Fault> faults) {
  ++totals_.rejected;
  const std::string urn = row.scope.has_urn() ? std::to_string(row.scope.urn()) : "";
  for (Fault& fault : faults) {
    sinks_.reject({row.line, std::move(fault.field), std::move(fault.reason), urn, ""});
  }
}

base::Status CheckHeader(const csv::Table& table) {
  for (const csv::Column<Row>& column : Columns()) {
    if (column.need == csv::Need::kRequired && !table.Find(column.name)) {
      return base::InvalidArgument("line 1: the column '" + std::string(column.name) +
                                   "' is missing; a calendar has: " + csv::NamesOf<Row>(Columns()));
    }
  }
  return csv::CheckKnown<Row>(table, Columns(), "a calendar has");
}

}  // namespace

std::uint64_t Calendar::LineOf(std::string_view path) const {
  std::uint64_t nearest = line;
  for (const auto& [place, at] : lines) {
    if (path.substr(0, place.size()) == place) return at;
    if (place.substr(0, path.size()) == path) nearest = std::max(nearest, at);
  }
  return nearest;
}

base::Result<CalendarFile> ReadCalendars(const std::filesystem::path& path, const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_RETURN_IF_ERROR(CheckHeader(table));
  return FileReader(std::move(table), sinks).ReadAll();
}

}  // namespace firstbell::adapters::calendar_csv
