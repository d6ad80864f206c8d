#include "clients/school/machine_time.h"

#include <ctime>
#include <fstream>

#include "broker/base/clock.h"

namespace firstbell::school {
namespace {

std::string ReadBootId() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace

MachineTime ReadMachineTime() {
  static const std::string* const boot_id = new std::string(ReadBootId());  // never destroyed
  timespec boot{};
  FB_CHECK(clock_gettime(CLOCK_BOOTTIME, &boot) == 0);
  return {base::SystemClock().Now(), absl::DurationFromTimespec(boot), *boot_id};
}

}  // namespace firstbell::school
