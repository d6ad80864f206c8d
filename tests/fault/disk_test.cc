// Full, read-only, slow and torn: what the real broker does on such a disk, and that mending it
// brings everything back.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "tests/fault/town.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_call.h"

namespace firstbell::fault {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(20);

struct Health {
  int http = 0;
  std::string why, grpc;
};

Health HealthOf(const Town& town) {
  Health health;
  const auto answer =
      httplib::Client("http://" + town.installation().config().metrics_listen).Get("/healthz");
  if (answer) health = {answer->status, answer->body, ""};
  health.grpc = support::CallRaw(town.AsForce(), "/grpc.health.v1.Health/Check", "").bytes;
  return health;
}

constexpr char kServing[] = "\x08\x01";     // HealthCheckResponse{status: SERVING}
constexpr char kNotServing[] = "\x08\x02";  // HealthCheckResponse{status: NOT_SERVING}

void ExpectWhole(Town& town) {
  EXPECT_EQ(town.StopBroker(), 0);
  const auto verified = town.Verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

// A file system of this test's own, in a mount namespace that this thread and its children share.
class OwnMounts {
 public:
  OwnMounts() {
    ok_ =
        ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }
  bool Tmpfs(const std::filesystem::path& at, const std::string& size) {
    return ok_ && ::mount("tmpfs", at.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  // The same directory, but nobody may write there.
  bool ReadOnly(const std::filesystem::path& at) {
    return ok_ && ::mount(at.c_str(), at.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
           ::mount(nullptr, at.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }
  void Mend(const std::filesystem::path& at) { ::umount2(at.c_str(), MNT_DETACH); }

 private:
  bool ok_ = false;
};

constexpr char kNoMounts[] = "this user may not mount: run it as root to test the disk";

// The whole town lies on a small file system; a ballast fills it.
TEST(Disk, FullIsRefusedSaidAndOverWhenThereIsRoom) {
  OwnMounts mounts;
  support::TempDirectory place;
  if (!mounts.Tmpfs(place.path(), "160m")) GTEST_SKIP() << kNoMounts;
  ASSERT_EQ(::setenv("TMPDIR", place.path().c_str(), 1), 0);
  {
    Town town(1);
    ASSERT_TRUE(town.Submit("FB-1").ok());
    const auto free = std::filesystem::space(place.path()).available;
    const std::string ballast = place.File("ballast");
    const int fd = ::open(ballast.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_EQ(::posix_fallocate(fd, 0, static_cast<off_t>(free - limits::kDiskReserveBytes / 2)),
              0);
    ::close(fd);
    EXPECT_TRUE(support::Eventually(kPatience, [&] { return HealthOf(town).http == 503; }));
    EXPECT_THAT(HealthOf(town).why, HasSubstr("free space"));
    EXPECT_EQ(HealthOf(town).grpc, kNotServing);
    const grpc::Status refused = town.Submit("FB-2");
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(refused.error_message(), HasSubstr("free space"));
    EXPECT_EQ(town.Find("FB-2"), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(town.Find("FB-1"), grpc::StatusCode::OK);
    std::filesystem::remove(ballast);
    EXPECT_TRUE(town.Submit("FB-2").ok());
    EXPECT_TRUE(support::Eventually(kPatience, [&] { return HealthOf(town).http == 200; }));
    EXPECT_EQ(HealthOf(town).why, "serving\n");
    EXPECT_EQ(HealthOf(town).grpc, kServing);
    ExpectWhole(town);
  }
  ::unsetenv("TMPDIR");
  mounts.Mend(place.path());
}

// The reserve was not enough: the log itself meets the end of the disk, or a disk that turned
// read-only, as ext4 does after an error.
class Strikes : public testing::TestWithParam<Act> {};

TEST_P(Strikes, AWriteThatFailsEndsTheBrokerAndTheNextOneHasEverything) {
  Town town(1);
  ASSERT_TRUE(town.Submit("FB-1").ok());
  Put({town.installation().directory().store().string() + "/0", "incident.accepted",
       Point::kBeforeWrite, GetParam(), 0},
      town.BrokerPlan());
  const grpc::Status status = town.Submit("FB-2");
  EXPECT_THAT(status.error_code(),
              testing::AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_TRUE(support::Eventually(kPatience, [&] { return !town.BrokerLives(); }))
      << "it takes no more writes and yet goes on";
  EXPECT_THAT(town.BrokerLog(), HasSubstr("start the broker again"));
  town.StartBroker();
  EXPECT_EQ(town.Find("FB-1"), grpc::StatusCode::OK);
  EXPECT_TRUE(town.Submit("FB-2").ok());
  ExpectWhole(town);
}

INSTANTIATE_TEST_SUITE_P(Disk, Strikes, testing::Values(Act::kFull, Act::kReadOnly, Act::kIoError),
                         [](const auto& tested) {
                           return tested.param == Act::kFull       ? "Full"
                                  : tested.param == Act::kReadOnly ? "ReadOnly"
                                                                   : "Broken";
                         });

TEST(Disk, ReadOnlyIsRefusedAtTheStart) {
  OwnMounts mounts;
  Town town(1);
  ASSERT_TRUE(town.Submit("FB-1").ok());
  ASSERT_EQ(town.StopBroker(), 0);
  const auto& data = town.installation().directory().root;
  if (!mounts.ReadOnly(data)) GTEST_SKIP() << kNoMounts;
  const auto refused = town.Run("firstbell-broker", {"--data", data.string(), "--simulated-clock"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("read-only"));
  mounts.Mend(data);
  town.StartBroker();
  EXPECT_EQ(town.Find("FB-1"), grpc::StatusCode::OK);
  ExpectWhole(town);
}

// Nothing leaves before it is durable, however long that takes; and reading does not wait for it.
TEST(Disk, SlowDelaysTheAnswerAndNothingElse) {
  Town town(1);
  ASSERT_TRUE(town.Submit("FB-1").ok());
  const std::filesystem::path go = town.BrokerPlan().string() + ".go";
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  Put({town.installation().directory().store().string() + "/0", "incident.accepted",
       Point::kAfterWrite, Act::kWait, 0},
      town.BrokerPlan());
  std::atomic<bool> answered{false};
  grpc::Status status;
  std::thread force([&] {
    status = town.Submit("FB-2");
    answered = true;
  });
  std::error_code ignored;
  EXPECT_TRUE(support::Eventually(
      kPatience, [&] { return !std::filesystem::exists(town.BrokerPlan(), ignored); }));
  EXPECT_EQ(town.Find("FB-1"), grpc::StatusCode::OK);
  EXPECT_EQ(town.Find("FB-2"), grpc::StatusCode::NOT_FOUND);
  EXPECT_FALSE(answered) << "answered before it was synced";
  std::ofstream{go};  // opened is all that the other end waits for; it reads nothing
  force.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  ExpectWhole(town);
}

// The school's side: no receipt leaves for what was not kept.
TEST(Disk, ASchoolWhoseDiskIsFullSendsNoReceiptAndResumes) {
  Town town(1);
  town.SetClock(absl::CivilHour(2026, 3, 3, 10));
  ASSERT_TRUE(support::Eventually(kPatience, [&] {
    return town.MachineLog(0).find("welcomed by the broker") != std::string::npos;
  }));
  Put({"store.sqlite-wal", "", Point::kBeforeWrite, Act::kFull, 0}, town.MachinePlan(0));
  ASSERT_TRUE(town.Submit("FB-1").ok());
  std::error_code ignored;
  ASSERT_TRUE(support::Eventually(
      kPatience, [&] { return !std::filesystem::exists(town.MachinePlan(0), ignored); }));
  EXPECT_TRUE(support::Eventually(kPatience, [&] {
    return town.MachineLog(0).find("\"shown\"") != std::string::npos;
  })) << town.MachineLog(0);
  EXPECT_THAT(town.MachineLog(0), HasSubstr("make room on the disk"));
  EXPECT_TRUE(town.MachineLives(0));
  ExpectWhole(town);
}

}  // namespace
}  // namespace firstbell::fault
