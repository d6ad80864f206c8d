#pragma once

// The report as the template's variables: every number already in words. Pure; any thread.

#include <kainjow/mustache.hpp>
#include <vector>

#include "clients/audit/report_data.h"
#include "clients/audit/report_figures.h"

namespace firstbell::audit_client {

kainjow::mustache::data ReportView(const ReportData& report, const std::vector<Figure>& figures);

}  // namespace firstbell::audit_client
