#include "clients/school/inbox.h"

#include <algorithm>
#include <string>
#include <utility>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/duty.h"
#include "broker/sealing/envelope.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

bool Begins(const std::string& id, std::string_view prefix) {
  return std::string_view(id).starts_with(prefix);
}

base::Status NotSealedToYou() {
  return base::PermissionDenied(
      "this alert is not sealed to you: a colleague on duty must take it; while nobody does, more "
      "people can read it as the bell comes near. If that cannot be right, telephone the force");
}

base::Status TakenBack(const HeldAlert& alert) {
  return base::FailedPrecondition("this alert was taken back (" +
                                  std::string(model::Word(alert.ended->state)) +
                                  "): it is not your school's any more, and its copy on this "
                                  "machine was destroyed. If you have "
                                  "read it, telephone the force");
}

base::Status RefusedHere() {
  return base::FailedPrecondition(
      "this school has said that the child is not its pupil: nobody here opens or takes it any "
      "more. "
      "If that was a mistake, telephone the force");
}

// Whoever acts on it must find it here, and not given back.
base::Status CheckStands(const HeldAlert& alert) {
  if (alert.ended && model::TakenBack(alert.ended->state)) return TakenBack(alert);
  return alert.refused_at ? RefusedHere() : base::OkStatus();
}

base::Status Expired(const HeldAlert& alert) {
  if (OverAt(alert)) {
    return base::FailedPrecondition(
        "this alert is over and has expired: what it says is read no more");
  }
  return base::FailedPrecondition(
      "this alert has expired: connect to the network, so that the broker sends it anew, or "
      "telephone the force; it stays in the list until it is acknowledged");
}

base::Result<v1::SealedEnvelope> ReadEnvelope(LocalStore& store, const HeldAlert& alert) {
  FB_ASSIGN_OR_RETURN(const std::string bytes, store.Envelope(alert.newest));
  v1::SealedEnvelope envelope;
  if (!envelope.ParseFromString(bytes)) return base::DataLoss("the kept alert is damaged");
  return envelope;
}

// By the header that was verified when it came.
bool SealedTo(const v1::SealedEnvelope& envelope, const base::RecipientId& id) {
  v1::EnvelopeHeader header;
  if (!header.ParseFromString(envelope.header())) return false;
  const auto& ids = header.recipient_ids();
  return std::find(ids.begin(), ids.end(), id.value()) != ids.end();
}

base::Result<v1::AlertContent> OpenNewest(LocalStore& store, const HeldAlert& alert,
                                          const UnlockedPerson& person,
                                          std::string_view envelope_public_key, absl::Time now) {
  FB_RETURN_IF_ERROR(CheckStands(alert));
  if (IsExpired(alert, now)) return Expired(alert);
  FB_ASSIGN_OR_RETURN(const v1::SealedEnvelope envelope, ReadEnvelope(store, alert));
  auto content = sealing::OpenEnvelope(envelope, envelope_public_key, person.opening_key,
                                       person.identity.opening_certificate);
  const bool not_theirs = !content.ok() && !SealedTo(envelope, person.identity.id);
  return not_theirs ? NotSealedToYou() : std::move(content);
}

}  // namespace

base::Result<Inbox> ReadInboxFacts(LocalStore& store, absl::Time now) {
  Inbox inbox;
  inbox.now = now;
  const absl::Time from = now - kNoticeLife;
  FB_ASSIGN_OR_RETURN(inbox.notices, store.NoticesSince(from, kNoticesShown));
  FB_ASSIGN_OR_RETURN(inbox.refused, store.RefusedSince(from, kNoticesShown));
  FB_ASSIGN_OR_RETURN(inbox.unanswered, store.CountUnanswered());
  FB_ASSIGN_OR_RETURN(inbox.link_standing, store.LastLinkStanding());
  return inbox;
}

base::Result<Inbox> ReadInbox(LocalStore& store, absl::Time now) {
  FB_ASSIGN_OR_RETURN(Inbox inbox, ReadInboxFacts(store, now));
  FB_ASSIGN_OR_RETURN(inbox.alerts, store.ShownAlerts());
  return inbox;
}

base::Result<HeldAlert> FindShown(LocalStore& store, std::string_view prefix) {
  if (prefix.empty()) return base::InvalidArgument("name an alert by the beginning of its id");
  FB_ASSIGN_OR_RETURN(std::vector<HeldAlert> alerts, store.ShownAlerts());
  std::erase_if(alerts, [&](const HeldAlert& alert) {
    return !Begins(alert.newest.alert_id.value(), prefix);
  });
  if (alerts.size() == 1) return std::move(alerts.front());
  if (alerts.empty()) {
    return base::NotFound(
        "no alert here has an id that begins so: see firstbell-school inbox list");
  }
  return base::InvalidArgument("several alerts have ids that begin so: give more characters");
}

