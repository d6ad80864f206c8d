#pragma once

// Lines of a file, plain or gzipped, as a stream. Owns the open file. Not thread-safe.
// Bounds: a line of at most limits::kImportLineBytes; of a longer one the rest is skipped.

#include <zlib.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "broker/base/status.h"

namespace firstbell::adapters::csv {

class LineReader {
 public:
  // NotFound where the file cannot be opened.
  static base::Result<LineReader> Open(const std::filesystem::path& path);

  enum class Outcome { kLine, kTooLong, kEnd };
  // The next line with its line break; the last may have none. DataLoss: the compressed file is
  // damaged or cut off, or the disk failed.
  base::Result<Outcome> Next(std::string& line);

  // How much of the file was read, 0 to 1.
  double fraction() const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };

  LineReader(gzFile_s* file, std::uintmax_t size) : file_(file), size_(size) {}
  base::Status Fill();

  std::unique_ptr<gzFile_s, Close> file_;
  std::uintmax_t size_;
  std::array<char, 64 * 1024> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace firstbell::adapters::csv
