#pragma once

// When a person is there, as it is typed and shown. Pure.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "firstbell/v1/duty.pb.h"

namespace firstbell::console {

// "mon,tue", in any order; "every": none. InvalidArgument naming `option`.
base::Result<google::protobuf::RepeatedField<int>> ParseWeekdays(std::string_view typed,
                                                                 std::string_view option);
// "every day", "Mon, Tue; away 2026-12-01 to 2026-12-04".
std::string DutyText(const v1::Duty& duty);

}  // namespace firstbell::console
