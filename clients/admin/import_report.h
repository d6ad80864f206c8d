#pragma once

// What every import has: its options, what it came to, and saying so.

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "adapters/csv/reject.h"
#include "clients/admin/operator_door.h"
#include "clients/console/app.h"

namespace firstbell::admin {

struct ImportOptions {
  std::filesystem::path file;
  std::filesystem::path rejects;
  bool only_add = false;

  std::filesystem::path RejectPath() const {
    return rejects.empty() ? std::filesystem::path(file.string() + ".rejects.csv") : rejects;
  }
};

// What an import came to, over all its calls.
struct Sums {
  std::uint64_t added = 0, changed = 0, removed = 0, unchanged = 0;

  template <typename Response>
  void Add(const Response& response) {
    added += response.added();
    changed += response.changed();
    unchanged += response.unchanged();
    if constexpr (requires { response.removed(); }) removed += response.removed();
  }
};

// Says what happened; bad rows make the exit code say so too. InvalidArgument: the file had no row.
base::Result<console::Exit> Report(console::App& app, std::string_view what,
                                   const adapters::Totals& totals, const Sums& sums,
                                   adapters::RejectFile& rejects);

// firstbell-admin roll import.
base::Result<console::Exit> ImportRoll(console::App& app, const Where& where,
                                       const ImportOptions& options);
// firstbell-admin roll quality.
base::Result<console::Exit> ShowRollQuality(console::App& app, const std::filesystem::path& file);

}  // namespace firstbell::admin
