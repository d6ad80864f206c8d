#include "broker/dispatch/receipt_desk.h"

#include <algorithm>
#include <map>

#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/model/receipt.h"
#include "broker/placing/events.h"
#include "broker/sealing/receipt.h"
#include "broker/store/rules.h"

namespace firstbell::dispatch {
namespace {

constexpr std::string_view kStop = "dispatch/receipt_desk";

using model::Event;
using model::EventKind;

Event RecordedEvent(const model::Receipt& receipt, const model::Alert& alert,
                    std::string_view signed_sha256) {
  Event event(EventKind::kReceiptRecorded, receipt.recorded_at);
  event.With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .With(alert.authority)
      .With(receipt.signer)
      .WithWord("receipt", model::Word(receipt.kind))
      .WithNumber("sealing", receipt.sealing)
      .WithTime("signed_at", receipt.at)
      .WithDigest("signed_sha256", signed_sha256);
  if (receipt.kind == v1::RECEIPT_KIND_ACKNOWLEDGED) {
    event.WithWord("in_time", receipt.recorded_at < alert.deadline ? "yes" : "no");
  }
  if (receipt.kind == v1::RECEIPT_KIND_REFUSED) {
    event.WithWord("reason", model::Word(receipt.refusal));
  }
  return event;
}

// Of a child that its school refused: it waits for a person, unless a machine finds it elsewhere.
Event CaseOpenedEvent(const model::Alert& alert, std::size_t child, absl::Time at) {
  model::Case asked;
  asked.incident_id = alert.incident_id;
  asked.force = alert.force;
  asked.reason = v1::REASON_REFUSED;
  return placing::CaseOpenedEvent(asked, child, at);
}

v1::ReceiptOutcome OutcomeOf(const base::Status& status) {
  switch (status.code()) {
    case base::Code::kOk:
      return v1::RECEIPT_OUTCOME_RECORDED;
    case base::Code::kNotFound:
      return v1::RECEIPT_OUTCOME_UNKNOWN_ALERT;
    case base::Code::kFailedPrecondition:
      return v1::RECEIPT_OUTCOME_WRONG_DIGEST;
    case base::Code::kPermissionDenied:
      return v1::RECEIPT_OUTCOME_REVOKED_SIGNER;
    case base::Code::kOutOfRange:
      return v1::RECEIPT_OUTCOME_TOO_MANY;
    default:
      return v1::RECEIPT_OUTCOME_UNSPECIFIED;
  }
}

// Not answered, so that it comes again.
v1::ReceiptOutcome NotJudged(const base::Status& why, const std::string& alert) {
  base::LogError(kStop, base::Message(why), {{"alert", alert}});
  return v1::RECEIPT_OUTCOME_UNSPECIFIED;
}

std::string_view OutcomeWord(v1::ReceiptOutcome outcome) {
  switch (outcome) {
    case v1::RECEIPT_OUTCOME_BAD_SIGNATURE:
      return "bad_signature";
    case v1::RECEIPT_OUTCOME_UNKNOWN_ALERT:
      return "unknown_alert";
    case v1::RECEIPT_OUTCOME_WRONG_DIGEST:
      return "wrong_digest";
    case v1::RECEIPT_OUTCOME_REVOKED_SIGNER:
      return "revoked_signer";
    case v1::RECEIPT_OUTCOME_TOO_MANY:
      return "too_many";
    default:
      return "malformed";
  }
}

// Somebody at its former school may have read it: a breach that its force must hear of.
void WarnIfSeen(const model::Receipt& receipt) {
  // A refusal took it back itself; where it had been opened, its breach is in the log.
  const bool seen = receipt.kind != v1::RECEIPT_KIND_RECEIVED &&
                    receipt.kind != v1::RECEIPT_KIND_ERASED &&
                    receipt.kind != v1::RECEIPT_KIND_REFUSED;
  if (!seen) return;
  base::LogWarning(kStop, "an alert that was taken back was seen at the school: tell its force",
                   {{"alert", receipt.alert_id.value()},
                    {"urn", receipt.urn.ToString()},
                    {"receipt", std::string(model::Word(receipt.kind))}});
}

}  // namespace

// A receipt on its way: `outcome` says RECORDED only once it is durable; unspecified, not known
// yet.
struct ReceiptDesk::Judged {
  std::string statement_sha256;  // by it the answer names it
  std::string signed_sha256;     // by it the log does
  v1::ReceiptOutcome outcome = v1::RECEIPT_OUTCOME_UNSPECIFIED;
  std::optional<model::Receipt> receipt;  // where it is good so far
  bool is_new = false;                    // recorded now
  bool taken_back = false;                // the alert
  bool by_roll = false;                   // a machine's *ours*: nobody has looked
  std::size_t child = 0;                  // of a refusal: its place in the incident
  std::string alert = "-";                // as the log names it, once the statement was parsed
};

// Of one batch: most of its receipts are one signer's, who is looked up and whose key is read once.
// The store judges again whether they are in force when a receipt is recorded.
class ReceiptDesk::Signers {
 public:
  struct Signer {
    model::Recipient recipient;
    base::Result<crypto::PublicKey> key;
  };

