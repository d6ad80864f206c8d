#include "clients/school/records/record.h"

namespace firstbell::school_records {

v1::RecordKind KindOf(const v1::RecordBody& body) {
  return static_cast<v1::RecordKind>(body.kind_case());  // the fields' numbers are the kinds'
}

absl::Time Tonight(absl::Time now, absl::TimeZone london) {
  return StartOf(absl::ToCivilDay(now, london) + 1, london);
}

absl::Time StartOf(absl::CivilDay day, absl::TimeZone london) {
  return absl::FromCivil(day, london);
}

}  // namespace firstbell::school_records
