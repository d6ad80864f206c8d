#include "broker/audit/proof.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "broker/audit/merkle.h"
#include "broker/base/bytes.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;

Hashes Hex(const Hashes& hashes) {
  Hashes hex;
  for (const std::string& hash : hashes) hex.push_back(base::HexEncode(hash));
  return hex;
}

// The inputs of the Certificate Transparency project's reference tests for RFC 6962.
KnownLog ReferenceLog() {
  KnownLog log(0);
  for (const std::string_view entry : {"", "00", "10", "2021", "3031", "40414243",
                                       "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
    log.Append(base::HexDecode(entry).value());
  }
  return log;
}

// The hashes of the reference tree that its proofs are made of, by the leaves below.
constexpr char k0[] = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
constexpr char k1[] = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr char k01[] = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
constexpr char k23[] = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr char k0To3[] = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
constexpr char k4[] = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr char k45[] = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
constexpr char k67[] = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr char k4To7[] = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
TEST(InclusionProof, Rfc6962ReferenceProofs) {
  const KnownLog log = ReferenceLog();
  const auto proof = [&](std::uint64_t index, std::uint64_t size) {
    return Hex(InclusionProof(index, size, log.Nodes(size)).value());
  };
  EXPECT_EQ(proof(0, 1), Hashes());
  EXPECT_EQ(proof(0, 8), (Hashes{k1, k23, k4To7}));
  EXPECT_EQ(proof(5, 8), (Hashes{k4, k67, k0To3}));
  EXPECT_EQ(proof(2, 3), (Hashes{k01}));
  EXPECT_EQ(proof(1, 5), (Hashes{k0, k23, k4}));
}

TEST(ConsistencyProof, Rfc6962ReferenceProofs) {
  const KnownLog log = ReferenceLog();
  const auto proof = [&](std::uint64_t old_size, std::uint64_t size) {
    return Hex(ConsistencyProof(old_size, size, log.Nodes(size)).value());
  };
  EXPECT_EQ(proof(1, 1), Hashes());
  EXPECT_EQ(proof(1, 8), (Hashes{k1, k23, k4To7}));
  EXPECT_EQ(proof(6, 8), (Hashes{k45, k67, k0To3}));
  EXPECT_EQ(proof(2, 5), (Hashes{k23, k4}));
}

// Sizes up to here in all pairs; above, samples.
constexpr std::size_t kAll = 130;
constexpr std::size_t kMost = 300;

TEST(Proofs, EveryRootIsTheSlowOne) {
  const KnownLog log(kMost);
  for (std::size_t size = 0; size <= kMost; ++size) {
    ASSERT_EQ(RootAt(size, log.Nodes(size)).value(), SlowRoot(log.LeavesAt(size))) << size;
    ASSERT_EQ(log.Root(size), SlowRoot(log.LeavesAt(size))) << size;
  }
}

void ExpectInclusion(const KnownLog& log, std::size_t index, std::size_t size) {
  const Hashes proof = InclusionProof(index, size, log.Nodes(size)).value();
  ASSERT_EQ(proof, SlowPath(index, log.LeavesAt(size))) << index << " of " << size;
  ASSERT_TRUE(CheckInclusion(log.Leaf(index), index, size, proof, log.Root(size)).ok())
      << index << " of " << size;
}

TEST(InclusionProof, EveryLeafOfEveryTree) {
  const KnownLog log(kMost);
  for (std::size_t size = 1; size <= kAll; ++size) {
    for (std::size_t index = 0; index < size; ++index) ExpectInclusion(log, index, size);
  }
  for (std::size_t size = kAll + 1; size <= kMost; size += 7) {
    for (std::size_t index = size % 5; index < size; index += 11) ExpectInclusion(log, index, size);
    ExpectInclusion(log, size - 1, size);
  }
}

void ExpectConsistency(const KnownLog& log, std::size_t old_size, std::size_t size) {
  const Hashes proof = ConsistencyProof(old_size, size, log.Nodes(size)).value();
  const Hashes slow =
      old_size == 0 ? Hashes() : SlowSubproof(old_size, log.LeavesAt(size), Whole::kYes);
  ASSERT_EQ(proof, slow) << old_size << " to " << size;
  ASSERT_TRUE(CheckConsistency(old_size, log.Root(old_size), size, log.Root(size), proof).ok())
      << old_size << " to " << size;
}

TEST(ConsistencyProof, EveryPairOfTrees) {
  const KnownLog log(kMost);
  for (std::size_t size = 0; size <= kAll; ++size) {
    for (std::size_t old_size = 0; old_size <= size; ++old_size) {
      ExpectConsistency(log, old_size, size);
    }
  }
  for (std::size_t size = kAll + 1; size <= kMost; size += 7) {
    for (std::size_t old_size = size % 5; old_size < size; old_size += 11) {
      ExpectConsistency(log, old_size, size);
    }
    ExpectConsistency(log, size - 1, size);
  }
}

// --- Forgeries -------------------------------------------------------------------------------

// Each with one bit turned, or with a hash more or less.
std::vector<Hashes> Altered(const Hashes& proof) {
  std::vector<Hashes> altered;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    for (std::size_t bit = 0; bit < proof[i].size() * 8; ++bit) {
      altered.push_back(proof);
      altered.back()[i] = Flipped(proof[i], bit);
    }
    altered.push_back(proof);
    altered.back().erase(altered.back().begin() + static_cast<std::ptrdiff_t>(i));
    altered.push_back(proof);
    altered.back()[i] += 'x';
    altered.push_back(proof);
    altered.back()[i].pop_back();
  }
  altered.push_back(With(proof, std::string(32, 'x')));
  altered.push_back(With(proof, proof.empty() ? std::string() : proof.back()));
  return altered;
}

