#pragma once

// The columns that a kind of file may have, each with how its values are read into a row of ours.
// Values; any thread.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "adapters/csv/table.h"
#include "adapters/csv/text.h"

namespace firstbell::adapters::csv {

enum class Need { kRequired, kOptional };

struct Fault {
  std::string field;  // empty: the row as a whole
  std::string reason;
};

template <typename Target>
struct Column {
  // Puts a trimmed, non-empty, clean text into the row, or says what is wrong with it.
  using Setter = std::optional<std::string> (*)(Target& row, std::string text);

  std::string_view name;
  Need need;
  std::size_t max_bytes;
  Setter set;
  Lines lines = Lines::kOne;
};

// "urn, local_id, …"
template <typename Target>
std::string NamesOf(absl::Span<const Column<Target>> columns) {
  std::string names;
  for (const Column<Target>& column : columns) {
    names.append(names.empty() ? "" : ", ").append(column.name);
  }
  return names;
}

// InvalidArgument: a column of the file is none of these. `what` has them: "a roll has".
template <typename Target>
base::Status CheckKnown(const Table& table, absl::Span<const Column<Target>> columns,
                        std::string_view what) {
  for (const std::string& name : table.columns()) {
    const bool known = std::any_of(columns.begin(), columns.end(),
                                   [&](const auto& column) { return column.name == name; });
    if (!known) {
      return base::InvalidArgument("line 1: the column '" + name + "' is unknown; " +
                                   std::string(what) + ": " + NamesOf(columns));
    }
  }
  return base::OkStatus();
}

// Those of the columns that a file has.
template <typename Target>
class Mapping {
 public:
  Mapping(const Table& table, absl::Span<const Column<Target>> columns) {
    for (const Column<Target>& column : columns) {
      if (const auto place = table.Find(column.name)) columns_.emplace_back(*place, column);
    }
  }

  // Every fault of the row; `target` then has what is right of it.
  std::vector<Fault> Read(const Row& raw, Target& target) const {
    if (!raw.defect.empty()) return {Fault{"", raw.defect}};
    std::vector<Fault> faults;
    for (const auto& [place, column] : columns_) {
      if (auto reason = Set(column, raw.fields[place], target)) {
        faults.push_back(Fault{std::string(column.name), *std::move(reason)});
      }
    }
    return faults;
  }

 private:
  static std::optional<std::string> Set(const Column<Target>& column, std::string_view raw,
                                        Target& target) {
    const std::string_view text = Trim(raw);
    if (text.empty()) {
      if (column.need == Need::kRequired) return "is required and empty";
      return std::nullopt;
    }
    if (auto defect = TextDefect(text, column.max_bytes, column.lines)) return defect;
    return column.set(target, std::string(text));
  }

  std::vector<std::pair<std::size_t, Column<Target>>> columns_;
};

}  // namespace firstbell::adapters::csv
