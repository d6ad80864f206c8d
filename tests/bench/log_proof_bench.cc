// How proofs of the log, and its verification by whoever does not trust us, grow from ten thousand
// entries to ten million.

#include <random>

#include "broker/audit/tile.h"
#include "clients/audit/verify.h"
#include "tests/bench/log_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

// Of both trees the last tile is as full, so that its hashes cost the same.
constexpr std::size_t kOver = 128, kSmall = 10'240 - kOver, kLarge = 10'000'000;
constexpr std::size_t kProofs = 20'000;
constexpr int kVerifications = 21;  // of the small one

std::size_t LargeSize(const Setting& setting) {
  const std::size_t scaled = std::max<std::size_t>(setting.Scaled(kLarge), 10 * kSmall);
  return scaled / audit::kTileWidth * audit::kTileWidth + kOver;
}

double OneProof(LogStore& log, std::size_t size) {
  std::mt19937_64 random(4711);
  return MedianMicroseconds(kProofs, [&](std::size_t) {
    FB_CHECK(log.keeper().InclusionProof(random() % size, size).ok());
  });
}

// The store's own log, as a verifier is given it; the clock stands while it is read.
class StoreLog final : public audit_client::LogSource {
 public:
  explicit StoreLog(LogStore& log) : log_(log) {}

  double seconds_read() const { return seconds_read_; }

  base::Result<v1::Checkpoint> GetCheckpoint(const std::string&) override {
    return inquiry::ToWire(log_.keeper(), log_.keeper().Published(), true);
  }
  base::Status ReadEntries(std::uint64_t first, std::uint64_t end,
                           const std::function<bool(const v1::LogEntry&)>& take) override {
    while (first < end) {
      for (const v1::LogEntry& entry : Read(first, std::min<std::uint64_t>(end - first, 5'000))) {
        if (!take(entry)) return base::OkStatus();
        ++first;
      }
    }
    return base::OkStatus();
  }
  base::Result<std::vector<std::string>> Consistency(std::uint64_t, std::uint64_t) override {
    return base::Unimplemented("nobody asks");
  }
  base::Result<std::string> CheckTile(int, std::uint64_t, const std::string&) override {
    return std::string();
  }

 private:
  std::vector<v1::LogEntry> Read(std::uint64_t first, std::size_t limit) {
    const Stopwatch watch;
    const auto stored = log_.store().ReadLog(first, limit).value();
    std::vector<v1::LogEntry> entries(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      entries[i].set_position(stored[i].position);
      entries[i].set_entry(stored[i].entry);
      entries[i].set_event(stored[i].event);
      entries[i].set_salt(stored[i].salt);
    }
    seconds_read_ += watch.seconds();
    return entries;
  }

  LogStore& log_;
  double seconds_read_ = 0;
};

// Microseconds an entry, by the client's own Verify.
double OneVerification(LogStore& log, std::size_t size) {
  StoreLog source(log);
  const Stopwatch watch;
  const auto verified = audit_client::Verify(
      source, {},
      [](const std::string&) -> base::Result<std::optional<audit_client::Trusted>> {
        return std::nullopt;
      },
      audit_client::Extent::kWhole, [](double) {});
  const double seconds = watch.seconds() - source.seconds_read();
  FB_CHECK(verified.ok() && verified->mismatch.empty() && verified->opened == size);
  return 1e6 * seconds / static_cast<double>(size);
}

struct Figures {
  double proof = 0, verification = 0;  // microseconds
};

Figures OfSmall(LogStore& log) {
  log.Append(kSmall);
  log.SignAll();
  std::vector<double> verifications;
  for (int i = 0; i < kVerifications; ++i) verifications.push_back(OneVerification(log, kSmall));
  return {OneProof(log, kSmall), Median(std::move(verifications))};
}

}  // namespace

std::vector<Row> LogProofs(const Setting& setting) {
  const support::TempDirectory directory;
  LogStore log(directory.path() / "store");
  const std::size_t size = LargeSize(setting);
  const Figures small = OfSmall(log);
  const Stopwatch watch;
  log.Append(size - kSmall);
  const double appended = watch.seconds();
  log.SignAll();
  const double grown = watch.seconds();
  const Figures large = {OneProof(log, size), OneVerification(log, size)};
  const std::string made = "; the log was made in " + std::to_string(static_cast<int>(appended)) +
                           " s and its tree in " +
                           std::to_string(static_cast<int>(grown - appended)) + " s";
  return {{"an inclusion proof", "us", size, large.proof, small.proof, 2, 1.5, false,
           "over the same in a log of 10,112, whose last tile is as full; medians of 20,000 at "
           "random places, no tile remembered from one to the next" +
               made},
          {"verifying, an entry", "us", size, large.verification, small.verification, 2, 1.5, false,
           "over the same in a log of 10,112: the client's own verify, every commitment opened, "
           "reading not counted"}};
}

}  // namespace firstbell::bench