TEST(InclusionProof, EveryAlterationIsRefused) {
  const KnownLog log(17);
  for (std::size_t size = 1; size <= 17; ++size) {
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      const Hashes proof = InclusionProof(at, size, log.Nodes(size)).value();
      const std::string& leaf = log.Leaf(at);
      const std::string& root = log.Root(size);
      for (const Hashes& altered : Altered(proof)) {
        ASSERT_EQ(CheckInclusion(leaf, at, size, altered, root).code(), Code::kDataLoss);
      }
      for (std::size_t bit = 0; bit < 256; ++bit) {
        ASSERT_FALSE(CheckInclusion(Flipped(leaf, bit), at, size, proof, root).ok());
        ASSERT_FALSE(CheckInclusion(leaf, at, size, proof, Flipped(root, bit)).ok());
      }
    }
  }
}

TEST(ConsistencyProof, EveryAlterationIsRefused) {
  const KnownLog log(17);
  for (std::size_t size = 2; size <= 17; ++size) {
    for (std::size_t old_size = 1; old_size < size; old_size += 1 + size / 6) {
      const Hashes proof = ConsistencyProof(old_size, size, log.Nodes(size)).value();
      const std::string& old_root = log.Root(old_size);
      const std::string& root = log.Root(size);
      for (const Hashes& altered : Altered(proof)) {
        ASSERT_EQ(CheckConsistency(old_size, old_root, size, root, altered).code(),
                  Code::kDataLoss);
      }
      for (std::size_t bit = 0; bit < 256; ++bit) {
        ASSERT_FALSE(CheckConsistency(old_size, Flipped(old_root, bit), size, root, proof).ok());
        ASSERT_FALSE(CheckConsistency(old_size, old_root, size, Flipped(root, bit), proof).ok());
      }
    }
  }
}

TEST(InclusionProof, ShowsOnePlaceAlone) {
  const KnownLog log(33);
  for (std::size_t size = 1; size <= 33; ++size) {
    for (std::size_t index = 0; index < size; ++index) {
      const Hashes proof = InclusionProof(index, size, log.Nodes(size)).value();
      for (std::size_t other = 0; other <= size; ++other) {
        EXPECT_EQ(CheckInclusion(log.Leaf(index), other, size, proof, log.Root(size)).ok(),
                  other == index)
            << index << " shown at " << other << " of " << size;
      }
    }
  }
}

TEST(ConsistencyProof, AnotherPastIsRefused) {
  const KnownLog log(40), other(40, "another ");
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const Hashes proof = ConsistencyProof(old_size, size, log.Nodes(size)).value();
      EXPECT_EQ(
          CheckConsistency(old_size, other.Root(old_size), size, log.Root(size), proof).code(),
          Code::kDataLoss)
          << old_size << " to " << size;
    }
  }
}

