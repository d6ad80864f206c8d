#pragma once

// Whose own setting an operator's request is about: a force's or a school's. Pure; any thread.

#include <string>
#include <variant>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/model/event.h"
#include "broker/model/policy.h"
#include "broker/model/violations.h"
#include "broker/registry/identity.h"

namespace firstbell::registry {

// InvalidArgument: it is no code of a force.
inline base::Result<base::ForceCode> ParseForce(const std::string& code) {
  const auto identity = ParseIdentity("urn:firstbell:force:" + code);
  if (!identity.ok()) return model::FieldError("force", "is no code of a force");
  return base::ForceCode(code);
}

// InvalidArgument: it says neither, or what is none.
template <typename Request>
base::Result<model::Scope> ScopeOf(const Request& request) {
  if (request.has_force()) {
    FB_ASSIGN_OR_RETURN(const base::ForceCode force, ParseForce(request.force()));
    return model::Scope(force);
  }
  if (request.has_urn()) {
    FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(std::to_string(request.urn())));
    return model::Scope(urn);
  }
  return model::FieldError("scope", "is required: a force or a school");
}

// That a setting of it was changed.
inline model::Event EventOf(model::EventKind kind, const model::Scope& scope, absl::Time now) {
  model::Event event(kind, now);
  if (const auto* force = std::get_if<base::ForceCode>(&scope)) return event.With(*force);
  return event.With(std::get<base::Urn>(scope));
}

}  // namespace firstbell::registry
