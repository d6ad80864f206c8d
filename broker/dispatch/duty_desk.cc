#include "broker/dispatch/duty_desk.h"

#include <algorithm>

#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/duty.h"
#include "broker/sealing/receipt.h"

namespace firstbell::dispatch {
namespace {

constexpr std::string_view kStop = "dispatch/duty_desk";

// Whose and of which school; when somebody is away is between them and their school.
model::Event SetEvent(const model::Recipient& person, const v1::SignedDuty& duty, absl::Time now) {
  model::Event event(model::EventKind::kDutySet, now);
  event.With(person.id).With(person.urn).WithWord("by", "person");
  event.WithDigest("signed_sha256", sealing::LoggedDigest(duty));
  return event;
}

base::Status Verify(const model::Recipient& person, const v1::SignedDuty& duty) {
  FB_ASSIGN_OR_RETURN(const auto key, sealing::SignerKey(person.signing_certificate));
  return sealing::VerifyDuty(duty, key);
}

}  // namespace

DutyOutcomes DutyDesk::Take(const Device& from, const v1::DutyBatch& batch, absl::Time now) {
  DutyOutcomes outcomes;
  for (const v1::SignedDuty& duty : batch.duties()) {
    const v1::ReceiptOutcome outcome = Judge(from, duty, now, outcomes.changed);
    if (outcome == v1::RECEIPT_OUTCOME_UNSPECIFIED) continue;
    v1::ReceiptAnswer& answer = *outcomes.answers.add_answers();
    answer.set_statement_sha256(crypto::Sha256(duty.statement()));
    answer.set_outcome(outcome);
    if (outcome == v1::RECEIPT_OUTCOME_RECORDED) continue;
    base::LogWarning(kStop, "what somebody says of their duty was refused",
                     {{"device", from.id.value()}, {"urn", from.urn.ToString()}});
  }
  return outcomes;
}

v1::ReceiptOutcome DutyDesk::Judge(const Device& from, const v1::SignedDuty& duty, absl::Time now,
                                   bool& changed) {
  const auto statement = sealing::PeekDuty(duty);
  if (!statement.ok() || !base::IsRandomId(statement->person_id()) || !statement->has_at() ||
      !model::ValidTimestamp(statement->at())) {
    return v1::RECEIPT_OUTCOME_MALFORMED;
  }
  const auto parsed = model::ParseDuty(statement->duty(), "duty");
  if (!parsed.ok()) return v1::RECEIPT_OUTCOME_MALFORMED;
  const auto person = store_.GetRecipient(base::RecipientId(statement->person_id()));
  if (absl::IsNotFound(person.status())) return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  if (!person.ok()) {
    base::LogError(kStop, base::Message(person.status()), {{"device", from.id.value()}});
    return v1::RECEIPT_OUTCOME_UNSPECIFIED;
  }
  // Another school's signer is refused in the same words as a forged signature.
  const bool known = person->urn == from.urn && !person->is_device();
  if (!known || !Verify(*person, duty).ok()) return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  if (!person->in_force()) return v1::RECEIPT_OUTCOME_REVOKED_SIGNER;
  // By a clock that is ahead, nothing later could be said for long.
  const absl::Time at = std::min(model::FromWire(statement->at()), now);
  const auto set = store_.SetDuty({person->id, *parsed, at, true, {SetEvent(*person, duty, now)}});
  if (absl::IsFailedPrecondition(set.status())) return v1::RECEIPT_OUTCOME_REVOKED_SIGNER;
  if (!set.ok()) {
    base::LogError(kStop, base::Message(set.status()), {{"device", from.id.value()}});
    return v1::RECEIPT_OUTCOME_UNSPECIFIED;
  }
  changed |= set->duty != person->duty;
  return v1::RECEIPT_OUTCOME_RECORDED;
}

}  // namespace firstbell::dispatch
