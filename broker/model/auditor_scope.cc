#include "broker/model/auditor_scope.h"

#include <string>

namespace firstbell::model {
namespace {

// What follows the prefix, if anything does.
std::optional<std::string> After(std::string_view prefix, std::string_view word) {
  if (!word.starts_with(prefix) || word.size() == prefix.size()) return std::nullopt;
  return std::string(word.substr(prefix.size()));
}

}  // namespace

std::optional<AuditorScope> ParseAuditorScope(std::string_view word) {
  AuditorScope scope;
  if (word.starts_with("named-")) {
    scope.named = true;
    word.remove_prefix(6);
  }
  if (word == "national") return scope;
  if (auto code = After("force-", word)) {
    scope.force = base::ForceCode(*std::move(code));
    return scope;
  }
  if (auto code = After("authority-", word)) {
    scope.authority = base::AuthorityCode(*std::move(code));
    return scope;
  }
  return std::nullopt;
}

}  // namespace firstbell::model
