#pragma once

// The ladders by which the country's forces have alerts climb, as the judge knows them.

#include <optional>
#include <vector>

#include "broker/base/ids.h"
#include "firstbell/v1/ladder.pb.h"

namespace firstbell::simulation {

struct RungTruth {
  v1::RungKind kind;
  std::vector<v1::RecipientRole> roles;
  std::optional<int> minutes_before;  // the deadline; nothing: at the window
};
using LadderTruth = std::vector<RungTruth>;

const std::vector<base::ForceCode>& Forces();
// The shipped one, but for the force that has its own.
const LadderTruth& LadderOf(const base::ForceCode& force);
const base::ForceCode& ForceWithOwnLadder();
// It asks every school first whether the child is its pupil.
const base::ForceCode& ForceThatAsksFirst();

}  // namespace firstbell::simulation
