#include "broker/review/case_school.h"

#include <utility>

namespace firstbell::review {

base::Result<model::School> SchoolOrUnknown(store::Store& store, base::Urn urn) {
  auto facts = store.GetSchool(urn);
  if (facts.ok()) return std::move(facts->school);
  if (!absl::IsNotFound(facts.status())) return facts.status();
  model::School unknown;
  unknown.urn = urn;
  unknown.status = v1::SCHOOL_STATUS_UNSPECIFIED;
  return unknown;
}

v1::CaseSchool CaseSchoolOf(const model::School& school) {
  v1::CaseSchool wire;
  wire.set_urn(school.urn.value());
  wire.set_name(school.name);
  wire.set_town(school.town);
  wire.set_telephone(school.telephone);
  wire.set_status(school.status);
  return wire;
}

}  // namespace firstbell::review
