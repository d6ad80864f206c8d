#pragma once

// What people say of their own duty, from a device of their school: who says so is verified, and
// what they say is kept and logged.

#include "absl/time/time.h"
#include "broker/dispatch/devices.h"
#include "broker/store/store.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::dispatch {

struct DutyOutcomes {
  v1::DutyAnswers answers;  // in the batch's order; without those that are not judged yet
  bool changed = false;     // somebody's duty is another now
};

// Threads: safe. All that it is given outlives it.
class DutyDesk {
 public:
  explicit DutyDesk(store::Store& store) : store_(store) {}

  // Durable when it returns. A statement is refused where its signer is not a person in force of
  // the device's school, or did not sign it. One that the store could not take is not answered: it
  // comes again.
  DutyOutcomes Take(const Device& from, const v1::DutyBatch& batch, absl::Time now);

 private:
  v1::ReceiptOutcome Judge(const Device& from, const v1::SignedDuty& duty, absl::Time now,
                           bool& changed);

  store::Store& store_;
};

}  // namespace firstbell::dispatch
