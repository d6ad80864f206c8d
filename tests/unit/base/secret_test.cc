#include "broker/base/secret.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "broker/base/log.h"

namespace firstbell::base {
namespace {

constexpr std::string_view kKey = "larch-row-larch-row-larch-row-32";
constexpr std::size_t kLink = sizeof(void*);  // what the arena keeps in a free block

long LockedKb() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "VmLck:") continue;
  long kb = 0;
  status >> kb;
  return kb;
}

// Of what was a secret's memory and is the arena's again.
bool IsWiped(const char* bytes, std::size_t size) {
  const std::string_view rest(bytes + kLink, size - kLink);
  return rest.find_first_not_of('\0') == std::string_view::npos;
}

TEST(Secret, IsWipedWhenItGoes) {
  const char* where = nullptr;
  {
    const Secret secret(kKey);
    where = secret.Reveal().data();
    ASSERT_EQ(std::string_view(where, kKey.size()), kKey);
  }
  EXPECT_TRUE(IsWiped(where, kKey.size()));
}

TEST(Secret, IsWipedWhenAssignedOver) {
  Secret secret(kKey);
  const char* const where = secret.Reveal().data();
  secret = Secret("another");
  EXPECT_TRUE(IsWiped(where, kKey.size()));
  EXPECT_EQ(secret.Reveal(), "another");
}

TEST(Secret, MovingLeavesTheSourceEmptyAndOneCopy) {
  Secret source(kKey);
  const char* const where = source.Reveal().data();
  const Secret target(std::move(source));
  EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): what is promised
  EXPECT_EQ(target.Reveal().data(), where);
}

TEST(Secret, CopiesAreTheirOwn) {
  Secret copy;
  {
    const Secret secret(kKey);
    copy = secret;
  }
  EXPECT_EQ(copy.Reveal(), kKey);
  copy = *&copy;
  EXPECT_EQ(copy.Reveal(), kKey);
}

TEST(Secret, EverySizeHoldsItsBytes) {
  for (const std::size_t size : {0, 1, 31, 32, 33, 4096, 65'536, 65'537, 1'000'000}) {
    const std::string bytes(size, 'x');
    EXPECT_EQ(Secret(bytes).Reveal(), bytes);
  }
}

TEST(Secret, LiesInLockedMemory) {
  const Secret small(kKey);
  const long before = LockedKb();
  if (before == 0) GTEST_SKIP() << "nothing is locked here (ulimit -l, or a sanitizer)";
  const Secret large(std::string(512 * 1024, 'x'));
  EXPECT_GE(LockedKb(), before + 512);
}

// As another user than root, whom the limit does not bind.
void WhereNothingMayBeLocked() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_MEMLOCK, &none);
  if (getuid() == 0 && setresuid(65534, 65534, 65534) != 0) _exit(2);
  const std::string bytes(512 * 1024, 'x');
  const Secret first(bytes), second(bytes);
  _exit(first.Reveal() == bytes && second.Reveal() == bytes ? 0 : 1);
}

TEST(SecretDeathTest, GoesOnWithOneWarningWhereNothingMayBeLocked) {
  const Secret secret(kKey);
  if (LockedKb() == 0) GTEST_SKIP() << "nothing is locked here anyway (ulimit -l, or a sanitizer)";
  EXPECT_EXIT(WhereNothingMayBeLocked(), testing::ExitedWithCode(0), "LimitMEMLOCK");
}

}  // namespace
}  // namespace firstbell::base
