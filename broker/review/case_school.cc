#include "broker/review/case_school.h"

#include <utility>

namespace firstbell::review {

base::Result<model::School> SchoolOrUnknown(store::Store& store, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(store::SchoolFacts facts, FactsOrUnknown(store, urn));
  return std::move(facts.school);
}

base::Result<store::SchoolFacts> FactsOrUnknown(store::Store& store, base::Urn urn) {
  auto facts = store.GetSchool(urn);
  if (!absl::IsNotFound(facts.status())) return facts;
  store::SchoolFacts unknown;
  unknown.school.urn = urn;
  unknown.school.status = v1::SCHOOL_STATUS_UNSPECIFIED;
  return unknown;
}

v1::CaseSchool CaseSchoolOf(const model::School& school) {
  v1::CaseSchool wire;
  wire.set_urn(school.urn.value());
  wire.set_name(school.name);
  wire.set_town(school.town);
  wire.set_telephone(school.telephone);
  wire.set_status(school.status);
  wire.set_local_authority(school.local_authority_name);
  wire.set_trust_code(school.trust_code);
  return wire;
}

}  // namespace firstbell::review