base::Result<v1::AlertContent> OpenAlert(LocalStore& store, const HeldAlert& alert,
                                         const UnlockedPerson& person,
                                         std::string_view envelope_public_key, absl::Time now) {
  FB_ASSIGN_OR_RETURN(v1::AlertContent content,
                      OpenNewest(store, alert, person, envelope_public_key, now));
  if (alert.part == v1::PART_WHOLE) FillProtectiveDefaults(content);
  FB_RETURN_IF_ERROR(store
                         .QueueReceipt(link::SignToQueue(alert.newest, v1::RECEIPT_KIND_OPENED,
                                                         person.signer, now))
                         .status());
  return content;
}

base::Result<v1::AlertContent> ReadWhoItIs(LocalStore& store, const HeldAlert& alert,
                                           const UnlockedPerson& person,
                                           std::string_view envelope_public_key, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const v1::AlertContent whole,
                      OpenNewest(store, alert, person, envelope_public_key, now));
  v1::AlertContent who;
  who.set_force(whole.force());
  who.set_urgent(whole.urgent());
  *who.mutable_occurred_at() = whole.occurred_at();
  *who.mutable_attended_at() = whole.attended_at();
  v1::Child& child = *who.mutable_child();
  *child.mutable_name() = whole.child().name();
  child.set_date_of_birth(whole.child().date_of_birth());
  if (whole.child().has_age()) child.set_age(whole.child().age());
  child.mutable_home_address()->set_postcode(whole.child().home_address().postcode());
  return who;
}

base::Status CheckInForce(LocalStore& store, const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(const bool removed, store.WasRemoved(person));
  if (!removed) return base::OkStatus();
  return base::FailedPrecondition(
      "you are no longer enrolled at this school, and the broker would refuse your signature: a "
      "colleague on duty must take this now (firstbell-school inbox people tells who). If there is "
      "none, or this cannot be right, telephone the force and your operator");
}

base::Result<PersonIdentity> WhoActs(LocalStore& store, std::vector<PersonIdentity> here,
                                     std::string_view prefix) {
  std::vector<PersonIdentity> in_force;
  for (const PersonIdentity& person : here) {
    FB_ASSIGN_OR_RETURN(const bool removed, store.WasRemoved(person.id));
    if (!removed) in_force.push_back(person);
  }
  // Where only people who left are enrolled here, they are told so by what they try to do.
  const bool offer_all = !prefix.empty() || in_force.empty();
  return FindPerson(offer_all ? std::move(here) : std::move(in_force), prefix);
}

base::Status CheckMayAnswer(LocalStore& store, const HeldAlert& alert,
                            const UnlockedPerson& person) {
  FB_RETURN_IF_ERROR(CheckStands(alert));
  FB_RETURN_IF_ERROR(CheckInForce(store, person.identity.id));
  FB_ASSIGN_OR_RETURN(const v1::SealedEnvelope envelope, ReadEnvelope(store, alert));
  return SealedTo(envelope, person.identity.id) ? base::OkStatus() : NotSealedToYou();
}

base::Result<Queued> AcknowledgeAlert(LocalStore& store, const HeldAlert& alert,
                                      const UnlockedPerson& person,
                                      const base::RecipientId& handed_to, absl::Time now) {
  if (alert.part == v1::PART_IDENTITY && CheckStands(alert).ok()) {
    return base::FailedPrecondition(
        alert.ours_at ? "the rest of this alert is on its way, now that the child is known to be "
                        "yours: read it first, then acknowledge it"
                      : "say first whether the child is your pupil: inbox ours, or inbox refuse");
  }
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  return store.QueueReceipt(link::SignToQueue(alert.newest, v1::RECEIPT_KIND_ACKNOWLEDGED,
                                              person.signer, now, {.handed_to = handed_to}));
}

base::Result<Queued> SayOurs(LocalStore& store, const HeldAlert& alert,
                             const UnlockedPerson& person, absl::Time now) {
  if (alert.part != v1::PART_IDENTITY) {
    return base::FailedPrecondition(
        "the whole of this alert is here: nobody asks whose pupil it is");
  }
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  return store.QueueReceipt(
      link::SignToQueue(alert.newest, v1::RECEIPT_KIND_OURS, person.signer, now));
}

