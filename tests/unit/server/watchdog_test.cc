// When a watchdog may be told that the broker is alive.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using support::Eventually;
using testing::HasSubstr;

int go[2];
std::atomic<bool> hangs{false};

void HangHere(int) {
  hangs = true;
  char byte;
  while (::read(go[0], &byte, 1) < 0) continue;
}

// A thread of this process, by its name, that stands still until the end.
class HangingThread {
 public:
  explicit HangingThread(const std::string& name) {
    FB_CHECK(::pipe2(go, O_CLOEXEC) == 0);
    hangs = false;
    FB_CHECK(::signal(SIGUSR1, HangHere) != SIG_ERR);
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
      if (base::ReadFile(thread.path() / "comm").value() != name + "\n") continue;
      const int id = std::stoi(thread.path().filename());
      FB_CHECK(::syscall(SYS_tgkill, ::getpid(), id, SIGUSR1) == 0);
      FB_CHECK(Eventually(absl::Seconds(20), [] { return hangs.load(); }));
      return;
    }
    FB_CHECK(false && "no thread of this name");
  }
  ~HangingThread() { ::close(go[1]); }
  HangingThread(const HangingThread&) = delete;
  HangingThread& operator=(const HangingThread&) = delete;
};

class LinksThreadTest : public testing::TestWithParam<const char*> {};

TEST_P(LinksThreadTest, IsNotAliveWhileItHangs) {
  RunningBroker running;
  Broker& broker = running.broker();
  const auto late = std::chrono::steady_clock::now() + 2 * absl::ToChronoSeconds(limits::kPulse);
  {
    const HangingThread hanging(GetParam());
    EXPECT_FALSE(Eventually(absl::Seconds(2), [&] { return broker.Look(late); }));
    EXPECT_THAT(broker.WhyNot(), HasSubstr("restart the broker"));
  }
  EXPECT_TRUE(Eventually(absl::Seconds(20), [&] { return broker.Look(late); }));
  EXPECT_EQ(broker.WhyNot(), "");
}

INSTANTIATE_TEST_SUITE_P(Threads, LinksThreadTest, testing::Values("link-router", "link-zap"),
                         [](const auto& tested) { return std::string(tested.param).substr(5); });

// A disk that stalls keeps every worker; one more call then waits for one.
TEST(WorkersTest, AreNotAliveWhileTheDiskKeepsThemAll) {
  const int port = support::FreePorts(1)[0];
  RunningBroker running;
  registry::Config config = running.config();
  config.metrics_listen = "127.0.0.1:" + std::to_string(port);
  running.Restart(config);
  Broker& broker = running.broker();
  running.HoldCommits();
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i <= limits::kWorkers; ++i) {
    callers.emplace_back([&running, i] {
      EXPECT_TRUE(running.Submit(support::IncidentOf("R" + std::to_string(i))).ok());
    });
  }
  // In a row: one that waits for a moment while others are still on their way is not meant.
  int in_a_row = 0;
  EXPECT_TRUE(Eventually(absl::Seconds(20), [&] {
    const auto answer = httplib::Client("127.0.0.1", port).Get("/metrics");
    const bool one =
        answer && answer->body.find("firstbell_calls_waiting 1\n") != std::string::npos;
    in_a_row = one ? in_a_row + 1 : 0;
    return in_a_row == 20;
  }));
  const auto now = std::chrono::steady_clock::now();
  EXPECT_TRUE(broker.Look(now)) << "not for long yet";
  const auto late = now + 2 * absl::ToChronoSeconds(limits::kPulse);
  EXPECT_FALSE(Eventually(absl::Seconds(1), [&] { return broker.Look(late); }));
  running.LetCommitsGo();
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(Eventually(absl::Seconds(20), [&] { return broker.Look(late); }));
}

}  // namespace
}  // namespace firstbell::server
