#pragma once

// What an officer and a school say to each other on the telephone before either speaks of an alert:
// each reads out its half, and sees the other's. It follows from the alert's id, which the school's
// machines, the force's systems and auditors within their scope know: it tells a wrong number from
// the school and a stranger from the police, and is no secret from those. Pure; any thread.

#include <string>

#include "broker/base/ids.h"

namespace firstbell::model {

// Four digits each.
struct CallCode {
  std::string of_officer, of_school;
};

// SHA-256 over "firstbell/call-code/v1\0" || the id: its first eight bytes, four for each half, as
// a big-endian number modulo 10,000.
CallCode CallCodeOf(const base::AlertId& id);

}  // namespace firstbell::model
