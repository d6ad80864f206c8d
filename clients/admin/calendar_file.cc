#include "clients/admin/calendar_file.h"

#include <utility>

#include "adapters/calendar_csv/row.h"
#include "adapters/csv/text.h"

namespace firstbell::admin {
namespace {

using adapters::calendar_csv::CalendarFile;
using adapters::calendar_ics::Ignored;

bool IsPublished(const std::filesystem::path& file) {
  const std::string name = adapters::csv::Lower(file.filename().string());
  return name.ends_with(".ics") || name.ends_with(".ics.gz");
}

base::Result<CalendarsRead> ReadCsv(const ImportOptions& options,
                                    const adapters::RejectSink& reject,
                                    const adapters::ProgressSink& progress) {
  FB_ASSIGN_OR_RETURN(CalendarFile file,
                      adapters::calendar_csv::ReadCalendars(options.file, {reject, progress}));
  if (file.totals.rows == 0) {
    return base::InvalidArgument(
        "the file holds a header and not a single row; nothing was changed");
  }
  return CalendarsRead{std::move(file.calendars), file.totals};
}

base::Result<CalendarsRead> ReadPublished(const ImportOptions& options,
                                          const adapters::RejectSink& reject,
                                          const adapters::ProgressSink& progress) {
  CalendarsRead read{.rows = "events"};
  const auto ignore = [&](const Ignored& one) {
    if (one.says_nothing) {
      ++read.says_nothing;
    } else {
      read.ignored.push_back(one);
    }
  };
  const auto scope = adapters::calendar_csv::ParseScope(options.scope);
  FB_ASSIGN_OR_RETURN(CalendarFile file, adapters::calendar_ics::ReadCalendar(
                                             options.file, scope.value_or(v1::CalendarChange()),
                                             {reject, ignore, progress}));
  if (file.calendars.empty()) {
    return base::InvalidArgument(
        "no event of the file says when there is school; nothing was "
        "changed");
  }
  read.calendars = std::move(file.calendars);
  read.totals = file.totals;
  return read;
}

}  // namespace

base::Status CheckScope(const ImportOptions& options) {
  const bool published = IsPublished(options.file);
  if (!published && options.scope.empty()) return base::OkStatus();
  if (!published) {
    return console::UsageError("--scope goes with an .ics file: a CSV says whose each row is");
  }
  if (adapters::calendar_csv::ParseScope(options.scope)) return base::OkStatus();
  return console::UsageError(
      "an .ics file does not say whose it is. Give --scope: a URN (100000), trust: and a trust's "
      "code (trust:2044), an authority's code (886) or a nation (england)");
}

base::Result<CalendarsRead> ReadCalendars(const ImportOptions& options,
                                          adapters::RejectFile& rejects,
                                          const adapters::ProgressSink& progress) {
  const auto reject = [&](const adapters::Reject& one) { rejects.Add(one); };
  return IsPublished(options.file) ? ReadPublished(options, reject, progress)
                                   : ReadCsv(options, reject, progress);
}

}  // namespace firstbell::admin
