#pragma once

// What in an incident may tell a school more than it should: another child's name in a text that is
// written for one. Pure; any thread.

#include "broker/model/incident.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::intake {

// One for each text of a child in which the given or preferred name of another stands as a word of
// its own. A name that both have is none.
void AddWarnings(const model::Incident& incident, v1::IncidentAnswer& answer);

}  // namespace firstbell::intake
