#include "broker/review/agreement.h"

#include <algorithm>

namespace firstbell::review {
namespace {

using matching::Field;
using matching::Level;

v1::Agreement ByUrn(std::uint32_t heard, base::Urn urn) {
  return base::Urn(heard) == urn ? v1::AGREEMENT_AGREE : v1::AGREEMENT_DIFFER;
}

// "Elm Park" is close to "Elm Park Primary School".
v1::Agreement ByName(const std::string& heard, const std::string& name) {
  const auto a = matching::AddressWords(heard), b = matching::AddressWords(name);
  if (a.empty() || b.empty()) return v1::AGREEMENT_UNKNOWN;
  if (a == b) return v1::AGREEMENT_AGREE;
  const auto& [fewer, more] = a.size() <= b.size() ? std::tie(a, b) : std::tie(b, a);
  const bool part = std::includes(more.begin(), more.end(), fewer.begin(), fewer.end());
  return part ? v1::AGREEMENT_CLOSE : v1::AGREEMENT_DIFFER;
}

}  // namespace

v1::Agreement AgreementOf(Level level) {
  switch (level) {
    case Level::kUnknown:
      return v1::AGREEMENT_UNKNOWN;
    case Level::kExact:
      return v1::AGREEMENT_AGREE;
    case Level::kAlike:
    case Level::kDifferent:
      return v1::AGREEMENT_DIFFER;
    default:
      return v1::AGREEMENT_CLOSE;
  }
}

v1::Agreement SchoolAgreement(const v1::Child& reported, const model::School& school) {
  v1::Agreement best = v1::AGREEMENT_UNKNOWN;  // the enum's order is from agree to unknown
  for (const v1::SchoolHeard& heard : reported.schools_heard()) {
    best = std::min(best, heard.urn() != 0 ? ByUrn(heard.urn(), school.urn)
                                           : ByName(heard.name(), school.name));
  }
  return best;
}

void FillAgreements(const model::ChildIdentity& child, const model::Pupil& pupil, model::Date today,
                    v1::CaseCandidate& candidate) {
  const matching::Description of_pupil = matching::Describe(pupil);
  // Only the levels count here, and they need no roll: the pupil alone is one.
  matching::FrequencyCounter roll;
  roll.Add(of_pupil);
  const matching::Evidence evidence =
      matching::Compare({matching::Describe(child), {}}, of_pupil, base::Urn(), roll.Take(),
                        matching::Habits(), today);
  const auto at = [&](Field field) { return AgreementOf(evidence.at(field).level); };
  candidate.set_forename(at(Field::kForename));
  candidate.set_family_name(at(Field::kFamilyName));
  candidate.set_date_of_birth(at(Field::kBirthDate));
  candidate.set_postcode(at(Field::kPostcode));
  candidate.set_address(at(Field::kAddress));
  candidate.set_upn(at(Field::kUpn));
}

}  // namespace firstbell::review
