#pragma once

// What an officer's reason for a decision means. Pure; any thread.

#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::model {

// The outcome that a reason belongs to. Unspecified: a machine's reasons, which no officer gives.
v1::ChildOutcome OutcomeOf(v1::DecisionReason reason);

}  // namespace firstbell::model
