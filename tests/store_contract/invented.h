#pragma once

// Invented schools, pupils, recipients and incidents. Nobody in here exists.

#include <string>
#include <vector>

#include "broker/crypto/hash.h"
#include "broker/store/store.h"

namespace firstbell::store {

using model::Event;
using model::EventKind;

// Minutes after ten past two on a Monday morning in November.
inline absl::Time At(int minutes) {
  return absl::FromUnixSeconds(1'794'190'200) + absl::Minutes(minutes);
}

inline Events OneEvent(EventKind kind = EventKind::kLogQueried) {
  return {Event(kind, At(0))};
}

// One alert handed to a link.
inline Status Send(Store& store, const base::AlertId& id, absl::Time now, const Events& events) {
  const SentAlert sent{id, events};
  return store.RecordSent({&sent, 1}, now).front().status();
}

inline const base::Urn kSaltwood(100123), kHythe(100456);
inline const base::ForceCode kKent("kent"), kEssex("essex");

inline model::School SchoolOf(base::Urn urn, std::string name) {
  model::School school;
  school.urn = urn;
  school.name = std::move(name);
  school.local_authority_code = "886";
  school.local_authority_name = "Kent";
  school.establishment_number = "1234";
  school.type = "Community school";
  school.phase = "Primary";
  school.town = "Hythe";
  school.postcode = "CT21 4QJ";
  school.telephone = "01632960123";
  school.trust_code = "2044";
  return school;
}

inline void AddSchools(Store& store) {
  const std::vector<model::School> schools = {SchoolOf(kSaltwood, "Saltwood Primary"),
                                              SchoolOf(kHythe, "Hythe Bay")};
  (void)store.ImportSchools(schools, {}).value();
}

// A UPN of this number; its check letter is found by trying.
inline base::Redacted<model::Upn> UpnOf(const std::string& twelve_digits) {
  for (char letter = 'A'; letter <= 'Z'; ++letter) {
    if (const auto upn = model::ParseUpn(letter + twelve_digits)) {
      return base::Redacted<model::Upn>(*upn);
    }
  }
  std::abort();
}

// A block by a name that a test can say.
inline std::uint64_t BlockOf(std::string_view name) {
  return std::hash<std::string_view>()(name);
}

inline RollEntry PupilOf(const std::string& local_id, const std::string& family_name,
                         const std::vector<std::string>& blocks, std::uint64_t fingerprint = 1) {
  RollEntry entry;
  entry.pupil.local_id = base::LocalId(local_id);
  entry.pupil.given_names = model::PersonText("Zsófia Ottoline");
  entry.pupil.family_name = model::PersonText(family_name);
  entry.pupil.date_of_birth = base::Redacted<model::Date>(model::Date(2017, 3, 9));
  entry.pupil.postcode = model::PersonText("CT21 4QJ");
  for (const std::string& block : blocks) entry.blocks.push_back(BlockOf(block));
  entry.fingerprint = fingerprint;
  return entry;
}

// The fingerprint says how promising a pupil is.
inline FoundPupils FindIn(Store& store, const std::vector<std::string>& blocks, int least = 0) {
  PupilQuery query;
  for (const std::string& block : blocks) query.blocks.push_back(BlockOf(block));
  query.promise = [](std::uint64_t fingerprint, base::Urn) {
    return static_cast<int>(fingerprint);
  };
  query.least = least;
  return store.FindPupils(query).value();
}
inline std::vector<model::PupilAtSchool> FindIn(Store& store, const std::string& block) {
  return FindIn(store, std::vector<std::string>{block}).pupils;
}

inline model::EnrolmentGrant GrantOf(const std::string& secret, base::Urn urn,
                                     model::RecipientRole role) {
  return {crypto::Sha256(secret), urn, role, "Mx Ottoline Fennimore", At(24 * 60)};
}

inline model::Recipient RecipientOf(const std::string& id, base::Urn urn,
                                    model::RecipientRole role) {
  model::Recipient recipient;
  recipient.id = base::RecipientId(id);
  recipient.urn = urn;
  recipient.role = role;
  recipient.display_name = "Mx Ottoline Fennimore";
  recipient.signing_certificate = "signing certificate of " + id;
  if (role == v1::RECIPIENT_ROLE_DEVICE) {
    recipient.curve_public_key = crypto::Sha256(id);
  } else {
    recipient.opening_certificate = "opening certificate of " + id;
  }
  recipient.enrolled_at = At(1);
  recipient.certificate_expires_at = At(1) + limits::kCertificateLife;
  return recipient;
}

// With a code of its own.
inline Status EnrolNow(Store& store, const model::Recipient& recipient, const Events& events = {}) {
  const std::string secret = "secret of " + recipient.id.value();
  FB_RETURN_IF_ERROR(store.AddEnrolmentGrant(GrantOf(secret, recipient.urn, recipient.role), {}));
  return store.Enrol(crypto::Sha256(secret), recipient, At(1), events);
}

inline model::Alert AlertOf(const Incident& incident, int number, base::Urn urn) {
  model::Alert alert;
  alert.id = base::AlertId(incident.id.value() + "-alert-" + std::to_string(number));
  alert.incident_id = incident.id;
  alert.force = incident.force;
  alert.child_ref = base::ChildRef("child-" + std::to_string(number));
  alert.urn = urn;
  alert.accepted_at = incident.accepted_at;
  alert.changed_at = incident.accepted_at;
  alert.show_from = incident.accepted_at + absl::Hours(5);
  alert.deadline = incident.accepted_at + absl::Hours(6);
  alert.climb_at = alert.show_from;
  return alert;
}

// One alert at each of these schools, and one case.
inline NewIncident NightOf(const base::ForceCode& force, const std::string& reference, int minute,
                           const std::vector<base::Urn>& schools) {
  NewIncident night;
  Incident& incident = night.incident;
  incident.id = base::IncidentId(force.value() + "-" + reference);
  incident.force = force;
  incident.reference = base::Reference(reference);
  incident.digest = crypto::Sha256(reference);
  incident.content = "sealed by the vault";
  incident.accepted_at = At(minute);
  night.events.push_back(Event(EventKind::kIncidentAccepted, At(minute)).With(incident.id));
  for (const base::Urn urn : schools) {
    const model::Alert alert = AlertOf(incident, static_cast<int>(night.alerts.size()) + 1, urn);
    incident.children.push_back({alert.child_ref, v1::CHILD_OUTCOME_ACCEPTED,
                                 v1::REASON_UNSPECIFIED, alert.show_from, alert.deadline});
    night.events.push_back(
        Event(EventKind::kAlertAccepted, At(minute)).With(alert.id).With(alert.force));
    night.alerts.push_back(alert);
  }
  model::Case at_review{incident.id,
                        force,
                        base::ChildRef("unknown-child"),
                        v1::REASON_NOT_UNIQUE,
                        {{kSaltwood, base::LocalId("7")}, {kHythe, base::LocalId("8")}},
                        At(minute),
                        At(minute) + absl::Hours(6),
                        std::nullopt};
  incident.children.push_back({at_review.child_ref, v1::CHILD_OUTCOME_AT_REVIEW, at_review.reason,
                               std::nullopt, std::nullopt});
  night.cases.push_back(std::move(at_review));
  return night;
}

// An officer places the child of the night's case at these schools, or withholds it where there are
// none.
inline NewDecision DecisionOf(const NewIncident& night, const std::string& officer, int minute,
                              const std::vector<base::Urn>& urns) {
  NewDecision decision;
  decision.incident_id = night.incident.id;
  decision.child_ref = night.cases[0].child_ref;
  decision.decision = {
      urns.empty() ? v1::CHILD_OUTCOME_WITHHELD : v1::CHILD_OUTCOME_ACCEPTED,
      urns.empty() ? v1::DECISION_REASON_DUPLICATE : v1::DECISION_REASON_DETAILS_AGREE,
      base::OfficerId(officer), urns, At(minute)};
  decision.events.push_back(Event(EventKind::kCaseDecided, At(minute)).With(night.incident.id));
  for (const base::Urn urn : urns) {
    model::Alert alert = AlertOf(night.incident, static_cast<int>(urn.value()), urn);
    alert.child_ref = decision.child_ref;
    alert.accepted_at = alert.changed_at = At(minute);
    decision.events.push_back(Event(EventKind::kAlertAccepted, At(minute)).With(alert.id));
    decision.alerts.push_back(std::move(alert));
  }
  return decision;
}

// The night's first child is found at another school instead.
inline Replacement ReplacementOf(const NewIncident& night, int minute, base::Urn urn) {
  const model::Alert& before = night.alerts[0];
  Replacement change{.incident_id = night.incident.id,
                     .child_ref = before.child_ref,
                     .at = At(minute),
                     .ended = {before.id}};
  model::Alert alert = AlertOf(night.incident, static_cast<int>(urn.value()) * 10, urn);
  alert.child_ref = before.child_ref;
  alert.accepted_at = alert.changed_at = At(minute);
  alert.roll_as_of = At(minute - 1);
  change.alerts.push_back(alert);
  change.events = {Event(EventKind::kAlertRedirected, At(minute)).With(before.id),
                   Event(EventKind::kAlertAccepted, At(minute)).With(alert.id)};
  return change;
}

// The same, and nobody knows where it is.
inline Replacement ReviewOf(const NewIncident& night, int minute) {
  Replacement change = ReplacementOf(night, minute, kHythe);
  change.alerts.clear();
  change.events.pop_back();
  change.review = model::Case{
      night.incident.id, night.incident.force, change.child_ref, v1::REASON_NO_MATCH, {},
      At(minute),        At(minute + 60)};
  change.review->roll_as_of = At(minute - 1);
  return change;
}

// One look of an officer at the night's case; keeps what was known of the officer before it.
inline NewLook LookOf(const NewIncident& night, const std::string& officer, int minute,
                      model::OfficerLooks* before = nullptr) {
  const base::IncidentId id = night.incident.id;
  return {night.incident.force, base::OfficerId(officer),
          [=](model::OfficerLooks& looks) -> Events {
            if (before != nullptr) *before = looks;
            looks.looks.push_back({id, 0, At(minute), minute % 2 == 1});
            looks.alarmed(model::LookAlarm::kManyDecided) = At(minute);
            return {Event(EventKind::kCaseViewed, At(minute)).With(id)};
          }};
}

inline NewSealing SealingOf(const model::Alert& alert, std::uint32_t number,
                            std::vector<base::RecipientId> people) {
  NewSealing sealing;
  sealing.sealing.alert_id = alert.id;
  sealing.sealing.number = number;
  sealing.sealing.people = std::move(people);
  sealing.sealing.ciphertext_sha256 = crypto::Sha256(alert.id.value() + std::to_string(number));
  sealing.sealing.envelope = "envelope " + std::to_string(number);
  sealing.sealing.sealed_at = At(2);
  sealing.sealing.show_from = alert.show_from;
  sealing.sealing.deadline = alert.deadline;
  sealing.events.push_back(Event(EventKind::kAlertSealed, At(2)).With(alert.id));
  return sealing;
}

inline NewReceipt ReceiptOf(const NewSealing& sealing, v1::ReceiptKind kind,
                            const model::Recipient& signer, int minute) {
  NewReceipt receipt;
  receipt.receipt.alert_id = sealing.sealing.alert_id;
  receipt.receipt.sealing = sealing.sealing.number;
  receipt.receipt.ciphertext_sha256 = sealing.sealing.ciphertext_sha256;
  receipt.receipt.kind = kind;
  receipt.receipt.signer = signer.id;
  receipt.receipt.urn = signer.urn;
  receipt.receipt.at = At(minute) - absl::Seconds(1);
  receipt.receipt.recorded_at = At(minute);
  receipt.receipt.wire = "statement and signature";
  receipt.events = [minute](const model::Alert& before, const model::Alert&) -> Events {
    return {Event(EventKind::kReceiptRecorded, At(minute)).With(before.id)};
  };
  return receipt;
}

// The night's second revision, as it stood when it was accepted: the first alert is revised, the
// second withdrawn, a third comes; the case is closed.
inline NewRevision RevisionOf(const NewIncident& night, int minute) {
  NewRevision revision;
  revision.incident = night.incident;
  revision.incident.revision = 2;
  revision.incident.digest = crypto::Sha256(night.incident.reference.value() + " corrected");
  revision.incident.content = "sealed by the vault once more";
  revision.incident.revised_at = At(minute);
  revision.follows = 1;
  revision.alerts_before = night.alerts;
  const model::Alert& first = night.alerts[0];
  revision.changed.push_back(
      {first, model::Revised(first, {2, At(minute), false, first.show_from, first.deadline})});
  for (std::size_t i = 1; i < night.alerts.size(); ++i) {
    model::Alert withdrawn = night.alerts[i];
    withdrawn.revision = 2;
    withdrawn.state = v1::ALERT_STATE_WITHDRAWN;
    withdrawn.changed_at = At(minute);
    revision.changed.push_back({night.alerts[i], withdrawn});
  }
  model::Alert third = AlertOf(night.incident, 3, kSaltwood);
  third.revision = 2;
  third.accepted_at = third.changed_at = At(minute);
  revision.alerts.push_back(third);
  model::Case closed = night.cases[0];
  closed.decision = {
      v1::CHILD_OUTCOME_WITHDRAWN, v1::DECISION_REASON_WITHDRAWN, {}, {}, At(minute)};
  revision.cases.push_back({night.cases[0], closed});
  revision.events = {Event(EventKind::kIncidentRevised, At(minute)).With(night.incident.id),
                     Event(EventKind::kAlertRevised, At(minute)).With(first.id)};
  return revision;
}

// From the foot of its ladder to the call list, and the first call.
inline Status ToTheCallList(Store& store, const base::AlertId& id) {
  const NewClimb climb{id, 0, 4, At(500), true, OneEvent(EventKind::kAlertClimbed)};
  return store.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().status();
}
inline Status NotReached(Store& store, const base::ForceCode& force, const base::AlertId& id) {
  const Events events = OneEvent(EventKind::kCallRecorded);
  return store
      .RecordCall({id,
                   force,
                   0,
                   v1::CALL_OUTCOME_NOT_REACHED,
                   base::OfficerId("wren"),
                   At(380),
                   {},
                   events})
      .status();
}

}  // namespace firstbell::store
