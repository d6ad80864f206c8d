#include "broker/server/standing.h"

#include "broker/base/log.h"

namespace firstbell::server {

void Standing::Unclear() {
  base::LogError(
      "store",
      "a write failed and it is unclear whether it stands: no more writes are taken, and "
      "the broker stops; free space on the data directory's disk, or check the disk");
  base::MutexLock lock(mutex_);
  unclear_ = true;
  TellHealth();
}

void Standing::Drain() {
  base::MutexLock lock(mutex_);
  draining_ = true;
  TellHealth();
}

bool Standing::must_restart() const {
  base::MutexLock lock(mutex_);
  return unclear_;
}

std::string Standing::WhyNot() const {
  base::MutexLock lock(mutex_);
  if (unclear_) {
    return "a write failed and it is unclear whether it stands: free space on the data directory's "
           "disk, or check the disk, then start the broker again";
  }
  return draining_ ? "the broker is stopping" : "";
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
  for (auto* health : told_) health->SetServingStatus(!unclear_ && !draining_);
}

}  // namespace firstbell::server
