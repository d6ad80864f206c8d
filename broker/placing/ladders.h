#pragma once

// The ladders as the store has them now: read once, and again when one changes.

#include <map>
#include <memory>

#include "broker/base/mutex.h"
#include "broker/model/ladder.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// Threads: safe. A resource.
class Ladders {
 public:
  // `store` outlives it. The shipped one alone until Reload().
  explicit Ladders(store::Store& store) : store_(store) {}
  Ladders(const Ladders&) = delete;
  Ladders& operator=(const Ladders&) = delete;

  base::Status Reload();

  struct Chosen {
    std::shared_ptr<const model::Ladder> ladder;
    v1::LadderSource source = v1::LADDER_SOURCE_SHIPPED;
  };
  // By which a force's alerts climb at a school; either may be empty: of any.
  Chosen Of(const base::ForceCode& force, base::Urn urn) const;

 private:
  store::Store& store_;
  mutable base::Mutex mutex_;
  std::map<model::LadderScope, std::shared_ptr<const model::Ladder>> own_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::placing
