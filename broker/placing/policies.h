#pragma once

// What forces and schools have decided about notices, as the store has it now: read once, and again
// when one changes.

#include <map>
#include <memory>

#include "broker/base/mutex.h"
#include "broker/model/policy.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// Threads: safe. A resource.
class Policies {
 public:
  // `store` outlives it. The shipped one, which says nothing, alone until Reload().
  explicit Policies(store::Store& store) : store_(store) {}
  Policies(const Policies&) = delete;
  Policies& operator=(const Policies&) = delete;

  base::Status Reload();
  // By which a force's alerts are made and pushed at a school; either may be empty.
  v1::Policy Of(const base::ForceCode& force, base::Urn urn) const;

 private:
  store::Store& store_;
  mutable base::Mutex mutex_;
  std::map<model::Scope, v1::Policy> own_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::placing
