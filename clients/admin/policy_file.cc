#include "clients/admin/policy_file.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>

#include <toml++/toml.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"

namespace firstbell::admin {
namespace {

base::Status Wrong(const toml::node& node, const std::string& what) {
  return base::InvalidArgument("line " + std::to_string(node.source().begin.line) + ": " + what);
}

template <typename Value>
struct Named {
  std::string_view word;
  Value value;
};

constexpr Named<v1::DisclosurePart> kParts[] = {
    {"parties", v1::DISCLOSURE_PART_PARTIES},   {"place", v1::DISCLOSURE_PART_PLACE},
    {"account", v1::DISCLOSURE_PART_ACCOUNT},   {"voice", v1::DISCLOSURE_PART_VOICE},
    {"nature", v1::DISCLOSURE_PART_NATURE},     {"time", v1::DISCLOSURE_PART_TIME},
    {"risk", v1::DISCLOSURE_PART_RISK},         {"support", v1::DISCLOSURE_PART_SUPPORT},
    {"needs", v1::DISCLOSURE_PART_NEEDS},       {"home-address", v1::DISCLOSURE_PART_HOME_ADDRESS},
    {"presence", v1::DISCLOSURE_PART_PRESENCE},
};
constexpr Named<v1::IdentityFirst> kIdentity[] = {
    {"where-no-roll", v1::IDENTITY_FIRST_WHERE_NO_ROLL}, {"always", v1::IDENTITY_FIRST_ALWAYS}};
constexpr Named<v1::PushAt> kPush[] = {{"at-once", v1::PUSH_AT_ONCE},
                                       {"at-window", v1::PUSH_AT_WINDOW}};
constexpr Named<v1::NurseryRule> kNursery[] = {{"desk", v1::NURSERY_RULE_DESK},
                                               {"authority", v1::NURSERY_RULE_AUTHORITY},
                                               {"withhold", v1::NURSERY_RULE_WITHHOLD}};
constexpr Named<v1::SettingsRule> kSettings[] = {{"every", v1::SETTINGS_RULE_EVERY},
                                                 {"registered", v1::SETTINGS_RULE_REGISTERED},
                                                 {"ask", v1::SETTINGS_RULE_ASK}};
constexpr Named<v1::NobodyLeft> kNobodyLeft[] = {{"head", v1::NOBODY_LEFT_HEAD},
                                                 {"trust", v1::NOBODY_LEFT_TRUST},
                                                 {"authority", v1::NOBODY_LEFT_AUTHORITY}};

template <typename Value, std::size_t kSize>
base::Result<Value> Read(const toml::node& node, const Named<Value> (&known)[kSize]) {
  const auto word = node.value<std::string>().value_or("");
  std::string words;
  for (const Named<Value>& one : known) {
    if (one.word == word) return one.value;
    words.append(words.empty() ? "" : ", ").append(one.word);
  }
  return Wrong(node, "is one of " + words);
}

template <typename Value, std::size_t kSize>
std::string Write(Value value, const Named<Value> (&known)[kSize]) {
  for (const Named<Value>& one : known) {
    if (one.value == value) return std::string(one.word);
  }
  return "";
}

base::Result<bool> ReadBool(const toml::node& node) {
  const auto value = node.value<bool>();
  if (!value) return Wrong(node, "is true or false");
  return *value;
}

// What each setting of a table does. One that is not there is refused by name.
using Settings = std::map<std::string, std::function<base::Status(const toml::node&)>, std::less<>>;

base::Status ReadTable(const toml::node& node, const Settings& settings) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return Wrong(node, "is a section: [disclosure], [schools] or [told]");
  for (const auto& [key, value] : *table) {
    const auto setting = settings.find(key.str());
    if (setting == settings.end()) {
      return Wrong(value, "there is no such setting as " + std::string(key.str()));
    }
    FB_RETURN_IF_ERROR(setting->second(value));
  }
  return base::OkStatus();
}

base::Status ReadDisclosure(const toml::node& node, v1::Disclosure& disclosure) {
  return ReadTable(node, {{"withhold",
                           [&](const toml::node& value) -> base::Status {
                             const toml::array* parts = value.as_array();
                             if (parts == nullptr)
                               return Wrong(value, "withhold is a list of parts");
                             for (const toml::node& part : *parts) {
                               FB_ASSIGN_OR_RETURN(const v1::DisclosurePart known,
                                                   Read(part, kParts));
                               disclosure.add_withheld(known);
                             }
                             return base::OkStatus();
                           }},
                          {"impact_only", [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const bool only, ReadBool(value));
                             disclosure.set_impact_only(only);
                             return base::OkStatus();
                           }}});
}

