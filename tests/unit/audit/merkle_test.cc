#include "broker/audit/merkle.h"

#include <gtest/gtest.h>

#include <random>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {
namespace {

// The tree head exactly as RFC 6962 section 2.1 defines it, by recursion over all entries.
std::string NaiveRoot(const std::vector<std::string>& entries, std::size_t first,
                      std::size_t count) {
  if (count == 0) return crypto::Sha256("");
  if (count == 1) return crypto::Sha256(std::string("\x00", 1) + entries[first]);
  std::size_t left = 1;
  while (left * 2 < count) left *= 2;
  return crypto::Sha256("\x01" + NaiveRoot(entries, first, left) +
                        NaiveRoot(entries, first + left, count - left));
}

std::string FromHex(std::string_view hex) {
  return base::HexDecode(hex).value();
}

TEST(Merkle, EmptyTreeIsTheHashOfNothing) {
  EXPECT_EQ(base::HexEncode(Frontier().Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The inputs and heads of the Certificate Transparency project's reference tests for RFC 6962.
TEST(Merkle, Rfc6962KnownHeads) {
  const std::vector<std::pair<std::string, std::string>> steps = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"606162636465666768696a6b6c6d6e6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
  Frontier frontier;
  for (const auto& [entry, head] : steps) {
    frontier.Append(FromHex(entry));
    EXPECT_EQ(base::HexEncode(frontier.Root()), head) << "at size " << frontier.size();
  }
}

TEST(Merkle, EveryHeadIsTheNaiveOneAlsoAfterBeingStored) {
  std::mt19937 random(6962);
  std::vector<std::string> entries;
  Frontier frontier;
  for (std::size_t size = 1; size <= 300; ++size) {
    entries.push_back(std::string(random() % 40, static_cast<char>(random())));
    frontier.Append(entries.back());
    ASSERT_EQ(frontier.size(), size);
    ASSERT_EQ(frontier.Root(), NaiveRoot(entries, 0, size)) << "at size " << size;
    base::Result<Frontier> restored = Frontier::Parse(frontier.Serialize());
    ASSERT_TRUE(restored.ok()) << restored.status();
    ASSERT_EQ(*restored, frontier);
    frontier = *std::move(restored);
  }
}

TEST(Merkle, AnotherEntryAnywhereIsAnotherHead) {
  for (std::size_t changed = 0; changed < 13; ++changed) {
    Frontier one, other;
    for (std::size_t i = 0; i < 13; ++i) {
      one.Append("entry");
      other.Append(i == changed ? "Entry" : "entry");
    }
    EXPECT_NE(one.Root(), other.Root()) << "entry " << changed;
  }
}

TEST(Merkle, ALeafIsNoInnerNode) {
  Frontier two;
  two.Append("a");
  two.Append("b");
  Frontier forged;
  forged.Append("\x01" + LeafHash("a") + LeafHash("b"));
  EXPECT_NE(two.Root(), forged.Root());
}

TEST(Merkle, ByTheLeafsHashIsTheSame) {
  Frontier by_entry, by_hash;
  for (int i = 0; i < 20; ++i) {
    by_entry.Append("entry " + std::to_string(i));
    by_hash.AppendHash(LeafHash("entry " + std::to_string(i)));
    EXPECT_EQ(by_hash, by_entry);
  }
}

TEST(Merkle, ALeafTellsOfEachSubtreeThatItCompletes) {
  std::vector<std::string> entries;
  Frontier frontier;
  std::size_t told = 0;
  for (std::size_t i = 0; i < 70; ++i) {
    entries.push_back("entry " + std::to_string(i));
    int next_level = 0;
    frontier.AppendHash(
        LeafHash(entries.back()), [&](int level, std::uint64_t index, const std::string& hash) {
          EXPECT_EQ(level, next_level++);
          const std::size_t leaves = std::size_t{1} << level;
          EXPECT_EQ((index + 1) * leaves, entries.size()) << "level " << level;
          EXPECT_EQ(hash, NaiveRoot(entries, index * leaves, leaves)) << "level " << level;
          ++told;
        });
    EXPECT_GE(next_level, 1);
  }
  // 70 leaves, 35 pairs, 17, 8, 4, 2, 1.
  EXPECT_EQ(told, 137u);
}

TEST(Merkle, DamagedEdgeIsDataLoss) {
  Frontier frontier;
  for (int i = 0; i < 11; ++i) frontier.Append("entry");
  const std::string whole = frontier.Serialize();
  for (std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{8}, whole.size() - 1,
                             whole.size() - crypto::kSha256Bytes}) {
    EXPECT_EQ(Frontier::Parse(whole.substr(0, length)).status().code(), base::Code::kDataLoss)
        << length << " bytes";
  }
  EXPECT_EQ(Frontier::Parse(whole + std::string(32, 'x')).status().code(), base::Code::kDataLoss);
  std::string other_size = whole;
  other_size[7] = 7;  // as many one bits as 11 has
  EXPECT_TRUE(Frontier::Parse(other_size).ok());
  other_size[7] = 8;
  EXPECT_EQ(Frontier::Parse(other_size).status().code(), base::Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::audit
