#include "clients/school/school_clock.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "broker/base/clock.h"

namespace firstbell::school {

MachineTime ReadMachineTime() {
  timespec boot{};
  FB_CHECK(clock_gettime(CLOCK_BOOTTIME, &boot) == 0);
  return {base::SystemClock().Now(), absl::DurationFromTimespec(boot)};
}

SchoolClock::SchoolClock(bool simulated, std::optional<TimeAnchor> kept)
    : simulated_(simulated), kept_(std::move(kept)) {}

absl::Time SchoolClock::At(const MachineTime& machine) const {
  if (broker_time_) return *broker_time_ + (machine.since_boot - learnt_since_boot_);
  if (!simulated_) return machine.wall;
  if (kept_) {
    const absl::Duration since = machine.wall - kept_->learnt_at;
    return kept_->broker.now + std::max(since, absl::ZeroDuration());
  }
  // A simulated time that nobody has told yet: before every window.
  return absl::UnixEpoch() + machine.since_boot;
}

void SchoolClock::Learn(const link::BrokerTime& broker, const MachineTime& machine) {
  broker_time_ = broker.now;
  learnt_since_boot_ = machine.since_boot;
}

}  // namespace firstbell::school
