#include "broker/audit/checkpoint.h"

#include "broker/audit/lines.h"
#include "broker/audit/merkle.h"
#include "broker/base/bytes.h"

namespace firstbell::audit {

namespace {

// Any log's, in a checkpoint.
bool IsOrigin(std::string_view origin) {
  return !origin.empty() && origin.size() <= kMostOriginBytes && IsPlainText(origin);
}

base::Result<Checkpoint> ReadLines(std::string_view text) {
  FB_ASSIGN_OR_RETURN(const std::string_view origin, TakeLine(text));
  FB_ASSIGN_OR_RETURN(const std::string_view size_line, TakeLine(text));
  FB_ASSIGN_OR_RETURN(const std::string_view root_line, TakeLine(text));
  if (!IsOrigin(origin)) {
    return base::InvalidArgument("its origin is not 1 to 255 bytes of UTF-8");
  }
  FB_ASSIGN_OR_RETURN(const std::uint64_t size, ParseDecimal(size_line));
  FB_ASSIGN_OR_RETURN(std::string root, ParseHash(root_line));
  if (!text.empty()) {
    return base::InvalidArgument(
        "after its root follow extension lines, which no log of ours writes");
  }
  if (size == 0 && root != EmptyRoot()) {
    return base::InvalidArgument("its tree is empty, and its root is not the empty tree's");
  }
  return Checkpoint{std::string(origin), size, std::move(root)};
}

}  // namespace

bool ValidOrigin(std::string_view origin) {
  return ValidKeyName(origin) && origin.size() <= kMostOriginBytes &&
         origin.find('\x7F') == std::string_view::npos;
}

std::string CheckpointText(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                     base::Base64Encode(checkpoint.root) + "\n";
  FB_CHECK(ReadLines(text).ok());
  return text;
}

base::Result<Checkpoint> ParseCheckpointText(std::string_view text) {
  base::Result<Checkpoint> checkpoint = ReadLines(text);
  if (!checkpoint.ok()) return base::Annotate(checkpoint.status(), "not a checkpoint");
  return checkpoint;
}

base::Result<SignedCheckpoint> ParseSignedCheckpoint(std::string_view bytes) {
  FB_ASSIGN_OR_RETURN(Note note, ParseNote(bytes));
  FB_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointText(note.text));
  return SignedCheckpoint{std::move(checkpoint), std::move(note)};
}

base::Status CheckLogSignature(const SignedCheckpoint& checkpoint,
                               absl::Span<const VerifierKey> log_keys) {
  const std::string& origin = checkpoint.checkpoint.origin;
  bool is_signed = false;
  for (const VerifierKey& key : log_keys) {
    if (key.kind != KeyKind::kLog) continue;
    const base::Status status = CheckSignature(checkpoint.note, key);
    if (status.code() == base::Code::kNotFound) continue;
    FB_RETURN_IF_ERROR(status);
    is_signed = is_signed || key.name == origin;
  }
  if (is_signed) return base::OkStatus();
  return base::PermissionDenied("the checkpoint of " + origin +
                                " is not signed by a key of that name that is known here");
}

base::Result<SignedCheckpoint> OpenCheckpoint(std::string_view bytes,
                                              absl::Span<const VerifierKey> log_keys) {
  FB_ASSIGN_OR_RETURN(SignedCheckpoint checkpoint, ParseSignedCheckpoint(bytes));
  FB_RETURN_IF_ERROR(CheckLogSignature(checkpoint, log_keys));
  return checkpoint;
}

}  // namespace firstbell::audit
