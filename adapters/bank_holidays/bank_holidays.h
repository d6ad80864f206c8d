#pragma once

// gov.uk's bank-holidays.json. Pure; any thread.

#include <string_view>
#include <vector>

#include "broker/base/status.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::bank_holidays {

// By nation, then in the file's order. InvalidArgument names the division, the event (from 0) and
// the field that is wrong, or the line where it is not JSON.
base::Result<std::vector<v1::BankHoliday>> Parse(std::string_view json);

}  // namespace firstbell::adapters::bank_holidays
