#pragma once

// A device's store as an older program left it.

#include <array>
#include <filesystem>

#include "broker/base/status.h"
#include "clients/school/schema.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

// Undoes the schema's steps down to `version`; no store has it open.
inline void TakeBack(const std::filesystem::path& path, int version) {
  static constexpr std::array<const char*, 11> kUndo = {
      // 12, 11, 10, 9, 8, 7, and so on down to 2
      "ALTER TABLE receipt DROP COLUMN form",
      "DROP TRIGGER alert_revised; DROP TRIGGER receipt_queued; DROP TRIGGER receipt_answered;"
      "DROP TRIGGER alert_ended; DROP TRIGGER alert_ended_otherwise; DROP VIEW alert_standing;"
      "DROP INDEX alert_waits; DROP INDEX alert_open; DROP INDEX sealing_asked;"
      "DROP INDEX sealing_deadline; DROP INDEX receipt_acknowledged;"
      "ALTER TABLE alert DROP COLUMN waits; ALTER TABLE alert DROP COLUMN is_open;"
      "ALTER TABLE link_standing DROP COLUMN heard_us;"
      "DROP TRIGGER shows_sealing; DROP TRIGGER shows_receipt; DROP TRIGGER shows_refusal;"
      "DROP TRIGGER shows_end; DROP TRIGGER shows_other_end; DROP TRIGGER shows_notice;"
      "DROP TRIGGER shows_duty; DROP TRIGGER shows_person; DROP TRIGGER shows_link;"
      "DROP TABLE shown_change",
      "DROP TABLE log_fork; ALTER TABLE notice DROP COLUMN log;"
      "ALTER TABLE log_trust DROP COLUMN edition; ALTER TABLE log_trust DROP COLUMN forked_at_us;"
      "ALTER TABLE log_trust DROP COLUMN why; ALTER TABLE log_trust DROP COLUMN alarming;"
      "ALTER TABLE log_trust DROP COLUMN newest",
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_size;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_since_us;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_answers;"
      "ALTER TABLE log_trust DROP COLUMN unwitnessed_alarmed",
      "ALTER TABLE log_trust DROP COLUMN crowded",
      "DROP TABLE log_trust; DROP TABLE log_person",
      "DROP TABLE duty; ALTER TABLE sealing DROP COLUMN offered_to;"
      "ALTER TABLE sealing DROP COLUMN offered_by; ALTER TABLE person DROP COLUMN duty;"
      "DROP INDEX receipt_once;"
      "CREATE UNIQUE INDEX receipt_once ON receipt (alert_id, sealing, kind, signer_id)"
      " WHERE outcome <= 1",
      "ALTER TABLE sealing DROP COLUMN part",
      "DROP TABLE ended",
      "DROP TABLE link_standing",
      "ALTER TABLE link_state DROP COLUMN learnt_since_boot_us;"
      "ALTER TABLE link_state DROP COLUMN boot_id"};
  static_assert(kSchemaVersion == 1 + kUndo.size(), "a step was added: say how it is undone");
  auto database = Database::Open(path).value();
  for (int step = kSchemaVersion; step > version; --step) {
    FB_CHECK(database->Execute(kUndo[static_cast<std::size_t>(kSchemaVersion - step)]).ok());
  }
  FB_CHECK(database->Execute(("PRAGMA user_version = " + std::to_string(version)).c_str()).ok());
}

}  // namespace firstbell::school
