#pragma once

// Reads a published calendar in iCalendar (RFC 5545), plain or gzipped; README.md tells what of it
// is understood. Threads: one at a time, for libical.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "adapters/calendar_csv/calendar.h"
#include "adapters/csv/reject.h"
#include "broker/base/status.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::calendar_ics {

// An event of which nothing was taken. Neither its name nor its UID, which may hold an address.
struct Ignored {
  std::uint64_t line = 0;
  std::string reason;        // a phrase that follows "the event"
  bool says_nothing = true;  // of school days: one of the many that are about something else
};

struct Sinks {
  RejectSink reject;
  std::function<void(const Ignored&)> ignored;
  ProgressSink progress;  // may be empty
};

// What the file says of `scope`, as calendar_csv gives it: one calendar, or none where no event
// says anything of school days. Rows are events. With any reject the calendar is marked with it and
// must not be used. Errors: those of ReadEvents; FailedPrecondition, no tzdata.
base::Result<calendar_csv::CalendarFile> ReadCalendar(const std::filesystem::path& path,
                                                      const v1::CalendarChange& scope,
                                                      const Sinks& sinks);

}  // namespace firstbell::adapters::calendar_ics
