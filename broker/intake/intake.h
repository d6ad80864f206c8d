#pragma once

// Takes on an incident: parse → place → vault → one durable step → answer.

#include <set>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/placing/placer.h"
#include "broker/sealing/vault.h"
#include "broker/store/store.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::intake {

// Told of schools that have something new to be pushed, after it is durable. Must not block.
class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual void AlertsAccepted(const std::set<base::Urn>& urns) = 0;
};

// Threads: safe. All that it is given outlives it.
class Intake {
 public:
  Intake(store::Store& store, placing::Placer& placer, const placing::SchoolCalendar& calendar,
         sealing::Vault& vault, AlertSink& sink)
      : store_(store), placer_(placer), calendar_(calendar), vault_(vault), sink_(sink) {}

  // The answer when everything is durable. Idempotent on (force, reference): the same content again
  // gets the stored first answer and writes nothing. Errors: InvalidArgument with a BadRequest;
  // AlreadyExists, other content under that reference; Unimplemented, a revision above 1; the
  // store's.
  base::Result<v1::IncidentAnswer> Submit(const base::ForceCode& force, v1::Incident wire,
                                          absl::Time now);

 private:
  // The stored incident of that reference; nothing where there is none.
  base::Result<std::optional<store::Incident>> Earlier(const base::ForceCode& force,
                                                       const model::Incident& incident);
  base::Result<store::NewIncident> Prepare(const base::ForceCode& force,
                                           const model::Incident& incident, absl::Time now);

  store::Store& store_;
  placing::Placer& placer_;
  const placing::SchoolCalendar& calendar_;
  sealing::Vault& vault_;
  AlertSink& sink_;
};

}  // namespace firstbell::intake
