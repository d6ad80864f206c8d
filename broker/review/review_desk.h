#pragma once

// The review desk: a named officer lists the cases of their force, looks at one, decides it.

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/incident.h"
#include "broker/placing/placer.h"
#include "broker/sealing/vault.h"
#include "broker/store/store.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Who asks, as the certificate says.
struct Officer {
  base::ForceCode force;
  base::OfficerId id;
};

struct DecidedCase {
  model::Case value;
  std::vector<model::Alert> alerts;  // that it made
  std::vector<base::AlertId> ended;  // that it took back
  bool beside_a_notice = false;      // its child had one: of the case its force learns nothing
};

// Told of a decision once it is durable. Must not block.
class DecisionSink {
 public:
  virtual ~DecisionSink() = default;
  virtual void CaseDecided(const DecidedCase& decided) = 0;
};

// Threads: safe. All that it is given outlives it. NotFound, of any call: the officer's own force
// has no such case; another's reads the same.
class ReviewDesk {
 public:
  ReviewDesk(store::Store& store, placing::Placer& placer, const placing::SchoolCalendar& calendar,
             sealing::Vault& vault, DecisionSink& sink)
      : store_(store), placer_(placer), calendar_(calendar), vault_(vault), sink_(sink) {}

  // Names no child and no school. That it was listed is durable before it answers. A deadline is
  // said as the calendar has it now, where that is earlier; the order is by the one first set.
  base::Result<v1::ListCasesResponse> List(const Officer& officer,
                                           const v1::ListCasesRequest& request, absl::Time now);
  // The look is durable before it answers. ResourceExhausted with the time to wait: the officer's
  // budget (looking.h), which is counted from the looks in the store.
  base::Result<v1::GetCaseResponse> Look(const Officer& officer, const v1::GetCaseRequest& request,
                                         absl::Time now);
  // Everything is durable when it answers. The same decision by the same officer again gets the
  // same answer and writes nothing. InvalidArgument with a BadRequest; AlreadyExists, decided
  // otherwise or by another; FailedPrecondition, a school is not open or not in the register, or
  // what the force reported was erased. A refusal because a school is no candidate's is a look.
  base::Result<v1::DecideCaseResponse> Decide(const Officer& officer,
                                              const v1::DecideCaseRequest& request, absl::Time now);

 private:
  struct Found {
    store::Incident incident;
    model::Case value;
    std::uint32_t child = 0;  // its place in the incident
  };

  base::Result<Found> Find(const Officer& officer, const std::string& reference,
                           const std::string& child_ref);
  base::Status RecordLook(const Officer& officer, const Found& found, absl::Time now);
  base::Status AddRefusals(const Found& found, v1::GetCaseResponse& response);
  base::Result<v1::CaseSummary> Summary(const store::Incident& incident, const model::Case& value,
                                        absl::Time now);
  // Of the child, those that were not taken back.
  base::Result<std::vector<model::Alert>> LivingAlerts(const Found& found);
  base::Result<v1::CaseCandidate> CandidateOf(const model::Case::Candidate& candidate,
                                              const v1::Child* reported,
                                              const model::ChildIdentity* child, absl::Time now);
  base::Result<std::vector<model::Alert>> AlertsFor(const Found& found,
                                                    const model::CaseDecision& decision,
                                                    const std::vector<model::Alert>& living,
                                                    absl::Time now);
  base::Result<v1::DecideCaseResponse> AnswerOf(const store::Incident& incident,
                                                const model::Case& value, absl::Time now);

  store::Store& store_;
  placing::Placer& placer_;
  const placing::SchoolCalendar& calendar_;
  sealing::Vault& vault_;
  DecisionSink& sink_;
};

}  // namespace firstbell::review
