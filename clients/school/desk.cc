#include "clients/school/desk.h"

#include "clients/console/app.h"
#include "clients/school/show.h"

namespace firstbell::school {

base::Status CheckNamed(const std::filesystem::path& state) {
  if (!state.empty()) return base::OkStatus();
  return console::UsageError(
      "name the state directory with --state DIR, or as school.state in the --config file");
}

base::Result<Desk> OpenDesk(const std::filesystem::path& path) {
  FB_RETURN_IF_ERROR(CheckNamed(path));
  FB_ASSIGN_OR_RETURN(StateDirectory state, StateDirectory::Open(path));
  FB_ASSIGN_OR_RETURN(DeviceIdentity device, LoadDevice(state));
  FB_ASSIGN_OR_RETURN(auto store, LocalStore::Open(state.Store()));
  FB_ASSIGN_OR_RETURN(auto anchor, store->LastTimeAnchor());
  SchoolClock clock(device.broker.simulated_clock(), anchor);
  return Desk{std::move(state), std::move(device), std::move(store), std::move(clock)};
}

base::Result<Desk> OpenInbox(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(Desk desk, OpenDesk(path));
  if (FileLock::Held(desk.state.DaemonLock())) return desk;
  FB_RETURN_IF_ERROR(ShowDue(*desk.store, desk.device.signer, desk.clock.Now()).status());
  return desk;
}

}  // namespace firstbell::school
