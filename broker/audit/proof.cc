#include "broker/audit/proof.h"

#include <algorithm>
#include <bit>

#include "broker/audit/merkle.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

namespace {

// Some leaves of the tree, one after the other: [begin, end).
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  // Where RFC 6962 divides it: its left part has the largest power of two below its size. Of two
  // leaves or more.
  std::uint64_t Middle() const { return begin + std::bit_floor(size() - 1); }
};

// The head of a range that the tree's divisions lead to: complete subtrees that become smaller to
// the right, joined from there.
base::Result<std::string> HeadOf(Range range, const ReadNode& read) {
  std::vector<std::string> subtrees;
  while (range.size() > 0) {
    const int level = static_cast<int>(std::bit_width(range.size())) - 1;
    FB_ASSIGN_OR_RETURN(std::string hash, read(level, range.begin >> level));
    subtrees.push_back(std::move(hash));
    range.begin += std::uint64_t{1} << level;
  }
  if (subtrees.empty()) return EmptyRoot();
  std::string head = std::move(subtrees.back());
  for (auto left = subtrees.rbegin() + 1; left != subtrees.rend(); ++left) {
    head = NodeHash(*left, head);
  }
  return head;
}

base::Status CheckSize(std::uint64_t size) {
  if (size <= kMostLeaves) return base::OkStatus();
  return base::InvalidArgument("a tree's size is below 2^63");
}

}  // namespace

base::Result<std::string> RootAt(std::uint64_t size, const ReadNode& read) {
  FB_RETURN_IF_ERROR(CheckSize(size));
  return HeadOf({0, size}, read);
}

base::Result<std::vector<std::string>> InclusionProof(std::uint64_t index, std::uint64_t size,
                                                      const ReadNode& read) {
  FB_RETURN_IF_ERROR(CheckSize(size));
  if (index >= size) {
    return base::InvalidArgument("a tree of " + std::to_string(size) + " leaves has no leaf " +
                                 std::to_string(index));
  }
  std::vector<std::string> proof;
  for (Range around{0, size}; around.size() > 1;) {
    Range left{around.begin, around.Middle()}, right{around.Middle(), around.end};
    const bool goes_left = index < left.end;
    FB_ASSIGN_OR_RETURN(std::string sibling, HeadOf(goes_left ? right : left, read));
    proof.push_back(std::move(sibling));
    around = goes_left ? left : right;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

base::Result<std::vector<std::string>> ConsistencyProof(std::uint64_t old_size, std::uint64_t size,
                                                        const ReadNode& read) {
  FB_RETURN_IF_ERROR(CheckSize(size));
  if (old_size > size) {
    return base::InvalidArgument("a tree of " + std::to_string(size) +
                                 " leaves cannot continue one of " + std::to_string(old_size));
  }
  std::vector<std::string> proof;
  if (old_size == 0 || old_size == size) return proof;
  // Down the edge along which the old tree ends, until the range ends there too.
  Range around{0, size};
  while (around.end != old_size) {
    Range left{around.begin, around.Middle()}, right{around.Middle(), around.end};
    const bool goes_left = old_size <= left.end;
    FB_ASSIGN_OR_RETURN(std::string sibling, HeadOf(goes_left ? right : left, read));
    proof.push_back(std::move(sibling));
    around = goes_left ? left : right;
  }
  // Where that range is the whole old tree, its head is the old root, which the checker has.
  if (around.begin != 0) {
    FB_ASSIGN_OR_RETURN(std::string last, HeadOf(around, read));
    proof.push_back(std::move(last));
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

namespace {

base::Status NotInTree() {
  return base::DataLoss("the inclusion proof does not lead from the leaf to the tree's root");
}

base::Status NotContinued() {
  return base::DataLoss("the consistency proof does not lead from the old tree to the new one");
}

bool IsHash(std::string_view hash) {
  return hash.size() == crypto::kSha256Bytes;
}

// Longer than any tree's, or not of hashes.
bool IsProof(absl::Span<const std::string> proof) {
  return proof.size() <= kMostProofHashes && std::all_of(proof.begin(), proof.end(), IsHash);
}

// Two paths to the root in one walk (RFC 9162 section 2.1.4.2): of the node at `node` on a level
// whose last is at `last`. The old path takes the siblings on the left alone, which are all there
// were.
struct Climb {
  std::uint64_t node = 0;
  std::uint64_t last = 0;
  std::string old_head;
  std::string head;

  void Up() {
    node >>= 1;
    last >>= 1;
  }
  bool AtRoot() const { return last == 0; }
  void Take(const std::string& sibling) {
    if ((node & 1) == 0 && node != last) {
      head = NodeHash(head, sibling);
      return Up();
    }
    old_head = NodeHash(sibling, old_head);
    head = NodeHash(sibling, head);
    // A node that is last and even has no sibling on its level; it rises as it is.
    while ((node & 1) == 0 && node != 0) Up();
    Up();
  }
};

}  // namespace

base::Status CheckInclusion(std::string_view leaf_hash, std::uint64_t index, std::uint64_t size,
                            absl::Span<const std::string> proof, std::string_view root) {
  const bool fits = IsHash(leaf_hash) && IsHash(root) && IsProof(proof);
  if (!fits || size > kMostLeaves || index >= size) return NotInTree();
  Climb climb{index, size - 1, {}, std::string(leaf_hash)};
  for (const std::string& sibling : proof) {
    if (climb.AtRoot()) return NotInTree();
    climb.Take(sibling);
  }
  return climb.AtRoot() && climb.head == root ? base::OkStatus() : NotInTree();
}

base::Status CheckConsistency(std::uint64_t old_size, std::string_view old_root, std::uint64_t size,
                              std::string_view root, absl::Span<const std::string> proof) {
  if (!IsHash(root) || !IsProof(proof) || size > kMostLeaves || old_size > size) {
    return NotContinued();
  }
  if (old_size == 0 && size > 0) return proof.empty() ? base::OkStatus() : NotContinued();
  if (old_size == size) {
    return proof.empty() && old_root == root ? base::OkStatus() : NotContinued();
  }
  // The walk begins at the largest complete subtree at the old tree's end.
  Climb climb{old_size - 1, size - 1, {}, {}};
  while (climb.node & 1) climb.Up();
  // Where that is the whole old tree, the proof leaves out its head.
  if (climb.node == 0) {
    climb.head = old_root;
  } else {
    if (proof.empty()) return NotContinued();
    climb.head = proof.front();
    proof.remove_prefix(1);
  }
  climb.old_head = climb.head;
  for (const std::string& sibling : proof) {
    if (climb.AtRoot()) return NotContinued();
    climb.Take(sibling);
  }
  const bool shown = climb.AtRoot() && climb.old_head == old_root && climb.head == root;
  return shown ? base::OkStatus() : NotContinued();
}

}  // namespace firstbell::audit
