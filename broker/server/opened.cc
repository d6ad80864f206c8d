#include "broker/server/opened.h"

#include <utility>

#include "broker/base/log.h"
#include "broker/base/tzdata.h"
#include "broker/store/rocksdb/rocksdb_store.h"

namespace firstbell::server {
namespace {

// At the log's lowest level, what became of each incident and alert can be followed line by line.
void Trace(const model::Event& event) {
  const auto incident = event.texts().find("incident");
  base::LogDebug("store", model::Word(event.kind()),
                 {{"incident", incident == event.texts().end() ? "-" : incident->second},
                  {"alert", event.alert_id().empty() ? "-" : event.alert_id().value()}});
}

base::Status CheckClock(const store::Identity& identity, bool simulated) {
  if (identity.simulated == simulated) return base::OkStatus();
  return base::FailedPrecondition(
      simulated
          ? "this data directory is a real one: it cannot be run with --simulated-clock"
          : "this data directory was initialised for a simulated clock: start the broker with "
            "--simulated-clock");
}

}  // namespace

void StoreWatch::Committed(const store::Commit& commit) {
  metrics.Committed(commit);
  for (const model::Event& event : commit.events) Trace(event);
}

base::Result<Opened> OpenDirectory(const BrokerOptions& options) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone zone, base::LondonTimeZone());
  auto watch = std::make_unique<StoreWatch>(options.version);
  FB_ASSIGN_OR_RETURN(
      std::unique_ptr<store::Store> store,
      store::RocksDbStore::Open(options.directory.store(),
                                {.fault = options.commit_fault, .observer = watch.get()}));
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store->GetIdentity());
  FB_RETURN_IF_ERROR(CheckClock(identity, options.simulated_clock));
  FB_ASSIGN_OR_RETURN(registry::BrokerClock clock,
                      options.trust_clock ? registry::OpenClock(*store)
                                          : registry::OpenClock(*store, options.directory.clock()));
  FB_ASSIGN_OR_RETURN(registry::Keyring keys, registry::LoadKeys(options.directory));
  FB_RETURN_IF_ERROR(registry::CheckKeysOf(identity, keys));
  FB_ASSIGN_OR_RETURN(auto vault, sealing::Vault::Open(options.directory.vault()));
  registry::BrokerFacts facts = registry::FactsOf(options.config, keys, identity);
  FB_ASSIGN_OR_RETURN(
      auto wake_sender,
      WakeSender::Make(options.config.wake_ups,
                       identity.simulated ? TestReceivers::kKnown : TestReceivers::kUnknown));
  FB_ASSIGN_OR_RETURN(auto log,
                      DeliveryLog::Open(*store, options.directory, options.config, *clock.clock));
  facts.identity.set_log_key(log->VerifierKey());
  facts.identity.set_witness_policy(log->witness_policy());
  return Opened{std::move(watch),
                std::move(store),
                std::move(clock),
                std::move(vault),
                std::move(keys),
                std::move(facts),
                zone,
                std::move(wake_sender),
                std::move(log)};
}

}  // namespace firstbell::server
