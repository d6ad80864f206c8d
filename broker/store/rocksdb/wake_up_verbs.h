#pragma once

// What a step about something else does to wake a school.

#include "broker/store/rocksdb/batch.h"

namespace firstbell::store::rocks {

// Queues one for each of the school's addresses, as QueueWakeUps says; how many are new. DataLoss.
Result<std::size_t> Wake(Batch& batch, base::Urn urn, const WakeCall& call);

}  // namespace firstbell::store::rocks
