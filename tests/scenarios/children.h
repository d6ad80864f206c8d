#pragma once

// The children of a report, in a story's words:
// `Mia Sandwell born 2017-05-04 postcode LS1 4AP, who "heard it" and about Noah …`. Pure.

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "firstbell/v1/incident.pb.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::scenarios {

// A child or a pupil as a story names one. The last word of the name is the family's.
struct Named {
  std::string name;
  std::string born;
  std::string postcode;
  std::string upn;
  bool is_protected = false;
  std::string account = {};
  bool home_educated = false;
  std::string adult = {};  // in the incident

  std::string given() const;
  std::string family() const;
};

// InvalidArgument with what cannot be read.
base::Result<std::vector<Named>> ReadChildren(const std::string& text);

// Children are C1, C2 … in order.
v1::Incident IncidentOf(const std::string& reference, const std::vector<Named>& children,
                        absl::Time happened);
v1::Pupil PupilOf(const Named& named, const std::string& local_id, const std::string& registration);

}  // namespace firstbell::scenarios
