#include "broker/audit/tile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "broker/audit/merkle.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::ElementsAre;

// --- Paths -----------------------------------------------------------------------------------

TEST(TilePath, IsTheOneOfTheSpecification) {
  EXPECT_EQ(TilePath({0, 1'234'067}), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath({0, 1'234'067, 112}), "tile/0/x001/x234/067.p/112");
  EXPECT_EQ(TilePath({1, 0, 1}), "tile/1/000.p/1");
  EXPECT_EQ(TilePath({63, 999}), "tile/63/999");
  EXPECT_EQ(TilePath({2, 1000}), "tile/2/x001/000");
  EXPECT_EQ(BundlePath(1'234'067, kTileWidth), "tile/entries/x001/x234/067");
  EXPECT_EQ(BundlePath(67, 255), "tile/entries/067.p/255");
}

TEST(TilePath, IsReadAsItIsWritten) {
  for (const TileId& tile : {TileId{0, 1'234'067}, TileId{0, 1'234'067, 112}, TileId{63, 0, 1},
                             TileId{7, 999'999'999'999'999'999, 255}}) {
    EXPECT_EQ(std::get<TileId>(ParsePath(TilePath(tile)).value()), tile) << TilePath(tile);
  }
  const BundleId bundle{70'000, 3};
  EXPECT_EQ(std::get<BundleId>(ParsePath(BundlePath(70'000, 3)).value()), bundle);
}

TEST(TilePath, OtherWaysToSayItAreRefused) {
  for (const std::string_view bad : {"",
                                     "tile",
                                     "tile/",
                                     "tile/0",
                                     "tile/0/",
                                     "tile/entries",
                                     "tile/entries/",
                                     "/tile/0/000",
                                     "tile//000",
                                     "Tile/0/000",
                                     "tile/0/0",
                                     "tile/0/00",
                                     "tile/0/0000",
                                     "tile/0/1000",
                                     "tile/0/x000/067",
                                     "tile/0/001/234",
                                     "tile/0/x001/x234",
                                     "tile/0/x1/234",
                                     "tile/0/X001/234",
                                     "tile/0/x001//234",
                                     "tile/0/x001/234/",
                                     "tile/0/x001x234/067",
                                     "tile/0/+67",
                                     "tile/0/-67",
                                     "tile/0/0x7",
                                     "tile/00/000",
                                     "tile/01/000",
                                     "tile/64/000",
                                     "tile/-1/000",
                                     "tile/+1/000",
                                     "tile/ 1/000",
                                     "tile/data/000",
                                     "tile/0/000.p/0",
                                     "tile/0/000.p/256",
                                     "tile/0/000.p/001",
                                     "tile/0/000.p/-1",
                                     "tile/0/000.p/",
                                     "tile/0/000.p",
                                     "tile/0/000.p/1/",
                                     "tile/0/000.p/1.p/1",
                                     "tile/0/000.p/1 ",
                                     "tile/0/000\n",
                                     "tile/0/../000",
                                     "tile/0/x001/x000/x000/x000/x000/x000/000",
                                     "tile/0/x018/x446/x744/x073/x709/x551/616",
                                     "tile/18446744073709551616/000",
                                     "checkpoint"}) {
    EXPECT_EQ(ParsePath(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(ParsePath(std::string(100'000, '1')).ok());
  EXPECT_FALSE(ParsePath("tile/0/" + std::string(100'000, 'x')).ok());
}

// Whichever character of a path is turned into another, what can be read is what is written.
RC_GTEST_PROP(TilePath, HasOneFormForEach, ()) {
  std::string path = TilePath({*rc::gen::inRange(0, 64), *rc::gen::inRange<std::uint64_t>(0, 1e10),
                               *rc::gen::inRange(1, 257)});
  path[*rc::gen::inRange<std::size_t>(5, path.size())] = *rc::gen::elementOf(std::string("01x/.p"));
  const auto resource = ParsePath(path);
  RC_CLASSIFY(resource.ok());
  if (resource.ok()) RC_ASSERT(TilePath(std::get<TileId>(*resource)) == path);
}

// --- Which tiles there are -------------------------------------------------------------------

TEST(Tiles, OfThe70000LeavesOfTheSpecification) {
  std::map<std::pair<int, int>, int> count;  // by level and width
  for (const TileId& tile : TilesOf(70'000)) ++count[{tile.level, tile.width}];
  const std::map<std::pair<int, int>, int> expected = {
      {{0, 256}, 273}, {{0, 112}, 1}, {{1, 256}, 1}, {{1, 17}, 1}, {{2, 1}, 1}};
  EXPECT_EQ(count, expected);
}

TEST(Tiles, AtTheEdges) {
  EXPECT_THAT(TilesOf(0), ElementsAre());
  EXPECT_THAT(TilesOf(1), ElementsAre(TileId{0, 0, 1}));
  EXPECT_THAT(TilesOf(255), ElementsAre(TileId{0, 0, 255}));
  EXPECT_THAT(TilesOf(256), ElementsAre(TileId{0, 0, 256}, TileId{1, 0, 1}));
  EXPECT_THAT(TilesOf(257), ElementsAre(TileId{0, 0, 256}, TileId{0, 1, 1}, TileId{1, 0, 1}));
  const std::vector<TileId> tiles = TilesOf(65'536);
  EXPECT_EQ(tiles.size(), 258u);
  EXPECT_EQ(tiles[256], (TileId{1, 0, 256}));
  EXPECT_EQ(tiles[257], (TileId{2, 0, 1}));
}

TEST(Tiles, WidthInTreesOfEverySize) {
  EXPECT_EQ(TileWidthAt(0, 0, 0), 0);
  EXPECT_EQ(TileWidthAt(0, 273, 70'000), 112);
  EXPECT_EQ(TileWidthAt(0, 272, 70'000), 256);
  EXPECT_EQ(TileWidthAt(0, 274, 70'000), 0);
  EXPECT_EQ(TileWidthAt(1, 1, 70'000), 17);
  EXPECT_EQ(TileWidthAt(3, 0, 70'000), 0);
  EXPECT_EQ(TileWidthAt(0, ~std::uint64_t{0}, 70'000), 0);
  EXPECT_EQ(TileWidthAt(63, 0, kMostLeaves), 0);
  EXPECT_EQ(TileWidthAt(7, 0, kMostLeaves), 127);
  EXPECT_EQ(TileWidthAt(0, kMostLeaves / 256, kMostLeaves), 255);
}

// --- Bundles ---------------------------------------------------------------------------------

TEST(Bundle, HasTheLengthBeforeEachEntry) {
  const std::string bytes = EncodeBundle({"", "abc", std::string(258, 'x')});
  EXPECT_EQ(bytes, std::string("\x00\x00\x00\x03"
                               "abc\x01\x02",
                               9) +
                       std::string(258, 'x'));
  EXPECT_EQ(EncodeBundle({}), "");
}

TEST(Bundle, GoesThereAndBack) {
  const std::vector<std::string> entries = {"", std::string(kMostEntryBytes, 'x'),
                                            std::string("\0\n\xff", 3)};
  EXPECT_EQ(DecodeBundle(EncodeBundle(entries), 3).value(), entries);
  EXPECT_EQ(DecodeBundle("", 0).value(), std::vector<std::string>());
  const std::vector<std::string> full(256, "entry");
  EXPECT_EQ(DecodeBundle(EncodeBundle(full), 256).value(), full);
}

TEST(Bundle, IsExactlyItsEntries) {
  const std::string bytes = EncodeBundle({"one", "two"});
  EXPECT_TRUE(DecodeBundle(bytes, 2).ok());
  EXPECT_EQ(DecodeBundle(bytes, 1).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(DecodeBundle(bytes, 3).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(DecodeBundle(bytes + '\0', 2).status().code(), Code::kInvalidArgument);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeBundle(bytes.substr(0, length), 2).ok()) << length << " bytes";
  }
  EXPECT_FALSE(DecodeBundle(bytes, ~std::size_t{0}).ok());
}

}  // namespace
}  // namespace firstbell::audit
