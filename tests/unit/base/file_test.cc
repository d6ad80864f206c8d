#include "broker/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_directory.h"

namespace firstbell::base {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr fs::perms kReadable = kOwnerOnly | fs::perms::group_read | fs::perms::others_read;

class FileTest : public ::testing::Test {
 protected:
  std::size_t Entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()));
  }
  fs::perms ModeOf(const fs::path& path) const { return fs::status(path).permissions(); }

  support::TempDirectory directory_;
  const fs::path file_ = directory_.path() / "state.bin";
};

TEST_F(FileTest, WritesAndReadsBack) {
  const std::string bytes("with\0a NUL\n", 11);
  ASSERT_TRUE(WriteFileDurably(file_, bytes, kReadable).ok());
  EXPECT_EQ(ReadFile(file_).value(), bytes);
  EXPECT_EQ(ModeOf(file_), kReadable);
  EXPECT_EQ(Entries(), 1U);  // nothing is left beside it
}

TEST_F(FileTest, ReplacesWholeContentAndMode) {
  ASSERT_TRUE(WriteFileDurably(file_, "a long first version", kReadable).ok());
  ASSERT_TRUE(WriteFileDurably(file_, "", kOwnerOnly).ok());
  EXPECT_EQ(ReadFile(file_).value(), "");
  EXPECT_EQ(ModeOf(file_), kOwnerOnly);
}

TEST_F(FileTest, AReaderOfTheOldFileKeepsIt) {
  ASSERT_TRUE(WriteFileDurably(file_, "old", kOwnerOnly).ok());
  std::ifstream reader(file_);
  ASSERT_TRUE(WriteFileDurably(file_, "new", kOwnerOnly).ok());
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "old");  // replaced, never written over
}

TEST_F(FileTest, FailedWriteLeavesTheOldFileAndNothingBeside) {
  fs::create_directory(file_);  // a rename cannot replace a directory
  EXPECT_FALSE(WriteFileDurably(file_, "bytes", kOwnerOnly).ok());
  EXPECT_TRUE(fs::is_directory(file_));
  EXPECT_EQ(Entries(), 1U);
}

TEST_F(FileTest, MissingDirectoryIsSaidWithoutTheWholePath) {
  const fs::path lost = directory_.path() / "absent" / "state.bin";
  const Status status = WriteFileDurably(lost, "bytes", kOwnerOnly);
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_THAT(std::string(Message(status)), HasSubstr("'state.bin'"));
  EXPECT_THAT(std::string(Message(status)), Not(HasSubstr(directory_.path().string())));
}

TEST_F(FileTest, ReadRefusesWhatIsMissingOrTooLarge) {
  EXPECT_EQ(ReadFile(file_).status().code(), Code::kNotFound);
  ASSERT_TRUE(WriteFileDurably(file_, "12345", kOwnerOnly).ok());
  EXPECT_EQ(ReadFile(file_, 5).value(), "12345");
  EXPECT_EQ(ReadFile(file_, 4).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(ReadFile(directory_.path()).status().code(), Code::kInvalidArgument);
}

TEST_F(FileTest, SecretIsReadOnlyWhereNobodyElseCan) {
  ASSERT_TRUE(WriteFileDurably(file_, "key", kOwnerOnly).ok());
  EXPECT_EQ(ReadSecretFile(file_).value().Reveal(), "key");
  for (const fs::perms open : {fs::perms::group_read, fs::perms::others_read,
                               fs::perms::group_write, fs::perms::others_exec}) {
    fs::permissions(file_, kOwnerOnly | open);
    const Status status = ReadSecretFile(file_).status();
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    EXPECT_THAT(std::string(Message(status)), HasSubstr("chmod 600"));
  }
  EXPECT_EQ(ReadSecretFile(directory_.path() / "absent").status().code(), Code::kNotFound);
}

TEST_F(FileTest, MakesADirectoryOnce) {
  const fs::path keys = directory_.path() / "keys";
  ASSERT_TRUE(MakeDirectoryDurably(keys, kOwnerOnlyDirectory).ok());
  EXPECT_EQ(ModeOf(keys), kOwnerOnlyDirectory);
  EXPECT_TRUE(MakeDirectoryDurably(keys, kReadable).ok());
  EXPECT_EQ(ModeOf(keys), kOwnerOnlyDirectory);  // left as it was
  ASSERT_TRUE(WriteFileDurably(file_, "in the way", kOwnerOnly).ok());
  EXPECT_FALSE(MakeDirectoryDurably(file_, kOwnerOnlyDirectory).ok());
  EXPECT_FALSE(MakeDirectoryDurably(directory_.path() / "a" / "b", kOwnerOnlyDirectory).ok());
}

TEST_F(FileTest, DirectoriesAreMadeFromTheTop) {
  const fs::path deep = directory_.path() / "a" / "b" / "c";
  ASSERT_TRUE(MakeDirectoriesDurably(deep, kOwnerOnlyDirectory).ok());
  EXPECT_EQ(ModeOf(directory_.path() / "a"), kOwnerOnlyDirectory);
  EXPECT_EQ(ModeOf(deep), kOwnerOnlyDirectory);
  EXPECT_TRUE(MakeDirectoriesDurably(deep / "", kOwnerOnlyDirectory).ok());  // again
  ASSERT_TRUE(WriteFileDurably(file_, "in the way", kOwnerOnly).ok());
  EXPECT_FALSE(MakeDirectoriesDurably(file_ / "x", kOwnerOnlyDirectory).ok());
}

// A second name of the same file shows what became of its blocks.
TEST_F(FileTest, ErasingOverwritesThenRemoves) {
  ASSERT_TRUE(WriteFileDurably(file_, "the day's key", kOwnerOnly).ok());
  const fs::path second = directory_.path() / "second";
  fs::create_hard_link(file_, second);
  ASSERT_TRUE(EraseFile(file_).ok());
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(ReadFile(second).value(), std::string(13, '\0'));
  EXPECT_TRUE(EraseFile(file_).ok());  // again: nothing to do
}

TEST_F(FileTest, ExistsTellsNoFromCannotTell) {
  EXPECT_EQ(Exists(file_).value(), false);
  EXPECT_EQ(Exists(file_ / "below").value(), false);
  ASSERT_TRUE(WriteFileDurably(file_, "x", kOwnerOnly).ok());
  EXPECT_EQ(Exists(file_).value(), true);
  EXPECT_EQ(Exists(file_ / "below").value(), false);
  const fs::path loop = directory_.path() / "loop";
  fs::create_symlink(loop, loop);
  EXPECT_THAT(std::string(Message(Exists(loop).status())), HasSubstr("'loop'"));
  EXPECT_FALSE(MakeDirectoryDurably(loop, kOwnerOnlyDirectory).ok());
}

}  // namespace
}  // namespace firstbell::base
