#pragma once

// An incident as its force reported it, out of the vault.

#include "broker/base/status.h"
#include "broker/model/incident.h"
#include "broker/sealing/vault.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// NotFound: erased. DataLoss: it does not read back. Threads: any.
base::Result<model::Incident> Reported(sealing::Vault& vault, const store::Incident& incident);

}  // namespace firstbell::placing
