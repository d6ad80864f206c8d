#pragma once

// Answers to "is this your pupil?" that were given without looking: within three seconds of opening
// what is asked, or one after the other. They count all the same; whoever reads the log, and the
// force's desk, is told.

#include <deque>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "broker/model/receipt.h"

namespace firstbell::dispatch {

// By the signer's own clock, which signed both. `receipts`: the alert's. Pure.
bool Hasty(const model::Receipt& answer, const std::vector<model::Receipt>& receipts);

// Who answers how often, since the start. Threads: safe.
class HastyAnswers {
 public:
  // Whether with this one the signer has answered limits::kAnswersInARow within
  // limits::kAnswersWithin. Said once; counting then begins anew.
  bool Bulk(const base::RecipientId& signer, absl::Time now);

 private:
  base::Mutex mutex_;
  std::map<base::RecipientId, std::deque<absl::Time>> lately_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::dispatch
