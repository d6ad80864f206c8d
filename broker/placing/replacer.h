#pragma once

// Places again, after rolls have changed, the children whose alerts nobody has seen and those who
// wait for a person: who moves between the incident and the morning is told of at the right school.
// Placer::PlaceAgain says how.

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/placing/placer.h"
#include "broker/sealing/vault.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// Threads: safe. All that it is given outlives it. Errors: the store's, and the vault's. May be
// repeated, and then changes nothing.
class Replacer {
 public:
  // Told, once it is durable, of the alerts that came and those that were taken back, in this
  // order, and of the child's case where its force is to hear of it: of one beside an alert it does
  // not.
  using Changed = std::function<void(const std::vector<model::Alert>& alerts,
                                     const std::optional<model::Case>& value)>;

  Replacer(store::Store& store, Placer& placer, sealing::Vault& vault, Changed changed)
      : store_(store), placer_(placer), vault_(vault), changed_(std::move(changed)) {}

  // The children of one incident; how many changed. An incident that was erased has none.
  base::Result<std::size_t> Incident(const base::IncidentId& id, absl::Time now);
  // Every incident with an alert at this school that nobody has seen, but for those in `done`,
  // which then has them too. Goes on past one that fails, and answers with the first error.
  base::Result<std::size_t> School(base::Urn urn, absl::Time now, std::set<base::IncidentId>& done);
  // The same of every incident with a child who waits for a person.
  base::Result<std::size_t> Desk(absl::Time now, std::set<base::IncidentId>& done);

  // From here on School and Desk leave what they have not begun.
  void Stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  struct Walk;
  void Visit(const base::IncidentId& id, absl::Time now, std::set<base::IncidentId>& done,
             Walk& walk);
  base::Result<bool> Replace(const store::Replacement& change, const Standing& before);

  store::Store& store_;
  Placer& placer_;
  sealing::Vault& vault_;
  const Changed changed_;
  std::atomic<bool> stopped_{false};
};

}  // namespace firstbell::placing
