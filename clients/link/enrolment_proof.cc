#include "clients/link/enrolment_proof.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "broker/model/event.h"
#include "broker/model/text.h"

namespace firstbell::link {
namespace {

// Empty: not such a text.
std::string TextOf(const nlohmann::json& event, const char* field) {
  const auto found = event.find(field);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The event, by its fields (FORMATS.md), where the tree holds it and it is of this kind, about this
// person and school; null otherwise.
nlohmann::json EventIn(const audit::Checkpoint& tree, const v1::LoggedEvent& logged,
                       model::EventKind kind, const v1::EnrolledPerson& person, base::Urn urn) {
  const std::string leaf = audit::LeafHash(logged.entry());
  const std::vector<std::string> hashes(logged.hashes().begin(), logged.hashes().end());
  const bool holds =
      audit::CheckInclusion(leaf, logged.position(), tree.size, hashes, tree.root).ok() &&
      audit::CheckEntry(logged.entry(), logged.event(), logged.salt()).ok();
  if (!holds) return nullptr;
  auto event = nlohmann::json::parse(logged.event(), nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return nullptr;
  const auto school = event.find("urn");
  const bool here = school != event.end() && school->is_number_unsigned() &&
                    school->get<std::uint64_t>() == urn.value();
  const bool tells = here && TextOf(event, "kind") == model::Word(kind) &&
                     TextOf(event, "recipient") == person.recipient_id();
  return tells ? event : nullptr;
}

}  // namespace

bool ProvesEnrolment(const v1::EnrolledPerson& person, base::Urn urn,
                     const audit::Checkpoint& tree) {
  const nlohmann::json event =
      EventIn(tree, person.enrolment(), model::EventKind::kRecipientEnrolled, person, urn);
  return event.is_object() &&
         TextOf(event, "opening_key_sha256") == base::HexEncode(person.opening_key_sha256());
}

std::optional<absl::Time> ProvenRemoval(const v1::EnrolledPerson& person, base::Urn urn,
                                        const audit::Checkpoint& tree) {
  if (!ProvesEnrolment(person, urn, tree)) return std::nullopt;
  const nlohmann::json event =
      EventIn(tree, person.removal(), model::EventKind::kRecipientRevoked, person, urn);
  absl::Time at;
  if (!event.is_object() ||
      !absl::ParseTime(absl::RFC3339_full, TextOf(event, "at"), &at, nullptr)) {
    return std::nullopt;
  }
  return at;
}

}  // namespace firstbell::link
