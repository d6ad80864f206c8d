#pragma once

// The RFC 6962 Merkle tree (section 2.1, SHA-256): leaf hash SHA-256(0x00 || entry), inner node
// SHA-256(0x01 || left || right), the head of an empty tree SHA-256 of nothing.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::audit {

std::string LeafHash(std::string_view entry);

// The right edge of a growing tree: enough to append and to know the head, 32 bytes for each one
// bit of the size. A value; not thread-safe while appending.
class Frontier {
 public:
  Frontier() = default;
  void Append(std::string_view entry);
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
