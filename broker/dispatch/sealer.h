#pragma once

// Opens the vault, composes what the school is told, seals it to its people and makes that durable.

#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "broker/model/alert.h"
#include "broker/placing/policies.h"
#include "broker/sealing/envelope.h"
#include "broker/sealing/vault.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

// Threads: safe. All that it is given outlives it.
class Sealer {
 public:
  Sealer(store::Store& store, sealing::Vault& vault, const placing::Policies& policies,
         const crypto::PrivateKey& envelope_key)
      : store_(store), vault_(vault), policies_(policies), envelope_key_(envelope_key) {}

  // Each alert's next sealing, durable when it returns; one result each, in order.
  // FailedPrecondition: it was sealed again or ended meanwhile; look at it anew. NotFound: its
  // vault key was destroyed.
  std::vector<base::Result<model::Sealing>> Seal(absl::Span<const model::Alert> alerts,
                                                 const sealing::People& people, absl::Time now);

 private:
  base::Result<model::Sealing> Make(const model::Alert& alert, const sealing::People& people,
                                    absl::Time now);
  base::Status SayWhatChanged(const model::Alert& alert, v1::AlertContent& content);

  store::Store& store_;
  sealing::Vault& vault_;
  const placing::Policies& policies_;
  const crypto::PrivateKey& envelope_key_;
};

}  // namespace firstbell::dispatch
