#pragma once

// What every import has: its options, what it came to, and saying so.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/csv/reject.h"
#include "clients/admin/operator_door.h"
#include "clients/console/app.h"

namespace firstbell::admin {

struct ImportOptions {
  std::filesystem::path file;
  std::filesystem::path rejects;
  std::filesystem::path links;  // of the schools' register; empty: none
  std::filesystem::path links_rejects;
  std::string scope;  // whose published calendar it is; empty: the file says it
  bool only_add = false;

  std::filesystem::path RejectPath() const { return rejects.empty() ? Beside(file) : rejects; }
  std::filesystem::path LinksRejectPath() const {
    return links_rejects.empty() ? Beside(links) : links_rejects;
  }

 private:
  static std::filesystem::path Beside(const std::filesystem::path& file) {
    return file.string() + ".rejects.csv";
  }
};

// What the file of links beside a register came to.
struct LinkSums {
  std::uint64_t rows = 0, schools = 0, left_aside = 0, rejected = 0;
};

// What an import came to, over all its calls.
struct Sums {
  std::uint64_t added = 0, changed = 0, removed = 0, unchanged = 0;
  std::optional<LinkSums> links;

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
// The part of it that is about bad rows, for a second file.
console::Exit ReportRejects(console::App& app, std::uint64_t rejected,
                            const adapters::RejectFile& rejects);

// firstbell-admin roll import.
base::Result<console::Exit> ImportRoll(console::App& app, const Where& where,
                                       const ImportOptions& options);
// firstbell-admin roll quality.
base::Result<console::Exit> ShowRollQuality(console::App& app, const std::filesystem::path& file);

}  // namespace firstbell::admin
