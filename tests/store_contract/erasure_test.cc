// What is erased from the log leaves the disk, whenever a crash comes between. RocksDB alone.

#include <gtest/gtest.h>

#include <filesystem>

#include "broker/base/file.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"
#include "tests/support/temp_directory.h"

namespace firstbell::store {
namespace {

namespace fs = std::filesystem;

bool OnDisk(const fs::path& directory, const std::string& bytes) {
  for (const auto& file : fs::directory_iterator(directory)) {
    const std::string content = base::ReadFile(file.path(), std::size_t{1} << 30).value();
    if (content.find(bytes) != std::string::npos) return true;
  }
  return false;
}

class ErasureTest : public ::testing::Test {
 protected:
  ErasureTest() {
    Reopen();
    AddSchools(*store_);
    EXPECT_TRUE(store_->AcceptIncident(night_).ok());
    salt_ = store_->AlertHistory(id()).value().at(0).salt;
    Reopen();
  }
  const base::AlertId& id() const { return night_.alerts[0].id; }
  Result<std::uint64_t> Erase() {
    return store_->EraseHistory(id(), [](auto) { return OneEvent(EventKind::kLogErased); });
  }
  void Reopen() {
    store_.reset();
    RocksDbStore::Options options;
    options.fault = [this] { return fault_; };
    store_ = RocksDbStore::Open(path_, options).value();
  }

  support::TempDirectory directory_;
  const fs::path path_ = directory_.path() / "data";
  const NewIncident night_ = NightOf(kKent, "1", 0, {kHythe});
  CommitFault fault_ = CommitFault::kNone;
  std::unique_ptr<RocksDbStore> store_;
  std::string salt_;
};

TEST_F(ErasureTest, WhatIsErasedIsOnTheDiskNoMore) {
  ASSERT_TRUE(OnDisk(path_, salt_));
  EXPECT_GT(Erase().value(), 0u);
  EXPECT_FALSE(OnDisk(path_, salt_));
}

TEST_F(ErasureTest, WhatACrashLeftOnTheDiskGoesWhenItIsAskedAgain) {
  fault_ = CommitFault::kFailAfter;
  EXPECT_FALSE(Erase().ok());
  fault_ = CommitFault::kNone;
  Reopen();
  ASSERT_TRUE(store_->AlertHistory(id()).value().empty()) << "done, and not answered";
  ASSERT_TRUE(OnDisk(path_, salt_)) << "in a file that was not merged";
  EXPECT_EQ(Erase().value(), 0u);
  EXPECT_FALSE(OnDisk(path_, salt_));
}

}  // namespace
}  // namespace firstbell::store
