#include "broker/registry/enrolment.h"

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/limits.h"
#include "broker/crypto/curve.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::registry {
namespace {

using model::Event;
using model::EventKind;

constexpr std::size_t kSecretBytes = 16;
using crypto::kCurveKeyBytes;
constexpr std::string_view kCodePrefix = "FB1-";

base::Status NoSuchCode() {
  return base::PermissionDenied(
      "this code cannot be used: ask your operator for a new one (a code works once, within 24 "
      "hours)");
}

base::Status CheckCodeRequest(v1::CreateEnrolmentCodeRequest& request) {
  model::Violations violations;
  if (!v1::RecipientRole_IsValid(request.role()) ||
      request.role() == v1::RECIPIENT_ROLE_UNSPECIFIED) {
    violations.Add("role", "say device, lead, deputy or head");
  }
  const bool person = request.role() != v1::RECIPIENT_ROLE_DEVICE;
  model::CheckText(*request.mutable_display_name(), "display_name", limits::kNameBytes,
                   person ? model::Presence::kRequired : model::Presence::kOptional,
                   model::Lines::kOne, violations);
  return violations.ToStatus();
}

base::Result<std::string> CheckedKey(const std::string& request, std::string_view field) {
  auto key = crypto::CheckSigningRequest(request);
  if (!key.ok()) return model::FieldError(field, base::Message(key.status()));
  return key;
}

Event KeyEvent(const model::Recipient& recipient, EventKind kind, absl::Time at) {
  return Event(kind, at)
      .With(recipient.id)
      .With(recipient.urn)
      .WithWord("role", model::Word(recipient.role));
}

// Whether `request` proves possession of a key that is in `certificate`.
bool Holds(const std::string& request, const std::string& certificate) {
  const auto key = crypto::CheckSigningRequest(request);
  const auto facts = crypto::ReadCertificate(certificate);
  return key.ok() && facts.ok() && *key == facts->public_key;
}

bool HoldsKeysOf(const model::Recipient& recipient, const v1::EnrolRequest& request) {
  return Holds(request.signing_request(), recipient.signing_certificate) &&
         (recipient.is_device() ? request.curve_public_key() == recipient.curve_public_key
                                : Holds(request.opening_request(), recipient.opening_certificate));
}

base::Result<store::Events> EnrolledEvents(const model::Recipient& recipient) {
  Event event = KeyEvent(recipient, EventKind::kRecipientEnrolled, recipient.enrolled_at);
  event.WithDigest("signing_certificate_sha256", crypto::Sha256(recipient.signing_certificate));
  if (recipient.is_device()) {
    event.WithDigest("curve_key_sha256", crypto::Sha256(recipient.curve_public_key));
  } else {
    FB_ASSIGN_OR_RETURN(const auto facts, crypto::ReadCertificate(recipient.opening_certificate));
    event.WithDigest("opening_key_sha256", crypto::Sha256(facts.public_key));
  }
  return store::Events{event};
}

}  // namespace

BrokerFacts FactsOf(const Config& config, const Keyring& keys, const store::Identity& identity) {
  BrokerFacts facts;
  facts.enrolment_address = config.enrolment_public;
  facts.root_certificate = keys.root;
  facts.issuing_certificate = keys.issuing.certificate;
  facts.identity.set_link_address(config.link_public);
  facts.identity.set_curve_public_key(keys.curve_public);
  facts.identity.set_envelope_public_key(keys.envelope.PublicKey());
  facts.identity.set_origin(identity.origin);
  facts.identity.set_simulated_clock(identity.simulated);
  return facts;
}

