#pragma once

// What time it is at this device.
//
// The broker says its time at every welcome, and that is kept with what this machine's clocks said
// then. Whatever the wall clock does afterwards, nothing is shown early because of it:
//
//   same run of the machine  the broker's time and what the boot clock counted since. A jump of the
//                            wall clock changes nothing.
//   another run              the broker's time and what the wall clock (the battery's) counted
//                            since, believed only once the network has had kNetworkGrace after
//                            booting to bring a welcome. Until then, and for as long as the wall
//                            clock says less than has certainly passed, only what is certain: the
//                            broker's time and the time since boot.
//   never welcomed           the wall clock. There is nothing to show yet either.
//
// What is left: a machine whose wall clock was set ahead between two runs and that has no network
// shows early, and one that was set back shows late until it is set right or linked.

#include <optional>

#include "absl/time/time.h"
#include "clients/link/session.h"
#include "clients/school/machine_time.h"

namespace firstbell::school {

inline constexpr absl::Duration kNetworkGrace = absl::Minutes(2);
// By how much a battery's clock may be behind and still be right.
inline constexpr absl::Duration kClockSlack = absl::Minutes(2);

enum class Certainty {
  kTold,     // by the broker, in this run of the machine
  kWall,     // by this machine's wall clock
  kTooSoon,  // not known yet: at least this late
  kWrong,    // the wall clock cannot be right: at least this late
};
struct TimeReading {
  absl::Time now;
  Certainty certainty = Certainty::kWall;
};

enum class Run { kSame, kAnother };

// The rule above, for a real clock. Pure.
TimeReading ReadReal(const TimeAnchor& anchor, Run run, const MachineTime& machine);

// Threads: one. It may step back by the little that this machine's clock ran ahead of the broker's.
class SchoolClock {
 public:
  // A kept anchor of the other kind of clock counts for nothing.
  SchoolClock(bool simulated, std::optional<TimeAnchor> kept);

  // Pure in `machine`.
  TimeReading Read(const MachineTime& machine) const;
  absl::Time At(const MachineTime& machine) const { return Read(machine).now; }
  absl::Time Now() const { return At(ReadMachineTime()); }
  TimeAnchor Learn(const link::BrokerTime& broker, const MachineTime& machine);
  bool simulated() const { return simulated_; }
  // Not while a simulated time is still to be told by the broker: then Now() lies before every
  // window.
  bool known() const { return !simulated_ || anchor_.has_value(); }

 private:
  Run RunOf(const MachineTime& machine) const;

  const bool simulated_;
  std::optional<TimeAnchor> anchor_;
  bool learnt_here_ = false;  // in this process
};

}  // namespace firstbell::school
