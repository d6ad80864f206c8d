#pragma once

// An incident that passed every check, and what the broker decides on in it. Bytes from outside
// become one in Incident::Parse and nowhere else. A value; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/secret.h"
#include "broker/model/pupil.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::model {

// A school that the officer was told.
struct SchoolHeard {
  std::string name, town;
  base::Urn urn;  // empty: not known
};

// What is known of who a child is: the question put to matching.
struct ChildIdentity {
  base::ChildRef child_ref;
  PersonText given_names;
  PersonText family_name;
  PersonText preferred_given_name;
  PersonText former_family_name;
  std::optional<base::Redacted<Date>> date_of_birth;
  std::optional<int> age;                  // in years, only where no date is known
  std::optional<base::Redacted<Upn>> upn;  // only where valid
  PersonText address, postcode;            // of home
  std::vector<SchoolHeard> schools_heard;
  v1::EducationSetting setting = v1::EDUCATION_SETTING_UNSPECIFIED;
  bool is_protected = false;
  bool looked_after = false;
};

class Incident {
 public:
  // InvalidArgument whose BadRequest names every faulty field as "incident.<path>". `now` bounds
  // what lies in the future.
  static base::Result<Incident> Parse(v1::Incident wire, absl::Time now);
  // Bytes that Canonical() gave, read back from our own vault. DataLoss where they are not.
  static base::Result<Incident> FromCanonical(std::string_view bytes);

  const base::Reference& reference() const { return reference_; }
  std::uint32_t revision() const { return wire_.revision(); }
  bool urgent() const { return wire_.urgent(); }
  v1::LegalBasis legal_basis() const { return wire_.legal_basis(); }
  const std::vector<ChildIdentity>& children() const { return children_; }
  // Normalised: texts trimmed, defaults that protect filled in.
  const v1::Incident& wire() const { return wire_; }

  // The incident's one byte form (proto/FORMATS.md, "Canonical incident"), and its SHA-256: equal
  // for two submissions exactly when they say the same.
  std::string Canonical() const;
  std::string Digest() const;

 private:
  Incident() = default;
  v1::Incident wire_;
  base::Reference reference_;
  std::vector<ChildIdentity> children_;
};

}  // namespace firstbell::model
