#include "broker/registry/broker_clock.h"

#include <optional>
#include <sstream>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"

namespace firstbell::registry {
namespace {

using Reading = base::SystemClock::Reading;

// The boot id, the boot clock and the time told, both in microseconds; then the SHA-256 of these: a
// wrong bit would be a wrong time.
std::string LineOf(const std::string& boot_id, const Reading& told) {
  const std::string facts = boot_id + " " +
                            std::to_string(absl::ToInt64Microseconds(told.since_boot)) + " " +
                            std::to_string(absl::ToUnixMicros(told.wall));
  return facts + " " + base::HexEncode(crypto::Sha256(facts)) + "\n";
}

std::optional<Reading> ReadKept(const std::filesystem::path& path) {
  const auto text = base::ReadFile(path);
  if (!text.ok()) return std::nullopt;
  std::istringstream line(*text);
  std::string boot_id;
  std::int64_t since_boot_us = 0, told_us = 0;
  if (!(line >> boot_id >> since_boot_us >> told_us)) return std::nullopt;
  const Reading told{absl::FromUnixMicros(told_us), absl::Microseconds(since_boot_us)};
  const bool whole = *text == LineOf(boot_id, told);
  return whole && boot_id == base::BootId() ? std::optional(told) : std::nullopt;
}

base::Result<BrokerClock> Open(store::Store& store, const std::optional<Reading>& told) {
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store.GetIdentity());
  if (!identity.simulated) {
    auto clock =
        told ? std::make_unique<base::SystemClock>(*told) : std::make_unique<base::SystemClock>();
    base::SystemClock* const system = clock.get();
    return BrokerClock{std::move(clock), nullptr, system};
  }
  FB_ASSIGN_OR_RETURN(const auto offset, store.ClockOffset());
  auto clock = std::make_unique<base::SimulatedClock>(offset.value_or(absl::ZeroDuration()));
  base::SimulatedClock* const simulated = clock.get();
  return BrokerClock{std::move(clock), simulated, nullptr};
}

}  // namespace

base::Result<BrokerClock> OpenClock(store::Store& store) {
  return Open(store, std::nullopt);
}

base::Result<BrokerClock> OpenClock(store::Store& store, const std::filesystem::path& kept) {
  return Open(store, ReadKept(kept));
}

base::Status KeepClock(const BrokerClock& clock, const std::filesystem::path& kept) {
  const std::string boot_id = base::BootId();
  const auto told = clock.system == nullptr ? std::nullopt : clock.system->Told();
  if (!told || boot_id.empty()) return base::OkStatus();
  return base::WriteFileDurably(kept, LineOf(boot_id, *told), base::kOwnerOnly);
}

}  // namespace firstbell::registry
