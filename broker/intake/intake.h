#pragma once

// Takes on an incident, corrects or withdraws it: parse → place → vault → one durable step →
// answer.

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
  // By a later revision of their incident: alerts that came, changed or were withdrawn, as they
  // stand now; and the cases of children without a notice.
  virtual void IncidentRevised(const std::vector<model::Alert>& alerts,
                               const std::vector<model::Case>& cases) = 0;
};

// Threads: safe. All that it is given outlives it.
class Intake {
 public:
  Intake(store::Store& store, placing::Placer& placer, const placing::SchoolCalendar& calendar,
         sealing::Vault& vault, AlertSink& sink)
      : store_(store), placer_(placer), calendar_(calendar), vault_(vault), sink_(sink) {}

  // The answer when everything is durable. Idempotent on (force, reference, revision): the same
  // content again gets the answer that it had and writes nothing. A revision higher than the one
  // that stands corrects it; one that was never seen is taken on, whatever its number. Errors:
  // InvalidArgument with a BadRequest; AlreadyExists, other content under that reference and
  // revision; FailedPrecondition, a higher revision stands; the store's.
  base::Result<v1::IncidentAnswer> Submit(const base::ForceCode& force, v1::Incident wire,
                                          absl::Time now);
  // Idempotent: children that are withdrawn already get the answer that stands, and nothing is
  // written. Errors: InvalidArgument with a BadRequest; NotFound, no such reference or child;
  // FailedPrecondition, another revision stands than the one before `revision`, or the content was
  // erased and some children are to stay; the store's.
  base::Result<v1::IncidentAnswer> Withdraw(const base::ForceCode& force,
                                            const v1::WithdrawIncidentRequest& request,
                                            absl::Time now);

 private:
  struct Stood {
    store::Incident incident;
    placing::Standing standing;
    placing::Origin origin;
  };

  // The stored incident of that reference; nothing where there is none.
  base::Result<std::optional<store::Incident>> Find(const base::ForceCode& force,
                                                    const base::Reference& reference);
  base::Result<v1::IncidentAnswer> TakeOn(const base::ForceCode& force,
                                          const model::Incident& incident, absl::Time now);
  base::Result<v1::IncidentAnswer> Accept(const base::ForceCode& force,
                                          const model::Incident& incident, absl::Time now);
  // The answer of that very revision, which stands or stood.
  base::Result<v1::IncidentAnswer> Again(const store::Incident& newest,
                                         const model::Incident& incident);
  base::Result<store::NewIncident> Prepare(const base::ForceCode& force,
                                           const model::Incident& incident, absl::Time now);
  base::Result<Stood> ReadStood(store::Incident incident, absl::Time now);
  // Its content; nothing where it was erased.
  base::Result<std::optional<model::Incident>> ContentOf(const store::Incident& incident);
  // Until nothing changes between reading and writing.
  base::Result<v1::IncidentAnswer> Correct(const base::IncidentId& id,
                                           const model::Incident& incident, absl::Time now);
  base::Result<v1::IncidentAnswer> WithdrawAll(const Stood& stood,
                                               const v1::WithdrawIncidentRequest& request,
                                               absl::Time now);
  base::Result<v1::IncidentAnswer> Revise(store::NewRevision revision);

  store::Store& store_;
  placing::Placer& placer_;
  const placing::SchoolCalendar& calendar_;
  sealing::Vault& vault_;
  AlertSink& sink_;
};

}  // namespace firstbell::intake
