#pragma once

// One running broker: everything constructed and connected, in the order of the picture. No
// singletons: whoever wants two brokers in one process makes two.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/store/rocksdb/rocksdb_store.h"

namespace firstbell::server {

struct BrokerOptions {
  registry::DataDirectory directory;
  registry::Config config;
  bool simulated_clock = false;
  std::string version;
  // Asked before each commit of the store, by one thread at a time. Empty outside tests.
  std::function<store::CommitFault()> commit_fault = {};
  bool trust_clock = false;  // the wall clock is right, whatever was told before
};

// A resource. Threads: Stop may be called from any; the rest belongs to its maker.
class Broker {
 public:
  // Opens the store, loads the keys, listens. NotFound: the directory was not initialised.
  // FailedPrecondition: another process has it open, the clock is not the one it was initialised
  // for, an address is taken.
  static base::Result<std::unique_ptr<Broker>> Start(BrokerOptions options);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Call about once a second with the time of now: looks at the data directory's disk, and whether
  // the workers and the school link's threads still come round. True while they do and the store's
  // state is clear: only then may a watchdog be told so. A full disk is no reason to be killed.
  bool Look(std::chrono::steady_clock::time_point now);
  // What is wrong and what to do, for operators; empty where it serves.
  std::string WhyNot() const;
  // True once the outcome of a commit was unclear, on whatever path: stop, and start again to
  // recover. Health says NOT_SERVING by then.
  bool MustRestart() const;
  // Takes no more calls, finishes those under way (for limits::kDrain at most, or
  // limits::kDrainUnclear where it must restart), closes everything.
  void Stop();

 private:
  struct Parts;
  explicit Broker(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace firstbell::server
