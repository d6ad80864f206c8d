#pragma once

// Which checkpoint witnesses are to sign, and which one is published. One waits for all of them
// while the log grows; what is published never goes back, whatever witnesses do.
//
//   no witnesses are named      the newest is published
//   they are, but no quorum     the last that has waited, with the signatures that it got
//   a quorum is asked for       the newest that reached it; until one does, the one that waits, for
//                               what reaches it first is that one or a later one
//
// Pure, apart from what it keeps. Threads: one at a time.

#include <optional>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "broker/audit/checkpoint.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/status.h"

namespace firstbell::inquiry {

// A checkpoint, and the policy's names of those who signed it, whose signatures were checked.
struct Witnessed {
  audit::SignedCheckpoint checkpoint;
  std::set<std::string> witnesses;

  std::uint64_t size() const { return checkpoint.checkpoint.size; }
  friend bool operator==(const Witnessed&, const Witnessed&) = default;
};

// Whether the policy asks for a quorum.
bool QuorumAsked(const audit::TrustPolicy& policy);
// As many as it asks for have signed; where it asks for no quorum, all.
bool Enough(const audit::TrustPolicy& policy, const std::set<std::string>& witnesses);

class Publication {
 public:
  // `newest` is no smaller than any that was signed before; `kept` is the last that reached a
  // quorum, of whatever policy. Where this one does not publish `kept`, it is to be forgotten for
  // good before anything else is published: an earlier policy, come back, would go back to it.
  Publication(const audit::TrustPolicy& policy, const audit::SignedCheckpoint& newest,
              const std::optional<audit::SignedCheckpoint>& kept, absl::Time now);

  // Once a turn: this is the newest.
  void Take(const audit::SignedCheckpoint& newest, absl::Time now);

  // The waiting or the published one, of that size. NotFound: neither is.
  base::Result<Witnessed> Find(std::uint64_t size) const;
  // One that Find gave, signed by more. Published at once where that is enough.
  void Put(const Witnessed& witnessed);

  const Witnessed& waiting() const { return waiting_; }
  const Witnessed& published() const { return published_; }

 private:
  bool HasWaited(absl::Time now) const;

  const audit::TrustPolicy policy_;
  Witnessed waiting_, published_;
  absl::Time waits_since_;
};

}  // namespace firstbell::inquiry
