#include "clients/school/machine_time.h"

#include <ctime>

#include "broker/base/clock.h"

namespace firstbell::school {

MachineTime ReadMachineTime() {
  static const std::string* const boot_id = new std::string(base::BootId());  // never destroyed
  timespec boot{};
  FB_CHECK(clock_gettime(CLOCK_BOOTTIME, &boot) == 0);
  return {base::SystemClock().Now(), absl::DurationFromTimespec(boot), *boot_id};
}

}  // namespace firstbell::school