base::Result<v1::CreateEnrolmentCodeResponse> Enrolment::CreateCode(
    const v1::CreateEnrolmentCodeRequest& request, absl::Time now) {
  v1::CreateEnrolmentCodeRequest checked = request;
  FB_RETURN_IF_ERROR(CheckCodeRequest(checked));
  const base::Urn urn(checked.urn());
  FB_RETURN_IF_ERROR(store_.GetSchool(urn).status());
  const base::Secret secret = crypto::RandomSecret(kSecretBytes);
  const model::EnrolmentGrant grant{crypto::Sha256(secret.Reveal()), urn, checked.role(),
                                    checked.display_name(), now + limits::kEnrolmentCodeLife};
  FB_RETURN_IF_ERROR(
      store_.AddEnrolmentGrant(grant, {Event(EventKind::kEnrolmentCodeCreated, now)
                                           .With(urn)
                                           .WithWord("role", model::Word(grant.role))
                                           .WithTime("expires_at", grant.expires_at)}));
  v1::EnrolmentCode code;
  code.set_secret(std::string(secret.Reveal()));
  code.set_enrolment_address(facts_.enrolment_address);
  code.set_root_sha256(crypto::Sha256(facts_.root_certificate));
  code.set_role(grant.role);
  code.set_urn(urn.value());
  *code.mutable_expires_at() = model::ToWire(grant.expires_at);
  v1::CreateEnrolmentCodeResponse response;
  response.set_code(std::string(kCodePrefix) + base::Base64UrlEncode(code.SerializeAsString()));
  *response.mutable_expires_at() = code.expires_at();
  return response;
}

base::Result<v1::EnrolResponse> Enrolment::Enrol(const v1::EnrolRequest& request, absl::Time now) {
  const std::string digest = crypto::Sha256(request.secret());
  const auto grant = store_.FindEnrolmentGrant(digest, now);
  if (absl::IsNotFound(grant.status())) return NoSuchCode();
  if (!grant.ok()) return grant.status();
  if (!grant->used_by.empty()) return AnswerAgain(*grant, request);
  FB_ASSIGN_OR_RETURN(const model::Recipient recipient, MakeRecipient(*grant, request, now));
  FB_ASSIGN_OR_RETURN(const store::Events events, EnrolledEvents(recipient));
  // If we die before this returns, the code still works; if after, the keys are enrolled and the
  // school, which kept them, asks again: AnswerAgain.
  const base::Status enrolled = store_.Enrol(digest, recipient, now, events);
  if (absl::IsNotFound(enrolled)) return NoSuchCode();
  FB_RETURN_IF_ERROR(enrolled);
  observer_.RecipientChanged(recipient);
  return Answer(recipient);
}

base::Result<v1::EnrolResponse> Enrolment::AnswerAgain(const model::EnrolmentGrant& grant,
                                                       const v1::EnrolRequest& request) {
  FB_ASSIGN_OR_RETURN(const model::Recipient recipient, store_.GetRecipient(grant.used_by));
  if (!recipient.in_force() || !HoldsKeysOf(recipient, request)) return NoSuchCode();
  observer_.RecipientChanged(recipient);
  return Answer(recipient);
}

base::Result<model::Recipient> Enrolment::MakeRecipient(const model::EnrolmentGrant& grant,
                                                        const v1::EnrolRequest& request,
                                                        absl::Time now) {
  model::Recipient recipient;
  recipient.id = base::RecipientId(crypto::RandomId());
  recipient.urn = grant.urn;
  recipient.role = grant.role;
  recipient.display_name = grant.display_name;
  recipient.enrolled_at = now;
  const absl::Time wall = base::SystemClock().Now();
  recipient.certificate_expires_at = wall + limits::kCertificateLife;
  const Role role = recipient.is_device() ? Role::kDevice : Role::kPerson;
  const Identity identity{role,
                          {grant.urn.ToString(), recipient.id.value()},
                          "urn:firstbell:school:" + grant.urn.ToString() + ":" +
                              std::string(Word(role)) + ":" + recipient.id.value()};
  FB_ASSIGN_OR_RETURN(const std::string signing,
                      CheckedKey(request.signing_request(), "signing_request"));
  FB_ASSIGN_OR_RETURN(
      recipient.signing_certificate,
      certificates_.IssueRecipient(identity, crypto::Usage::kSigning, signing, wall));
  if (recipient.is_device()) {
    if (request.curve_public_key().size() != kCurveKeyBytes) {
      return model::FieldError("curve_public_key", "a device's CURVE public key is 32 bytes");
    }
    recipient.curve_public_key = request.curve_public_key();
    return recipient;
  }
  FB_ASSIGN_OR_RETURN(const std::string opening,
                      CheckedKey(request.opening_request(), "opening_request"));
  FB_ASSIGN_OR_RETURN(
      recipient.opening_certificate,
      certificates_.IssueRecipient(identity, crypto::Usage::kOpening, opening, wall));
  return recipient;
}

