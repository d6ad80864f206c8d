#include "clients/link/witness_watch.h"

#include <algorithm>
#include <string>
#include <vector>

#include "broker/audit/proof.h"
#include "clients/link/log_watch.h"

namespace firstbell::link {

// What the log's key did not sign says nothing of the log, whoever cosigned it. Of a tree that is
// larger than what is shown nothing can be proven.
WitnessWord LookAtWitnesses(const audit::TrustPolicy& policy, const v1::Welcome& welcome,
                            const audit::VerifierKey& log_key, const audit::Checkpoint& shown) {
  if (policy.quorum() == "none" || welcome.witnessed().empty()) return {};
  const auto opened = audit::OpenCheckpoint(welcome.witnessed(), {log_key});
  if (!opened.ok() || !policy.CheckWitnesses(*opened).ok()) return {};
  const audit::Checkpoint& cosigned = opened->checkpoint;
  if (cosigned.size > shown.size) return {};
  const std::vector<std::string> proof(welcome.witnessed_consistency().begin(),
                                       welcome.witnessed_consistency().end());
  const bool continued =
      audit::CheckConsistency(cosigned.size, cosigned.root, shown.size, shown.root, proof).ok();
  return continued ? WitnessWord{false, cosigned.size} : WitnessWord{true, 0};
}

bool Overdue(const Unwitnessed& awaited, absl::Time now) {
  return awaited.size > 0 && !awaited.alarmed && now - awaited.since >= kWitnessedWithin;
}

Waiting AwaitWitnesses(std::uint64_t shown, std::uint64_t borne_out, bool answers_hello,
                       absl::Time now, Unwitnessed& awaited) {
  if (borne_out >= awaited.size) {
    awaited = {};
    if (shown > borne_out) awaited = {.size = shown, .since = now};
    return Waiting::kGoesOn;
  }
  awaited.since = std::min(awaited.since, now);  // the clock was set back
  if (!Overdue(awaited, now)) return Waiting::kGoesOn;
  if (answers_hello) ++awaited.answers;
  awaited.alarmed = awaited.answers >= kAnswersBelieved;
  return awaited.alarmed ? Waiting::kAlarmsNow : Waiting::kGoesOn;
}

}  // namespace firstbell::link
