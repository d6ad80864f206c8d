#pragma once

// A checkpoint (C2SP tlog-checkpoint): the size and the root of a log at one time, as a signed
// note. Ours has three lines; extension lines, which nobody can audit, are refused. Pure; any
// thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr std::size_t kMostOriginBytes = 255;

struct Checkpoint {
  std::string origin;  // which log
  std::uint64_t size = 0;
  std::string root;  // 32 bytes
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// What a log of ours may be called: ValidKeyName, at most kMostOriginBytes. Other logs' origins may
// have spaces.
bool ValidOrigin(std::string_view origin);

// The note's text. CHECKs that ParseCheckpointText reads it.
std::string CheckpointText(const Checkpoint& checkpoint);
// InvalidArgument: not a checkpoint's three lines.
base::Result<Checkpoint> ParseCheckpointText(std::string_view text);

// `checkpoint` is what `note.text` says.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
  friend bool operator==(const SignedCheckpoint&, const SignedCheckpoint&) = default;
};
// InvalidArgument: not a signed note, or its text not a checkpoint's. No signature is checked.
base::Result<SignedCheckpoint> ParseSignedCheckpoint(std::string_view bytes);

// OK where one of these keys signed whose name is the checkpoint's origin, and none of them signed
// wrongly. PermissionDenied otherwise. Keys of witnesses are passed over.
base::Status CheckLogSignature(const SignedCheckpoint& checkpoint,
                               absl::Span<const VerifierKey> log_keys);
// ParseSignedCheckpoint, then CheckLogSignature.
base::Result<SignedCheckpoint> OpenCheckpoint(std::string_view bytes,
                                              absl::Span<const VerifierKey> log_keys);

}  // namespace firstbell::audit
