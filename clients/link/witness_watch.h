#pragma once

// Whether anybody but the broker has seen the log that this device is shown. One broker could keep
// two: the log's own key signs both, and each grows rightly. But the witnesses of the policy that
// was pinned at enrolment cosign one of them alone.
//
// Witnesses may be down for days, and the log is shown before they have signed: so they have
// kWitnessedWithin to bear out what was shown, and nothing waits for them.
//
// Pure; any thread.

#include <cstdint>

#include "absl/time/time.h"
#include "broker/audit/checkpoint.h"
#include "broker/audit/trust_policy.h"
#include "clients/link/log_trust.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::link {

inline constexpr absl::Duration kWitnessedWithin = absl::Hours(24 * 7);

// What a welcome shows of the witnesses' word about the tree that it shows.
struct WitnessWord {
  // They cosigned a tree that this one does not continue, or another one of its size: no frame that
  // was lost explains that, both came in one.
  bool contradicts = false;
  std::uint64_t size = 0;  // so far it is borne out
};
// Nothing where the policy asks for nobody, or its quorum is not met by what is shown.
WitnessWord LookAtWitnesses(const audit::TrustPolicy& policy, const v1::Welcome& welcome,
                            const audit::VerifierKey& log_key, const audit::Checkpoint& shown);

// Whether a hello is to ask for their word.
bool Overdue(const Unwitnessed& awaited, absl::Time now);

enum class Waiting { kGoesOn, kAlarmsNow };
// `shown` is the size of a tree that was believed, 0 where none was. Once it alarmed, it goes on
// until they have borne out what was awaited.
Waiting AwaitWitnesses(std::uint64_t shown, std::uint64_t borne_out, bool answers_hello,
                       absl::Time now, Unwitnessed& awaited);

}  // namespace firstbell::link
