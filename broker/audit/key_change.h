#pragma once

// A log takes another key: a signed note of both keys, so that whoever knows the one learns of the
// other. Format: proto/FORMATS.md, "Change of the log's key". Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"

namespace firstbell::audit {

// Both are the same log's: their names are its origin.
struct KeyChange {
  VerifierKey before, after;
  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

// CHECKs that the keys' public halves are those of the change, and that the names are equal.
std::string SignKeyChange(const KeyChange& change, const crypto::Ed25519Key& before,
                          const crypto::Ed25519Key& after);
// InvalidArgument: it is no such note. PermissionDenied: not both keys signed it.
base::Result<KeyChange> OpenKeyChange(std::string_view note);

// A log's keys as notes of changes tell them, oldest first; keys[known] is the one that was begun
// with. `notes` are those that lead from each key to the next, one fewer than there are keys.
struct KeyChain {
  std::vector<VerifierKey> keys;
  std::size_t known = 0;
  std::vector<std::string> notes;

  bool Has(const VerifierKey& key) const;
  // The key that is known, and those after it: by these a log signs for who knows that key.
  absl::Span<const VerifierKey> Since() const { return absl::MakeConstSpan(keys).subspan(known); }
};
// What notes, oldest first, tie to the key `known`: on from it, and back to those before it. Others
// are passed over. An error is OpenKeyChange's, or InvalidArgument: a note is another log's.
base::Result<KeyChain> ChainOf(const VerifierKey& known, absl::Span<const std::string> notes);

// The keys by which a log is known to whoever knows `known`: ChainOf's since that one; the last
// signs now.
base::Result<std::vector<VerifierKey>> FollowKeyChanges(const VerifierKey& known,
                                                        absl::Span<const std::string> notes);

}  // namespace firstbell::audit
