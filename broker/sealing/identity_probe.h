#pragma once

// Who a child is, as an envelope's header lets a machine with a roll find it: not readable, but
// comparable, slowly, by someone who knows the name. Format: proto/FORMATS.md, "Identity probe". It
// keeps a child from whoever has no list of names; it does not keep it from someone who has one and
// the time to try. Threads: any. Pure, but for the salt.

#include <optional>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/model/text.h"
#include "firstbell/v1/incident.pb.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::sealing {

// What is compared, of a child that was reported and of a pupil on a roll.
using IdentityText = base::Redacted<std::string>;

// Nothing where either name has no letter.
std::optional<IdentityText> IdentityTextOf(std::string_view family_name,
                                           std::string_view given_names, model::Date born);
// The same of a reported child; nothing too where its date of birth is not known.
std::optional<IdentityText> IdentityTextOf(const v1::Child& child);

// Under a salt of its own. It takes about ten milliseconds.
v1::IdentityProbe ProbeOf(const IdentityText& text);
bool WellFormed(const v1::IdentityProbe& probe);
// Whether it was made of this text. As slow as ProbeOf. `probe` is well-formed.
bool IsOf(const v1::IdentityProbe& probe, const IdentityText& text);

}  // namespace firstbell::sealing
