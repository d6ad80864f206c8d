#include "clients/audit/trust.h"

#include <algorithm>
#include <utility>

#include "broker/audit/cosignature.h"

namespace firstbell::audit_client {
namespace {

bool SaysTheSame(const v1::Checkpoint& wire, const audit::Checkpoint& checkpoint) {
  return wire.origin() == checkpoint.origin && wire.size() == checkpoint.size &&
         wire.root_sha256() == checkpoint.root;
}

// What is remembered first: a log that no longer tells of a change does not undo it.
std::vector<std::string> ChangesOf(const std::optional<Trusted>& known,
                                   absl::Span<const std::string> told) {
  std::vector<std::string> changes;
  if (known) changes = known->changes;
  changes.insert(changes.end(), told.begin(), told.end());
  return changes;
}

// From what is known. Where the auditor was given keys as well, one of them has to be tied to it.
base::Result<audit::KeyChain> FromKnown(const audit::VerifierKey& known,
                                        absl::Span<const audit::VerifierKey> named,
                                        absl::Span<const std::string> changes) {
  FB_ASSIGN_OR_RETURN(audit::KeyChain chain, audit::ChainOf(known, changes));
  const auto in_chain = [&](const audit::VerifierKey& key) { return chain.Has(key); };
  if (named.empty() || std::any_of(named.begin(), named.end(), in_chain)) return chain;
  return base::PermissionDenied(
      "the key that is given for the log of " + known.name +
      " is not the one that is known here, and no change of the log's key leads from one to the "
      "other");
}

// From the log's own word, where nobody knows better.
base::Result<std::vector<audit::KeyChain>> FirstSeen(const v1::Checkpoint& wire,
                                                     absl::Span<const std::string> changes) {
  FB_ASSIGN_OR_RETURN(const auto key, audit::VerifierKey::Parse(wire.log_key()));
  FB_ASSIGN_OR_RETURN(audit::KeyChain chain, audit::ChainOf(key, changes));
  return std::vector<audit::KeyChain>{std::move(chain)};
}

}  // namespace

std::vector<audit::VerifierKey> Trust::Named(const std::string& origin) const {
  if (log_key && log_key->name == origin) return {*log_key};
  std::vector<audit::VerifierKey> keys;
  for (const audit::PolicyLog& log : policy.logs()) {
    if (log.key.name == origin) keys.push_back(log.key);
  }
  return keys;
}

base::Result<std::optional<Trusted>> Remembered(const TrustStore& store, const std::string& origin,
                                                const Trust& trust) {
  FB_ASSIGN_OR_RETURN(auto known, store.Load(origin));
  if (known || !trust.Named(origin).empty()) return known;
  FB_ASSIGN_OR_RETURN(const bool others, store.KnowsOthersAlone(origin));
  if (!others) return known;
  return base::PermissionDenied(
      "this is the log of " + origin +
      ", and the state directory knows another and not this one: what was verified before would "
      "count for nothing. If its operator says that it is a new log, name it with --log-key or "
      "--policy");
}

base::Result<std::vector<audit::KeyChain>> ChainsOf(const std::string& origin, const Trust& trust,
                                                    const std::optional<Trusted>& known,
                                                    absl::Span<const std::string> told) {
  const auto named = trust.Named(origin);
  if (named.empty() && trust.log_key) {
    return base::PermissionDenied("--log-key is a key of " + trust.log_key->name +
                                  ", and this log is that of " + origin);
  }
  if (named.empty() && !trust.policy.logs().empty()) {
    return base::PermissionDenied("the policy lists logs, and not this one");
  }
  const auto changes = ChangesOf(known, told);
  std::vector<audit::KeyChain> chains;
  if (known) {
    FB_ASSIGN_OR_RETURN(chains.emplace_back(), FromKnown(known->key, named, changes));
    return chains;
  }
  for (const audit::VerifierKey& key : named) {
    FB_ASSIGN_OR_RETURN(chains.emplace_back(), audit::ChainOf(key, changes));
  }
  if (!chains.empty()) return chains;
  return base::Unauthenticated("no key of the log of " + origin +
                               " is known here: give it with --log-key or --policy, or run verify "
                               "against its broker first");
}

base::Result<Judged> JudgeLogAlone(const v1::Checkpoint& wire, const Trust& trust,
                                   const std::optional<Trusted>& known) {
  FB_ASSIGN_OR_RETURN(audit::SignedCheckpoint checkpoint,
                      audit::ParseSignedCheckpoint(wire.note()));
  if (!SaysTheSame(wire, checkpoint.checkpoint)) {
    return base::InvalidArgument("the signed checkpoint says something else than the answer");
  }
  const std::vector<std::string> changes(wire.log_key_changes().begin(),
                                         wire.log_key_changes().end());
  auto chains = ChainsOf(wire.origin(), trust, known, changes);
  const bool first_seen = absl::IsUnauthenticated(chains.status()) && !wire.log_key().empty();
  if (first_seen) chains = FirstSeen(wire, changes);
  FB_RETURN_IF_ERROR(chains.status());
  base::Status status;
  for (audit::KeyChain& chain : *chains) {
    status = audit::CheckLogSignature(checkpoint, chain.Since());
    if (!status.ok()) continue;
    return Judged{std::move(checkpoint), chain.keys.back(), std::move(chain.notes), first_seen, 0};
  }
  return status;
}

base::Result<Judged> Judge(const v1::Checkpoint& wire, const Trust& trust,
                           const std::optional<Trusted>& known) {
  FB_ASSIGN_OR_RETURN(Judged judged, JudgeLogAlone(wire, trust, known));
  FB_RETURN_IF_ERROR(trust.policy.CheckWitnesses(judged.checkpoint));
  judged.cosigned = trust.policy.WitnessesOf(judged.checkpoint).size();
  return judged;
}

std::optional<absl::Time> FirstCosigned(const audit::SignedCheckpoint& checkpoint,
                                        const audit::TrustPolicy& policy) {
  std::optional<absl::Time> first;
  for (const audit::PolicyWitness& witness : policy.witnesses()) {
    for (const audit::NoteSignature& line : checkpoint.note.signatures) {
      const auto at = audit::CheckCosignature(checkpoint.note.text, line, witness.key);
      if (at.ok() && (!first || *at < *first)) first = *at;
    }
  }
  return first;
}

}  // namespace firstbell::audit_client
