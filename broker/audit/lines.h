#pragma once

// The lines of which C2SP's formats are made: each ends with a newline, and says one thing in one
// way. Pure; any thread. All errors are InvalidArgument.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"

namespace firstbell::audit {

// Takes the first line off, without its newline.
base::Result<std::string_view> TakeLine(std::string_view& text);

// Decimal, no sign, no leading zero; below 2^63.
base::Result<std::uint64_t> ParseDecimal(std::string_view text);
// 32 bytes in base64.
base::Result<std::string> ParseHash(std::string_view text);

// A proof: a line of base64 for each hash, then an empty one. At most kMostProofHashes.
std::string FormatHashes(absl::Span<const std::string> hashes);
base::Result<std::vector<std::string>> TakeHashes(std::string_view& text);

// UTF-8 without control characters below U+0020; newlines too are one.
bool IsPlainText(std::string_view text);
// Unicode's White_Space anywhere in valid UTF-8.
bool HasSpace(std::string_view text);

}  // namespace firstbell::audit
