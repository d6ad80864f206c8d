#pragma once

// Content at rest: AES-256-GCM under a data key per incident, wrapped by that day's key-encryption
// key. The day keys live in a directory of their own, one file each (mode 0600), never backed up
// with the data; destroying one erases all that was vaulted that day. Format: proto/FORMATS.md,
// "Vaulted content".

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "broker/base/mutex.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/model/text.h"

namespace firstbell::sealing {

// Threads: safe. A resource: neither copied nor moved.
class Vault {
 public:
  // Opens the directory, made (mode 0700) where absent.
  static base::Result<std::unique_ptr<Vault>> Open(const std::filesystem::path& directory);
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // Seals under `day`'s key, which is made, synced and only then used where there is none yet.
  // `context` (the incident's id) is bound: the bytes open under it alone.
  base::Result<std::string> Seal(std::string_view plaintext, std::string_view context,
                                 model::Date day);
  // NotFound: that day's key was destroyed. DataLoss: altered, or another context.
  base::Result<base::Secret> Open(std::string_view sealed, std::string_view context);
  // Overwrites and removes the day's key. OK where there is none.
  base::Status Destroy(model::Date day);

 private:
  explicit Vault(std::filesystem::path directory) : directory_(std::move(directory)) {}
  enum class IfAbsent { kMake, kFail };
  base::Result<base::Secret> KeyOf(model::Date day, IfAbsent if_absent);

  const std::filesystem::path directory_;
  base::Mutex mutex_;
  std::map<model::Date, base::Secret> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::sealing
