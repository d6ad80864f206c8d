#pragma once

// What one school is told of one child: the incident cut down to it, with the defaults that
// protect. Pure; any thread.

#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/model/incident.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::dispatch {

// The child of `alert` alone, and nothing that says there was another: no child_ref, and parties
// under references counted within this alert. Nor how the child was placed. Its current address is
// never sent (it may be a refuge), only that it differs; a place that may be that address neither.
// Parties are those the child has a relationship to, or all where none is given. What the force's
// own texts say is sent as written. DataLoss: the incident has no such child.
base::Result<v1::AlertContent> Compose(const model::Incident& incident, const model::Alert& alert);

}  // namespace firstbell::dispatch
