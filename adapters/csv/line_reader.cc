#include "adapters/csv/line_reader.h"

#include <algorithm>
#include <cstring>

#include "broker/base/limits.h"

namespace firstbell::adapters::csv {
namespace {

// Z_BUF_ERROR after the last byte is how zlib says that the compressed stream stops in the middle.
base::Status ReadError(gzFile_s* file) {
  int error = Z_OK;
  gzerror(file, &error);
  if (error == Z_OK) return base::OkStatus();
  if (error == Z_BUF_ERROR) return base::DataLoss("the compressed file is cut off: fetch it again");
  if (error == Z_ERRNO) return base::DataLoss("the file cannot be read: is it a folder?");
  return base::DataLoss("the compressed file is damaged: fetch it again");
}

}  // namespace

base::Result<LineReader> LineReader::Open(const std::filesystem::path& path) {
  gzFile_s* file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    return base::NotFound("the file '" + path.filename().string() +
                          "' cannot be opened for reading");
  }
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  return LineReader(file, ignored ? 0 : size);
}

base::Result<LineReader::Outcome> LineReader::Next(std::string& line) {
  line.clear();
  bool too_long = false;
  while (true) {
    if (begin_ == end_) FB_RETURN_IF_ERROR(Fill());
    if (begin_ == end_) break;
    const char* start = buffer_.data() + begin_;
    const auto* found = static_cast<const char*>(std::memchr(start, '\n', end_ - begin_));
    const std::size_t length =
        found == nullptr ? end_ - begin_ : static_cast<std::size_t>(found - start) + 1;
    too_long = too_long || line.size() + length > limits::kImportLineBytes;
    if (!too_long) line.append(start, length);
    begin_ += length;
    if (found != nullptr) return too_long ? Outcome::kTooLong : Outcome::kLine;
  }
  if (too_long) return Outcome::kTooLong;
  return line.empty() ? Outcome::kEnd : Outcome::kLine;
}

base::Status LineReader::Fill() {
  const int count = gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
  begin_ = 0;
  end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return end_ == 0 ? ReadError(file_.get()) : base::OkStatus();
}

double LineReader::fraction() const {
  if (size_ == 0) return 1.0;
  const auto offset = static_cast<double>(std::max<z_off_t>(0, gzoffset(file_.get())));
  return std::min(1.0, offset / static_cast<double>(size_));
}

}  // namespace firstbell::adapters::csv
