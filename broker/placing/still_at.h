#pragma once

// Where a child whom no machine places any more may still be. Pure; any thread.

#include <set>
#include <vector>

#include "broker/matching/decide.h"
#include "broker/model/alert.h"

namespace firstbell::placing {

// Schools on whose roll somebody still may be the child: with its UPN, or like it in name and birth
// date as whom a machine places is, and not merely of its name or household. Who was not compared
// is not gone: then also those of `alerts`.
std::set<base::Urn> MayStillBeAt(const matching::Decision& decision,
                                 const std::vector<model::Alert>& alerts,
                                 const matching::Thresholds& thresholds);

}  // namespace firstbell::placing
