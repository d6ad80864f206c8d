#pragma once

// A row that could not be used, and the file in which an operator gets them. It holds where, which
// field and why, and the row's own keys; no other value of the row.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "broker/base/status.h"

namespace firstbell::adapters {

struct Reject {
  std::uint64_t line = 0;  // of the file, from 1; the header is line 1
  std::string field;       // the column; empty: the row as a whole
  std::string reason;      // a phrase that follows the field's name
  std::string urn;         // empty where it cannot be read
  std::string local_id;
};

using RejectSink = std::function<void(const Reject&)>;
// How much of the file was read, 0 to 1. May be empty.
using ProgressSink = std::function<void(double)>;

struct Totals {
  std::uint64_t rows = 0;      // without the header
  std::uint64_t rejected = 0;  // rows, not faults
};

// A CSV file: line,field,reason,urn,local_id, readable by its owner alone. A file without faults
// leaves none, and takes away the one of an earlier try. Not thread-safe.
class RejectFile {
 public:
  // `option` says where it goes, for an operator who must name another place.
  explicit RejectFile(std::filesystem::path path, std::string option = "--rejects")
      : path_(std::move(path)), option_(std::move(option)) {}
  ~RejectFile();
  RejectFile(const RejectFile&) = delete;
  RejectFile& operator=(const RejectFile&) = delete;
  // Before anything is written elsewhere: whether it can be. FailedPrecondition: it cannot, or a
  // file that is no reject file stands there, which stays as it is.
  base::Status Begin();
  void Add(const Reject& reject);
  // Once, after the last. Unavailable where the file could not be written.
  base::Status Finish();
  std::uint64_t count() const { return count_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void Open();
  void TakeAway();

  std::filesystem::path path_;
  std::string option_;
  std::ofstream file_;
  std::uint64_t count_ = 0;
};

}  // namespace firstbell::adapters
