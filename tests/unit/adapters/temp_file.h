#pragma once

// A file of a test's own, gone with the test.

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace firstbell::adapters {

class TempFile {
 public:
  explicit TempFile(std::string_view bytes = "", std::string_view name = "firstbell-test.csv")
      : folder_(std::filesystem::temp_directory_path() / "firstbell-XXXXXX") {
    std::string pattern = folder_.string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / name;
    if (!bytes.empty()) std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TempFile() { std::filesystem::remove_all(folder_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string Read() const {
    std::ostringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    return text.str();
  }
  void WriteCompressed(std::string_view bytes) const {
    gzFile file = gzopen(path_.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
  }
  void CutTo(std::uintmax_t size) const { std::filesystem::resize_file(path_, size); }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace firstbell::adapters
