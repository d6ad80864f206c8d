#include "tests/support/members.h"

#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
#include "tests/support/invented.h"

namespace firstbell::support {
namespace {

constexpr absl::Duration kLife = absl::Hours(24 * 365);

std::string CertificateOf(const crypto::PrivateKey& key, crypto::Usage usage) {
  return crypto::Issue(TestAuthority(), {.common_name = "a member",
                                         .public_key = key.PublicKey(),
                                         .usage = usage,
                                         .not_before = kNight - kLife,
                                         .not_after = kNight + kLife})
      .value();
}

Member MakeMember(base::Urn urn, v1::RecipientRole role) {
  Member member{
      {}, crypto::PrivateKey::Generate(), crypto::PrivateKey::Generate(), crypto::MakeCurveKeys()};
  member.recipient.id = base::RecipientId(crypto::RandomId());
  member.recipient.urn = urn;
  member.recipient.role = role;
  member.recipient.signing_certificate = CertificateOf(member.signing, crypto::Usage::kSigning);
  member.recipient.enrolled_at = kNight - absl::Hours(1);
  member.recipient.certificate_expires_at = kNight + kLife;
  return member;
}

}  // namespace

const crypto::Authority& TestAuthority() {
  static const crypto::Authority root =
      crypto::MakeRoot("Examplebury", kNight - kLife, kNight + kLife).value();
  return root;
}

Member MakeDevice(base::Urn urn) {
  Member device = MakeMember(urn, v1::RECIPIENT_ROLE_DEVICE);
  device.recipient.curve_public_key = device.curve.public_key;
  return device;
}

Member MakePerson(base::Urn urn, v1::RecipientRole role) {
  Member person = MakeMember(urn, role);
  person.recipient.display_name = "Ms Invented";
  person.recipient.opening_certificate = CertificateOf(person.opening, crypto::Usage::kOpening);
  return person;
}

base::Status Enrol(store::Store& store, const Member& member) {
  const std::string secret = crypto::Sha256(crypto::RandomBytes(16));
  const model::Recipient& recipient = member.recipient;
  FB_RETURN_IF_ERROR(store.AddEnrolmentGrant(
      {secret, recipient.urn, recipient.role, recipient.display_name, kNight + absl::Hours(1)},
      {}));
  return store.Enrol(secret, recipient, kNight, {});
}

v1::ReceiptStatement StatementOf(const Member& signer, const model::Sealing& sealing,
                                 v1::ReceiptKind kind) {
  v1::ReceiptStatement statement;
  statement.set_alert_id(sealing.alert_id.value());
  statement.set_sealing(sealing.number);
  statement.set_ciphertext_sha256(sealing.ciphertext_sha256);
  statement.set_kind(kind);
  statement.set_signer_id(signer.id().value());
  *statement.mutable_at() = model::ToWire(kNight);
  return statement;
}

v1::Receipt ReceiptOf(const Member& signer, const model::Sealing& sealing, v1::ReceiptKind kind) {
  return sealing::SignReceipt(StatementOf(signer, sealing, kind), signer.signing);
}

}  // namespace firstbell::support
