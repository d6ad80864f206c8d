#pragma once

// What an officer and a school say to each other on the telephone before either speaks of an alert:
// each reads out its half, and sees the other's. Both know the alert's id and nobody else does.
// Pure; any thread.

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
