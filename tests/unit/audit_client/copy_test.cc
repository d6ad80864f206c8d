#include "clients/audit/directory_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "broker/audit/tile.h"
#include "broker/base/file.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CopyTest : public ::testing::Test {
 protected:
  base::Result<Copied> Copy() {
    return CopyLog(log_.source(), log_->checkpoint, Root(), [](double) {});
  }
  std::filesystem::path Root() const { return directory_.path() / "copy"; }
  Trust Key() { return {log_->verifier(), audit::TrustPolicy::None()}; }
  std::string Mismatch() {
    DirectoryLog copy(Root());
    return VerifyFrom(copy, Key()).mismatch;
  }
  // All that is there, by path.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(Root())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().lexically_relative(Root()).string()] = {
          std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    return files;
  }

  support::TempDirectory directory_;
  ServedLog log_{600};
};

TEST_F(CopyTest, HasTheFilesOfTlogTilesAndVerifies) {
  const auto copied = Copy();
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->size, 600u);
  EXPECT_EQ(copied->added, 600u);
  const auto files = Files();
  EXPECT_EQ(files.at("checkpoint"), log_->checkpoint.note());
  std::size_t tiles = 0;
  for (const audit::TileId& tile : audit::TilesOf(600)) tiles += files.count(audit::TilePath(tile));
  EXPECT_EQ(tiles, audit::TilesOf(600).size());
  EXPECT_EQ(files.size(), 1 + tiles + 3);  // and three bundles
  EXPECT_EQ(files.count("tile/entries/002.p/88"), 1u);
  DirectoryLog copy(Root());
  const Verified verified = VerifyFrom(copy, Key());
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.entries, 600u);
  EXPECT_EQ(verified.closed.count(), 600u);  // of events it has none
}

TEST_F(CopyTest, GoesOnFromWhereItWas) {
  ASSERT_TRUE(Copy().ok());
  const auto before = Files();
  log_->Grow(200);
  const auto grown = Copy();
  ASSERT_TRUE(grown.ok()) << grown.status();
  EXPECT_EQ(grown->added, 200u);
  for (const auto& [path, bytes] : Files()) {
    const auto was = before.find(path);
    if (was == before.end() || path == "checkpoint") continue;
    EXPECT_EQ(was->second, bytes) << path;
  }
  EXPECT_THAT(Mismatch(), IsEmpty());
  EXPECT_EQ(Copy()->added, 0u);
}

TEST_F(CopyTest, PartialOnesGoOnceTheirFullOneStands) {
  ASSERT_TRUE(Copy().ok());
  log_->Grow(50);
  ASSERT_TRUE(Copy().ok());
  const auto between = Files();
  EXPECT_EQ(between.count("tile/entries/002.p/88"), 1u);  // somebody may be asking for them still
  EXPECT_EQ(between.count("tile/entries/002.p/138"), 1u);
  log_->Grow(150);
  const v1::LogEntry original = log_->entries[799];
  log_->Alter(799);
  ASSERT_EQ(Copy().status().code(), Code::kDataLoss);  // the old checkpoint still needs them
  EXPECT_EQ(Files().count("tile/0/002.p/138"), 1u);
  EXPECT_THAT(Mismatch(), IsEmpty());
  log_->entries[799] = original;
  ASSERT_TRUE(Copy().ok());
  for (const auto& [path, bytes] : Files()) {
    EXPECT_EQ(path.find("/002.p/"), std::string::npos) << path;
  }
  EXPECT_THAT(Mismatch(), IsEmpty());
}

TEST_F(CopyTest, WhatASmallerCopyLeftIsLookedAtToo) {
  ASSERT_TRUE(Copy().ok());
  log_->Grow(50);
  ASSERT_TRUE(Copy().ok());
  EXPECT_THAT(Mismatch(), IsEmpty());
  for (const char* left : {"tile/0/002.p/88", "tile/entries/002.p/88"}) {
    const std::string whole = base::ReadFile(Root() / left).value();
    std::string changed = whole;
    changed.back() ^= 1;
    std::ofstream(Root() / left) << changed;
    EXPECT_THAT(Mismatch(), HasSubstr(std::string(left) + " says something else")) << left;
    std::ofstream(Root() / left) << whole.substr(0, whole.size() - 1);
    EXPECT_THAT(Mismatch(), HasSubstr(std::string(left) + " says something else")) << left;
    std::ofstream(Root() / left) << whole;
  }
  EXPECT_THAT(Mismatch(), IsEmpty());
}

// Who has the copy alone is missing the log's key; the log has done nothing.
TEST_F(CopyTest, WithoutTheLogsKeyACopyIsNotSaidToBeWrong) {
  log_->Cut(0);
  ASSERT_TRUE(Copy().ok());
  DirectoryLog copy(Root());
  const auto verified = Verify(
      copy, {},
      [](const std::string&) -> base::Result<std::optional<Trusted>> { return std::nullopt; },
      Extent::kWhole, [](double) {});
  EXPECT_EQ(verified.status().code(), Code::kUnauthenticated);
  EXPECT_THAT(std::string(base::Message(verified.status())), HasSubstr("--log-key"));
}

