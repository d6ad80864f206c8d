#include "clients/school/sqlite.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/temp_directory.h"

namespace firstbell::school {
namespace {

class SqliteTest : public testing::Test {
 protected:
  std::unique_ptr<Database> Open() { return Database::Open(path_).value(); }
  // What another process finds: whether somebody holds the store open, as SQLite says so to it.
  bool IsHeldForAnother() const {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(Probe());
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WEXITSTATUS(status) == 1;
  }
  int Probe() const {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;  // and the whole file
    const int fd = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    return ::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0;
  }

  const support::TempDirectory directory_;
  const std::string path_ = directory_.File("store.sqlite");
};

// Without them whoever comes next takes the store for one that nobody uses, and deletes its log:
// what is committed from then on is gone with the process.
TEST_F(SqliteTest, ASecondConnectionOfTheProcessKeepsTheFirstOnesLocks) {
  const auto daemon = Open();
  ASSERT_TRUE(daemon->Execute("CREATE TABLE kept (id INTEGER)").ok());
  ASSERT_TRUE(IsHeldForAnother());
  const auto page = Open();
  EXPECT_TRUE(IsHeldForAnother());
}

TEST_F(SqliteTest, AStoreIsItsOwnersAlone) {
  Open().reset();
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  Open().reset();
  struct stat made {};
  ASSERT_EQ(::stat(path_.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0600U);
}

TEST_F(SqliteTest, ALinkIsNoStore) {
  const std::string elsewhere = directory_.File("elsewhere.sqlite");
  ASSERT_EQ(::symlink(elsewhere.c_str(), path_.c_str()), 0);
  EXPECT_EQ(Database::Open(path_).status().code(), base::Code::kPermissionDenied);
  EXPECT_FALSE(std::filesystem::exists(elsewhere));
}

}  // namespace
}  // namespace firstbell::school
