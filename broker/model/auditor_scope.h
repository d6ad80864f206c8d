#pragma once

// What an auditor may see, as their certificate says it in one word: `national`, `force-<code>` or
// `authority-<code>`, with `named-` before it where schools and alerts are to be named. Pure; any
// thread.

#include <optional>
#include <string_view>

#include "broker/base/ids.h"

namespace firstbell::model {

struct AuditorScope {
  // One of them at most; neither: the nation.
  std::optional<base::ForceCode> force = {};
  std::optional<base::AuthorityCode> authority = {};
  bool named = false;
  friend bool operator==(const AuditorScope&, const AuditorScope&) = default;
};

// For messages and help.
inline constexpr std::string_view kAuditorScopes =
    "national, force-<code> or authority-<code>; with named- before it, schools and alerts are "
    "named";

// Nothing: a word that is no scope.
std::optional<AuditorScope> ParseAuditorScope(std::string_view word);

}  // namespace firstbell::model
