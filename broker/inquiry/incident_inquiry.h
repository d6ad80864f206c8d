#pragma once

// What a force may ask about its own incidents. No answer names a school.

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/store/store.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::inquiry {

// One alert as its force may see it. Pure.
v1::NoticeStatus NoticeOf(const model::Alert& alert, absl::Time now);

// One child that went to review, as its force may see it: neither the school nor the deadline,
// which would tell of a candidate's bell. Pure.
v1::ReviewStatus ReviewOf(const model::Case& value);

// Threads: safe. `store` outlives it. Reads only.
class IncidentInquiry {
 public:
  explicit IncidentInquiry(store::Store& store) : store_(store) {}

  // NotFound: this force never submitted that reference.
  base::Result<v1::IncidentStatus> Get(const base::ForceCode& force,
                                       const base::Reference& reference, absl::Time now);
  // A filtered page may be short and still have a next one: at most limits::kMaxPageSize incidents
  // are looked at in one call. InvalidArgument: a page token that is none.
  // Of the notice that a school quotes, "FB-3F7KQ2MZ". NotFound: the force has none.
  // InvalidArgument: too few characters to tell it from others.
  base::Result<v1::IncidentStatus> OfNotice(const base::ForceCode& force, std::string_view notice,
                                            absl::Time now);
  base::Result<v1::ListIncidentsResponse> List(const base::ForceCode& force,
                                               const v1::ListIncidentsRequest& request,
                                               absl::Time now);

 private:
  base::Result<v1::IncidentStatus> StatusOf(const store::Incident& incident, absl::Time now);

  store::Store& store_;
};

}  // namespace firstbell::inquiry
