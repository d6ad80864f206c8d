#pragma once

// Who can be sealed to and can sign at a school: its devices and its people. Values.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/duty.h"
#include "firstbell/v1/enrolment_service.pb.h"

namespace firstbell::model {

using RecipientRole = v1::RecipientRole;

struct Recipient {
  base::RecipientId id;
  base::Urn urn;
  RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  std::string display_name;         // of a person, for colleagues; never in an event
  std::string signing_certificate;  // X.509 DER, P-256
  std::string opening_certificate;  // a person's; empty for a device
  std::string curve_public_key;     // a device's, 32 bytes; empty for a person
  absl::Time enrolled_at;
  absl::Time certificate_expires_at;
  std::optional<absl::Time> revoked_at;
  Duty duty = {};  // of a person
  // When the person said so last, by their own clock; nothing: never, or an operator did.
  std::optional<absl::Time> duty_at = std::nullopt;
  // When a person signed something last; nothing: not since they were enrolled.
  std::optional<absl::Time> confirmed_at = std::nullopt;
  // When a device linked last, to within limits::kLinkedWithin.
  std::optional<absl::Time> linked_at = std::nullopt;
  friend bool operator==(const Recipient&, const Recipient&) = default;

  bool is_device() const { return role == v1::RECIPIENT_ROLE_DEVICE; }
  bool in_force() const { return !revoked_at.has_value(); }
};

// What an operator handed out: the right to enrol once, at one school, in one role. The secret
// itself is not kept.
struct EnrolmentGrant {
  std::string secret_sha256;  // 32 bytes; identifies it
  base::Urn urn;
  RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  std::string display_name;
  absl::Time expires_at;
  base::RecipientId used_by;  // empty: nobody yet
  friend bool operator==(const EnrolmentGrant&, const EnrolmentGrant&) = default;
};

}  // namespace firstbell::model
