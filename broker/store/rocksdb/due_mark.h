#pragma once

// When the first alert is due: until then a look at those that are due reads nothing, however many
// wait. Never later than the truth: what a commit puts is noted before its verbs return, and what a
// look has found counts only where nothing was noted meanwhile. Kept in memory; at first nothing is
// known. Threads: any.

#include <cstdint>

#include "absl/time/time.h"
#include "broker/base/mutex.h"

namespace firstbell::store::rocks {

class DueMark {
 public:
  bool NothingBy(absl::Time now) const;
  // A commit has put a row that is due then; InfiniteFuture: none.
  void Note(absl::Time due);
  // What stands is unclear.
  void Forget();
  // Before the rows are read, and after: the first of all of them, InfiniteFuture where there is
  // none.
  std::uint64_t Begin() const;
  void Learn(std::uint64_t begun, absl::Time first);

 private:
  mutable base::Mutex mutex_;
  absl::Time first_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::uint64_t notes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace firstbell::store::rocks
