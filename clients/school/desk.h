#pragma once

// What every command of firstbell-school but `enrol` works on.

#include <filesystem>
#include <memory>

#include "broker/base/status.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "clients/school/school_clock.h"
#include "clients/school/state_directory.h"

namespace firstbell::school {

struct Desk {
  StateDirectory state;
  DeviceIdentity device;
  std::unique_ptr<LocalStore> store;
  SchoolClock clock;
};

// A usage error where no state directory is named.
base::Status CheckNamed(const std::filesystem::path& state);
base::Result<Desk> OpenDesk(const std::filesystem::path& path);
// The inbox shows what is due even where no daemon runs to do so. One that runs may have to hear
// first that an alert was taken back.
base::Result<Desk> OpenInbox(const std::filesystem::path& path);

}  // namespace firstbell::school
