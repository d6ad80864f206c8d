#pragma once

// Whether this broker serves, and why not: one truth for gRPC's health, for its calls and for main.

#include <grpcpp/health_check_service_interface.h>

#include <string>
#include <vector>

#include "broker/base/mutex.h"

namespace firstbell::server {

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

  bool must_restart() const;
  // What an operator must know; empty where it serves.
  std::string WhyNot() const;

  // `health` hears of every change until Forget, for itself and for each of `services`.
  void Report(grpc::HealthCheckServiceInterface& health, const std::vector<std::string>& services);
  // Before the servers go.
  void Forget();

 private:
  void TellHealth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable base::Mutex mutex_;
  bool unclear_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<grpc::HealthCheckServiceInterface*> told_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::server
