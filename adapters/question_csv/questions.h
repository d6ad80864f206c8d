#pragma once

// Children to look for, as a CSV file: query_id, given_names, family_name, date_of_birth, age,
// address, postcode, school_heard, upn. Columns in any order; query_id is required and stands once;
// of the others each may be missing or empty. Not thread-safe.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "adapters/csv/reject.h"

namespace firstbell::adapters::question_csv {

struct Question {
  std::uint64_t line = 0;
  std::string id;
  std::string given_names, family_name;
  std::optional<absl::CivilDay> date_of_birth;
  std::optional<int> age;  // in years, 0 to 25
  std::string address, postcode;
  std::string school;     // a name; empty where its number was heard
  std::string town;       // what stands behind the last comma of "St Mary's, Leeds"
  std::uint32_t urn = 0;  // the school's number; 0: not heard
  std::string upn;        // as it stands, valid or not
};

struct Sinks {
  std::function<base::Status(const Question&)> question;
  RejectSink reject;
  ProgressSink progress;
};

// Each row goes to `question`, or, with every fault in it, to `reject`. Errors: those of
// csv::Table::Open and of `question`; InvalidArgument: a column is unknown, or query_id is missing.
base::Result<Totals> ReadQuestions(const std::filesystem::path& path, const Sinks& sinks);

}  // namespace firstbell::adapters::question_csv
