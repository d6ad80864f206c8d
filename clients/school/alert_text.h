#pragma once

// An opened alert as a person reads it, and as a program does. Handling instructions and who may
// collect the child come first, in plain words; the voice of the child is set apart; then the
// account. Pure.

#include <string>

#include "absl/time/time.h"
#include "clients/console/local_time.h"
#include "clients/school/local_store.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::school {

// `content` with protective defaults filled in (inbox.h).
std::string AlertText(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now,
                      const console::LocalTime& london);
// One line: the alert's facts as in the list, and "content" as proto3 JSON.
std::string AlertJson(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now);

}  // namespace firstbell::school
