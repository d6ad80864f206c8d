#include "broker/registry/policy_desk.h"

#include <optional>

#include "broker/crypto/hash.h"
#include "broker/registry/scope.h"

namespace firstbell::registry {
namespace {

// Whose, and which: what it says is the operator's to read, and its digest tells whether one is it.
model::Event SetEvent(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                      absl::Time now) {
  model::Event event = EventOf(model::EventKind::kPolicySet, scope, now);
  event.WithWord("standing", policy ? "set" : "cleared");
  if (policy) event.WithDigest("policy_sha256", crypto::Sha256(policy->SerializeAsString()));
  if (policy && !policy->desk_certificate().empty()) {
    event.WithDigest("desk_certificate_sha256", crypto::Sha256(policy->desk_certificate()));
  }
  return event;
}

}  // namespace

base::Result<v1::SetPolicyResponse> PolicyDesk::Set(const v1::SetPolicyRequest& request,
                                                    absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::Scope scope, ScopeOf(request));
  std::optional<v1::Policy> policy;
  if (request.has_policy()) {
    FB_ASSIGN_OR_RETURN(policy, model::ParsePolicy(request.policy(), scope, "policy"));
  }
  // If we crash before it is read again, the next start reads it.
  FB_RETURN_IF_ERROR(store_.SetPolicy(scope, policy, {SetEvent(scope, policy, now)}));
  FB_RETURN_IF_ERROR(policies_.Reload());
  return v1::SetPolicyResponse();
}

base::Result<v1::GetPolicyResponse> PolicyDesk::Get(const v1::GetPolicyRequest& request) {
  base::ForceCode force;
  base::Urn urn;
  if (!request.force().empty()) {
    FB_ASSIGN_OR_RETURN(force, ParseForce(request.force()));
  }
  if (request.urn() != 0) {
    urn = base::Urn(request.urn());
    FB_RETURN_IF_ERROR(store_.GetSchool(urn).status());
  }
  v1::GetPolicyResponse response;
  *response.mutable_policy() = policies_.Of(force, urn);
  return response;
}

}  // namespace firstbell::registry
