#pragma once

// What time it is at this device.
//
// Once the broker has said its time in this process, that time and the boot clock count, so that a
// jump of this machine's wall clock shows nothing early and delays nothing. Before, it is the wall
// clock; of a device linked to a simulated broker, the last simulated time that was learnt and
// kept, and the real time since.

#include <optional>

#include "absl/time/time.h"
#include "clients/link/session.h"
#include "clients/school/local_store.h"

namespace firstbell::school {

// The real clocks of this machine at one moment.
struct MachineTime {
  absl::Time wall;
  absl::Duration since_boot;  // counts through sleep, never jumps
};
MachineTime ReadMachineTime();

// Threads: one. It may step back by the little that this machine's clock ran ahead of the broker's.
class SchoolClock {
 public:
  SchoolClock(bool simulated, std::optional<TimeAnchor> kept);

  // Pure in `machine`.
  absl::Time At(const MachineTime& machine) const;
  absl::Time Now() const { return At(ReadMachineTime()); }
  void Learn(const link::BrokerTime& broker, const MachineTime& machine);
  bool simulated() const { return simulated_; }
  // Not while a simulated time is still to be told by the broker: then Now() lies before every
  // window.
  bool known() const { return !simulated_ || kept_.has_value() || broker_time_.has_value(); }

 private:
  const bool simulated_;
  const std::optional<TimeAnchor> kept_;
  std::optional<absl::Time> broker_time_;  // learnt in this process
  absl::Duration learnt_since_boot_;
};

}  // namespace firstbell::school
