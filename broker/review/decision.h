#pragma once

// A decision as an officer asks for it, checked. Pure; any thread.

#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// The outcome that a reason belongs to.
v1::ChildOutcome OutcomeOf(v1::DecisionReason reason);

// InvalidArgument with a BadRequest that names every faulty field: an outcome that is none of the
// three, a reason that does not belong to it, schools where none are told or none where some must
// be, one twice, more than limits::kEstablishmentsPerChild. `details_agree` is for the schools of
// `value`'s candidates alone: of any other the reason says who confirmed it.
base::Result<model::CaseDecision> ParseDecision(const v1::DecideCaseRequest& request,
                                                const model::Case& value,
                                                const base::OfficerId& officer, absl::Time now);

}  // namespace firstbell::review
