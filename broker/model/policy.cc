#include "broker/model/policy.h"

#include <algorithm>
#include <set>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "google/protobuf/util/message_differencer.h"

namespace firstbell::model {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr std::uint32_t kFirstAuthority = 900'000;
constexpr std::uint32_t kGreatestCode = 999;
constexpr std::size_t kAuthorities = 200;
constexpr std::size_t kDistricts = 500;

NameKey KeyOf(const base::AlertId& alert, const std::string& family, const std::string& given) {
  const std::string text = alert.value() + '\0' + family + '\0' + given.substr(0, 1);
  return base::ReadU64(crypto::Sha256(text));
}

bool IsDistrict(std::string_view text) {
  const bool characters = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return characters && text.size() >= 2 && text.size() <= 4 && text[0] >= 'A';
}

// "LS1" of "ls1 4ap".
std::string DistrictOf(std::string_view postcode) {
  std::string plain;
  for (const char c : postcode) {
    if (c == ' ') continue;
    plain.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return plain.size() > 3 ? plain.substr(0, plain.size() - 3) : "";
}

void CheckDisclosure(const v1::Disclosure& disclosure, const std::string& path,
                     Violations& violations) {
  std::set<int> seen;
  for (const int part : disclosure.withheld()) {
    const bool known = v1::DisclosurePart_IsValid(part) && part != v1::DISCLOSURE_PART_UNSPECIFIED;
    if (!known || !seen.insert(part).second) {
      violations.Add(path + ".withheld", "names each part that is known once");
    }
  }
}

void CheckAuthorities(const v1::WhoIsTold& told, const std::string& path, Violations& violations) {
  if (static_cast<std::size_t>(told.authorities_size()) > kAuthorities) {
    return violations.Add(path, "are at most " + std::to_string(kAuthorities));
  }
  std::set<std::uint32_t> codes;
  std::set<std::string> districts;
  int everywhere = 0;
  for (int i = 0; i < told.authorities_size(); ++i) {
    const v1::AuthorityArea& area = told.authorities(i);
    const std::string at = path + "[" + std::to_string(i) + "]";
    const bool code = area.code() > 0 && area.code() <= kGreatestCode;
    if (!code || !codes.insert(area.code()).second) {
      violations.Add(at + ".code", "is an authority's code of three digits, each once");
    }
    if (static_cast<std::size_t>(area.districts_size()) > kDistricts) {
      violations.Add(at + ".districts", "are at most " + std::to_string(kDistricts));
    }
    for (const std::string& district : area.districts()) {
      if (!IsDistrict(district) || !districts.insert(district).second) {
        violations.Add(at + ".districts", "are the first halves of postcodes, LS1, each once");
      }
    }
    everywhere += area.districts().empty() ? 1 : 0;
  }
  if (everywhere > 1) violations.Add(path, "name one authority without districts at most");
}

void CheckDeskCertificate(const std::string& certificate, std::string_view path,
                          Violations& violations) {
  if (certificate.empty()) return;
  if (certificate.size() > limits::kDeskCertificateBytes) {
    return violations.Add(
        path, "is at most " + std::to_string(limits::kDeskCertificateBytes) + " bytes long");
  }
  const auto facts = crypto::ReadCertificate(certificate);
  const bool sealed_to = facts.ok() && crypto::PublicKey::FromDer(facts->public_key).ok() &&
                         !facts->subject_key_id.empty();
  if (!sealed_to) {
    violations.Add(path, "is an X.509 certificate in DER, for a P-256 key, with a subject key id");
  }
}

void CheckOfSchool(const v1::Policy& policy, std::string_view path, Violations& violations) {
  const bool more = policy.has_disclosure() || policy.has_told() ||
                    !policy.desk_certificate().empty() ||
                    policy.identity_first() != v1::IDENTITY_FIRST_UNSPECIFIED ||
                    policy.nobody_left() != v1::NOBODY_LEFT_UNSPECIFIED;
  if (more) violations.Add(path, "of a school says when it is pushed, and nothing else");
}

}  // namespace

bool operator==(const OwnPolicy& a, const OwnPolicy& b) {
  return a.scope == b.scope && MessageDifferencer::Equals(a.policy, b.policy);
}

base::Result<v1::Policy> ParsePolicy(const v1::Policy& wire, const Scope& scope,
                                     std::string_view path) {
  Violations violations;
  const std::string at(path);
  CheckDisclosure(wire.disclosure(), Join(path, "disclosure"), violations);
  CheckAuthorities(wire.told(), Join(path, "told.authorities"), violations);
  if (!v1::IdentityFirst_IsValid(wire.identity_first())) {
    violations.Add(Join(path, "identity_first"), "is not known here");
  }
  if (!v1::PushAt_IsValid(wire.push())) violations.Add(Join(path, "push"), "is not known here");
  if (!v1::NurseryRule_IsValid(wire.told().nursery())) {
    violations.Add(Join(path, "told.nursery"), "is not known here");
  }
  CheckDeskCertificate(wire.desk_certificate(), Join(path, "desk_certificate"), violations);
  if (!v1::SettingsRule_IsValid(wire.told().settings())) {
    violations.Add(Join(path, "told.settings"), "is not known here");
  }
  if (!v1::NobodyLeft_IsValid(wire.nobody_left())) {
    violations.Add(Join(path, "nobody_left"), "is not known here");
  }
  if (std::holds_alternative<base::Urn>(scope)) CheckOfSchool(wire, path, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  v1::Policy policy = wire;
  policy.DiscardUnknownFields();
  return policy;
}

bool Withholds(const v1::Policy& policy, v1::DisclosurePart part) {
  const v1::Disclosure& disclosure = policy.disclosure();
  const auto& withheld = disclosure.withheld();
  return disclosure.impact_only() ||
         std::find(withheld.begin(), withheld.end(), part) != withheld.end();
}

v1::Policy Combined(const v1::Policy& of_force, const v1::Policy& of_school) {
  v1::Policy policy = of_force;
  if (of_school.push() != v1::PUSH_AT_UNSPECIFIED) policy.set_push(of_school.push());
  return policy;
}

base::Urn UrnOfAuthority(std::uint32_t code) {
  return base::Urn(kFirstAuthority + code);
}

bool IsAuthority(base::Urn urn) {
  return urn.value() > kFirstAuthority && urn.value() <= kFirstAuthority + kGreatestCode;
}

std::optional<base::Urn> AuthorityOf(const v1::WhoIsTold& told, std::string_view postcode) {
  const std::string district = DistrictOf(postcode);
  std::optional<base::Urn> elsewhere;
  for (const v1::AuthorityArea& area : told.authorities()) {
    const auto& districts = area.districts();
    if (districts.empty()) elsewhere = UrnOfAuthority(area.code());
    if (std::find(districts.begin(), districts.end(), district) != districts.end()) {
      return UrnOfAuthority(area.code());
    }
  }
  return district.empty() && told.authorities_size() > 1 ? std::nullopt : elsewhere;
}

std::vector<NameKey> KeysOf(const base::AlertId& alert,
                            const google::protobuf::RepeatedPtrField<v1::Party>& parties) {
  std::set<NameKey> keys;
  for (const v1::Party& party : parties) {
    const v1::PersonName& name = party.name();
    for (const std::string* family : {&name.family_name(), &name.former_family_name()}) {
      if (family->empty()) continue;
      for (const std::string* given : {&name.given_names(), &name.preferred_given_name()}) {
        if (given->empty()) continue;
        keys.insert(KeyOf(alert, Letters(*family), Letters(*given)));
      }
    }
  }
  return {keys.begin(), keys.end()};
}

bool MayBeOneOf(const std::vector<NameKey>& excluded, const base::AlertId& alert,
                std::string_view display_name) {
  if (excluded.empty()) return false;
  const std::vector<std::string> words = LettersOfWords(display_name);
  const auto is_excluded = [&](const std::string& family, const std::string& given) {
    return std::binary_search(excluded.begin(), excluded.end(), KeyOf(alert, family, given));
  };
  for (std::size_t family = 0; family < words.size(); ++family) {
    for (std::size_t given = 0; given < words.size(); ++given) {
      if (family != given && is_excluded(words[family], words[given])) return true;
    }
  }
  return false;
}

}  // namespace firstbell::model
