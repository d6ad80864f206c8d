#pragma once

// A file of school days for calendar import: a CSV that says whose they are, or a published
// calendar (.ics) for one scope that is given beside it.

#include <string>
#include <vector>

#include "adapters/calendar_csv/calendar.h"
#include "adapters/calendar_ics/calendar.h"
#include "clients/admin/import_report.h"

namespace firstbell::admin {

struct CalendarsRead {
  std::vector<adapters::calendar_csv::Calendar> calendars;
  adapters::Totals totals;
  std::string_view rows = "rows";  // what they are called: events of a published calendar
  // Of a published calendar: events that say nothing of school days, and those that are named.
  std::uint64_t says_nothing = 0;
  std::vector<adapters::calendar_ics::Ignored> ignored;
};

// Told by its name: ends with .ics or .ics.gz, in any letter case. A UsageError: --scope is missing
// there, is none, or stands beside a CSV.
base::Status CheckScope(const ImportOptions& options);
// InvalidArgument also where nothing stands in it. Otherwise as the adapters.
base::Result<CalendarsRead> ReadCalendars(const ImportOptions& options,
                                          adapters::RejectFile& rejects,
                                          const adapters::ProgressSink& progress);

}  // namespace firstbell::admin
