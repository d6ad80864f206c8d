#include "broker/server/standing.h"

#include "broker/base/log.h"

namespace firstbell::server {
namespace {

constexpr char kUnclear[] =
    "a write failed and it is unclear whether it stands: no more writes are taken and the broker "
    "ends; free space on the data directory's disk, or check the disk, then start the broker again";
constexpr char kDraining[] =
    "the broker is stopping and finishes the calls under way: wait, then start it again";
constexpr char kNoRoom[] =
    "the disk of the data directory is nearly full and nothing is taken: free space there, and the "
    "broker goes on by itself";
constexpr char kHang[] =
    "threads of the broker have not come round for too long: check the disk; where it is well, "
    "restart the broker (systemd's watchdog does)";

}  // namespace

void Standing::Unclear() {
  base::LogError("store", kUnclear);
  base::MutexLock lock(mutex_);
  unclear_ = true;
  TellHealth();
}

void Standing::Drain() {
  base::MutexLock lock(mutex_);
  draining_ = true;
  TellHealth();
}

void Standing::See(DiskRoom room, Threads threads) {
  base::MutexLock lock(mutex_);
  if (room_ == room && threads_ == threads) return;
  room_ = room;
  threads_ = threads;
  if (const std::string_view reason = Reason(); reason.empty()) {
    base::LogInfo("server", "serving again");
  } else {
    base::LogError("server", reason);
  }
  TellHealth();
}

bool Standing::must_restart() const {
  base::MutexLock lock(mutex_);
  return unclear_;
}

std::string Standing::WhyNot() const {
  base::MutexLock lock(mutex_);
  return std::string(Reason());
}

std::string_view Standing::Reason() const {
  if (unclear_) return kUnclear;
  if (draining_) return kDraining;
  if (room_ == DiskRoom::kNone) return kNoRoom;
  return threads_ == Threads::kHang ? kHang : "";
}

void Standing::Report(grpc::HealthCheckServiceInterface& health,
                      const std::vector<std::string>& services) {
  base::MutexLock lock(mutex_);
  for (const std::string& service : services) health.SetServingStatus(service, true);
  told_.push_back(&health);
  TellHealth();
}

void Standing::Forget() {
  base::MutexLock lock(mutex_);
  told_.clear();
}

void Standing::TellHealth() {
  for (auto* health : told_) health->SetServingStatus(Reason().empty());
}

}  // namespace firstbell::server
