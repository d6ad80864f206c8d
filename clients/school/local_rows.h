#pragma once

// Rows of a device's store, read; for the sources of LocalStore alone.

#include "clients/link/queued_receipt.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

// The first four columns, as every query below selects them.
inline link::SealingRef ReadRef(const Statement& row) {
  return {base::AlertId(row.Text(0)), static_cast<std::uint32_t>(row.Int(1)),
          static_cast<std::uint32_t>(row.Int(2)), row.Text(3)};
}

}  // namespace firstbell::school
