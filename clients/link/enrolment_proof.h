#pragma once

// What the delivery log's events prove of somebody's enrolment (proto/FORMATS.md, "Event"), where a
// tree holds them. Pure; any thread.

#include <optional>

#include "absl/time/time.h"
#include "broker/audit/checkpoint.h"
#include "broker/base/ids.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::link {

// That they were enrolled at this school, with the key of that digest.
bool ProvesEnrolment(const v1::EnrolledPerson& person, base::Urn urn,
                     const audit::Checkpoint& tree);
// When they were removed again, as the log says; nothing where it proves not both.
std::optional<absl::Time> ProvenRemoval(const v1::EnrolledPerson& person, base::Urn urn,
                                        const audit::Checkpoint& tree);

}  // namespace firstbell::link
