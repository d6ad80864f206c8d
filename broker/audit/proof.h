#pragma once

// The proofs of an RFC 6962 tree: that it holds a leaf (section 2.1.1), and that it continues an
// older one (2.1.2). Made from the hashes of complete subtrees, wherever those are kept; checked by
// RFC 9162, sections 2.1.3.2 and 2.1.4.2. Pure; any thread.
//
// Sizes up to kMostLeaves; beyond, making is InvalidArgument and checking DataLoss. A proof never
// has more than kMostProofHashes.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr std::size_t kMostProofHashes = 63;

// The hash of the complete subtree of the 2^level leaves from index * 2^level on. Asked for no more
// than the tree holds. An error of it is the caller's answer.
using ReadNode = std::function<base::Result<std::string>(int level, std::uint64_t index)>;

base::Result<std::string> RootAt(std::uint64_t size, const ReadNode& read);

// From the leaf's sibling up to the root's child. InvalidArgument: no such leaf in a tree of this
// size.
base::Result<std::vector<std::string>> InclusionProof(std::uint64_t index, std::uint64_t size,
                                                      const ReadNode& read);

// Empty where the sizes are equal, and from the empty tree, which every tree continues.
// InvalidArgument: the old size is the larger one.
base::Result<std::vector<std::string>> ConsistencyProof(std::uint64_t old_size, std::uint64_t size,
                                                        const ReadNode& read);

// DataLoss: the proof does not show that the leaf at `index` of the tree with this size and root
// has this hash. Hashes too many, or not of 32 bytes, are no proof either.
base::Status CheckInclusion(std::string_view leaf_hash, std::uint64_t index, std::uint64_t size,
                            absl::Span<const std::string> proof, std::string_view root);

// DataLoss: the proof does not show that the tree continues the old one. Trees of equal size have
// to have equal roots. Every larger tree continues the empty one, whose root is then not looked at.
base::Status CheckConsistency(std::uint64_t old_size, std::string_view old_root, std::uint64_t size,
                              std::string_view root, absl::Span<const std::string> proof);

}  // namespace firstbell::audit
