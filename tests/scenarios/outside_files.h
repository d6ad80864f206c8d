#pragma once

// The files that an operator would be given: register, roll, bank holidays. Pure.

#include <set>
#include <string>

#include "broker/base/ids.h"
#include "firstbell/v1/operator_service.pb.h"
#include "firstbell/v1/policy.pb.h"

namespace firstbell::scenarios {

// As Get Information About Schools writes it, with the columns that are read.
std::string RegisterCsv(const v1::School& school);
std::string RollCsv(base::Urn urn, const v1::Pupil& pupil);
// As much of a policy as stories set; the certificate's file where there is one.
std::string PolicyToml(const v1::Policy& policy, const std::string& desk_certificate);
// As gov.uk writes it. The other divisions have a day too, for none may be empty.
std::string BankHolidaysJson(const std::set<std::string>& dates);

}  // namespace firstbell::scenarios