TEST(ConsistencyProof, EdgesOfSize) {
  const KnownLog log(5);
  const auto check = [&](std::uint64_t old_size, std::string_view old_root, std::uint64_t size,
                         std::string_view root, const Hashes& proof) {
    return CheckConsistency(old_size, old_root, size, root, proof).ok();
  };
  const std::string& root = log.Root(5);
  EXPECT_TRUE(check(0, "", 5, root, {}));
  EXPECT_FALSE(check(0, "", 5, root, {root}));
  EXPECT_FALSE(check(0, "", 5, "short", {}));
  EXPECT_TRUE(check(0, EmptyRoot(), 0, EmptyRoot(), {}));
  EXPECT_FALSE(check(0, root, 0, EmptyRoot(), {}));
  EXPECT_TRUE(check(5, root, 5, root, {}));
  EXPECT_FALSE(check(5, root, 5, log.Root(4), {}));
  EXPECT_FALSE(check(5, root, 5, root, {root}));
  EXPECT_FALSE(check(5, root, 4, log.Root(4), {}));
  EXPECT_FALSE(check(3, log.Root(3), 5, root, {}));
  EXPECT_FALSE(check(4, log.Root(4), 5, root, {}));
  EXPECT_FALSE(check(kMostLeaves + 1, root, kMostLeaves + 1, root, {}));
  EXPECT_EQ(ConsistencyProof(6, 5, log.Nodes(5)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(0, kMostLeaves + 1, log.Nodes(5)).status().code(),
            Code::kInvalidArgument);
}

TEST(InclusionProof, EdgesOfSize) {
  const KnownLog log(5);
  const std::string& leaf = log.Leaf(0);
  EXPECT_TRUE(CheckInclusion(leaf, 0, 1, {}, leaf).ok());
  EXPECT_FALSE(CheckInclusion(leaf, 0, 0, {}, leaf).ok());
  EXPECT_FALSE(CheckInclusion(leaf, 1, 1, {}, leaf).ok());
  EXPECT_FALSE(CheckInclusion("", 0, 1, {}, "").ok());
  EXPECT_FALSE(CheckInclusion(leaf, 0, kMostLeaves + 1, {}, leaf).ok());
  EXPECT_FALSE(CheckInclusion(leaf, ~std::uint64_t{0}, ~std::uint64_t{0}, {}, leaf).ok());
  EXPECT_EQ(InclusionProof(5, 5, log.Nodes(5)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(InclusionProof(0, 0, log.Nodes(0)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(RootAt(kMostLeaves + 1, log.Nodes(5)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(RootAt(0, log.Nodes(0)).value(), EmptyRoot());
}

TEST(Proofs, TheErrorOfWhoReadsComesThrough) {
  const ReadNode broken = [](int, std::uint64_t) { return base::Unavailable("no disc"); };
  EXPECT_EQ(RootAt(3, broken).status().code(), Code::kUnavailable);
  EXPECT_EQ(InclusionProof(0, 3, broken).status().code(), Code::kUnavailable);
  EXPECT_EQ(ConsistencyProof(2, 3, broken).status().code(), Code::kUnavailable);
}

// --- Trees that no computer holds ------------------------------------------------------------

// Of leaves that are all alike, each level has one hash.
ReadNode AllAlike() {
  Hashes levels{LeafHash("alike")};
  while (levels.size() < 63) levels.push_back(NodeHash(levels.back(), levels.back()));
  return [levels](int level, std::uint64_t) -> base::Result<std::string> {
    return levels[static_cast<std::size_t>(level)];
  };
}

std::uint64_t SomeSize() {
  return (*rc::gen::arbitrary<std::uint64_t>() & kMostLeaves) >> *rc::gen::inRange(0, 63);
}

RC_GTEST_PROP(Proofs, OfTreesUpTo63Levels, ()) {
  const ReadNode read = AllAlike();
  const std::uint64_t size = std::max<std::uint64_t>(SomeSize(), 1);
  const std::uint64_t at = SomeSize() % size;
  const std::string root = RootAt(size, read).value();
  const Hashes inclusion = InclusionProof(at, size, read).value();
  RC_ASSERT(inclusion.size() <= kMostProofHashes);
  RC_ASSERT(CheckInclusion(LeafHash("alike"), at, size, inclusion, root).ok());
  RC_ASSERT(!CheckInclusion(LeafHash("other"), at, size, inclusion, root).ok());
  const Hashes consistency = ConsistencyProof(at, size, read).value();
  RC_ASSERT(consistency.size() <= kMostProofHashes);
  RC_ASSERT(CheckConsistency(at, RootAt(at, read).value(), size, root, consistency).ok());
}

TEST(Proofs, OfTheLargestTreeHave63Hashes) {
  const ReadNode read = AllAlike();
  const std::string root = RootAt(kMostLeaves, read).value();
  const Hashes inclusion = InclusionProof(0, kMostLeaves, read).value();
  EXPECT_EQ(inclusion.size(), kMostProofHashes);
  EXPECT_TRUE(CheckInclusion(LeafHash("alike"), 0, kMostLeaves, inclusion, root).ok());
  const std::uint64_t old_size = kMostLeaves - 1;
  const Hashes consistency = ConsistencyProof(old_size, kMostLeaves, read).value();
  EXPECT_LE(consistency.size(), kMostProofHashes);
  EXPECT_TRUE(
      CheckConsistency(old_size, RootAt(old_size, read).value(), kMostLeaves, root, consistency)
          .ok());
}

}  // namespace
}  // namespace firstbell::audit