base::Status ReadSchools(const toml::node& node, v1::Policy& policy) {
  return ReadTable(node, {{"identity_first",
                           [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const auto known, Read(value, kIdentity));
                             policy.set_identity_first(known);
                             return base::OkStatus();
                           }},
                          {"push",
                           [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const auto known, Read(value, kPush));
                             policy.set_push(known);
                             return base::OkStatus();
                           }},
                          {"nobody_left", [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const auto known, Read(value, kNobodyLeft));
                             policy.set_nobody_left(known);
                             return base::OkStatus();
                           }}});
}

base::Status ReadArea(const toml::node& node, v1::AuthorityArea& area) {
  return ReadTable(node, {{"code",
                           [&](const toml::node& value) -> base::Status {
                             const auto code = value.value_exact<std::int64_t>();
                             if (!code || *code < 1 || *code > 999) {
                               return Wrong(value, "code is an authority's, of three digits");
                             }
                             area.set_code(static_cast<std::uint32_t>(*code));
                             return base::OkStatus();
                           }},
                          {"districts", [&](const toml::node& value) -> base::Status {
                             const toml::array* districts = value.as_array();
                             if (districts == nullptr) {
                               return Wrong(value, "districts is a list: [\"LS1\", \"LS2\"]");
                             }
                             for (const toml::node& one : *districts) {
                               area.add_districts(one.value<std::string>().value_or(""));
                             }
                             return base::OkStatus();
                           }}});
}

base::Status ReadTold(const toml::node& node, v1::WhoIsTold& told) {
  return ReadTable(node, {{"nursery",
                           [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const auto known, Read(value, kNursery));
                             told.set_nursery(known);
                             return base::OkStatus();
                           }},
                          {"settings",
                           [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const auto known, Read(value, kSettings));
                             told.set_settings(known);
                             return base::OkStatus();
                           }},
                          {"copy_virtual_school_head",
                           [&](const toml::node& value) -> base::Status {
                             FB_ASSIGN_OR_RETURN(const bool copy, ReadBool(value));
                             told.set_copy_virtual_school_head(copy);
                             return base::OkStatus();
                           }},
                          {"authority", [&](const toml::node& value) -> base::Status {
                             const toml::array* areas = value.as_array();
                             if (areas == nullptr)
                               return Wrong(value, "is written [[told.authority]]");
                             for (const toml::node& area : *areas) {
                               FB_RETURN_IF_ERROR(ReadArea(area, *told.add_authorities()));
                             }
                             return base::OkStatus();
                           }}});
}

base::Status ReadDesk(const toml::node& node, const std::filesystem::path& folder,
                      v1::Policy& policy) {
  const std::string file = node.value<std::string>().value_or("");
  if (file.empty()) return Wrong(node, "desk_certificate names a file: \"desk.pem\"");
  const auto pem = base::ReadFile(folder / file);
  if (!pem.ok()) return base::Annotate(pem.status(), "desk_certificate");
  auto certificate = crypto::CertificateFromPem(*pem);
  if (!certificate.ok()) return Wrong(node, std::string(base::Message(certificate.status())));
  policy.set_desk_certificate(*std::move(certificate));
  return base::OkStatus();
}

std::string FingerprintOf(const v1::Policy& policy) {
  return base::HexEncode(crypto::Sha256(policy.desk_certificate()));
}

// What `policy show` wrote names the certificate and does not hold it: without the file, the next
// policy would silently have none.
base::Status CheckFingerprint(const toml::table& file, const v1::Policy& policy) {
  const toml::node* said = file.get("desk_certificate_sha256");
  if (said == nullptr) return base::OkStatus();
  if (policy.desk_certificate().empty()) {
    return Wrong(*said,
                 "the fingerprint alone is not enough: name the file too, desk_certificate = "
                 "\"desk.pem\", or take this line out, and schools can say nothing back");
  }
  if (said->value<std::string>().value_or("") == FingerprintOf(policy)) return base::OkStatus();
  return Wrong(*said, "desk_certificate names another certificate than this fingerprint does");
}

