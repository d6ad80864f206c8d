#pragma once

// What both halves of the codec share: instants, dates, and parsing with the right error.

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/model/school_year.h"
#include "broker/model/text.h"
#include "firstbell/records/v1/records.pb.h"

namespace firstbell::store::rocks {

namespace records = firstbell::records::v1;

inline std::int64_t Nanos(absl::Time time) {
  return absl::ToUnixNanos(time);
}
inline absl::Time Instant(std::int64_t nanos) {
  return absl::FromUnixNanos(nanos);
}

inline std::int32_t Days(model::Date date) {
  return static_cast<std::int32_t>(date - model::Date(1970, 1, 1));
}
inline model::Date DateOf(std::int32_t days) {
  return model::Date(1970, 1, 1) + days;
}

// A school's year, as it stands in its row or in one of its own.
void ToRecord(const model::SchoolYear& year, records::SchoolYear& record);
base::Status FromRecord(const records::SchoolYear& record, model::SchoolYear& year);

inline base::Status Unreadable() {
  return base::DataLoss("a stored record does not read back; restore a backup");
}

template <typename Record>
base::Status Parse(std::string_view bytes, Record& record) {
  if (record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return base::OkStatus();
  return Unreadable();
}

}  // namespace firstbell::store::rocks
