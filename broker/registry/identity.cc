#include "broker/registry/identity.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_split.h"
#include "broker/model/auditor_scope.h"

namespace firstbell::registry {
namespace {

constexpr std::string_view kPrefix = "urn:firstbell:";
constexpr std::size_t kPartBytes = 40;

struct Form {
  Role role;
  std::string_view word;
  std::size_t parts;
};
constexpr std::array<Form, 5> kForms = {{{Role::kForce, "force", 1},
                                         {Role::kOfficer, "officer", 2},
                                         {Role::kAuditor, "auditor", 2},
                                         {Role::kOperator, "operator", 1},
                                         {Role::kAuthority, "authority", 1}}};

bool GoodPart(std::string_view part) {
  return !part.empty() && part.size() <= kPartBytes &&
         std::all_of(part.begin(), part.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

base::Status NotAnIdentity() {
  return base::InvalidArgument("the certificate's URI is not an identity of ours");
}

// school:<urn>:device|person:<id>
base::Result<Identity> ParseSchool(const std::vector<std::string>& words, std::string_view uri) {
  const bool device = words.size() == 4 && words[2] == "device";
  const bool person = words.size() == 4 && words[2] == "person";
  if ((!device && !person) || !base::ParseUrn(words[1]).ok()) return NotAnIdentity();
  return Identity{device ? Role::kDevice : Role::kPerson, {words[1], words[3]}, std::string(uri)};
}

}  // namespace

std::string_view Word(Role role) {
  for (const Form& form : kForms) {
    if (form.role == role) return form.word;
  }
  return role == Role::kDevice ? "device" : "person";
}

base::Result<Identity> ParseIdentity(std::string_view uri) {
  if (!uri.starts_with(kPrefix)) return NotAnIdentity();
  const std::vector<std::string> words =
      absl::StrSplit(base::View(uri.substr(kPrefix.size())), ':');
  if (!std::all_of(words.begin(), words.end(), GoodPart)) return NotAnIdentity();
  if (words.front() == "school") return ParseSchool(words, uri);
  for (const Form& form : kForms) {
    if (words.front() != form.word || words.size() != form.parts + 1) continue;
    return Identity{form.role, {words.begin() + 1, words.end()}, std::string(uri)};
  }
  return NotAnIdentity();
}

base::Result<Identity> MakeIdentity(Role role, const std::vector<std::string>& parts) {
  std::string uri = std::string(kPrefix) + std::string(Word(role));
  for (const std::string& part : parts) {
    if (!GoodPart(part)) {
      return base::InvalidArgument(
          "each part of an identity is 1 to 40 lower-case letters, digits or hyphens, for instance "
          "\"west-yorkshire\"");
    }
    uri += ":" + part;
  }
  if (role == Role::kAuditor && !model::ParseAuditorScope(parts.front())) {
    return base::InvalidArgument("an auditor's scope is " + std::string(model::kAuditorScopes));
  }
  return ParseIdentity(uri);
}

}  // namespace firstbell::registry
