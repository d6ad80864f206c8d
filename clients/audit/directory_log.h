#pragma once

// A copy of a delivery log in a directory, as C2SP tlog-tiles lays it out: checkpoint, tile/… and
// tile/entries/…. Of events it has none. Threads: one call at a time.

#include <filesystem>
#include <string>

#include "clients/audit/log_source.h"

namespace firstbell::audit_client {

class DirectoryLog final : public LogSource {
 public:
  explicit DirectoryLog(std::filesystem::path directory) : directory_(std::move(directory)) {}

  base::Result<v1::Checkpoint> GetCheckpoint(const std::string& remembered) override;
  base::Status ReadEntries(std::uint64_t first, std::uint64_t end,
                           const std::function<bool(const v1::LogEntry&)>& take) override;
  base::Result<std::vector<std::string>> Consistency(std::uint64_t old_size,
                                                     std::uint64_t size) override;
  base::Result<std::string> CheckTile(int level, std::uint64_t index,
                                      const std::string& hashes) override;
  // Partial tiles and bundles that smaller copies left, and what a copy that broke off has begun:
  // as far as the checkpoint's tree goes, they have to say the same as its own.
  base::Result<std::string> CheckOtherFiles() override;

 private:
  base::Result<std::string> CheckOther(const std::string& resource) const;
  std::filesystem::path PathOf(const std::string& resource) const { return directory_ / resource; }
  base::Result<std::vector<std::string>> ReadBundle(std::uint64_t index) const;

  const std::filesystem::path directory_;
  std::uint64_t size_ = 0;  // of the checkpoint that was read
};

// Copies a log into a directory, or what it has grown by since: tiles and bundles first, each
// durable, then the checkpoint; last, partial ones are removed whose full one stands. `directory`
// holds nothing else. `checkpoint` is one that was judged
// (trust.h). DataLoss: the entries do not give its head, or the log has not grown from what was
// copied before; the checkpoint in the directory is then the old one, and so is all that it speaks
// of.
struct Copied {
  std::uint64_t size = 0;
  std::uint64_t added = 0;
};
base::Result<Copied> CopyLog(LogSource& from, const v1::Checkpoint& checkpoint,
                             const std::filesystem::path& directory,
                             const std::function<void(double)>& progress);

}  // namespace firstbell::audit_client
