#pragma once

// What was refused, in the machine's log: whose process it was and why, never what was sent. The
// first of a kind at once, and what follows it as a number once a minute, so that nobody who asks
// in vain fills the log, or hides in it what others do. Time is an argument (since boot). Threads:
// safe.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "broker/base/mutex.h"

namespace firstbell::school::web {

inline constexpr absl::Duration kRefusalsEvery = absl::Minutes(1);

class RefusalLog {
 public:
  // `why`: one of the few reasons that there are. None: it is not known whose process it was.
  void Note(std::optional<uid_t> user, const std::string& why, absl::Duration now);
  // Says how many there were since, where it is time. To be called from time to time.
  void Flush(absl::Duration now);

 private:
  struct Noted {
    absl::Duration said;
    std::uint64_t since = 0;
  };
  base::Mutex mutex_;
  std::map<std::pair<std::optional<uid_t>, std::string>, Noted> noted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::school::web
