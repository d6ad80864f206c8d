#pragma once

// What the children of one incident say of each other. They live together, mostly: that raises what
// a person is shown at the desk, and never places anybody.

#include <optional>
#include <vector>

#include "broker/base/status.h"
#include "broker/matching/decide.h"
#include "broker/model/incident.h"
#include "broker/placing/roll_index.h"

namespace firstbell::placing {

// One for each child; nothing for one that no school is looked for.
using Decisions = std::vector<std::optional<matching::Decision>>;

// Two children are not one pupil: perhaps one of twins is on no roll. Both go to a person, but for
// a child that was merely named twice. Pure.
void AskWhoIsWho(const std::vector<model::ChildIdentity>& children, Decisions& decisions);

// Of a child that goes to a person, the candidates: whoever was placed as another of the children
// comes last, and as far as there is room those follow who are found at a placed sibling's home.
// Errors: the store's.
base::Status ShareHomes(const std::vector<model::ChildIdentity>& children, RollIndex& index,
                        model::Date today, Decisions& decisions);

}  // namespace firstbell::placing
