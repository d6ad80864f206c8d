#pragma once

// What one school is told of one child: the incident cut down to it, with the defaults that
// protect. Pure; any thread.

#include <string>
#include <vector>

#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/model/incident.h"
#include "broker/model/policy.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::placing {

// The child of `alert` alone, and nothing that says there was another: no child_ref, and parties
// under references counted within this alert. Nor how the child was placed. Its current address is
// never sent (it may be a refuge), only that it differs; a place that may be that address neither.
// Parties are those the child has a relationship to, or all where none is given. What the force's
// own texts say is sent as written. Where the school is asked first (model::PartOf): who the child
// is, and nothing else. Of the rest, what the force's `policy` does not withhold. The reference is
// the alert's own, which the force finds it by. DataLoss: the incident has no such child.
base::Result<v1::AlertContent> Compose(const model::Incident& incident, const model::Alert& alert,
                                       const v1::Policy& policy);

// The fields of what a school reads that differ, as AlertContent::changed names them; in order.
std::vector<std::string> ChangedFields(const v1::AlertContent& before,
                                       const v1::AlertContent& after);

}  // namespace firstbell::placing
