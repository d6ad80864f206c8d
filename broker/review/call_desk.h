#pragma once

// The call list: schools that a named officer is to telephone, and what came of it. A school that
// never enrolled stands here like any other.

#include <functional>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/placing/policies.h"
#include "broker/placing/readiness.h"
#include "broker/review/review_desk.h"
#include "broker/store/store.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Threads: safe. All that it is given outlives it. Errors: the store's, and as said.
class CallDesk {
 public:
  // Told, once it is durable, of an alert that was acknowledged by telephone. Must not block.
  using Acknowledged = std::function<void(const model::Alert& alert)>;

  CallDesk(store::Store& store, const placing::SchoolCalendar& calendar,
           const placing::Policies& policies, Acknowledged acknowledged)
      : store_(store),
        readiness_(store, calendar),
        policies_(policies),
        acknowledged_(std::move(acknowledged)) {}

  // Of the officer's own force, the earliest deadline first. Names schools, and no child. A school
  // that was not ready for the morning and is now stands there no more. That it was listed is
  // durable before it answers.
  base::Result<v1::ListCallsResponse> List(const Officer& officer,
                                           const v1::ListCallsRequest& request, absl::Time now);
  // What the school has said back, as it was sealed. That it was read is durable before it answers.
  // NotFound: the officer's force has no such alert. DataLoss.
  base::Result<v1::GetRepliesResponse> Replies(const Officer& officer,
                                               const v1::GetRepliesRequest& request,
                                               absl::Time now);
  // Durable when it answers. InvalidArgument with a BadRequest; NotFound, FailedPrecondition: as
  // store::RecordCall.
  base::Result<v1::RecordCallResponse> Record(const Officer& officer,
                                              const v1::RecordCallRequest& request, absl::Time now);

 private:
  base::Result<v1::Call> CallOf(const model::Alert& alert, absl::Time now);
  base::Status AddSchool(const model::Alert& alert, v1::Call& call);

  store::Store& store_;
  const placing::Readiness readiness_;
  const placing::Policies& policies_;
  const Acknowledged acknowledged_;
};

}  // namespace firstbell::review
