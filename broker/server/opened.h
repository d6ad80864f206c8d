#pragma once

// What a broker's data directory and keys hold, opened and held against each other.

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/registry/broker_clock.h"
#include "broker/registry/operator_desk.h"
#include "broker/sealing/vault.h"
#include "broker/server/broker.h"
#include "broker/server/delivery_log.h"
#include "broker/server/metrics.h"
#include "broker/server/standing.h"
#include "broker/server/wake_sender.h"
#include "broker/store/store.h"

namespace firstbell::server {

// What the store tells goes to the broker's standing and to its metrics.
struct StoreWatch final : store::CommitObserver {
  explicit StoreWatch(const std::string& version) : metrics(version) {}
  void Committed(const store::Commit& commit) override;
  void Unclear() override { standing.Unclear(); }
  Standing standing;
  Metrics metrics;
};

// In this order, each uses those above it.
struct Opened {
  std::unique_ptr<StoreWatch> watch;  // the store tells it
  std::unique_ptr<store::Store> store;
  registry::BrokerClock clock;
  std::unique_ptr<sealing::Vault> vault;
  registry::Keyring keys;
  registry::BrokerFacts facts;
  absl::TimeZone zone;
  std::unique_ptr<WakeSender> wake_sender;
  std::unique_ptr<DeliveryLog> log;
};

// FailedPrecondition: the clock is not the one that the directory is for, keys are another's, or
// the delivery log is behind what it has signed. Others: as what is opened says.
base::Result<Opened> OpenDirectory(const BrokerOptions& options);

}  // namespace firstbell::server
