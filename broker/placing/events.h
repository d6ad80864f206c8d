#pragma once

// What the log says of alerts that have come to be or were taken back, and of cases: by machine, by
// hand, or when a child is placed again. Pure; any thread.

#include <string>
#include <string_view>

#include "broker/model/alert.h"
#include "broker/model/event.h"

namespace firstbell::placing {

// By which rules an alert's times and parts were made: so that whoever asks later can make them
// again.
struct Rules {
  std::string tzdata;           // edition of the time zone database
  std::string calendar_sha256;  // of what its school, and all beside schools, say of their days
  std::string policy_sha256;    // of its force's and its school's policy
};
model::Event AcceptedEvent(const model::Alert& alert, const Rules& rules);
// `why`: a word of the log.
model::Event RedirectedEvent(const model::Alert& alert, std::string_view why, absl::Time now);
model::Event RevisedEvent(const model::Alert& alert);
// `why`: a word of the log.
model::Event WithdrawnEvent(const model::Alert& alert, std::string_view why);
model::Event BreachEvent(const model::Alert& alert, absl::Time at);
// `child`: its place in the incident, for its child_ref is a force's free text.
model::Event CaseOpenedEvent(const model::Case& value, std::size_t child, absl::Time now);
model::Event CaseDecidedEvent(const base::IncidentId& incident, const base::ForceCode& force,
                              std::size_t child, const model::CaseDecision& decision);

}  // namespace firstbell::placing
