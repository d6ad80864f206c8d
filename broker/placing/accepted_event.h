#pragma once

// What the log says of an alert that has come to be, by machine or by hand. Pure; any thread.

#include "broker/model/alert.h"
#include "broker/model/event.h"

namespace firstbell::placing {

model::Event AcceptedEvent(const model::Alert& alert);

}  // namespace firstbell::placing
