#pragma once

// Whether a school's people will hear of an alert in the morning, as far as can be known the
// evening before (PRODUCT, rule 4).

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/model/alert.h"
#include "broker/model/recipient.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::placing {

// What keeps them from it, in order; empty: nothing that is known. `recipients` of its school;
// people who may have a part in the incident are as if they were not there. `linked_since`: the
// window of the school's last school day. `day`: that of the alert's deadline. Pure.
std::vector<v1::Unready> UnreadyOf(const model::Alert& alert,
                                   absl::Span<const model::Recipient> recipients,
                                   absl::Time linked_since, model::Date day, absl::Time now);

// The same of what the store says now. Threads: safe. All that it is given outlives it.
class Readiness {
 public:
  Readiness(store::Store& store, const SchoolCalendar& calendar)
      : store_(store), calendar_(calendar) {}

  base::Result<std::vector<v1::Unready>> Of(const model::Alert& alert, absl::Time now) const;

 private:
  base::Result<absl::Time> LinkedSince(base::Urn urn, absl::Time now) const;

  store::Store& store_;
  const SchoolCalendar& calendar_;
};

}  // namespace firstbell::placing
