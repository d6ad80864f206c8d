#include "adapters/question_csv/questions.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "adapters/csv/columns.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::question_csv {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 256;

using Column = csv::Column<Question>;
using csv::Need;

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
  if (!absl::SimpleAtoi(text, &age) || age < 0 || age > limits::kOldestAge) {
    return "is not an age in whole years, 0 to " + std::to_string(limits::kOldestAge);
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
    Column{"query_id", Need::kRequired, limits::kReferenceBytes, FB_TEXT(id)},
    Column{"given_names", Need::kOptional, kName, FB_TEXT(given_names)},
    Column{"family_name", Need::kOptional, kName, FB_TEXT(family_name)},
    Column{"date_of_birth", Need::kOptional, kName, SetBirth},
    Column{"age", Need::kOptional, kName, SetAge},
    Column{"address", Need::kOptional, limits::kShortTextBytes, FB_TEXT(address),
           csv::Lines::kMany},
    Column{"postcode", Need::kOptional, kName, FB_TEXT(postcode)},
    Column{"school_heard", Need::kOptional, limits::kShortTextBytes, SetSchool},
    Column{"upn", Need::kOptional, kName, FB_TEXT(upn)},
};
#undef FB_TEXT

base::Status CheckHeader(const csv::Table& table) {
  FB_RETURN_IF_ERROR(csv::CheckKnown<Question>(table, kColumns, "questions have"));
  if (table.Find("query_id")) return base::OkStatus();
  return base::InvalidArgument("line 1: the column 'query_id' is missing; questions have: " +
                               csv::NamesOf<Question>(kColumns));
}

class QuestionReader {
 public:
  QuestionReader(csv::Table table, const Sinks& sinks)
      : table_(std::move(table)), sinks_(sinks), mapping_(table_, kColumns) {}

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
      const std::vector<csv::Fault> faults = Read(raw, question);
      if (faults.empty()) {
        FB_RETURN_IF_ERROR(sinks_.question(question));
        continue;
      }
      ++totals.rejected;
      for (const csv::Fault& fault : faults) {
        sinks_.reject(Reject{raw.line, fault.field, fault.reason, "", ""});
      }
    }
  }

 private:
  std::vector<csv::Fault> Read(const csv::Row& raw, Question& question) {
    std::vector<csv::Fault> faults = mapping_.Read(raw, question);
    if (!faults.empty()) return faults;
    const auto [first, is_new] = seen_.emplace(question.id, raw.line);
    if (is_new) return {};
    return {{"query_id", "stands already on line " + std::to_string(first->second)}};
  }

  csv::Table table_;
  const Sinks& sinks_;
  const csv::Mapping<Question> mapping_;
  std::unordered_map<std::string, std::uint64_t> seen_;  // line by id
};

}  // namespace

base::Result<Totals> ReadQuestions(const std::filesystem::path& path, const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_RETURN_IF_ERROR(CheckHeader(table));
  return QuestionReader(std::move(table), sinks).ReadAll();
}

}  // namespace firstbell::adapters::question_csv
