#pragma once

// How a candidate agrees with what the force reported. Says of each field agree, close, differ or
// unknown, and nothing of the pupil's own. Pure; any thread.

#include "broker/matching/evidence.h"
#include "broker/model/incident.h"
#include "broker/model/pupil.h"
#include "broker/model/school.h"
#include "firstbell/v1/incident.pb.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Two different names that look alike differ: siblings' often do.
v1::Agreement AgreementOf(matching::Level level);

// Of the schools that the officer at the incident was told, the one that agrees best. `school` may
// have no name, where the register has none.
v1::Agreement SchoolAgreement(const v1::Child& reported, const model::School& school);

// Fills in each field of `candidate` but for the school and what is known of it.
void FillAgreements(const model::ChildIdentity& child, const model::Pupil& pupil, model::Date today,
                    v1::CaseCandidate& candidate);

}  // namespace firstbell::review
