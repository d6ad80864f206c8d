#pragma once

// A whole broker in this process, behind its real sockets, on an installation of its own.

#include <memory>
#include <string>

#include "broker/base/mutex.h"
#include "broker/server/broker.h"
#include "tests/support/installation.h"
#include "tests/support/raw_call.h"

namespace firstbell::server {

using support::CallRaw;
using support::ClientKeys;
using support::Context;
using support::Enrolled;
using support::kAuditorUri;
using support::kForceUri;
using support::kOperatorUri;
using support::kOtherForceUri;
using support::RawAnswer;

// gRPC's health service, as bytes.
inline constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
inline constexpr char kServing[] = "\x08\x01";     // HealthCheckResponse{status: SERVING}
inline constexpr char kNotServing[] = "\x08\x02";  // HealthCheckResponse{status: NOT_SERVING}

class RunningBroker : public support::Installation {
 public:
  // FB_CHECKs that everything starts. `seed` puts more into the store before the first start.
  explicit RunningBroker(const Seed& seed = {});

  // Another start on the same directory and ports.
  base::Result<std::unique_ptr<Broker>> StartAgain(bool simulated_clock = true);
  Broker& broker() { return *broker_; }
  void End() { broker_.reset(); }
  // As the force.
  grpc::Status Submit(const v1::Incident& incident) const;
  // What StartAgain gave, from now on.
  void Adopt(std::unique_ptr<Broker> broker) { broker_ = std::move(broker); }
  // Ends, and starts with other settings.
  void Restart(const registry::Config& config);
  // What becomes of the next commit, of whatever started here.
  void FailNextCommit(store::CommitFault fault);
  // From the next one on commits wait, as on a disk that stalls, until they may go on.
  void HoldCommits();
  void LetCommitsGo();

 private:
  store::CommitFault OnCommit();

  base::Mutex mutex_;  // these outlive broker_
  base::CondVar changed_;
  store::CommitFault next_fault_ ABSL_GUARDED_BY(mutex_) = store::CommitFault::kNone;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Broker> broker_;
};

// The faulty fields that an answer names, joined by commas.
std::string FaultyFields(const std::string& status_details);

}  // namespace firstbell::server
