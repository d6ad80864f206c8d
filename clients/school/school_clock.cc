#include "clients/school/school_clock.h"

#include <algorithm>
#include <utility>

namespace firstbell::school {
namespace {

// A rehearsal's time goes on in real time while nobody says otherwise.
absl::Time ReadSimulated(const TimeAnchor& anchor, Run run, const MachineTime& machine) {
  const absl::Duration since = run == Run::kSame ? machine.since_boot - anchor.learnt.since_boot
                                                 : machine.wall - anchor.learnt.wall;
  return anchor.broker.now + std::max(since, absl::ZeroDuration());
}

}  // namespace

TimeReading ReadReal(const TimeAnchor& anchor, Run run, const MachineTime& machine) {
  if (run == Run::kSame) {
    return {anchor.broker.now + (machine.since_boot - anchor.learnt.since_boot), Certainty::kTold};
  }
  // The anchor is older than this run of the machine.
  const absl::Time at_least = anchor.broker.now + machine.since_boot;
  const absl::Time by_wall = anchor.broker.now + (machine.wall - anchor.learnt.wall);
  if (machine.since_boot < kNetworkGrace) return {at_least, Certainty::kTooSoon};
  if (by_wall < at_least - kClockSlack) return {at_least, Certainty::kWrong};
  return {std::max(by_wall, at_least), Certainty::kWall};
}

SchoolClock::SchoolClock(bool simulated, std::optional<TimeAnchor> kept) : simulated_(simulated) {
  if (kept && kept->broker.simulated == simulated) anchor_ = std::move(kept);
}

TimeReading SchoolClock::Read(const MachineTime& machine) const {
  if (anchor_ && simulated_) {
    return {ReadSimulated(*anchor_, RunOf(machine), machine), Certainty::kTold};
  }
  if (anchor_) return ReadReal(*anchor_, RunOf(machine), machine);
  if (!simulated_) return {machine.wall, Certainty::kWall};
  // A simulated time that nobody has told yet: before every window.
  return {absl::UnixEpoch() + machine.since_boot, Certainty::kTooSoon};
}

TimeAnchor SchoolClock::Learn(const link::BrokerTime& broker, const MachineTime& machine) {
  anchor_ = TimeAnchor{broker, machine};
  learnt_here_ = true;
  return *anchor_;
}

// The boot clock of one run never goes back, so that an equal id with an earlier one is another
// run: a machine restored from an image, for instance.
Run SchoolClock::RunOf(const MachineTime& machine) const {
  const bool same_id = !machine.boot_id.empty() && machine.boot_id == anchor_->learnt.boot_id;
  const bool same = same_id && machine.since_boot >= anchor_->learnt.since_boot;
  return learnt_here_ || same ? Run::kSame : Run::kAnother;
}

}  // namespace firstbell::school
