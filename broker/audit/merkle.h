#pragma once

// The RFC 6962 Merkle tree (section 2.1, SHA-256): leaf hash SHA-256(0x00 || entry), inner node
// SHA-256(0x01 || left || right), the head of an empty tree SHA-256 of nothing. Hashes are 32
// bytes.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::audit {

std::string LeafHash(std::string_view entry);
std::string NodeHash(std::string_view left, std::string_view right);
std::string EmptyRoot();

// Sizes are below 2^63, as the proofs' 63 hashes and other programs' signed integers have it.
inline constexpr std::uint64_t kMostLeaves = (std::uint64_t{1} << 63) - 1;

// A complete subtree, just closed: of the 2^level leaves from index * 2^level on.
using Completed = std::function<void(int level, std::uint64_t index, const std::string& hash)>;

// The right edge of a growing tree: enough to append and to know the head, 32 bytes for each one
// bit of the size. A value; not thread-safe while appending.
class Frontier {
 public:
  Frontier() = default;
  void Append(std::string_view entry);
  // The same by the leaf's hash. `completed` is called for each subtree that the leaf closes: the
  // leaf itself at level 0, then upwards.
  void AppendHash(std::string leaf_hash);
  void AppendHash(std::string leaf_hash, const Completed& completed);
  std::uint64_t size() const { return size_; }
  std::string Root() const;  // 32 bytes

  // size (8 bytes, big-endian), then the hashes of the full subtrees, largest first.
  std::string Serialize() const;
  static base::Result<Frontier> Parse(std::string_view bytes);  // DataLoss
  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<std::string> subtrees_;  // largest first
};

}  // namespace firstbell::audit