  explicit Signers(store::Store& store) : store_(store) {}

  const base::Result<Signer>& Find(const base::RecipientId& id) {
    const auto known = signers_.find(id);
    return known != signers_.end() ? known->second : signers_.emplace(id, Read(id)).first->second;
  }

 private:
  base::Result<Signer> Read(const base::RecipientId& id) {
    FB_ASSIGN_OR_RETURN(model::Recipient recipient, store_.GetRecipient(id));
    auto key = sealing::SignerKey(recipient.signing_certificate);
    return Signer{std::move(recipient), std::move(key)};
  }

  store::Store& store_;
  std::map<base::RecipientId, base::Result<Signer>> signers_;
};

ReceiptOutcomes ReceiptDesk::Take(const Device& from, const v1::ReceiptBatch& batch,
                                  absl::Time now) {
  std::vector<Judged> judged;
  Signers signers(store_);
  for (const v1::Receipt& receipt : batch.receipts()) {
    judged.push_back(Judge(from, receipt, signers, now));
  }
  Record(judged);
  LogRefusals(from, judged, now);
  ReceiptOutcomes outcomes;
  for (const Judged& one : judged) {
    if (one.outcome == v1::RECEIPT_OUTCOME_UNSPECIFIED) continue;
    auto& answer = *outcomes.answers.add_answers();
    answer.set_statement_sha256(one.statement_sha256);
    answer.set_outcome(one.outcome);
    if (one.outcome != v1::RECEIPT_OUTCOME_RECORDED) continue;
    const model::Receipt& receipt = *one.receipt;
    outcomes.recorded.push_back({receipt.alert_id, receipt.sealing, receipt.kind, receipt.signer,
                                 one.is_new, one.taken_back});
  }
  return outcomes;
}

ReceiptDesk::Judged ReceiptDesk::Judge(const Device& from, const v1::Receipt& receipt,
                                       Signers& signers, absl::Time now) {
  Judged judged{.statement_sha256 = crypto::Sha256(receipt.statement()),
                .signed_sha256 = sealing::LoggedDigest(receipt),
                .outcome = v1::RECEIPT_OUTCOME_MALFORMED};
  const auto statement = sealing::PeekStatement(receipt);
  if (!statement.ok()) return judged;
  if (const auto refusal = RefuseSigner(from, receipt, *statement, signers)) {
    judged.outcome = *refusal;
    return judged;
  }
  const auto& signer = signers.Find(base::RecipientId(statement->signer_id()));
  judged.by_roll = statement->kind() == v1::RECEIPT_KIND_OURS && signer->recipient.is_device();
  auto parsed = model::ParseReceipt(*statement, receipt.SerializeAsString(), now);
  if (!parsed.ok()) return judged;
  judged.alert = parsed->alert_id.value();
  if (const auto refusal = RefuseColleague(from, *statement); refusal && !Known(*parsed)) {
    judged.outcome = *refusal;
    return judged;
  }
  parsed->urn = from.urn;
  judged.outcome = v1::RECEIPT_OUTCOME_UNSPECIFIED;
  judged.receipt = *std::move(parsed);
  return judged;
}

std::optional<v1::ReceiptOutcome> ReceiptDesk::RefuseSigner(const Device& from,
                                                            const v1::Receipt& receipt,
                                                            const v1::ReceiptStatement& statement,
                                                            Signers& signers) {
  const auto& signer = signers.Find(base::RecipientId(statement.signer_id()));
  if (absl::IsNotFound(signer.status())) return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  if (!signer.ok()) return NotJudged(signer.status(), "-");
  const model::Recipient& recipient = signer->recipient;
  // Another school's signer is refused in the same words as a forged signature.
  if (recipient.urn != from.urn) return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  if (!signer->key.ok() || !sealing::VerifyReceipt(receipt, *signer->key).ok()) {
    return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  }
  const model::SignerKind wanted = model::SignerOf(statement.kind());
  const auto is = recipient.is_device() ? model::SignerKind::kDevice : model::SignerKind::kPerson;
  const bool may_sign = wanted == is || wanted == model::SignerKind::kEither;
  if (!may_sign) return v1::RECEIPT_OUTCOME_BAD_SIGNATURE;
  return std::nullopt;
}

std::optional<v1::ReceiptOutcome> ReceiptDesk::RefuseColleague(
    const Device& from, const v1::ReceiptStatement& statement) {
  if (statement.handed_to().empty()) return std::nullopt;
  const auto colleague = store_.GetRecipient(base::RecipientId(statement.handed_to()));
  if (absl::IsNotFound(colleague.status())) return v1::RECEIPT_OUTCOME_MALFORMED;
  // A refused acknowledgement would be lost for good.
  if (!colleague.ok()) return NotJudged(colleague.status(), statement.alert_id());
  const bool takes_over =
      colleague->urn == from.urn && !colleague->is_device() && colleague->in_force();
  if (!takes_over) return v1::RECEIPT_OUTCOME_MALFORMED;
  return std::nullopt;
}

// One that was recorded and not answered comes again, also when its signer or colleague has been
// revoked since: it gets the answer that it missed. For a signer the store judges so by itself.
bool ReceiptDesk::Known(const model::Receipt& receipt) {
  const auto recorded = store_.ReceiptsOf(receipt.alert_id);
  return recorded.ok() && std::any_of(recorded->begin(), recorded->end(),
                                      [&](const auto& one) { return one.wire == receipt.wire; });
}

void ReceiptDesk::Record(std::vector<Judged>& judged) {
  std::vector<store::NewReceipt> receipts;
  std::vector<Judged*> owners;
  for (Judged& one : judged) {
    if (!one.receipt) continue;
    if (one.receipt->kind == v1::RECEIPT_KIND_REFUSED) one.child = PlaceOf(*one.receipt);
    receipts.push_back(
        {*one.receipt, [&one](const model::Alert& before, const model::Alert& after) {
           return EventsOf(one, before, after);
         }});
    owners.push_back(&one);
  }
  if (receipts.empty()) return;
  // If we die before this returns, the device has no answer and sends them again; if after, the
  // second sending finds them recorded.
  const auto results = store_.RecordReceipts(receipts);
  NoteAlive(receipts, results);
  for (std::size_t i = 0; i < results.size(); ++i) {
    owners[i]->outcome = OutcomeOf(results[i].status());
    owners[i]->is_new = results[i].ok() && !results[i]->was_there;
    owners[i]->taken_back = results[i].ok() && model::TakenBack(results[i]->alert.state);
    const bool looked_at = owners[i]->is_new && !owners[i]->by_roll;
    if (looked_at && owners[i]->taken_back) WarnIfSeen(*owners[i]->receipt);
    if (owners[i]->is_new) observer_.AlertChanged(results[i]->alert);
    // A machine is never hasty, and may have many to answer.
    if (looked_at) Answered(*owners[i]->receipt, results[i]->alert);
    if (owners[i]->outcome == v1::RECEIPT_OUTCOME_UNSPECIFIED) {
      base::LogError(kStop, base::Message(results[i].status()), {{"alert", owners[i]->alert}});
    }
  }
}

// Who signs is still there. If we die before this, that is known by what they sign next.
void ReceiptDesk::NoteAlive(const std::vector<store::NewReceipt>& receipts,
                            const std::vector<base::Result<store::Recorded>>& results) {
  std::vector<store::SignOfLife> signs;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const model::Receipt& receipt = receipts[i].receipt;
    const bool said = results[i].ok() && !results[i]->was_there &&
                      model::SignerOf(receipt.kind) == model::SignerKind::kPerson;
    if (said) signs.push_back({receipt.signer, receipt.recorded_at});
  }
  if (signs.empty()) return;
  const base::Status noted = store_.NoteAlive(signs);
  if (!noted.ok()) base::LogError(kStop, base::Message(noted));
}

