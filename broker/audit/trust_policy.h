#pragma once

// Whose word about a log is enough (C2SP tlog-policy): which logs' keys are known, and which
// witnesses, in which number, have to have cosigned. A file that people write. Values; any thread.
//
//   log rome.example+1234abcd+AQ… https://rome.example/log
//   witness north northern.example+…
//   witness south southern.example+…
//   group both all north south
//   quorum both

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/audit/checkpoint.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr std::size_t kMostPolicyBytes = 256 * 1024;
inline constexpr std::size_t kMostPolicyLogs = 64;
inline constexpr std::size_t kMostPolicyWitnesses = 64;
inline constexpr std::size_t kMostPolicyGroups = 64;

struct PolicyLog {
  VerifierKey key;
  std::string url;  // empty: not given
  friend bool operator==(const PolicyLog&, const PolicyLog&) = default;
};
struct PolicyWitness {
  std::string name;  // within the policy alone; its key has another
  VerifierKey key;
  std::string url;  // empty: not given
  friend bool operator==(const PolicyWitness&, const PolicyWitness&) = default;
};
// Witnesses where at least `threshold` of its members do: witnesses, or groups before it.
struct PolicyGroup {
  std::string name;
  std::size_t threshold = 1;
  std::vector<std::string> members;
  friend bool operator==(const PolicyGroup&, const PolicyGroup&) = default;
};

class TrustPolicy {
 public:
  // InvalidArgument: not a policy; begins with the number of the line that is at fault, unless it
  // is one that is missing.
  static base::Result<TrustPolicy> Parse(std::string_view text);
  // Names no log and asks for no witness: trusts whatever it is shown.
  static TrustPolicy None() { return TrustPolicy(); }

  const std::vector<PolicyLog>& logs() const { return logs_; }
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }
  const std::vector<PolicyGroup>& groups() const { return groups_; }
  const std::string& quorum() const { return quorum_; }  // "none", or of a witness or group

  // Names of its witnesses who have rightly signed.
  std::set<std::string> WitnessesOf(const SignedCheckpoint& checkpoint) const;
  // Whether these witnesses are enough. Names of others, and of groups, count for nothing.
  bool QuorumMet(const std::set<std::string>& witnesses) const;

  // OK where a listed log signed (where none is listed, that is the caller's to check) and the
  // quorum is met. PermissionDenied: no listed log's signature, or a known key's that is wrong.
  // FailedPrecondition: the quorum is not met; says which of its witnesses are missing.
  base::Status Check(const SignedCheckpoint& checkpoint) const;
  // The same of the quorum alone: for who knows the log's keys otherwise.
  base::Status CheckWitnesses(const SignedCheckpoint& checkpoint) const;

  friend bool operator==(const TrustPolicy&, const TrustPolicy&) = default;

 private:
  friend class PolicyReader;
  TrustPolicy() = default;
  std::string Missing(const std::set<std::string>& witnesses) const;

  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<PolicyGroup> groups_;
  std::string quorum_ = "none";
};

}  // namespace firstbell::audit
