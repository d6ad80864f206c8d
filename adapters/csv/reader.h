#pragma once

// Rows of a CSV file (RFC 4180, CRLF or LF), through libcsv in strict mode. Blank lines are
// skipped. Owns the open file. Not thread-safe. Bounds: a row of at most limits::kImportLineBytes.

#include <csv.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/csv/line_reader.h"
#include "broker/base/status.h"

namespace firstbell::adapters::csv {

struct Row {
  std::uint64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
  std::string defect;             // why it cannot be used; empty: its shape is right
  bool without_line_end = false;  // only the last row of a file can be so
};

class Reader {
 public:
  // NotFound where the file cannot be opened.
  static base::Result<std::unique_ptr<Reader>> Open(const std::filesystem::path& path);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // False at the end. DataLoss: the file is damaged or cut off, a quote that is never closed among
  // them. InvalidArgument: the file is UTF-16.
  base::Result<bool> Next(Row& row);

  // Known after the first row.
  bool has_utf8_mark() const { return has_utf8_mark_; }
  double fraction() const { return lines_.fraction(); }

 private:
  explicit Reader(LineReader lines);
  static void OnField(void* bytes, std::size_t size, void* self);
  static void OnRow(int terminator, void* self);

  base::Status FeedLine();
  base::Status CheckMarks();
  base::Status Parse();
  base::Status Finish();
  base::Status NeverClosed() const;
  void GiveDefect(std::string defect);
  void ResetParser();

  LineReader lines_;
  csv_parser parser_{};
  std::string line_;
  std::uint64_t line_number_ = 0;
  Row row_;  // being collected; line 0: none has begun
  std::size_t row_bytes_ = 0;
  std::deque<Row> ready_;
  bool has_utf8_mark_ = false;
  bool ended_ = false;
};

}  // namespace firstbell::adapters::csv
