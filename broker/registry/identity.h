#pragma once

// Who a caller is: the URI in its certificate, parsed. `urn:firstbell:force:<code>`,
// `…:officer:<force>:<id>`, `…:auditor:<scope>:<name>`, `…:operator:<name>`, `…:authority:<la>`,
// `…:school:<urn>:device:<id>` and `…:person:<id>`. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/status.h"

namespace firstbell::registry {

enum class Role { kForce, kOfficer, kAuditor, kOperator, kAuthority, kDevice, kPerson };
std::string_view Word(Role role);

struct Identity {
  Role role = Role::kForce;
  // The parts after the role: force code; force, id; scope, name; name; la; urn, id.
  std::vector<std::string> parts;
  std::string uri;

  // Of a force or an officer.
  base::ForceCode force() const { return base::ForceCode(parts.at(0)); }
};

// InvalidArgument where it is not one of those forms; each part is 1 to 40 of [a-z0-9-].
base::Result<Identity> ParseIdentity(std::string_view uri);
// The same from what an operator types. InvalidArgument names the part.
base::Result<Identity> MakeIdentity(Role role, const std::vector<std::string>& parts);

}  // namespace firstbell::registry
