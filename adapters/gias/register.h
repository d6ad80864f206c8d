#pragma once

// Reads a register of schools, plain or gzipped; see README.md for the two files. Threads: any, one
// call a file.

#include <filesystem>
#include <functional>

#include "absl/time/civil_time.h"
#include "adapters/csv/reject.h"
#include "broker/base/status.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::gias {

struct Sinks {
  // Takes one school; an error of it ends the reading and is returned.
  std::function<base::Status(v1::School)> school;
  RejectSink reject;
  ProgressSink progress;  // may be empty
};

struct RegisterTotals : Totals {
  // The file of all schools has no columns for type, phase, authority and telephone: what is empty
  // is not known to it.
  bool empty_is_unknown = false;
  // The file has the column of trusts, which the one of state-funded schools has not.
  bool trusts_known = false;
};

// Gives every good row to `sinks.school`, every bad one to `sinks.reject`. `today` judges opening
// and closing dates. NotFound: no such file. InvalidArgument: neither of the two files. DataLoss:
// cut off or damaged; what was given so far must not be used.
base::Result<RegisterTotals> ReadRegister(const std::filesystem::path& path, absl::CivilDay today,
                                          const Sinks& sinks);

}  // namespace firstbell::adapters::gias
