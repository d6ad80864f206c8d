#pragma once

// The rows of a load on their way into sorted files: unsorted, in temporary files, each of which
// (a run) takes a share of the key range, small enough to be sorted in memory.
//
// They lie in the folder `roll_load` of the store's directory, of mode 0700 with files of mode
// 0600, and hold what the rows hold. They are never durable and never read by another process: what
// a crash leaves of them is removed unread. Errors: ResourceExhausted, the disk is full; DataLoss,
// what was written does not read back; PermissionDenied.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::store::rocks {

using base::Result;
using base::Status;

class LoadRuns {
 public:
  // Asked before each write to the disk: whether there is room.
  using CheckSpace = std::function<Status()>;

  // Empty runs, in place of what an earlier load left in the folder.
  static Result<std::unique_ptr<LoadRuns>> Make(const std::filesystem::path& store,
                                                std::size_t runs, CheckSpace check_space);
  // Removes the folder with all that is in it; nothing where there is none.
  static void RemoveFrom(const std::filesystem::path& store);

  ~LoadRuns();
  LoadRuns(const LoadRuns&) = delete;
  LoadRuns& operator=(const LoadRuns&) = delete;

  // Fills runs by way of a buffer for each. Threads: one, beside other writers.
  class Writer {
   public:
    explicit Writer(LoadRuns& runs) : runs_(runs), buffers_(runs.runs_.size()) {}
    Status Add(std::size_t run, std::string_view key, std::string_view value);
    Status Flush();

   private:
    LoadRuns& runs_;
    std::vector<std::string> buffers_;
  };

  // After the last Flush. Of one run; any thread.
  std::uint64_t BytesOf(std::size_t run) const { return runs_[run].bytes; }
  // Reads the run and removes its file.
  Result<std::string> Take(std::size_t run);
  // For a sorted file of this number.
  std::filesystem::path SortedPath(std::size_t number) const;

 private:
  struct Run {
    base::Mutex mutex;
    int fd ABSL_GUARDED_BY(mutex) = -1;  // -1: no row yet
    std::atomic<std::uint64_t> bytes = 0;
  };

  LoadRuns(std::filesystem::path folder, std::size_t runs, CheckSpace check_space)
      : folder_(std::move(folder)), check_space_(std::move(check_space)), runs_(runs) {}
  std::filesystem::path PathOf(std::size_t run) const;
  Status Append(std::size_t run, std::string_view bytes);

  const std::filesystem::path folder_;
  const CheckSpace check_space_;
  std::vector<Run> runs_;
};

// The rows of a run as they lie in its bytes, in key order. DataLoss. Pure.
struct RunRow {
  std::uint64_t prefix;  // the key's 8 bytes after its table's, big-endian: most of the order
  std::string_view key, value;
};
Result<std::vector<RunRow>> SortRun(std::string_view bytes);

}  // namespace firstbell::store::rocks
