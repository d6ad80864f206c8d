#pragma once

// The report of a period as one HTML page: it makes no request at all, so that it can be kept,
// sent and printed, and reads the same in ten years. Its tables stand without a script; the charts
// are drawn by Apache ECharts, which is part of the page. A Content-Security-Policy (CSP Level 3)
// allows those two scripts by their SHA-256 and nothing else. WCAG 2.2 AA.

#include <string>

#include "broker/base/status.h"
#include "clients/audit/report_data.h"

namespace firstbell::audit_client {

// Threads: any. InvalidArgument: an hour that is none, or a last day before the first. Internal:
// the template does not parse.
base::Result<std::string> RenderReport(const ReportData& data);

}  // namespace firstbell::audit_client
