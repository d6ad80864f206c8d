#pragma once

// What an auditor knows of a log from before: its key, and the newest checkpoint that they have
// verified, with the tree's right edge, from which the log's growth is checked without reading it
// again. Kept in a directory of the auditor's own, with the proofs of logs that contradicted
// themselves. Threads: one call at a time.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "broker/audit/checkpoint.h"
#include "broker/audit/merkle.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"

namespace firstbell::audit_client {

// Of one log. `note` empty: its key alone is known. `edge` empty: of the checkpoint's tree no more
// than its head is known, as to a witness.
struct Trusted {
  audit::VerifierKey key;
  std::string note;
  audit::Frontier edge;
  audit::Checkpoint head;                 // what `note` says
  std::vector<std::string> changes = {};  // of the log's key, oldest first, that led to `key`
  friend bool operator==(const Trusted&, const Trusted&) = default;
};

// Two checkpoints that one log signed, of which the later does not follow from the earlier.
struct Contradiction {
  std::string origin;
  std::string what;           // in words
  std::string before, after;  // signed notes: as it was known, as it was shown then
  std::vector<std::string> changes;
};

// Held until it goes, also when the process is killed (flock(2)).
class StoreLock {
 public:
  explicit StoreLock(int fd) : fd_(fd) {}
  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&&) = delete;
  ~StoreLock();

 private:
  int fd_;
};

class TrustStore {
 public:
  // The directory need not be there yet.
  explicit TrustStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Nothing: the log of that origin is not known here. DataLoss: its file does not read back.
  base::Result<std::optional<Trusted>> Load(const std::string& origin) const;
  // Whether logs are known here, and none of that origin.
  base::Result<bool> KnowsOthersAlone(const std::string& origin) const;
  // Durable on OK.
  base::Status Save(const Trusted& trusted) const;

  // Where it stands from now on. The same twice is one file; none is ever written over, and it is a
  // person who takes one away. Durable on OK.
  base::Result<std::filesystem::path> Keep(const Contradiction& contradiction) const;
  // One of those that are kept of the log of that origin; nothing: there is none.
  base::Result<std::optional<std::filesystem::path>> Kept(const std::string& origin) const;

  // Waits until no other process holds it.
  base::Result<StoreLock> Lock() const;

 private:
  std::filesystem::path FileOf(const std::string& origin) const;
  base::Result<std::vector<std::string>> Names() const;
  const std::filesystem::path directory_;
};

}  // namespace firstbell::audit_client
