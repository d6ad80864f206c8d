#pragma once

// What a force or a school has decided about notices, as its checked message; and who of a school's
// people has a part in an incident. Values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "firstbell/v1/incident.pb.h"
#include "firstbell/v1/policy.pb.h"

namespace firstbell::model {

// Whose own policy or ladder it is.
using Scope = std::variant<base::ForceCode, base::Urn>;

struct OwnPolicy {
  Scope scope;
  v1::Policy policy;
};
bool operator==(const OwnPolicy& a, const OwnPolicy& b);

// InvalidArgument with paths under `path`: a value that is not known, a district or code that is
// none, one twice, two authorities without districts, a desk's certificate that nothing can be
// sealed to; of a school, anything but when it is pushed.
base::Result<v1::Policy> ParsePolicy(const v1::Policy& wire, const Scope& scope,
                                     std::string_view path);
bool Withholds(const v1::Policy& policy, v1::DisclosurePart part);
// As it stands for a force's alerts at a school.
v1::Policy Combined(const v1::Policy& of_force, const v1::Policy& of_school);

// A local authority's place among schools: 900000 and its code of three digits.
base::Urn UrnOfAuthority(std::uint32_t code);
bool IsAuthority(base::Urn urn);
// Whose area a home's postcode is in; nothing: nobody's.
std::optional<base::Urn> AuthorityOf(const v1::WhoIsTold& told, std::string_view postcode);

// --- Who must not read it ----------------------------------------------------------------------
// A name as one alert keeps it: 8 bytes of SHA-256 of the alert's id, the family name's letters and
// the first of the given name. It tells nobody anything but whether a name is this one.
using NameKey = std::uint64_t;
std::vector<NameKey> KeysOf(const base::AlertId& alert,
                            const google::protobuf::RepeatedPtrField<v1::Party>& parties);
// Whether somebody who is called so may be one of those: any word of the name as the family's, any
// other's first letter. In doubt, yes: others at the school can read it.
bool MayBeOneOf(const std::vector<NameKey>& excluded, const base::AlertId& alert,
                std::string_view display_name);

}  // namespace firstbell::model