toml::table TableOf(const v1::WhoIsTold& told) {
  toml::table table;
  if (told.nursery() != v1::NURSERY_RULE_UNSPECIFIED) {
    table.insert("nursery", Write(told.nursery(), kNursery));
  }
  if (told.settings() != v1::SETTINGS_RULE_UNSPECIFIED) {
    table.insert("settings", Write(told.settings(), kSettings));
  }
  if (told.copy_virtual_school_head()) table.insert("copy_virtual_school_head", true);
  toml::array areas;
  for (const v1::AuthorityArea& area : told.authorities()) {
    toml::array districts;
    for (const std::string& district : area.districts()) districts.push_back(district);
    toml::table one{{"code", static_cast<std::int64_t>(area.code())}};
    if (!districts.empty()) one.insert("districts", districts);
    areas.push_back(one);
  }
  if (!areas.empty()) table.insert("authority", areas);
  return table;
}

}  // namespace

std::string DisclosureParts() {
  std::string words;
  for (const auto& part : kParts) words.append(words.empty() ? "" : ", ").append(part.word);
  return words;
}

base::Result<v1::Policy> ParsePolicyFile(std::string_view text,
                                         const std::filesystem::path& folder) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return base::InvalidArgument("line " + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
  }
  v1::Policy policy;
  FB_RETURN_IF_ERROR(ReadTable(
      file,
      {{"disclosure",
        [&](const toml::node& node) { return ReadDisclosure(node, *policy.mutable_disclosure()); }},
       {"desk_certificate", [&](const toml::node& node) { return ReadDesk(node, folder, policy); }},
       {"desk_certificate_sha256", [](const toml::node&) { return base::OkStatus(); }},
       {"schools", [&](const toml::node& node) { return ReadSchools(node, policy); }},
       {"told", [&](const toml::node& node) { return ReadTold(node, *policy.mutable_told()); }}}));
  FB_RETURN_IF_ERROR(CheckFingerprint(file, policy));
  // A section in which nothing stands says nothing.
  if (policy.disclosure().ByteSizeLong() == 0) policy.clear_disclosure();
  if (policy.told().ByteSizeLong() == 0) policy.clear_told();
  return policy;
}

base::Result<v1::Policy> ReadPolicyFile(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  auto policy = ParsePolicyFile(text, path.parent_path());
  return policy.ok() ? policy : base::Annotate(policy.status(), path.string());
}

std::string FormatPolicyFile(const v1::Policy& policy) {
  toml::table disclosure, schools, file;
  toml::array withheld;
  for (const int part : policy.disclosure().withheld()) {
    withheld.push_back(Write(static_cast<v1::DisclosurePart>(part), kParts));
  }
  if (!withheld.empty()) disclosure.insert("withhold", withheld);
  if (policy.disclosure().impact_only()) disclosure.insert("impact_only", true);
  if (policy.identity_first() != v1::IDENTITY_FIRST_UNSPECIFIED) {
    schools.insert("identity_first", Write(policy.identity_first(), kIdentity));
  }
  if (policy.push() != v1::PUSH_AT_UNSPECIFIED) schools.insert("push", Write(policy.push(), kPush));
  if (policy.nobody_left() != v1::NOBODY_LEFT_UNSPECIFIED) {
    schools.insert("nobody_left", Write(policy.nobody_left(), kNobodyLeft));
  }
  const toml::table told = TableOf(policy.told());
  if (!policy.desk_certificate().empty()) {
    file.insert("desk_certificate_sha256", FingerprintOf(policy));
  }
  if (!disclosure.empty()) file.insert("disclosure", disclosure);
  if (!schools.empty()) file.insert("schools", schools);
  if (!told.empty()) file.insert("told", told);
  std::ostringstream text;
  text << file << "\n";
  return text.str();
}

}  // namespace firstbell::admin
