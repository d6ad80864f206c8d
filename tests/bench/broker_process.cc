#include "tests/bench/broker_process.h"

#include <chrono>
#include <fstream>
#include <string>

#include "tests/support/eventually.h"

namespace firstbell::bench {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(120);
constexpr auto kAskEvery = std::chrono::milliseconds(5);

// An operator is answered: the store is open and the listener up.
bool Serves(const support::Installation& installation, const support::ClientKeys& keys) {
  support::Context context;
  v1::GetStatusResponse status;
  return v1::OperatorService::NewStub(installation.Channel(keys))
      ->GetStatus(&context, {}, &status)
      .ok();
}

}  // namespace

void LiftQuotas(support::Installation& installation) {
  constexpr std::uint32_t kMany = 1'000'000'000;
  registry::Config config = installation.config();
  config.incidents = {kMany, kMany};
  installation.Configure(config);
}

BrokerProcess::BrokerProcess(const support::Installation& installation,
                             const std::filesystem::path& programs)
    : installation_(installation), program_(programs / "firstbell-broker") {
  Start();
}

void BrokerProcess::Start() {
  const auto& directory = installation_.directory();
  const support::ClientKeys keys = installation_.KeysFor(support::kOperatorUri);
  running_ = std::make_unique<support::Running>(
      support::Arguments{program_.string(), "--data", directory.root.string(), "--simulated-clock"},
      directory.root / "broker.log");
  FB_CHECK(support::Eventually(
      kPatience, [&] { return running_->alive() && Serves(installation_, keys); }, kAskEvery));
}

double BrokerProcess::KillAndRestart() {
  running_->Kill();
  const auto start = std::chrono::steady_clock::now();
  Start();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double ResidentMbOf(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string word;
  while (status >> word && word != "VmRSS:") continue;
  double kib = 0;
  status >> kib;
  return kib * 1024 / 1e6;
}

}  // namespace firstbell::bench
