#pragma once

// Rows of a device's store, read; for the sources of LocalStore alone.

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/link/queued_receipt.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

inline std::int64_t Us(absl::Time time) {
  return absl::ToUnixMicros(time);
}
inline absl::Time At(const Statement& row, int column) {
  return absl::FromUnixMicros(row.Int(column));
}

inline std::optional<absl::Time> MaybeAt(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return At(row, column);
}

// Reads every row with `read`.
template <typename Read>
auto All(base::Result<Statement> rows, const Read& read)
    -> base::Result<std::vector<decltype(read(*rows))>> {
  FB_RETURN_IF_ERROR(rows.status());
  std::vector<decltype(read(*rows))> values;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows->Step());
    if (!more) return values;
    values.push_back(read(*rows));
  }
}

// The first four columns, as every query below selects them.
inline link::SealingRef ReadRef(const Statement& row) {
  return {base::AlertId(row.Text(0)), static_cast<std::uint32_t>(row.Int(1)),
          static_cast<std::uint32_t>(row.Int(2)), row.Text(3)};
}

}  // namespace firstbell::school
