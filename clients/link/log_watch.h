#pragma once

// Holds what the broker says against its delivery log, which others see too: that the log only ever
// grows, that others do see it (witness_watch.h), that whoever alerts can be sealed to stands in
// it, and that a sealing is to nobody else. What is wrong is found, and said; nothing is withheld
// because of it: no child is to vanish.
//
// Frames may be lost, and overtaken. What an honest broker may seem to say then is believed only
// once it has answered so to kAnswersBelieved hellos in a row.
//
// Pure; any thread. The event of an enrolment: proto/FORMATS.md, "Event".

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"
#include "clients/link/log_trust.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::link {

// The log is signed twice a second. Where somebody is not in it after so long, the broker is asked.
inline constexpr absl::Duration kAwaitLog = absl::Minutes(10);
inline constexpr std::uint32_t kAnswersBelieved = 3;
// People remembered, with those who left lately. Beyond it nobody who is unknown is waited for.
inline constexpr std::size_t kPeopleWatched = limits::kPeopleAsked;
// What was sealed to somebody before they were removed may come so long afterwards: what waits over
// the longest holiday has expired by then (limits::kSealingLife after its deadline).
inline constexpr absl::Duration kRemovedLately = absl::Hours(24 * 60);

enum class Alarm {
  kLogForked,    // not the log it was: signed by no known key, shorter, or with another past
  kStranger,     // alerts can be sealed, or are, to somebody who is not enrolled as the log says
  kUnwitnessed,  // nobody else has borne out for long what is shown of it
};

struct Finding {
  Alarm alarm = Alarm::kLogForked;
  base::RecipientId who = {};  // a stranger, where they have an id
  std::string why = {};        // for the device's log: no name stands in it
  friend bool operator==(const Finding&, const Finding&) = default;
};

// What is to be remembered from now on, and what is wrong; of each, once.
struct Judged {
  LogTrust trust;
  std::vector<Finding> findings;
};

// Whether this welcome answers a hello that carried the remembered checkpoint.
enum class Occasion { kAnswer, kNews };

// A broker that has never shown this device its log, where no key of one was pinned either, is
// older than it: nothing is found then, and nobody proven. `witnesses`: the policy that was
// pinned at enrolment.
Judged JudgeWelcome(const LogTrust& before, base::Urn urn, const v1::Welcome& welcome,
                    Occasion occasion, absl::Time now,
                    const audit::TrustPolicy& witnesses = audit::TrustPolicy::None());

// A sealing that is new here, its header verified; `key_ids` are sealing::RecipientKeyIds. Whenever
// it comes, and whatever it says of its times: those are the broker's own. Of somebody who is not
// known here the broker is asked.
Judged JudgeSealing(const LogTrust& before, const v1::EnvelopeHeader& header,
                    absl::Span<const std::string> key_ids, absl::Time now);

// Whether something is open that the answer to another hello may settle.
bool MustAsk(const LogTrust& trust, absl::Time now);
// About whom it is to ask: at most kPeopleWatched.
std::vector<base::RecipientId> AskedAbout(const LogTrust& trust, absl::Time now);

}  // namespace firstbell::link
