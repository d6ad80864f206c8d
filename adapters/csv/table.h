#pragma once

// A CSV file whose first row names its columns. Columns are found by name, in any order and letter
// case. Not thread-safe.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/reader.h"
#include "broker/base/status.h"

namespace firstbell::adapters::csv {

class Table {
 public:
  // InvalidArgument: empty, or a column stands twice. Otherwise as Reader.
  static base::Result<Table> Open(const std::filesystem::path& path);

  // Where the column is in each row's fields; nothing where there is none.
  std::optional<std::size_t> Find(std::string_view name) const;
  // In the file's order, trimmed, lower case.
  const std::vector<std::string>& columns() const { return columns_; }

  // The next row: with a defect, or with as many fields as there are columns. False at the end.
  // DataLoss also where the last row stops in the middle.
  base::Result<bool> Next(Row& row);

  bool has_utf8_mark() const { return reader_->has_utf8_mark(); }
  double fraction() const { return reader_->fraction(); }

 private:
  explicit Table(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
  base::Status TakeHeader(const Row& row);

  std::unique_ptr<Reader> reader_;
  std::vector<std::string> columns_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace firstbell::adapters::csv
