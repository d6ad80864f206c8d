#include "adapters/question_csv/questions.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "adapters/csv/table.h"
#include "adapters/csv/text.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::question_csv {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 256;
constexpr int kOldest = 25;

// Puts a trimmed, non-empty, clean text into the question, or says what is wrong with it.
using Setter = std::optional<std::string> (*)(Question& question, std::string text);

struct Column {
  std::string_view name;
  std::size_t max_bytes;
  Setter set;
  csv::Lines lines = csv::Lines::kOne;
};

#define FB_TEXT(field)                                                     \
  [](Question& question, std::string text) -> std::optional<std::string> { \
    question.field = std::move(text);                                      \
    return std::nullopt;                                                   \
  }

std::optional<std::string> SetBirth(Question& question, std::string text) {
  question.date_of_birth = csv::ParseIsoDate(text);
  if (question.date_of_birth) return std::nullopt;
  return "is not a date YYYY-MM-DD that exists, 1900 to 2199";
}

std::optional<std::string> SetAge(Question& question, std::string text) {
  int age = 0;
  if (!absl::SimpleAtoi(text, &age) || age < 0 || age > kOldest) {
    return "is not an age in whole years, 0 to " + std::to_string(kOldest);
  }
  question.age = age;
  return std::nullopt;
}

std::optional<std::string> SetSchool(Question& question, std::string text) {
  if (const auto urn = base::ParseUrn(text); urn.ok()) {
    question.urn = urn->value();
    return std::nullopt;
  }
  const std::size_t comma = text.rfind(',');
  question.school = std::string(csv::Trim(text.substr(0, comma)));
  if (comma != std::string::npos) question.town = std::string(csv::Trim(text.substr(comma + 1)));
  return std::nullopt;
}

constexpr std::size_t kName = limits::kNameBytes;
constexpr std::array kColumns = {
    Column{"query_id", limits::kReferenceBytes, FB_TEXT(id)},
    Column{"given_names", kName, FB_TEXT(given_names)},
    Column{"family_name", kName, FB_TEXT(family_name)},
    Column{"date_of_birth", kName, SetBirth},
    Column{"age", kName, SetAge},
    Column{"address", limits::kShortTextBytes, FB_TEXT(address), csv::Lines::kMany},
    Column{"postcode", kName, FB_TEXT(postcode)},
    Column{"school_heard", limits::kShortTextBytes, SetSchool},
    Column{"upn", kName, FB_TEXT(upn)},
};
#undef FB_TEXT

std::string KnownColumns() {
  std::string names;
  for (const Column& column : kColumns) {
    names.append(names.empty() ? "" : ", ").append(column.name);
  }
  return names;
}

base::Status CheckHeader(const csv::Table& table) {
  for (const std::string& name : table.columns()) {
    const bool known = std::any_of(kColumns.begin(), kColumns.end(),
                                   [&](const Column& column) { return column.name == name; });
    if (!known) {
      return base::InvalidArgument("line 1: the column '" + name +
                                   "' is unknown; questions have: " + KnownColumns());
    }
  }
  if (table.Find("query_id")) return base::OkStatus();
  return base::InvalidArgument("line 1: the column 'query_id' is missing; questions have: " +
                               KnownColumns());
}

struct Fault {
  std::string field;
  std::string reason;
};

class QuestionReader {
 public:
  QuestionReader(csv::Table table, const Sinks& sinks) : table_(std::move(table)), sinks_(sinks) {
    for (const Column& column : kColumns) {
      if (const auto place = table_.Find(column.name)) columns_.emplace_back(*place, column);
    }
  }

  base::Result<Totals> ReadAll() {
    Totals totals;
    csv::Row raw;
    while (true) {
      FB_ASSIGN_OR_RETURN(const bool found, table_.Next(raw));
      if (!found) return totals;
      if (++totals.rows % kRowsBetweenProgress == 0 && sinks_.progress) {
        sinks_.progress(table_.fraction());
      }
      Question question;
      question.line = raw.line;
      const std::vector<Fault> faults = Read(raw, question);
      if (faults.empty()) {
        FB_RETURN_IF_ERROR(sinks_.question(question));
        continue;
      }
      ++totals.rejected;
      for (const Fault& fault : faults) {
        sinks_.reject(Reject{raw.line, fault.field, fault.reason, "", ""});
      }
    }
  }

 private:
  std::vector<Fault> Read(const csv::Row& raw, Question& question) {
    if (!raw.defect.empty()) return {{"", raw.defect}};
    std::vector<Fault> faults;
    for (const auto& [place, column] : columns_) {
      const std::string_view text = csv::Trim(raw.fields[place]);
      if (text.empty()) continue;
      auto defect = csv::TextDefect(text, column.max_bytes, column.lines);
      if (!defect) defect = column.set(question, std::string(text));
      if (defect) faults.push_back({std::string(column.name), *std::move(defect)});
    }
    if (!faults.empty()) return faults;
    if (question.id.empty()) return {{"query_id", "is required and empty"}};
    const auto [first, is_new] = seen_.emplace(question.id, raw.line);
    if (is_new) return {};
    return {{"query_id", "stands already on line " + std::to_string(first->second)}};
  }

  csv::Table table_;
  const Sinks& sinks_;
  std::vector<std::pair<std::size_t, Column>> columns_;
  std::unordered_map<std::string, std::uint64_t> seen_;  // line by id
};

}  // namespace

base::Result<Totals> ReadQuestions(const std::filesystem::path& path, const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_RETURN_IF_ERROR(CheckHeader(table));
  return QuestionReader(std::move(table), sinks).ReadAll();
}

}  // namespace firstbell::adapters::question_csv
