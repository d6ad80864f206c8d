#pragma once

// What the delivery log is signed with, and what must never be restored with it: both lie in the
// key directory.
//
//   log.key            the log's Ed25519 key; PKCS#8 in PEM, mode 0600
//   log-before.key     the one before it, from a change until it is retired: it signs too
//   log-changes/       a note of each change, 0001 and on; public
//   pseudonyms.key     32 bytes by which schools are called otherwise for auditors
//   log.head           the newest checkpoint that was signed: a data directory that knows less was
//                      restored from an old backup, and is refused

#include <optional>
#include <string>
#include <vector>

#include "broker/audit/note.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"
#include "broker/registry/data_directory.h"

namespace firstbell::registry {

struct LogKeys {
  std::vector<crypto::Ed25519Key> signing;  // the newest first; one, or two
  std::vector<std::string> changes;         // notes, oldest first
  base::Secret pseudonyms;                  // 32 bytes
};

// Makes the keys where there are none. Durable on OK; after a crash, call it again.
base::Status MakeLogKeys(const DataDirectory& directory);
// NotFound: there are none. FailedPrecondition, DataLoss: as LoadKeys.
base::Result<LogKeys> LoadLogKeys(const DataDirectory& directory);

// A further key signs with the one there is, from the next start on. `origin` is the log's. The
// note of both. FailedPrecondition: a change is under way: retire the key before first.
base::Result<std::string> AddLogKey(const DataDirectory& directory, const std::string& origin);
// FailedPrecondition: there is no key before.
base::Status CheckRetirable(const LogKeys& keys);
// The key before signs no more, and is destroyed. FailedPrecondition: there is none.
base::Status RetireLogKey(const DataDirectory& directory);

// The log is another one: what was signed is forgotten, its keys are destroyed, and a new one is
// made.
base::Status ForgetLog(const DataDirectory& directory);

audit::VerifierKey VerifierOf(const crypto::Ed25519Key& key, const std::string& origin);

// The checkpoint that was remembered; nothing: none yet. Errors: reading's.
base::Result<std::optional<std::string>> ReadLogHead(const DataDirectory& directory);
// Durable on OK.
base::Status WriteLogHead(const DataDirectory& directory, const std::string& note);

}  // namespace firstbell::registry
