#pragma once

// A school as an officer needs it to telephone.

#include "broker/base/status.h"
#include "broker/model/school.h"
#include "broker/store/store.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// All but the URN empty where the register has none. Errors: the store's.
base::Result<model::School> SchoolOrUnknown(store::Store& store, base::Urn urn);
base::Result<store::SchoolFacts> FactsOrUnknown(store::Store& store, base::Urn urn);
v1::CaseSchool CaseSchoolOf(const model::School& school);

}  // namespace firstbell::review
