#include "broker/store/rocksdb/due_mark.h"

#include <algorithm>

namespace firstbell::store::rocks {

bool DueMark::NothingBy(absl::Time now) const {
  base::MutexLock lock(mutex_);
  return now < first_;
}

void DueMark::Note(absl::Time due) {
  if (due == absl::InfiniteFuture()) return;
  base::MutexLock lock(mutex_);
  first_ = std::min(first_, due);
  ++notes_;
}

void DueMark::Forget() {
  Note(absl::InfinitePast());
}

std::uint64_t DueMark::Begin() const {
  base::MutexLock lock(mutex_);
  return notes_;
}

void DueMark::Learn(std::uint64_t begun, absl::Time first) {
  base::MutexLock lock(mutex_);
  if (notes_ == begun) first_ = first;
}

}  // namespace firstbell::store::rocks
