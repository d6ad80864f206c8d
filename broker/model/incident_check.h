#pragma once

// The checks of an incident from outside, field by field. Of use to Incident::Parse alone.

#include "absl/time/time.h"
#include "broker/model/violations.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::model {

// Adds every fault of `incident`, its paths beginning with "incident.". Trims texts on the way.
// `now` bounds what lies in the future. Work is bounded: children and parties above their limit are
// counted, not read. Pure; any thread.
void CheckIncident(v1::Incident& incident, absl::Time now, Violations& violations);

}  // namespace firstbell::model
