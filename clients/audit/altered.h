#pragma once

// Where a log that does not give its signed head was altered: the first entry that the signed tree
// does not bear out. Threads: one call at a time.

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/audit/merkle.h"
#include "broker/base/status.h"
#include "clients/audit/log_source.h"

namespace firstbell::audit_client {

struct Altered {
  std::string what;     // in words
  bool forked = false;  // the signed tree has not grown from the one that was begun with
};

// `marks`: the trees over the entries as they were read, ascending; the first is the one that was
// begun with. Asks the log to prove that its signed tree has grown from them, and reads the entries
// of the span in between once more. An error: it could not be asked.
base::Result<Altered> FindAltered(LogSource& source, const v1::Checkpoint& signed_head,
                                  absl::Span<const audit::Frontier> marks);

}  // namespace firstbell::audit_client
