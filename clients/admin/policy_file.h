#pragma once

// A policy as an operator writes it, in TOML:
//
//   [disclosure]
//   withhold = ["parties", "place", "account"]   # or impact_only = true
//
//   [schools]
//   identity_first = "always"     # or "where-no-roll"
//   push = "at-window"            # or "at-once"
//   nobody_left = "authority"     # or "head", "trust": where all who are enrolled have a part in
//   it
//
//   [told]
//   nursery = "authority"         # or "desk", "withhold"
//   settings = "ask"              # or "every", "registered": where the child is a guest beside
//   copy_virtual_school_head = true
//
//   [[told.authority]]
//   code = 383
//   districts = ["LS1", "LS2"]    # none: all that no other has
//
// and above all sections:
//
//   desk_certificate = "desk.pem" # to whom schools seal what they say back; beside this file
//
// A policy that is shown names that certificate by desk_certificate_sha256 instead; where both
// stand, they must agree.
//
// Threads: any.

#include <filesystem>
#include <string>

#include "broker/base/status.h"
#include "firstbell/v1/policy.pb.h"

namespace firstbell::admin {

// InvalidArgument names the line and what is wrong there. NotFound: no such file. What a policy may
// be, the broker judges. Files that it names are looked for in `folder`.
base::Result<v1::Policy> ParsePolicyFile(std::string_view text,
                                         const std::filesystem::path& folder = {});
base::Result<v1::Policy> ReadPolicyFile(const std::filesystem::path& path);
std::string FormatPolicyFile(const v1::Policy& policy);

// The words of the parts that can be withheld, as the file has them.
std::string DisclosureParts();

}  // namespace firstbell::admin
