#pragma once

// A device's store as an older program left it.

#include <array>
#include <filesystem>

#include "broker/base/status.h"
#include "clients/school/schema.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

// Undoes the schema's steps down to `version`, 6 or later; no store has it open.
inline void TakeBack(const std::filesystem::path& path, int version) {
  static constexpr std::array<const char*, 4> kUndo = {
      // 10, 9, 8, 7
      "DROP TABLE log_fork; ALTER TABLE notice DROP COLUMN log;"
      "ALTER TABLE log_trust DROP COLUMN edition; ALTER TABLE log_trust DROP COLUMN forked_at_us;"
      "ALTER TABLE log_trust DROP COLUMN why; ALTER TABLE log_trust DROP COLUMN alarming;"
      "ALTER TABLE log_trust DROP COLUMN newest",
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_size;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_since_us;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_answers;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_alarmed",
      "ALTER TABLE log_trust DROP COLUMN crowded", "DROP TABLE log_trust; DROP TABLE log_person"};
  static_assert(kSchemaVersion == 6 + kUndo.size(), "a step was added: say how it is undone");
  auto database = Database::Open(path).value();
  for (int step = kSchemaVersion; step > version; --step) {
    FB_CHECK(database->Execute(kUndo[static_cast<std::size_t>(kSchemaVersion - step)]).ok());
  }
  FB_CHECK(database->Execute(("PRAGMA user_version = " + std::to_string(version)).c_str()).ok());
}

}  // namespace firstbell::school
