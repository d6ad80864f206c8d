#pragma once

// Reads a roll CSV, plain or gzipped; README.md tells the columns. Threads: any, one call a file.

#include <cstdint>
#include <filesystem>
#include <functional>

#include "adapters/csv/reject.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::roll_csv {

struct RollRow {
  std::uint64_t line = 0;
  base::Urn urn;
  v1::Pupil pupil;
};

struct Sinks {
  // Takes one pupil; an error of it ends the reading and is returned.
  std::function<base::Status(RollRow)> pupil;
  RejectSink reject;
  ProgressSink progress;  // may be empty
};

// Gives every good row to `sinks.pupil`, and each faulty field of the others to `sinks.reject`.
// NotFound: no such file. InvalidArgument: a column is missing, unknown or stands twice. DataLoss:
// cut off or damaged; what was given so far must not be used.
base::Result<Totals> ReadRoll(const std::filesystem::path& path, const Sinks& sinks);

}  // namespace firstbell::adapters::roll_csv