base::Result<Queued> RefuseAlert(LocalStore& store, const HeldAlert& alert,
                                 const UnlockedPerson& person, v1::RefusalReason reason,
                                 const v1::SchoolHeard& new_school, absl::Time now) {
  if (alert.refused_at) return Queued::kBefore;
  // As model::ParseReceipt has it: the broker would refuse what was signed.
  if (new_school.name().size() > limits::kNameBytes ||
      new_school.town().size() > limits::kNameBytes) {
    return base::InvalidArgument("the new school's name and its town have " +
                                 std::to_string(limits::kNameBytes) + " bytes each at most");
  }
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  return store.QueueReceipt(
      link::SignToQueue(alert.newest, v1::RECEIPT_KIND_REFUSED, person.signer, now,
                        {.handed_to = {}, .refusal = reason, .new_school = new_school}));
}

v1::RefusalReason ParseRefusal(const std::string& typed) {
  for (const v1::RefusalReason reason :
       {v1::REFUSAL_REASON_NEVER_HERE, v1::REFUSAL_REASON_LEFT, v1::REFUSAL_REASON_DUPLICATE}) {
    std::string word(model::Word(reason));
    std::replace(word.begin(), word.end(), '_', '-');
    if (word == typed) return reason;
  }
  return v1::REFUSAL_REASON_OTHER;
}

base::Result<Queued> SayArrival(LocalStore& store, const HeldAlert& alert,
                                const UnlockedPerson& person, v1::Arrival arrival, absl::Time now,
                                std::string_view form) {
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  if (StateOf(alert) != v1::ALERT_STATE_ACKNOWLEDGED) {
    return base::FailedPrecondition(
        "acknowledge the alert first: then say whether the child has come");
  }
  const v1::ReceiptKind kind = arrival == v1::ARRIVAL_SEEN   ? v1::RECEIPT_KIND_SEEN
                               : arrival == v1::ARRIVAL_LATE ? v1::RECEIPT_KIND_SEEN_LATE
                                                             : v1::RECEIPT_KIND_ABSENT;
  return store.QueueReceipt(link::SignToQueue(alert.newest, kind, person.signer, now), form);
}

base::Result<Queued> OfferAlert(LocalStore& store, const HeldAlert& alert,
                                const UnlockedPerson& person, const base::RecipientId& colleague,
                                absl::Time now, std::string_view form) {
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  if (OverAt(alert)) {
    return base::FailedPrecondition("the alert is over: there is nothing to hand over");
  }
  return store.QueueReceipt(link::SignToQueue(alert.newest, v1::RECEIPT_KIND_OFFERED, person.signer,
                                              now, {.handed_to = colleague}),
                            form);
}

base::Status SayDuty(LocalStore& store, const UnlockedPerson& person, const v1::Duty& duty,
                     absl::Time now) {
  FB_RETURN_IF_ERROR(CheckInForce(store, person.identity.id));
  v1::DutyStatement statement;
  statement.set_person_id(person.identity.id.value());
  *statement.mutable_at() = model::ToWire(now);
  *statement.mutable_duty() = duty;
  const v1::SignedDuty said = sealing::SignDuty(statement, person.signer.key);
  return store.QueueDuty(person.identity.id, duty, now,
                         {crypto::Sha256(said.statement()), said.SerializeAsString()});
}

base::Result<link::Person> FindColleague(LocalStore& store, std::string_view prefix,
                                         const base::RecipientId& self) {
  FB_ASSIGN_OR_RETURN(auto known, store.People());
  std::vector<link::Person> people = std::move(known).value_or(std::vector<link::Person>());
  std::erase_if(people, [&](const link::Person& person) {
    return prefix.empty() || !Begins(person.id.value(), prefix);
  });
  if (people.empty()) {
    return base::NotFound(
        "nobody who is enrolled at this school has that id: choose among its people");
  }
  if (people.size() > 1) {
    return base::InvalidArgument("several people have ids that begin so: give more characters");
  }
  if (people.front().id == self) {
    return base::InvalidArgument(
        "that is you: to keep it yourself, acknowledge it and hand it to nobody");
  }
  return std::move(people.front());
}

void FillProtectiveDefaults(v1::AlertContent& content) {
  v1::HandlingInstructions& handling = *content.mutable_child()->mutable_handling();
  if (handling.parent_contact() == v1::PARENT_CONTACT_UNSPECIFIED) {
    handling.set_parent_contact(v1::PARENT_CONTACT_NONE);
  }
  if (handling.child_awareness() == v1::CHILD_AWARENESS_UNSPECIFIED) {
    handling.set_child_awareness(v1::CHILD_AWARENESS_HIDDEN);
  }
}

}  // namespace firstbell::school
