#include "clients/link/queued_receipt.h"

#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"

namespace firstbell::link {

SealingRef RefOf(const v1::EnvelopeHeader& header) {
  return {base::AlertId(header.alert_id()), header.revision(), header.sealing(),
          header.ciphertext_sha256()};
}

QueuedReceipt SignToQueue(const SealingRef& about, v1::ReceiptKind kind, const Signer& signer,
                          absl::Time at, const Said& said) {
  v1::ReceiptStatement statement;
  statement.set_alert_id(about.alert_id.value());
  statement.set_sealing(about.sealing);
  statement.set_ciphertext_sha256(about.ciphertext_sha256);
  statement.set_kind(kind);
  statement.set_signer_id(signer.id.value());
  *statement.mutable_at() = model::ToWire(at);
  statement.set_handed_to(said.handed_to.value());
  statement.set_refusal(said.refusal);
  if (said.new_school.ByteSizeLong() > 0) *statement.mutable_new_school() = said.new_school;
  statement.set_reply(said.reply);
  const v1::Receipt receipt = sealing::SignReceipt(statement, signer.key);
  return {
      about, kind, signer.id, at, crypto::Sha256(receipt.statement()), receipt.SerializeAsString()};
}

}  // namespace firstbell::link
