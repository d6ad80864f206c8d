#pragma once

// How often an officer may look at cases, and what is unusual in it. Pure; any thread.
//
// The budget is one of looks, repeated ones too: limits::kLooksPerHour and kLooksPerDay, whichever
// case they are at. What is unusual is counted by cases and within an hour: those looked at while
// they wait, since the officer last decided one (limits::kCasesLeftUndecided), and those that were
// decided already (limits::kDecidedCasesSeen); and that a budget is spent. Each alarm is raised
// once an hour.

#include <string_view>
#include <vector>

#include "broker/base/status.h"
#include "broker/model/look.h"

namespace firstbell::review {

struct LookJudgement {
  // ResourceExhausted with the time to wait (model::RetryAfter): it does not take place.
  base::Status may;
  std::vector<model::LookAlarm> alarms;
};

// Adds the look where it may take place, and drops what no longer counts.
LookJudgement JudgeLook(model::OfficerLooks& looks, const model::Look& look);

std::string_view Word(model::LookAlarm alarm);

}  // namespace firstbell::review