store::Events ReceiptDesk::EventsOf(const Judged& judged, const model::Alert& before,
                                    const model::Alert& after) {
  const model::Receipt& receipt = *judged.receipt;
  store::Events events = {RecordedEvent(receipt, before, judged.signed_sha256)};
  if (after.breach_at && !before.breach_at) {
    events.push_back(placing::BreachEvent(after, *after.breach_at));
  }
  if (after.arrival.said == v1::ARRIVAL_ABSENT && before.arrival.said != v1::ARRIVAL_ABSENT) {
    events.push_back(Event(EventKind::kChildAbsent, receipt.recorded_at)
                         .With(after.id)
                         .With(after.force)
                         .With(after.urn)
                         .With(after.authority));
  }
  if (!store::RefusedNow(before, after)) return events;
  events.push_back(placing::RedirectedEvent(after, "refused", receipt.recorded_at));
  events.push_back(CaseOpenedEvent(after, judged.child, receipt.recorded_at));
  return events;
}

// An incident's children keep their places. One that cannot be read is the log's loss alone.
std::size_t ReceiptDesk::PlaceOf(const model::Receipt& receipt) {
  const auto alert = store_.GetAlert(receipt.alert_id);
  if (!alert.ok()) return 0;
  const auto incident = store_.GetIncident(alert->incident_id);
  if (!incident.ok()) return 0;
  const std::vector<base::ChildRef> children = store::ChildrenOf(*incident);
  const auto found = std::find(children.begin(), children.end(), alert->child_ref);
  return static_cast<std::size_t>(found - children.begin());
}

