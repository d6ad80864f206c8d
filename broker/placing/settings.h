#pragma once

// Of a child that is on several rolls: who is told where it is a guest, as its force's rule says.
// Pure; any thread.

#include "broker/matching/decide.h"
#include "firstbell/v1/policy.pb.h"

namespace firstbell::placing {

// Takes the guests out of a placed decision: each becomes a registration, which is told; a
// candidate, about which a person is asked; or nothing. A guest's school that came later than
// limits::kClaimsTogether after the first claim is a claim like any other, so that no school can
// make itself a guest's: where guests are told, a person is asked of it.
void BySettings(v1::SettingsRule rule, matching::Decision& decision);

}  // namespace firstbell::placing
