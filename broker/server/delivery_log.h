#pragma once

// The delivery log of a running broker: its keys and its witnesses' policy, the keeper that signs
// it, its turns, and its files for whoever reads them.

#include <functional>
#include <memory>
#include <string>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/inquiry/log_files.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/server/http_listener.h"
#include "broker/server/log_turns.h"

namespace firstbell::server {

// A resource. All that it is given outlives it.
class DeliveryLog {
 public:
  // Loads the keys, which are made where this directory is of before there were any, and holds the
  // store against what was signed. FailedPrecondition: it was restored from an old copy, or
  // what was signed last is remembered no more. NotFound: keys with which something was signed are
  // gone. InvalidArgument: the policy, naming its line.
  static base::Result<std::unique_ptr<DeliveryLog>> Open(store::Store& store,
                                                         const registry::DataDirectory& directory,
                                                         const registry::Config& config,
                                                         const base::Clock& clock);
  ~DeliveryLog() { Stop(); }
  DeliveryLog(const DeliveryLog&) = delete;
  DeliveryLog& operator=(const DeliveryLog&) = delete;

  inquiry::LogKeeper& keeper() { return keeper_; }
  inquiry::SchoolPseudonyms& schools() { return schools_; }
  // By which it is known; what schools pin as they enrol.
  std::string VerifierKey() const;
  // The same: whose word about it is to be enough, as the configured file says it. Empty: no
  // witness is asked.
  const std::string& witness_policy() const { return witness_policy_; }

  // Takes turns, and listens where `address` is not empty. `turned` as LogTurns has it.
  base::Status Start(const std::string& address, std::function<void()> turned = {});
  void Stop();

 private:
  DeliveryLog(store::Store& store, inquiry::LogKeeper::Options options, base::Secret pseudonyms,
              const base::Clock& clock, std::string witness_policy);

  const std::string witness_policy_;
  inquiry::LogKeeper keeper_;
  inquiry::LogFiles files_;
  inquiry::SchoolPseudonyms schools_;
  LogTurns turns_;
  std::unique_ptr<HttpListener> listener_;
};

}  // namespace firstbell::server
