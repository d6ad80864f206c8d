#pragma once

// The stored answer as the force reads it. It never names a school, nor says what was found on any
// roll: every reason that would is REASON_NOT_CONFIDENT. Pure; any thread.

#include "broker/store/store.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::placing {

v1::IncidentAnswer AnswerOf(const store::Incident& incident);

}  // namespace firstbell::placing
