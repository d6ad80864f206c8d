#pragma once

// Fills the report of a period from a broker's answers. Threads: one call at a time.

#include <functional>
#include <string>

#include "absl/time/civil_time.h"
#include "broker/base/status.h"
#include "clients/audit/report_data.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

// As many late alerts, the newest, are told with their history.
inline constexpr std::size_t kLateAlertsTold = 100;
// A longer period is told by weeks.
inline constexpr int kDaysToldByDay = 62;

struct ReportRequest {
  absl::CivilDay first, before;  // of acceptance: [first, before)
  std::string force, authority;  // within the scope; empty: all of it
};

// Everything but what is known of the log and of the program itself. Asks some dozen questions of
// the day's budget, and one for each late alert. `progress`: 0 to 1.
base::Status GatherReport(v1::DeliveryLogService::Stub& stub, const ReportRequest& request,
                          const std::function<void(double)>& progress, ReportData& data);

// One event of an alert's history, in words. Pure.
LateEvent EventInWords(const std::string& event_json);

}  // namespace firstbell::audit_client
