#include "adapters/csv/reader.h"

#include <utility>

#include "broker/base/limits.h"

namespace firstbell::adapters::csv {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr unsigned char kOptions = CSV_STRICT | CSV_STRICT_FINI;

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string TooLong() {
  return "the line is longer than " + std::to_string(limits::kImportLineBytes / 1024) + " KiB";
}

}  // namespace

base::Result<std::unique_ptr<Reader>> Reader::Open(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(LineReader lines, LineReader::Open(path));
  return std::unique_ptr<Reader>(new Reader(std::move(lines)));
}

Reader::Reader(LineReader lines) : lines_(std::move(lines)) {
  csv_init(&parser_, kOptions);
}

Reader::~Reader() {
  csv_free(&parser_);
}

base::Result<bool> Reader::Next(Row& row) {
  while (ready_.empty()) {
    if (ended_) return false;
    FB_RETURN_IF_ERROR(FeedLine());
  }
  row = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

// libcsv reports no line numbers, so it is given one line at a time.
base::Status Reader::FeedLine() {
  FB_ASSIGN_OR_RETURN(const LineReader::Outcome outcome, lines_.Next(line_));
  if (outcome == LineReader::Outcome::kEnd) return Finish();
  if (++line_number_ == 1) FB_RETURN_IF_ERROR(CheckMarks());
  const bool inside_row = row_.line != 0;
  if (!inside_row && IsBlank(line_) && outcome == LineReader::Outcome::kLine) {
    return base::OkStatus();
  }
  if (!inside_row) row_.line = line_number_;
  row_bytes_ += line_.size();
  if (outcome == LineReader::Outcome::kTooLong || row_bytes_ > limits::kImportLineBytes) {
    if (inside_row) return NeverClosed();
    GiveDefect(TooLong());
    return base::OkStatus();
  }
  return Parse();
}

base::Status Reader::CheckMarks() {
  if (line_.starts_with("\xff\xfe") || line_.starts_with("\xfe\xff")) {
    return base::InvalidArgument("the file is UTF-16: save it as \"CSV UTF-8\" and try again");
  }
  has_utf8_mark_ = line_.starts_with(kUtf8Mark);
  if (has_utf8_mark_) line_.erase(0, kUtf8Mark.size());
  return base::OkStatus();
}

base::Status Reader::Parse() {
  const std::size_t taken =
      csv_parse(&parser_, line_.data(), line_.size(), &Reader::OnField, &Reader::OnRow, this);
  if (taken == line_.size()) return base::OkStatus();
  if (csv_error(&parser_) != CSV_EPARSE) return base::ResourceExhausted("out of memory");
  const std::string until =
      row_.line == line_number_ ? "" : " between here and line " + std::to_string(line_number_);
  GiveDefect("a quotation mark stands inside a field without being doubled" + until);
  return base::OkStatus();
}

base::Status Reader::Finish() {
  ended_ = true;
  row_.without_line_end = true;
  if (csv_fini(&parser_, &Reader::OnField, &Reader::OnRow, this) != 0) return NeverClosed();
  return base::OkStatus();
}

base::Status Reader::NeverClosed() const {
  return base::DataLoss("line " + std::to_string(row_.line) +
                        ": a quotation mark opens here and is never closed; the file is cut off, "
                        "or the mark is one too many");
}

void Reader::GiveDefect(std::string defect) {
  // A carriage return by itself has ended a row in the middle of this line.
  if (row_.line == 0) row_.line = line_number_;
  row_.fields.clear();
  row_.defect = std::move(defect);
  OnRow(0, this);
  ResetParser();
}

void Reader::ResetParser() {
  csv_free(&parser_);
  csv_init(&parser_, kOptions);
}

void Reader::OnField(void* bytes, std::size_t size, void* self) {
  auto* reader = static_cast<Reader*>(self);
  if (reader->row_.line == 0) reader->row_.line = reader->line_number_;
  reader->row_.fields.emplace_back(static_cast<const char*>(bytes), size);
}

void Reader::OnRow(int, void* self) {
  auto* reader = static_cast<Reader*>(self);
  reader->ready_.push_back(std::exchange(reader->row_, Row()));
  reader->row_bytes_ = 0;
}

}  // namespace firstbell::adapters::csv
