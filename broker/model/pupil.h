#pragma once

// A pupil on a school's roll. Values; any thread.

#include <optional>
#include <string>

#include "broker/base/ids.h"
#include "broker/base/secret.h"
#include "broker/model/text.h"
#include "broker/model/upn.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::model {

using PersonText = base::Redacted<std::string>;

// A valid UPN is kept parsed; one that is not is dropped here, since the roll's importer already
// named it to the operator.
struct Pupil {
  base::LocalId local_id;
  PersonText given_names;
  PersonText family_name;
  base::Redacted<Date> date_of_birth;
  std::optional<base::Redacted<Upn>> upn;
  PersonText preferred_given_name;
  PersonText former_family_name;
  PersonText address;
  PersonText postcode;
  v1::Enrolment enrolment = v1::ENROLMENT_CURRENT;
  std::optional<Date> entry_date;
  std::optional<Date> leaving_date;
  bool is_protected = false;
  friend bool operator==(const Pupil&, const Pupil&) = default;

  // On the roll on `day`: entered, and not yet left. The leaving date is the last day on roll.
  bool OnRoll(Date day) const {
    return (!entry_date || *entry_date <= day) && (!leaving_date || day <= *leaving_date);
  }
};

// Where a pupil stands on which roll.
struct PupilAtSchool {
  base::Urn urn;
  Pupil pupil;
  // When this roll first claimed this child, by the broker's clock and not by what the roll says.
  absl::Time claimed_at = {};
  // The school itself has said that this child is not its pupil, and its roll says the same as
  // then.
  bool disputed = false;
  friend bool operator==(const PupilAtSchool&, const PupilAtSchool&) = default;
};

base::Result<Pupil> ParsePupil(const v1::Pupil& wire, std::string_view path);
v1::Pupil ToWire(const Pupil& pupil);

}  // namespace firstbell::model
