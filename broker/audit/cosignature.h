#pragma once

// A witness's word (C2SP tlog-cosignature, Ed25519): at this time, this was the largest checkpoint
// of that log that it had seen, and it continued all that it had seen before. Pure; any thread.

#include <string_view>

#include "absl/time/time.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"

namespace firstbell::audit {

// `checkpoint_text`: a checkpoint's, without its signatures. `at` loses what is below a second.
// CHECKs that it is not before 1970, and the name.
NoteSignature Cosign(std::string_view checkpoint_text, std::string_view name,
                     const crypto::Ed25519Key& key, absl::Time at);

// When it was cosigned, as the witness says; a time to come is not refused. NotFound: not of this
// key's name and id. PermissionDenied: of these, and not this key's cosignature of the text.
// InvalidArgument: the key is no witness's.
base::Result<absl::Time> CheckCosignature(std::string_view text, const NoteSignature& signature,
                                          const VerifierKey& key);

}  // namespace firstbell::audit
