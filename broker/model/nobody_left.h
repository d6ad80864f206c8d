#pragma once

// An alert of which everybody who is enrolled at its school may be one of the adults in the
// incident, so that nobody there may be told. Pure; any thread.

#include "absl/types/span.h"
#include "broker/model/alert.h"
#include "broker/model/policy.h"
#include "broker/model/recipient.h"
#include "broker/model/school.h"

namespace firstbell::model {

// `recipients`: the school's, devices and revoked ones among them.
// Somebody in force there who is none of those adults.
bool SomebodyLeft(const Alert& alert, absl::Span<const Recipient> recipients);
// People are enrolled there, and none is left. A school where nobody is enrolled has nobody to
// leave out.
bool NobodyLeft(const Alert& alert, absl::Span<const Recipient> recipients);

// Whom an officer asks for then, by their force's policy and by what there is of that school.
v1::NobodyLeft WhomToAskFor(v1::NobodyLeft policy, const School& school);
// The school's own local authority among schools; nothing: the register names none.
std::optional<base::Urn> AuthorityOf(const School& school);

}  // namespace firstbell::model