// What a person said of whose pupil the child is. If we die before a flag is durable, it is lost,
// and the receipts that it is about are not.
void ReceiptDesk::Answered(const model::Receipt& receipt, const model::Alert& alert) {
  const bool refused = receipt.kind == v1::RECEIPT_KIND_REFUSED;
  if (!refused && receipt.kind != v1::RECEIPT_KIND_OURS) return;
  const auto receipts = store_.ReceiptsOf(alert.id);
  const bool hasty = receipts.ok() && Hasty(receipt, *receipts);
  const bool bulk = hasty_.Bulk(receipt.signer, receipt.recorded_at);
  for (const auto& [raised, why] : {std::pair(hasty, "hasty"), std::pair(bulk, "bulk")}) {
    if (!raised) continue;
    base::LogWarning(kStop, "a school says too quickly whose pupils children are: ask it",
                     {{"alert", alert.id.value()}, {"urn", alert.urn.ToString()}, {"why", why}});
    const base::Status logged =
        store_.AppendEvents({Event(EventKind::kAnswerFlagged, receipt.recorded_at)
                                 .With(alert.id)
                                 .With(alert.force)
                                 .With(alert.urn)
                                 .With(alert.authority)
                                 .With(receipt.signer)
                                 .WithWord("receipt", model::Word(receipt.kind))
                                 .WithWord("why", why)});
    if (!logged.ok()) base::LogError(kStop, base::Message(logged), {{"alert", alert.id.value()}});
  }
  if (refused && alert.refused != v1::REFUSAL_REASON_UNSPECIFIED && refused_) refused_(alert);
}

void ReceiptDesk::LogRefusals(const Device& from, const std::vector<Judged>& judged,
                              absl::Time now) {
  store::Events events;
  for (const Judged& one : judged) {
    if (one.outcome == v1::RECEIPT_OUTCOME_UNSPECIFIED ||
        one.outcome == v1::RECEIPT_OUTCOME_RECORDED) {
      continue;
    }
    base::LogWarning(kStop, "a receipt was refused",
                     {{"alert", one.alert},
                      {"device", from.id.value()},
                      {"urn", from.urn.ToString()},
                      {"why", std::string(OutcomeWord(one.outcome))}});
    events.push_back(Event(EventKind::kReceiptRefused, now)
                         .With(from.id)
                         .With(from.urn)
                         .WithWord("reason", OutcomeWord(one.outcome))
                         .WithDigest("signed_sha256", one.signed_sha256));
  }
  if (events.empty()) return;
  const base::Status logged = store_.AppendEvents(events);
  if (!logged.ok()) base::LogError(kStop, base::Message(logged), {{"device", from.id.value()}});
}

}  // namespace firstbell::dispatch
