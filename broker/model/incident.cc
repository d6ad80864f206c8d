#include "broker/model/incident.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "broker/crypto/hash.h"
#include "broker/model/incident_check.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace firstbell::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Where nothing was said, what protects the child holds.
void FillDefaults(v1::Incident& incident) {
  if (incident.revision() == 0) incident.set_revision(1);
  if (incident.legal_basis() == v1::LEGAL_BASIS_UNSPECIFIED) {
    incident.set_legal_basis(v1::LEGAL_BASIS_DAA_2021_S49A);
  }
  for (v1::Child& child : *incident.mutable_children()) {
    v1::HandlingInstructions& handling = *child.mutable_handling();
    if (handling.parent_contact() == v1::PARENT_CONTACT_UNSPECIFIED) {
      handling.set_parent_contact(v1::PARENT_CONTACT_NONE);
    }
    if (handling.child_awareness() == v1::CHILD_AWARENESS_UNSPECIFIED) {
      handling.set_child_awareness(v1::CHILD_AWARENESS_HIDDEN);
    }
  }
}

// An empty message within a message says the same as an absent one: one form for both. A time says
// something even where all its fields are zero.
void ClearEmptyMessages(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type() == google::protobuf::Timestamp::descriptor()) continue;
    if (!field->is_repeated()) {
      Message& below = *reflection->MutableMessage(&message, field);
      ClearEmptyMessages(below);
      if (below.ByteSizeLong() == 0) reflection->ClearField(&message, field);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      ClearEmptyMessages(*reflection->MutableRepeatedMessage(&message, field, i));
    }
  }
}

// Nothing where there is neither date of birth nor age, which a checked incident does not have.
std::optional<ChildIdentity> IdentityOf(const v1::Child& child) {
  ChildIdentity identity;
  if (const auto birth = ParseDate(child.date_of_birth())) {
    identity.date_of_birth = base::Redacted<Date>(*birth);
  } else if (child.date_of_birth().empty() && child.has_age()) {
    identity.age = static_cast<int>(child.age());
  } else {
    return std::nullopt;
  }
  identity.child_ref = base::ChildRef(child.child_ref());
  identity.given_names = PersonText(child.name().given_names());
  identity.family_name = PersonText(child.name().family_name());
  identity.preferred_given_name = PersonText(child.name().preferred_given_name());
  identity.former_family_name = PersonText(child.name().former_family_name());
  if (const auto upn = ParseUpn(child.upn())) identity.upn = base::Redacted<Upn>(*upn);
  const auto& lines = child.home_address().lines();
  identity.address = PersonText(absl::StrJoin(lines, ", "));
  identity.postcode = PersonText(child.home_address().postcode());
  for (const v1::SchoolHeard& heard : child.schools_heard()) {
    identity.schools_heard.push_back({heard.name(), heard.town(), base::Urn(heard.urn())});
  }
  identity.setting = child.setting();
  identity.is_protected = child.is_protected();
  identity.looked_after = child.looked_after();
  return identity;
}

std::optional<std::vector<ChildIdentity>> IdentitiesOf(const v1::Incident& incident) {
  std::vector<ChildIdentity> identities;
  for (const v1::Child& child : incident.children()) {
    auto identity = IdentityOf(child);
    if (!identity) return std::nullopt;
    identities.push_back(*std::move(identity));
  }
  return identities;
}

}  // namespace

base::Result<Incident> Incident::Parse(v1::Incident wire, absl::Time now) {
  wire.DiscardUnknownFields();
  Violations violations;
  CheckIncident(wire, now, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  FillDefaults(wire);
  ClearEmptyMessages(wire);
  auto identities = IdentitiesOf(wire);
  FB_CHECK(identities.has_value());
  Incident incident;
  incident.reference_ = base::Reference(wire.reference());
  incident.children_ = *std::move(identities);
  incident.wire_ = std::move(wire);
  return incident;
}

// What Parse would refuse today may have been right when it was stored, so only what the broker
// decides on must be there.
base::Result<Incident> Incident::FromCanonical(std::string_view bytes) {
  Incident incident;
  const bool parsed = incident.wire_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  auto identities = parsed ? IdentitiesOf(incident.wire_) : std::nullopt;
  if (!identities || identities->empty() || incident.wire_.reference().empty()) {
    return base::DataLoss("the stored incident cannot be read: restore it from a backup");
  }
  incident.reference_ = base::Reference(incident.wire_.reference());
  incident.children_ = *std::move(identities);
  return incident;
}

std::string Incident::Canonical() const {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    FB_CHECK(wire_.SerializeToCodedStream(&coded));
  }
  return bytes;
}

std::string Incident::Digest() const {
  return crypto::Sha256(Canonical());
}

}  // namespace firstbell::model
