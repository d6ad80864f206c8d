// What proofs ask for, out of tiles.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "broker/audit/merkle.h"
#include "broker/audit/node_memory.h"
#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;

// A log's tiles in memory, which notes what was read.
class KnownTiles : public ::testing::Test {
 protected:
  static constexpr std::size_t kLeaves = 66'000;
  static void SetUpTestSuite() {
    for (std::size_t i = 0; i < kLeaves; ++i) {
      frontier_.AppendHash(LeafHash(std::to_string(i)),
                           [](int level, std::uint64_t, const std::string& hash) {
                             if (level % kTileHeight == 0) Row(level / kTileHeight) += hash;
                           });
      if (Sized(i + 1)) roots_[i + 1] = frontier_.Root();
    }
  }
  static void TearDownTestSuite() {
    rows_ = {};
    roots_ = {};
    frontier_ = {};
  }
  static bool Sized(std::size_t size) {
    return size < 600 || size % 4096 < 3 || size > kLeaves - 3 || size == 65'793;
  }
  static std::string& Row(int level) { return rows_[static_cast<std::size_t>(level)]; }

  ReadTile Reader() {
    return [this](const TileId& tile) -> base::Result<std::string> {
      read_.push_back(tile);
      return Row(tile.level)
          .substr(tile.index * kMostTileBytes, static_cast<std::size_t>(tile.width) * 32);
    };
  }

  inline static std::array<std::string, 3> rows_;  // all hashes of a level, side by side
  inline static std::map<std::size_t, std::string> roots_;
  inline static Frontier frontier_;
  std::vector<TileId> read_;
};

TEST_F(KnownTiles, GiveTheRootOfEverySize) {
  for (const auto& [size, root] : roots_) {
    ASSERT_EQ(RootAt(size, TileNodes(size, Reader())).value(), root) << "at size " << size;
  }
}

TEST_F(KnownTiles, AreNotReadAgainForUpperNodesThatAreRemembered) {
  NodeMemory memory;
  const auto levels_read = [&](std::size_t size) {
    read_.clear();
    const auto proof = InclusionProof(300, size, memory.Over(TileNodes(size, Reader()))).value();
    EXPECT_EQ(proof, InclusionProof(300, size, TileNodes(size, Reader())).value());
    std::set<int> levels;
    for (const TileId& tile : read_) levels.insert(tile.level);
    return levels;
  };
  EXPECT_THAT(levels_read(65'536), ElementsAre(0, 1));
  read_.clear();
  ASSERT_TRUE(InclusionProof(300, 65'536, memory.Over(TileNodes(65'536, Reader()))).ok());
  EXPECT_THAT(read_, ElementsAre(Field(&TileId::level, 0)));
  // The tree has grown since: what was remembered still holds.
  levels_read(66'000);
}

TEST_F(KnownTiles, GiveProofsAndAreReadAsWideAsTheTreeHasThem) {
  for (const std::size_t size : {255u, 256u, 257u, 512u, 513u, 65'536u, 65'537u, 65'793u}) {
    const std::vector<TileId> tiles = TilesOf(size);
    const TileNodes nodes(size, Reader());
    for (const std::size_t index : {std::size_t{0}, std::size_t{100}, size / 2, size - 1}) {
      const Hashes proof = InclusionProof(index, size, nodes).value();
      const std::string leaf = LeafHash(std::to_string(index));
      EXPECT_TRUE(CheckInclusion(leaf, index, size, proof, roots_.at(size)).ok()) << index;
    }
    const Hashes proof = ConsistencyProof(255, size, nodes).value();
    EXPECT_TRUE(CheckConsistency(255, roots_.at(255), size, roots_.at(size), proof).ok());
    for (const TileId& tile : read_) EXPECT_THAT(tiles, Contains(tile)) << "size " << size;
    read_.clear();
  }
}

TEST_F(KnownTiles, ReadLatelyAreNotReadAgain) {
  const TileNodes nodes(kLeaves, Reader());
  const TileNodes copy = nodes;
  ASSERT_TRUE(nodes(0, 5).ok());
  EXPECT_EQ(copy(0, 6).value(), LeafHash("6"));
  EXPECT_EQ(nodes(0, 5).value(), LeafHash("5"));
  EXPECT_THAT(read_, ElementsAre(TileId{0, 0, 256}));
}

TEST_F(KnownTiles, OfThoseRememberedTheOneNotUsedForLongestIsForgotten) {
  const TileNodes nodes(kLeaves, Reader());
  const auto use = [&](std::uint64_t tile) { ASSERT_TRUE(nodes(0, tile * 256).ok()); };
  for (std::uint64_t tile = 0; tile < TileNodes::kTilesRemembered; ++tile) use(tile);
  use(0);
  EXPECT_EQ(read_.size(), TileNodes::kTilesRemembered);
  use(TileNodes::kTilesRemembered);
  use(0);
  EXPECT_EQ(read_.size(), TileNodes::kTilesRemembered + 1);
  use(1);
  EXPECT_EQ(read_.size(), TileNodes::kTilesRemembered + 2);
  EXPECT_EQ(read_.back(), (TileId{0, 1, 256}));
}

TEST_F(KnownTiles, NodesThatTheTreeHasNotAreRefused) {
  const TileNodes nodes(300, Reader());
  EXPECT_TRUE(nodes(8, 0).ok());
  EXPECT_EQ(nodes(8, 1).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(nodes(0, 300).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(nodes(63, 0).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(nodes(1000, 0).status().code(), Code::kInvalidArgument);
}

TEST(TileNodes, ATileOfAnotherLengthIsDataLossAndNotRemembered) {
  std::size_t length = 31;
  const TileNodes nodes(1, [&](const TileId&) { return std::string(length, 'h'); });
  EXPECT_EQ(nodes(0, 0).status().code(), Code::kDataLoss);
  length = 64;
  EXPECT_EQ(nodes(0, 0).status().code(), Code::kDataLoss);
  length = 32;
  EXPECT_EQ(nodes(0, 0).value(), std::string(32, 'h'));
}

TEST(TileNodes, TheErrorOfWhoReadsComesThrough) {
  const TileNodes nodes(1, [](const TileId&) { return base::NotFound("no tile"); });
  EXPECT_EQ(nodes(0, 0).status().code(), Code::kNotFound);
}

TEST(NodeInTile, IsTheHeadOfItsPartOfTheTile) {
  const KnownLog log(201);
  std::string tile;
  for (const std::string& leaf : log.LeavesAt(201)) tile += leaf;
  for (int level = 0; level < kTileHeight; ++level) {
    const std::size_t leaves = std::size_t{1} << level;
    for (std::size_t index = 0; (index + 1) * leaves <= 201; ++index) {
      ASSERT_EQ(NodeInTile(tile, level, index).value(),
                SlowRoot(Part(log.LeavesAt(201), index * leaves, (index + 1) * leaves)));
    }
    EXPECT_EQ(NodeInTile(tile, level, 201 / leaves).status().code(), Code::kDataLoss) << level;
  }
  EXPECT_EQ(NodeInTile(tile, 0, ~std::uint64_t{0}).status().code(), Code::kDataLoss);
  EXPECT_EQ(NodeInTile(tile + "x", 0, 0).status().code(), Code::kDataLoss);
  EXPECT_EQ(NodeInTile("", 0, 0).status().code(), Code::kDataLoss);
  EXPECT_EQ(NodeInTile(std::string(257 * 32, 'h'), 0, 0).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::audit
