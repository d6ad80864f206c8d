#pragma once

// The index of all rolls as placing asks it: who may be a child, how often names stand on the
// rolls, which school a name means.
//
// Threads: safe. The store outlives it. Errors: the store's.

#include <memory>

#include "broker/base/mutex.h"
#include "broker/matching/decide.h"
#include "broker/matching/school_names.h"
#include "broker/model/incident.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// A pupil with where it is found.
store::RollEntry EntryOf(model::Pupil pupil);

class RollIndex {
 public:
  // The rule as shipped, unless another is given.
  explicit RollIndex(store::Store& store, const matching::Rule& rule = {})
      : store_(store), rule_(rule) {}
  RollIndex(const RollIndex&) = delete;
  RollIndex& operator=(const RollIndex&) = delete;

  // By the rule, over the rolls and the register as they are.
  base::Result<matching::Decision> Decide(const matching::Wanted& child, model::Date today);
  base::Result<matching::Decision> Decide(const model::ChildIdentity& child, model::Date today);
  // Which schools may be meant. The urn, where it is one, goes before the name.
  base::Result<matching::SchoolHeard> SchoolOf(std::string_view name, std::string_view town,
                                               base::Urn urn);

  // A roll was imported. Counts what stands on the rolls anew, and keeps it in the store, once they
  // have doubled or halved: shares change slowly, and reading ten million pupils takes a minute.
  // What is counted never decides who is found.
  base::Status RollsChanged();
  // The same once they differ by a twentieth: when an import into a directory at rest is over.
  base::Status CountIfStale();
  // Schools came or changed.
  void SchoolsChanged();

  base::Result<std::shared_ptr<const matching::Frequencies>> Frequencies();
  const matching::Rule& rule() const { return rule_; }

 private:
  base::Status CountWhere(double least_ratio);
  base::Status CountRolls();
  base::Result<std::shared_ptr<const matching::SchoolNames>> Schools();

  store::Store& store_;
  const matching::Rule rule_;
  base::Mutex counting_;  // held by the one that counts
  base::Mutex mutex_;
  std::shared_ptr<const matching::Frequencies> frequencies_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const matching::SchoolNames> schools_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::placing
