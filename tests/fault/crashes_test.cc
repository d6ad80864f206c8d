// 200 incidents a round, through crashes of everything. FIRSTBELL_ROUNDS rounds: five in the normal
// run, fifty under the label long. A failure prints its seed; FIRSTBELL_SEED=… draws the same
// again.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/fault/crashes.h"

namespace firstbell::fault {
namespace {

constexpr std::size_t kSchools = 3;
constexpr std::size_t kIncidents = 200;

std::uint64_t Seed() {
  const char* const given = std::getenv("FIRSTBELL_SEED");
  return given == nullptr ? std::random_device()() : std::strtoull(given, nullptr, 10);
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

TEST(Crashes, NothingIsLostDoubledOrMisplaced) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("to replay: FIRSTBELL_SEED=" + std::to_string(seed));
  Crashes crashes(kSchools, seed);
  for (int round = 1; round <= FIRSTBELL_ROUNDS; ++round) {
    const auto findings = crashes.Round(kIncidents, FIRSTBELL_BATCHES);
    ASSERT_TRUE(findings.empty()) << "round " << round << ":" << Joined(findings) << "\n"
                                  << crashes.Logs();
  }
  std::string tally;
  for (const auto& [phase, kills] : crashes.kills()) {
    tally += " " + phase + "=" + std::to_string(kills);
  }
  RecordProperty("kills", tally);
  for (const char* phase : {"intake", "seal", "push", "receipt", "show", "acknowledge"}) {
    EXPECT_TRUE(crashes.kills().contains(phase)) << "no kill in the phase " << phase;
  }
}

}  // namespace
}  // namespace firstbell::fault
