#pragma once

// Whether this broker serves, and why not: one truth for gRPC's health, for /healthz, for systemd
// and for main.

#include <grpcpp/health_check_service_interface.h>

#include <string>
#include <string_view>
#include <vector>

#include "broker/base/mutex.h"

namespace firstbell::server {

enum class DiskRoom { kEnough, kNone };
enum class Threads { kWork, kHang };

// It serves from the start. Threads: safe. A resource.
class Standing {
 public:
  Standing() = default;
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

  // What stands in the store is unclear: for good, health says so at once.
  void Unclear();
  // It is being stopped: for good.
  void Drain();
  // As they are now, for the data directory's disk and for the broker's own threads. Health
  // follows, in both directions.
  void See(DiskRoom room, Threads threads);

  bool must_restart() const;
  // What is wrong and what to do, in a sentence for an operator; empty where it serves.
  std::string WhyNot() const;

  // `health` hears of every change until Forget, for itself and for each of `services`.
  void Report(grpc::HealthCheckServiceInterface& health, const std::vector<std::string>& services);
  // Before the servers go.
  void Forget();

 private:
  std::string_view Reason() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellHealth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  bool unclear_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  DiskRoom room_ ABSL_GUARDED_BY(mutex_) = DiskRoom::kEnough;
  Threads threads_ ABSL_GUARDED_BY(mutex_) = Threads::kWork;
  std::vector<grpc::HealthCheckServiceInterface*> told_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::server
