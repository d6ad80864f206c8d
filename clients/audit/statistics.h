#pragma once

// Statistics as an auditor reads them. Pure; any thread.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

// A UsageError where it is no group.
base::Result<v1::StatisticsGroup> GroupOf(std::string_view word);

// "c" where it was kept back, "-" where the question does not count it.
std::string Shown(const v1::StatisticsRow& row, const std::string& word);

// A table of the rows and their total, then the times of each step, the reasons, and what it rests
// on.
std::string Describe(const v1::GetStatisticsResponse& response);

}  // namespace firstbell::audit_client