base::Result<v1::EnrolResponse> Enrolment::Answer(const model::Recipient& recipient) {
  FB_ASSIGN_OR_RETURN(const store::SchoolFacts facts, store_.GetSchool(recipient.urn));
  v1::EnrolResponse response;
  response.set_recipient_id(recipient.id.value());
  response.set_urn(recipient.urn.value());
  response.set_role(recipient.role);
  response.set_display_name(recipient.display_name);
  response.set_signing_certificate(recipient.signing_certificate);
  response.set_opening_certificate(recipient.opening_certificate);
  response.add_chain(facts_.issuing_certificate);
  response.add_chain(facts_.root_certificate);
  *response.mutable_broker() = facts_.identity;
  response.set_school_name(facts.school.name);
  return response;
}

base::Result<v1::RevokeRecipientResponse> Enrolment::Revoke(
    const v1::RevokeRecipientRequest& request, absl::Time now) {
  const base::RecipientId id(request.recipient_id());
  FB_ASSIGN_OR_RETURN(const model::Recipient before, store_.GetRecipient(id));
  FB_ASSIGN_OR_RETURN(
      const model::Recipient revoked,
      store_.Revoke(id, now, {KeyEvent(before, EventKind::kRecipientRevoked, now)}));
  observer_.RecipientChanged(revoked);
  v1::RevokeRecipientResponse response;
  *response.mutable_recipient() = ToWire(revoked);
  FB_RETURN_IF_ERROR(TellWhoIsLeft(revoked.urn, response));
  return response;
}

base::Result<v1::Recipient> Enrolment::SetDuty(const v1::SetDutyRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::Duty duty, model::ParseDuty(request.duty(), "duty"));
  const base::RecipientId id(request.recipient_id());
  FB_ASSIGN_OR_RETURN(const model::Recipient before, store_.GetRecipient(id));
  model::Event event(EventKind::kDutySet, now);
  event.With(id).With(before.urn).WithWord("by", "operator");
  FB_ASSIGN_OR_RETURN(const model::Recipient after,
                      store_.SetDuty({id, duty, now, false, {std::move(event)}}));
  observer_.RecipientChanged(after);
  return ToWire(after);
}

base::Status Enrolment::TellWhoIsLeft(base::Urn urn, v1::RevokeRecipientResponse& response) {
  FB_ASSIGN_OR_RETURN(const InForce left, CountInForce(store_, urn));
  response.set_people_in_force(left.people);
  response.set_devices_in_force(left.devices);
  std::uint32_t open = 0;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, limits::kMaxPageSize));
    open += static_cast<std::uint32_t>(page.items.size());
    after = page.next;
  } while (!after.empty());
  response.set_alerts_open(open);
  return base::OkStatus();
}

base::Result<InForce> CountInForce(store::Store& store, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const auto all, store.RecipientsOf(urn));
  InForce count;
  for (const model::Recipient& one : all) {
    if (one.in_force()) ++(one.is_device() ? count.devices : count.people);
  }
  return count;
}

v1::Recipient ToWire(const model::Recipient& recipient) {
  v1::Recipient wire;
  wire.set_recipient_id(recipient.id.value());
  wire.set_urn(recipient.urn.value());
  wire.set_role(recipient.role);
  wire.set_display_name(recipient.display_name);
  *wire.mutable_enrolled_at() = model::ToWire(recipient.enrolled_at);
  if (recipient.revoked_at) *wire.mutable_revoked_at() = model::ToWire(*recipient.revoked_at);
  *wire.mutable_certificate_expires_at() = model::ToWire(recipient.certificate_expires_at);
  if (!recipient.is_device()) *wire.mutable_duty() = model::ToWire(recipient.duty);
  if (recipient.linked_at) *wire.mutable_linked_at() = model::ToWire(*recipient.linked_at);
  if (recipient.confirmed_at) {
    *wire.mutable_confirmed_at() = model::ToWire(*recipient.confirmed_at);
  }
  const auto facts = crypto::ReadCertificate(recipient.signing_certificate);
  if (facts.ok()) wire.set_signing_key_sha256(crypto::Sha256(facts->public_key));
  return wire;
}

}  // namespace firstbell::registry
