#include "broker/audit/merkle.h"

#include <bit>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr std::string_view kNodePrefix("\x01", 1);

}  // namespace

std::string LeafHash(std::string_view entry) {
  return crypto::Sha256({kLeafPrefix, entry});
}

std::string NodeHash(std::string_view left, std::string_view right) {
  return crypto::Sha256({kNodePrefix, left, right});
}

std::string EmptyRoot() {
  return crypto::Sha256("");
}

void Frontier::Append(std::string_view entry) {
  AppendHash(LeafHash(entry));
}

void Frontier::AppendHash(std::string leaf_hash) {
  AppendHash(std::move(leaf_hash), [](int, std::uint64_t, const std::string&) {});
}

void Frontier::AppendHash(std::string leaf_hash, const Completed& completed) {
  FB_CHECK(leaf_hash.size() == crypto::kSha256Bytes && size_ < kMostLeaves);
  std::string hash = std::move(leaf_hash);
  int level = 0;
  completed(level, size_, hash);
  // Each one bit at the end of the size is a full subtree that the new leaf completes to twice its
  // size, as a carry runs through a binary number.
  for (std::uint64_t bits = size_; bits & 1; bits >>= 1) {
    hash = NodeHash(subtrees_.back(), hash);
    subtrees_.pop_back();
    ++level;
    completed(level, bits >> 1, hash);
  }
  subtrees_.push_back(std::move(hash));
  ++size_;
}

std::string Frontier::Root() const {
  if (subtrees_.empty()) return EmptyRoot();
  std::string root = subtrees_.back();
  for (auto left = subtrees_.rbegin() + 1; left != subtrees_.rend(); ++left) {
    root = NodeHash(*left, root);
  }
  return root;
}

std::string Frontier::Serialize() const {
  std::string bytes;
  base::AppendU64(bytes, size_);
  for (const std::string& hash : subtrees_) bytes += hash;
  return bytes;
}

base::Result<Frontier> Frontier::Parse(std::string_view bytes) {
  if (bytes.size() < 8) return base::DataLoss("the log's right edge is cut short");
  Frontier frontier;
  frontier.size_ = base::ReadU64(bytes);
  bytes.remove_prefix(8);
  const auto subtrees = static_cast<std::size_t>(std::popcount(frontier.size_));
  if (bytes.size() != subtrees * crypto::kSha256Bytes) {
    return base::DataLoss("the log's right edge does not fit the log's size");
  }
  for (; !bytes.empty(); bytes.remove_prefix(crypto::kSha256Bytes)) {
    frontier.subtrees_.emplace_back(bytes.substr(0, crypto::kSha256Bytes));
  }
  return frontier;
}

}  // namespace firstbell::audit
