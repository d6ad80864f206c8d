#pragma once

// How far the write-ahead log was synced, noted beside it after each commit: 16 bytes in the file
// `synced`, RocksDB's sequence number (u64, big-endian) and its complement. A log that ends before
// its mark has lost answered writes: a flipped length or a file cut short looks to RocksDB like a
// write that a crash left unfinished, and only the mark tells the two apart.
//
// The mark itself is not synced: after a power cut it may be behind, never ahead. One that does not
// read back counts as none. Threads: one at a time.

#include <cstdint>
#include <filesystem>

#include "broker/base/status.h"

namespace firstbell::store::rocks {

class SyncedMark {
 public:
  explicit SyncedMark(const std::filesystem::path& directory);
  ~SyncedMark();
  SyncedMark(const SyncedMark&) = delete;
  SyncedMark& operator=(const SyncedMark&) = delete;

  // What is durable now. Where it cannot be written the mark stays behind, which is safe.
  void Note(std::uint64_t sequence);

  static bool Exists(const std::filesystem::path& directory);
  // DataLoss: the directory's log ends at `sequence`, before its mark.
  static base::Status Check(const std::filesystem::path& directory, std::uint64_t sequence);

 private:
  const int fd_;
};

}  // namespace firstbell::store::rocks
