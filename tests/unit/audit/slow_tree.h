#pragma once

// The slow obvious twin of the tree and its proofs: RFC 6962 section 2.1 word for word, over all
// leaf hashes. And a place that keeps the hash of every complete subtree, as a log's tiles do.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

// "k, the largest power of two smaller than n".
inline std::size_t LargestPowerBelow(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

using Hashes = std::vector<std::string>;

inline Hashes Part(const Hashes& hashes, std::size_t begin, std::size_t end) {
  return {hashes.begin() + static_cast<std::ptrdiff_t>(begin),
          hashes.begin() + static_cast<std::ptrdiff_t>(end)};
}

inline std::string SlowRoot(const Hashes& d) {
  if (d.empty()) return crypto::Sha256("");
  if (d.size() == 1) return d[0];
  const std::size_t k = LargestPowerBelow(d.size());
  return crypto::Sha256("\x01" + SlowRoot(Part(d, 0, k)) + SlowRoot(Part(d, k, d.size())));
}

inline Hashes With(Hashes hashes, std::string last) {
  hashes.push_back(std::move(last));
  return hashes;
}

// PATH(m, D[n]) of section 2.1.1.
inline Hashes SlowPath(std::size_t m, const Hashes& d) {
  if (d.size() == 1) return {};
  const std::size_t k = LargestPowerBelow(d.size());
  if (m < k) return With(SlowPath(m, Part(d, 0, k)), SlowRoot(Part(d, k, d.size())));
  return With(SlowPath(m - k, Part(d, k, d.size())), SlowRoot(Part(d, 0, k)));
}

// SUBPROOF(m, D[n], b) of section 2.1.2.
enum class Whole { kNo, kYes };
inline Hashes SlowSubproof(std::size_t m, const Hashes& d, Whole b) {
  if (m == d.size()) return b == Whole::kYes ? Hashes() : Hashes{SlowRoot(d)};
  const std::size_t k = LargestPowerBelow(d.size());
  if (m <= k) return With(SlowSubproof(m, Part(d, 0, k), b), SlowRoot(Part(d, k, d.size())));
  return With(SlowSubproof(m - k, Part(d, k, d.size()), Whole::kNo), SlowRoot(Part(d, 0, k)));
}

// A log of numbered entries, with all that a proof may ask for.
class KnownLog {
 public:
  explicit KnownLog(std::size_t size, const std::string& word = "entry ") {
    for (std::size_t i = 0; i < size; ++i) Append(word + std::to_string(i));
  }
  void Append(const std::string& entry) {
    leaves_.push_back(LeafHash(entry));
    frontier_.AppendHash(leaves_.back(),
                         [this](int level, std::uint64_t index, const std::string& hash) {
                           EXPECT_TRUE(nodes_.emplace(std::pair(level, index), hash).second);
                         });
    roots_.push_back(frontier_.Root());
  }
  Hashes LeavesAt(std::size_t size) const { return Part(leaves_, 0, size); }
  const std::string& Leaf(std::size_t index) const { return leaves_[index]; }
  const std::string& Root(std::size_t size) const { return roots_[size]; }
  // Of a tree of this size, which ends the test where it is asked for what such a tree has not.
  ReadNode Nodes(std::uint64_t size) const {
    return [this, size](int level, std::uint64_t index) -> base::Result<std::string> {
      EXPECT_LE((index + 1) << level, size) << "level " << level << ", index " << index;
      return nodes_.at({level, index});
    };
  }

 private:
  Frontier frontier_;
  Hashes leaves_;
  Hashes roots_{EmptyRoot()};
  std::map<std::pair<int, std::uint64_t>, std::string> nodes_;
};

// One bit of all bytes turned.
inline std::string Flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

}  // namespace firstbell::audit
