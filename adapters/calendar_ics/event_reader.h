#pragma once

// The events of an iCalendar file (RFC 5545, section 3), plain or gzipped, as content lines. Of an
// event those that tell what and when and have a value; the rest, and what is no event, is passed
// over. Threads: any, one call a file.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/csv/reject.h"
#include "broker/base/status.h"

namespace firstbell::adapters::calendar_ics {

// Unfolded, without its line break; UTF-8 without control characters.
struct ContentLine {
  std::uint64_t line = 0;  // of the file, where it begins
  std::string name;        // "DTSTART"
  std::string text;        // all of it, its name too
};

struct RawEvent {
  std::uint64_t line = 0;
  std::vector<ContentLine> lines;
};

// NotFound: no such file. InvalidArgument names the line: no iCalendar, another version, BEGIN and
// END that do not match, a text that is not UTF-8, a cancellation. ResourceExhausted: more than
// limits::kCalendarFileBytes or kCalendarEvents. DataLoss: a damaged gzip.
base::Result<std::vector<RawEvent>> ReadEvents(const std::filesystem::path& path,
                                               const ProgressSink& progress);

}  // namespace firstbell::adapters::calendar_ics
