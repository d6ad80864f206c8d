#pragma once

// A decision as an officer asks for it, checked. Pure; any thread.

#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// InvalidArgument with a BadRequest that names every faulty field: an outcome that is none of the
// three, a reason that does not belong to it, schools where none are told or none where some must
// be, one twice, more than limits::kEstablishmentsPerChild. Says nothing of the case.
base::Result<model::CaseDecision> ParseDecision(const v1::DecideCaseRequest& request,
                                                const base::OfficerId& officer, absl::Time now);

// `details_agree` is for the schools of candidates that an officer is shown: of any other the
// reason says who confirmed it. InvalidArgument; whoever is told so has learned whose school one is
// not.
base::Status CheckAgainstCandidates(const model::CaseDecision& decision, const model::Case& value);

}  // namespace firstbell::review
