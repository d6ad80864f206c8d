#include "broker/model/receipt.h"

#include <utility>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

void CheckRefusal(const v1::ReceiptStatement& statement, Violations& violations) {
  if (statement.kind() != v1::RECEIPT_KIND_REFUSED) {
    const bool any = statement.refusal() != v1::REFUSAL_REASON_UNSPECIFIED;
    if (any || statement.has_new_school()) violations.Add("refusal", "belongs to a refusal alone");
    return;
  }
  const bool known = v1::RefusalReason_IsValid(statement.refusal()) &&
                     statement.refusal() != v1::REFUSAL_REASON_UNSPECIFIED;
  if (!known) violations.Add("refusal", "is required, a reason that is known here");
  const v1::SchoolHeard& school = statement.new_school();
  if (school.name().size() > limits::kNameBytes || school.town().size() > limits::kNameBytes) {
    violations.Add("new_school", "is too long");
  }
}

// Who takes the alert over, or is asked to.
void CheckColleague(const v1::ReceiptStatement& statement, Violations& violations) {
  const bool offered = statement.kind() == v1::RECEIPT_KIND_OFFERED;
  if (statement.handed_to().empty()) {
    if (offered) violations.Add("handed_to", "is required: who is asked");
    return;
  }
  if (!offered && statement.kind() != v1::RECEIPT_KIND_ACKNOWLEDGED) {
    violations.Add("handed_to", "belongs to an acknowledgement or an offer alone");
  } else if (!base::IsRandomId(statement.handed_to())) {
    violations.Add("handed_to", "is not a recipient's id");
  }
}

Violations Check(const v1::ReceiptStatement& statement) {
  Violations violations;
  if (!base::IsRandomId(statement.alert_id())) violations.Add("alert_id", "is not an alert's id");
  if (statement.sealing() == 0) violations.Add("sealing", "is required; sealings count from 1");
  if (statement.ciphertext_sha256().size() != crypto::kSha256Bytes) {
    violations.Add("ciphertext_sha256", "is not 32 bytes");
  }
  if (!v1::ReceiptKind_IsValid(statement.kind()) ||
      statement.kind() == v1::RECEIPT_KIND_UNSPECIFIED) {
    violations.Add("kind", "is not a kind of receipt known here");
  }
  if (!base::IsRandomId(statement.signer_id())) {
    violations.Add("signer_id", "is not a recipient's id");
  }
  if (!statement.has_at() || !ValidTimestamp(statement.at())) {
    violations.Add("at", "is required, a time between the years 1 and 9999");
  }
  CheckRefusal(statement, violations);
  CheckColleague(statement, violations);
  const bool replied = statement.kind() == v1::RECEIPT_KIND_REPLIED;
  if (replied == statement.reply().empty()) {
    violations.Add("reply", "belongs to a reply, and there it is required");
  } else if (statement.reply().size() > limits::kReplyBytes) {
    violations.Add("reply", "is too long");
  }
  return violations;
}

}  // namespace

SignerKind SignerOf(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_RECEIVED:
    case v1::RECEIPT_KIND_SHOWN:
    case v1::RECEIPT_KIND_ERASED:
      return SignerKind::kDevice;
    case v1::RECEIPT_KIND_OURS:  // a machine, by its school's own roll
      return SignerKind::kEither;
    default:
      return SignerKind::kPerson;
  }
}

bool Repeats(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_SEEN:
    case v1::RECEIPT_KIND_SEEN_LATE:
    case v1::RECEIPT_KIND_ABSENT:
    case v1::RECEIPT_KIND_OFFERED:
    case v1::RECEIPT_KIND_REPLIED:
      return true;
    default:
      return false;
  }
}

bool SameStatement(const Receipt& a, const Receipt& b) {
  return a.alert_id == b.alert_id && a.sealing == b.sealing && a.kind == b.kind &&
         a.signer == b.signer && (!Repeats(a.kind) || a.at == b.at);
}

base::Result<Receipt> ParseReceipt(const v1::ReceiptStatement& statement, std::string wire,
                                   absl::Time now) {
  FB_RETURN_IF_ERROR(Check(statement).ToStatus());
  Receipt receipt;
  receipt.alert_id = base::AlertId(statement.alert_id());
  receipt.sealing = statement.sealing();
  receipt.ciphertext_sha256 = statement.ciphertext_sha256();
  receipt.kind = statement.kind();
  receipt.signer = base::RecipientId(statement.signer_id());
  receipt.handed_to = base::RecipientId(statement.handed_to());
  receipt.refusal = statement.refusal();
  receipt.at = FromWire(statement.at());
  receipt.recorded_at = now;
  receipt.wire = std::move(wire);
  return receipt;
}

}  // namespace firstbell::model