TEST_F(CopyTest, OfAnEmptyLogItIsTheCheckpointAlone) {
  log_->Cut(0);
  ASSERT_TRUE(Copy().ok());
  EXPECT_EQ(Files().size(), 1u);
  EXPECT_THAT(Mismatch(), IsEmpty());
  log_->Grow(1);
  ASSERT_TRUE(Copy().ok());
  EXPECT_THAT(Mismatch(), IsEmpty());
}

TEST_F(CopyTest, WhatDoesNotGiveTheSignedHeadIsNotPublished) {
  log_->Alter(300);
  EXPECT_EQ(Copy().status().code(), Code::kDataLoss);
  EXPECT_EQ(Files().count("checkpoint"), 0u);
  log_->entries.pop_back();
  EXPECT_EQ(Copy().status().code(), Code::kDataLoss);
}

TEST_F(CopyTest, WhatWasCopiedIsNeverWrittenOver) {
  ASSERT_TRUE(Copy().ok());
  const auto before = Files();
  const auto holds = [&] {
    const auto after = Files();
    for (const auto& [path, bytes] : before) EXPECT_EQ(after.at(path), bytes) << path;
  };
  const auto whole = log_->entries;
  log_->Alter(5);
  EXPECT_EQ(Copy().status().code(), Code::kDataLoss);
  holds();
  log_->entries = whole;
  log_->Fork(599);
  log_->Grow(300);
  const auto forked = Copy();
  EXPECT_EQ(forked.status().code(), Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(forked.status())), HasSubstr("has not grown from"));
  holds();
  log_->Cut(512);
  EXPECT_EQ(Copy().status().code(), Code::kDataLoss);
  holds();
}

TEST_F(CopyTest, ACopyOfAnotherLogAndADamagedOneAreNotGoneOnWith) {
  ASSERT_TRUE(Copy().ok());
  v1::Checkpoint other = log_->checkpoint;
  other.set_origin("elsewhere.example/log");
  EXPECT_EQ(CopyLog(log_.source(), other, Root(), [](double) {}).status().code(), Code::kDataLoss);
  std::ofstream(Root() / "checkpoint") << "torn";
  EXPECT_EQ(Copy().status().code(), Code::kInvalidArgument);
}

TEST_F(CopyTest, GoesOnAfterACopyThatBrokeOff) {
  const v1::Checkpoint published = log_->checkpoint;
  log_->Grow(100);
  const v1::Checkpoint later = log_->checkpoint;
  const auto whole = log_->entries;
  log_->checkpoint = published;
  ASSERT_TRUE(Copy().ok());
  log_->checkpoint = later;
  log_->Alter(650);  // leaves files of a tree that nobody signed
  ASSERT_EQ(Copy().status().code(), Code::kDataLoss);
  EXPECT_THAT(Mismatch(), IsEmpty());
  log_->entries = whole;
  ASSERT_TRUE(Copy().ok());
  EXPECT_THAT(Mismatch(), IsEmpty());
}

TEST_F(CopyTest, TooManyAndTooLongEntriesAreRefused) {
  class Endless final : public LogSource {
   public:
    explicit Endless(std::string entry) : entry_(std::move(entry)) {}
    base::Result<v1::Checkpoint> GetCheckpoint(const std::string&) override {
      return v1::Checkpoint();
    }
    base::Status ReadEntries(std::uint64_t, std::uint64_t,
                             const std::function<bool(const v1::LogEntry&)>& take) override {
      v1::LogEntry entry;
      entry.set_entry(entry_);
      while (take(entry)) ++taken;
      return base::OkStatus();
    }
    base::Result<std::vector<std::string>> Consistency(std::uint64_t, std::uint64_t) override {
      return std::vector<std::string>();
    }
    base::Result<std::string> CheckTile(int, std::uint64_t, const std::string&) override {
      return std::string();
    }
    std::uint64_t taken = 0;

   private:
    const std::string entry_;
  };
  Endless many("the same"), large(std::string(audit::kMostEntryBytes + 1, 'x'));
  EXPECT_EQ(CopyLog(many, log_->checkpoint, Root(), [](double) {}).status().code(),
            Code::kDataLoss);
  EXPECT_EQ(many.taken, 600u);
  EXPECT_EQ(CopyLog(large, log_->checkpoint, Root(), [](double) {}).status().code(),
            Code::kDataLoss);
  EXPECT_EQ(large.taken, 0u);
}

TEST_F(CopyTest, ATileThatIsMissingIsNamed) {
  ASSERT_TRUE(Copy().ok());
  std::filesystem::remove(Root() / "tile/0/001");
  EXPECT_THAT(Mismatch(), HasSubstr("tile/0/001 is not there"));
}

}  // namespace
}  // namespace firstbell::audit_client
