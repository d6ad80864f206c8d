#pragma once

// Reads a CSV of school days, plain or gzipped; README.md tells the columns. Threads: any, one call
// a file.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/reject.h"
#include "broker/base/status.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::calendar_csv {

// All that a file says of one scope.
struct Calendar {
  v1::CalendarChange change;
  std::uint64_t line = 0;  // where its scope first stands
  std::uint64_t rejected =
      0;  // rows; with any, it must not be used: a list that lacks one is another
  // Lines by what stands there: "year.terms[1]".
  std::map<std::string, std::uint64_t, std::less<>> lines;

  // Of a path in `change`, or of the nearest that stands there.
  std::uint64_t LineOf(std::string_view path) const;
};

struct Sinks {
  RejectSink reject;
  ProgressSink progress;  // may be empty
};

struct CalendarFile {
  std::vector<Calendar> calendars;  // in the file's order, each scope once
  Totals totals;
};

// Gives each faulty field to `sinks.reject`. NotFound: no such file. InvalidArgument: a column is
// missing, unknown or stands twice. DataLoss: cut off or damaged.
base::Result<CalendarFile> ReadCalendars(const std::filesystem::path& path, const Sinks& sinks);

}  // namespace firstbell::adapters::calendar_csv
