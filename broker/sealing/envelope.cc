#include "broker/sealing/envelope.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/identity_probe.h"

namespace firstbell::sealing {
namespace {

// The context in front keeps a signature over anything else from passing as one over a header.
std::string Signed(std::string_view header) {
  return std::string(kEnvelopeContext).append(header);
}

// --- Sealing -------------------------------------------------------------------------------

base::Status CheckPeople(absl::Span<const model::Recipient> people) {
  if (people.empty()) return base::FailedPrecondition("the school has nobody to seal to");
  for (const model::Recipient& person : people) {
    if (person.in_force() && !person.opening_certificate.empty()) continue;
    return base::FailedPrecondition("recipient " + person.id.value() +
                                    " is revoked or has no opening key");
  }
  return base::OkStatus();
}

std::vector<const model::Recipient*> SortedById(absl::Span<const model::Recipient> people) {
  std::vector<const model::Recipient*> sorted;
  for (const model::Recipient& person : people) sorted.push_back(&person);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  return sorted;
}

base::Result<std::string> Encrypt(const v1::AlertContent& content, const People& people) {
  std::string plaintext = content.SerializeAsString();
  base::Result<std::string> sealed = SealTo(people.certificates(), plaintext);
  explicit_bzero(plaintext.data(), plaintext.size());
  return sealed;
}

v1::EnvelopeHeader HeaderOf(const model::Alert& alert, const v1::AlertContent& content,
                            const model::Sealing& sealing, std::string_view reply_certificate) {
  v1::EnvelopeHeader header;
  header.set_alert_id(alert.id.value());
  header.set_urn(alert.urn.value());
  header.set_revision(sealing.revision);
  header.set_sealing(sealing.number);
  for (const base::RecipientId& id : sealing.people) header.add_recipient_ids(id.value());
  *header.mutable_show_from() = model::ToWire(sealing.show_from);
  *header.mutable_deadline() = model::ToWire(sealing.deadline);
  *header.mutable_expires_at() =
      model::ToWire(model::ExpiryOf(sealing.sealed_at, sealing.deadline));
  header.set_ciphertext_sha256(sealing.ciphertext_sha256);
  header.set_part(sealing.part);
  header.set_offered_to(alert.offered_to.value());
  header.set_offered_by(alert.offered_by.value());
  if (sealing.part == v1::PART_WHOLE) header.set_reply_certificate(std::string(reply_certificate));
  if (sealing.part != v1::PART_IDENTITY) return header;
  if (const auto text = IdentityTextOf(content.child())) *header.mutable_probe() = ProbeOf(*text);
  return header;
}

std::string SignAndPack(const v1::EnvelopeHeader& header, std::string ciphertext,
                        const crypto::PrivateKey& envelope_key) {
  v1::SealedEnvelope envelope;
  envelope.set_header(header.SerializeAsString());
  envelope.set_signature(envelope_key.Sign(Signed(envelope.header())));
  envelope.set_ciphertext(std::move(ciphertext));
  return envelope.SerializeAsString();
}

// --- Verifying -----------------------------------------------------------------------------

base::Status Malformed(std::string_view field) {
  return base::InvalidArgument("envelope header: " + std::string(field) + " is missing or wrong");
}

bool SortedRandomIds(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  return !ids.empty() && std::all_of(ids.begin(), ids.end(), base::IsRandomId) &&
         std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end();
}

// The broker signed it, so these catch a mistake of ours, or a newer broker, rather than an attack.
base::Status CheckFields(const v1::EnvelopeHeader& header) {
  if (!base::IsRandomId(header.alert_id())) return Malformed("alert_id");
  if (!base::ParseUrn(std::to_string(header.urn())).ok()) return Malformed("urn");
  if (header.revision() == 0) return Malformed("revision");
  if (header.sealing() == 0) return Malformed("sealing");
  if (!SortedRandomIds(header.recipient_ids())) return Malformed("recipient_ids");
  if (!header.has_show_from()) return Malformed("show_from");
  if (!header.has_deadline()) return Malformed("deadline");
  if (!header.has_expires_at()) return Malformed("expires_at");
  const bool known_part = header.part() == v1::PART_WHOLE || header.part() == v1::PART_IDENTITY;
  if (!known_part) return Malformed("part");
  if (header.has_probe() && !WellFormed(header.probe())) return Malformed("probe");
  return base::OkStatus();
}

base::Result<v1::AlertContent> ParseContent(const base::Secret& plaintext) {
  v1::AlertContent content;
  const std::string_view bytes = plaintext.Reveal();
  if (!content.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::DataLoss("what was sealed is not an alert");
  }
  return content;
}

base::Status CheckSameAlert(const v1::EnvelopeHeader& header, const v1::AlertContent& content) {
  const bool same = content.alert_id() == header.alert_id() && content.urn() == header.urn() &&
                    content.revision() == header.revision();
  if (same) return base::OkStatus();
  return base::DataLoss("the alert inside is another than its envelope says");
}

}  // namespace

base::Result<People> People::Of(absl::Span<const model::Recipient> people) {
  FB_RETURN_IF_ERROR(CheckPeople(people));
  People all;
  std::vector<std::string> certificates;
  for (const model::Recipient* person : SortedById(people)) {
    all.ids_.push_back(person->id);
    certificates.push_back(person->opening_certificate);
  }
  FB_ASSIGN_OR_RETURN(all.certificates_, OpeningCertificates::Read(certificates));
  return all;
}

base::Result<model::Sealing> SealAlert(const model::Alert& alert, const v1::AlertContent& content,
                                       const People& people, const crypto::PrivateKey& envelope_key,
                                       absl::Time now, std::string_view reply_certificate) {
  FB_CHECK(content.alert_id() == alert.id.value() && content.urn() == alert.urn.value() &&
           content.revision() == alert.revision);
  FB_ASSIGN_OR_RETURN(std::string ciphertext, Encrypt(content, people));
  model::Sealing sealing{.alert_id = alert.id,
                         .number = alert.sealing + 1,
                         .revision = alert.revision,
                         .people = people.ids(),
                         .ciphertext_sha256 = crypto::Sha256(ciphertext),
                         .sealed_at = now,
                         .show_from = alert.show_from,
                         .deadline = alert.deadline,
                         .part = model::PartOf(alert),
                         .offered_to = alert.offered_to};
  const v1::EnvelopeHeader header = HeaderOf(alert, content, sealing, reply_certificate);
  sealing.envelope = SignAndPack(header, std::move(ciphertext), envelope_key);
  return sealing;
}

base::Result<v1::EnvelopeHeader> VerifyEnvelope(const v1::SealedEnvelope& envelope,
                                                std::string_view broker_public_key) {
  // In this order: nothing is parsed that the broker did not sign.
  FB_RETURN_IF_ERROR(base::Annotate(
      crypto::VerifySignature(broker_public_key, Signed(envelope.header()), envelope.signature()),
      "envelope"));
  v1::EnvelopeHeader header;
  if (!header.ParseFromString(envelope.header())) return Malformed("the message");
  if (!crypto::ConstantTimeEqual(crypto::Sha256(envelope.ciphertext()),
                                 header.ciphertext_sha256())) {
    return base::DataLoss("the ciphertext is not the one that was signed");
  }
  FB_RETURN_IF_ERROR(CheckFields(header));
  FB_RETURN_IF_ERROR(CheckAlgorithms(envelope.ciphertext()));
  return header;
}

base::Result<v1::AlertContent> OpenEnvelope(const v1::SealedEnvelope& envelope,
                                            std::string_view broker_public_key,
                                            const crypto::PrivateKey& opening_key,
                                            std::string_view opening_certificate) {
  FB_ASSIGN_OR_RETURN(const v1::EnvelopeHeader header, VerifyEnvelope(envelope, broker_public_key));
  FB_ASSIGN_OR_RETURN(const base::Secret plaintext,
                      Open(envelope.ciphertext(), opening_key, opening_certificate));
  FB_ASSIGN_OR_RETURN(v1::AlertContent content, ParseContent(plaintext));
  FB_RETURN_IF_ERROR(CheckSameAlert(header, content));
  return content;
}

}  // namespace firstbell::sealing
