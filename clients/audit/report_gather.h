#pragma once

// Fills the report of a period from a broker's answers. Threads: one call at a time.

#include <functional>
#include <string>

#include "absl/time/civil_time.h"
#include "broker/base/status.h"
#include "clients/audit/answer.h"
#include "clients/audit/report_data.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

// As many late alerts, the newest, are told with their history; of more it is said that there are.
inline constexpr std::size_t kLateAlertsTold = 100;
// A list that goes on longer, perhaps of empty pages, is no list.
inline constexpr int kMostLatePages = 10'000;
// A longer period is told by weeks.
inline constexpr int kDaysToldByDay = 62;

struct ReportRequest {
  absl::CivilDay first, before;  // of acceptance: [first, before)
  std::string force, authority;  // within the scope; empty: all of it
};

// Everything but what is known of the log and of the program itself. Asks some dozen questions of
// the day's budget, and one for each late alert. `checker`: each answer has to rest on the log;
// null: it is known that the log does not fit, and nothing more is checked. `progress`: 0 to 1.
// AnswerChecker's errors: nothing is to be made of `data`.
base::Status GatherReport(v1::DeliveryLogService::Stub& stub, AnswerChecker* checker,
                          const ReportRequest& request, const std::function<void(double)>& progress,
                          ReportData& data);

// One event of an alert's history, in words. Pure.
LateEvent EventInWords(const std::string& event_json);

}  // namespace firstbell::audit_client
