#pragma once

// A file that shows that an entry is in a log (C2SP tlog-proof v1): its place, the hashes from it
// to the root, and the checkpoint that has this root. Pure; any thread.
//
// What it shows is only as good as three checks that are the reader's: the checkpoint's signatures
// (trust_policy.h), the entry's hash against the root (CheckInclusion), and what `extra` claims,
// which nobody signed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr std::size_t kMostExtraBytes = 64 * 1024;

struct TlogProof {
  std::uint64_t index = 0;
  std::vector<std::string> hashes;  // as InclusionProof makes them
  std::string checkpoint;           // the signed note, byte for byte
  std::string extra;                // empty: none
  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// CHECKs that ParseTlogProof reads it.
std::string FormatTlogProof(const TlogProof& proof);
// InvalidArgument: not such a file, its checkpoint is none, or has no leaf of that index. Neither
// signatures nor hashes are checked.
base::Result<TlogProof> ParseTlogProof(std::string_view text);

}  // namespace firstbell::audit
