#include "adapters/roll_csv/roll.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/csv/columns.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::roll_csv {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 256;

using Column = csv::Column<RollRow>;
using csv::Need;

std::optional<std::string> SetUrn(RollRow& row, std::string text) {
  const base::Result<base::Urn> urn = base::ParseUrn(text);
  if (!urn.ok()) return "is not a six-digit URN of the register, 100000 to 999999";
  row.urn = *urn;
  return std::nullopt;
}

std::optional<std::string> SetEnrolment(RollRow& row, std::string text) {
  const std::string word = csv::Lower(text);
  if (word == "current") {
    row.pupil.set_enrolment(v1::ENROLMENT_CURRENT);
  } else if (word == "main") {
    row.pupil.set_enrolment(v1::ENROLMENT_MAIN);
  } else if (word == "subsidiary") {
    row.pupil.set_enrolment(v1::ENROLMENT_SUBSIDIARY);
  } else if (word == "guest") {
    row.pupil.set_enrolment(v1::ENROLMENT_GUEST);
  } else {
    return "is none of current, main, subsidiary, guest";
  }
  return std::nullopt;
}

std::optional<std::string> SetProtected(RollRow& row, std::string text) {
  const std::string word = csv::Lower(text);
  if (word != "yes" && word != "no") return "is neither yes nor no";
  row.pupil.set_is_protected(word == "yes");
  return std::nullopt;
}

constexpr std::string_view kNotADate = "is not a date YYYY-MM-DD that exists, 1900 to 2199";

#define FB_TEXT(field)                                               \
  [](RollRow& row, std::string text) -> std::optional<std::string> { \
    row.pupil.set_##field(std::move(text));                          \
    return std::nullopt;                                             \
  }
#define FB_DATE(field)                                               \
  [](RollRow& row, std::string text) -> std::optional<std::string> { \
    if (!csv::ParseIsoDate(text)) return std::string(kNotADate);     \
    row.pupil.set_##field(std::move(text));                          \
    return std::nullopt;                                             \
  }

constexpr std::size_t kName = limits::kNameBytes;
constexpr std::array kColumns = {
    Column{"urn", Need::kRequired, kName, SetUrn},
    Column{"local_id", Need::kRequired, limits::kReferenceBytes, FB_TEXT(local_id)},
    Column{"given_names", Need::kRequired, kName, FB_TEXT(given_names)},
    Column{"family_name", Need::kRequired, kName, FB_TEXT(family_name)},
    Column{"date_of_birth", Need::kRequired, kName, FB_DATE(date_of_birth)},
    Column{"upn", Need::kOptional, kName, FB_TEXT(upn)},
    Column{"preferred_given_name", Need::kOptional, kName, FB_TEXT(preferred_given_name)},
    Column{"former_family_name", Need::kOptional, kName, FB_TEXT(former_family_name)},
    Column{"address", Need::kOptional, limits::kShortTextBytes, FB_TEXT(address),
           csv::Lines::kMany},
    Column{"postcode", Need::kOptional, kName, FB_TEXT(postcode)},
    Column{"enrolment", Need::kOptional, kName, SetEnrolment},
    Column{"entry_date", Need::kOptional, kName, FB_DATE(entry_date)},
    Column{"leaving_date", Need::kOptional, kName, FB_DATE(leaving_date)},
    Column{"protected", Need::kOptional, kName, SetProtected},
};
#undef FB_TEXT
#undef FB_DATE

// What a header that names none of the columns most often is.
std::string Cause(const csv::Table& table) {
  const std::string& first = table.columns().front();
  if (table.columns().size() == 1 && first.find(';') != std::string::npos) {
    return "; the values seem to be separated by semicolons: save it with commas";
  }
  if (table.columns().size() == 1 && first.find('\t') != std::string::npos) {
    return "; the values seem to be separated by tabs: save it with commas";
  }
  const bool any = std::any_of(kColumns.begin(), kColumns.end(), [&](const Column& column) {
    return table.Find(column.name).has_value();
  });
  return any ? "" : "; the first line has to name the columns, and seems to be a pupil's already";
}

base::Status CheckHeader(const csv::Table& table) {
  for (const Column& column : kColumns) {
    if (column.need == Need::kRequired && !table.Find(column.name)) {
      return base::InvalidArgument("line 1: the column '" + std::string(column.name) +
                                   "' is missing" + Cause(table));
    }
  }
  return csv::CheckKnown<RollRow>(table, kColumns, "a roll has");
}

// Reads rows one by one and remembers which pupils stand in the file already.
class RollReader {
 public:
  RollReader(csv::Table table, const Sinks& sinks)
      : table_(std::move(table)), sinks_(sinks), mapping_(table_, kColumns) {}

  base::Result<Totals> ReadAll();

 private:
  void CheckTogether(const RollRow& row, std::vector<csv::Fault>& faults);

  csv::Table table_;
  const Sinks& sinks_;
  const csv::Mapping<RollRow> mapping_;
  // Line by urn and local_id.
  std::unordered_map<base::Urn, std::unordered_map<std::string, std::uint64_t>> seen_;
};

base::Result<Totals> RollReader::ReadAll() {
  Totals totals;
  csv::Row raw;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool found, table_.Next(raw));
    if (!found) return totals;
    if (++totals.rows % kRowsBetweenProgress == 0 && sinks_.progress) {
      sinks_.progress(table_.fraction());
    }
    RollRow row;
    row.line = raw.line;
    std::vector<csv::Fault> faults = mapping_.Read(raw, row);
    CheckTogether(row, faults);
    if (faults.empty()) {
      FB_RETURN_IF_ERROR(sinks_.pupil(std::move(row)));
      continue;
    }
    ++totals.rejected;
    const std::string urn = row.urn.empty() ? "" : row.urn.ToString();
    for (csv::Fault& fault : faults) {
      sinks_.reject(Reject{raw.line, std::move(fault.field), std::move(fault.reason), urn,
                           row.pupil.local_id()});
    }
  }
}

void RollReader::CheckTogether(const RollRow& row, std::vector<csv::Fault>& faults) {
  const v1::Pupil& pupil = row.pupil;
  const auto entry = csv::ParseIsoDate(pupil.entry_date());
  const auto leaving = csv::ParseIsoDate(pupil.leaving_date());
  if (entry && leaving && *leaving < *entry) {
    faults.push_back(csv::Fault{"leaving_date", "lies before the entry_date"});
  }
  if (row.urn.empty() || pupil.local_id().empty()) return;
  const auto [first, is_new] = seen_[row.urn].emplace(pupil.local_id(), row.line);
  if (!is_new) {
    faults.push_back(csv::Fault{"local_id", "stands in this school's roll already, on line " +
                                                std::to_string(first->second)});
  }
}

}  // namespace

base::Result<Totals> ReadRoll(const std::filesystem::path& path, const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_RETURN_IF_ERROR(CheckHeader(table));
  return RollReader(std::move(table), sinks).ReadAll();
}

}  // namespace firstbell::adapters::roll_csv
