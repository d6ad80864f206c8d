#include "clients/school/schema.h"

#include <array>
#include <string>

namespace firstbell::school {
namespace {

// Times are microseconds since 1970, UTC. A script, once released, is never changed: add the next.
//
// What happened to an alert is not written twice: its receipts say when it was shown, opened and
// acknowledged. `outcome` is a v1::ReceiptOutcome, 0 while the broker has not answered.
constexpr const char kVersion1[] = R"sql(
CREATE TABLE sealing (
  alert_id TEXT NOT NULL,
  sealing INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  ciphertext_sha256 BLOB NOT NULL,
  show_from_us INTEGER NOT NULL,
  deadline_us INTEGER NOT NULL,
  expires_at_us INTEGER NOT NULL,
  received_at_us INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (alert_id, sealing)
) STRICT;
CREATE TABLE alert (
  alert_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  sealing INTEGER NOT NULL,
  FOREIGN KEY (alert_id, sealing) REFERENCES sealing (alert_id, sealing)
) STRICT;
CREATE TABLE receipt (
  statement_sha256 BLOB PRIMARY KEY,
  alert_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  sealing INTEGER NOT NULL,
  ciphertext_sha256 BLOB NOT NULL,
  kind INTEGER NOT NULL,
  signer_id TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  wire BLOB NOT NULL,
  outcome INTEGER NOT NULL DEFAULT 0,
  answered_at_us INTEGER
) STRICT;
CREATE INDEX receipt_of_alert ON receipt (alert_id, revision, kind, at_us);
CREATE INDEX receipt_unanswered ON receipt (at_us) WHERE outcome = 0;
CREATE INDEX receipt_refused ON receipt (answered_at_us) WHERE outcome > 1;
CREATE UNIQUE INDEX receipt_once ON receipt (alert_id, sealing, kind, signer_id)
  WHERE outcome <= 1;
CREATE TABLE person (
  recipient_id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  role INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  opening_key_sha256 BLOB NOT NULL
) STRICT;
CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  recipient_id TEXT NOT NULL,
  role INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  opening_key_sha256 BLOB NOT NULL
) STRICT;
CREATE TABLE link_state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  people_known INTEGER NOT NULL DEFAULT 0,
  broker_time_us INTEGER,
  simulated INTEGER,
  learnt_at_us INTEGER
) STRICT;
INSERT INTO link_state (one) VALUES (1);
PRAGMA user_version = 1;
)sql";

// What this machine's boot clock said when the broker's time was learnt, and of which run: by these
// the time is known after a restart of the program. Of an older anchor: of no run.
constexpr const char kVersion2[] = R"sql(
ALTER TABLE link_state ADD COLUMN learnt_since_boot_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE link_state ADD COLUMN boot_id TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;
)sql";

// How the link stands, as link_watch.h has it; `state` 0: no daemon has run yet.
constexpr const char kVersion3[] = R"sql(
CREATE TABLE link_standing (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  state INTEGER NOT NULL DEFAULT 0,
  since_us INTEGER NOT NULL DEFAULT 0,
  why TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO link_standing (one) VALUES (1);
PRAGMA user_version = 3;
)sql";

// Alerts that are over for the whole school, as the broker said: acknowledged on another machine,
// for instance. `revision` is the one that ended; `state` a v1::AlertState.
constexpr const char kVersion4[] = R"sql(
CREATE TABLE ended (
  alert_id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  state INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  acknowledged_by TEXT NOT NULL,
  FOREIGN KEY (alert_id) REFERENCES alert (alert_id)
) STRICT;
PRAGMA user_version = 4;
)sql";

// `part` is a v1::Part. The envelope of a sealing whose content was destroyed is empty, and stays
// so.
constexpr const char kVersion5[] = R"sql(
ALTER TABLE sealing ADD COLUMN part INTEGER NOT NULL DEFAULT 1;
PRAGMA user_version = 5;
)sql";

// What a signer may say of one sealing more than once (model::Repeats): the kinds from 8 on. And
// what people say of their own duty, until it is answered.
constexpr const char kVersion6[] = R"sql(
DROP INDEX receipt_once;
CREATE UNIQUE INDEX receipt_once ON receipt (alert_id, sealing, kind, signer_id)
  WHERE outcome <= 1 AND kind < 8;
CREATE TABLE duty (
  statement_sha256 BLOB PRIMARY KEY,
  person_id TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  duty BLOB NOT NULL,
  wire BLOB NOT NULL,
  outcome INTEGER NOT NULL DEFAULT 0
) STRICT;
ALTER TABLE sealing ADD COLUMN offered_to TEXT NOT NULL DEFAULT '';
ALTER TABLE sealing ADD COLUMN offered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN duty BLOB NOT NULL DEFAULT x'';
PRAGMA user_version = 6;
)sql";

// What is remembered of the delivery log (link::LogTrust). `standing` is a link::Standing;
// `sealed_to` holds key identifiers of 20 bytes, one after the other. Apart from `person`, which is
// replaced with each list.
constexpr const char kVersion7[] = R"sql(
CREATE TABLE log_trust (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  log_key TEXT NOT NULL DEFAULT '',
  checkpoint BLOB NOT NULL DEFAULT x'',
  contradicted INTEGER NOT NULL DEFAULT 0,
  forked INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO log_trust (one) VALUES (1);
CREATE TABLE log_person (
  recipient_id TEXT PRIMARY KEY,
  opening_key_sha256 BLOB NOT NULL,
  key_id BLOB NOT NULL,
  standing INTEGER NOT NULL,
  since_us INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  sealed_to BLOB NOT NULL,
  gone_at_us INTEGER
) STRICT;
PRAGMA user_version = 7;
)sql";

constexpr const char kVersion8[] = R"sql(
ALTER TABLE log_trust ADD COLUMN crowded INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 8;
)sql";

// What witnesses have not borne out yet (link::Unwitnessed).
constexpr const char kVersion9[] = R"sql(
ALTER TABLE log_trust ADD COLUMN unwitnessed_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_trust ADD COLUMN unwitnessed_since_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_trust ADD COLUMN unwitnessed_answers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_trust ADD COLUMN unwitnessed_alarmed INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = 9;
)sql";

// Of a fork what the broker showed (link::Fork), and the forks that are over (link::PastFork), for
// as long as the store lives. `edition` rises with each log that people here accept. Of a fork that
// was found before, its notice says when.
constexpr const char kVersion10[] = R"sql(
ALTER TABLE log_trust ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_trust ADD COLUMN forked_at_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE log_trust ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE log_trust ADD COLUMN alarming BLOB NOT NULL DEFAULT x'';
ALTER TABLE log_trust ADD COLUMN newest BLOB NOT NULL DEFAULT x'';
UPDATE log_trust SET forked_at_us = coalesce((SELECT max(at_us) FROM notice WHERE kind = 4), 0)
  WHERE forked = 1;
CREATE TABLE log_fork (
  id INTEGER PRIMARY KEY,
  log_key TEXT NOT NULL,
  checkpoint BLOB NOT NULL,
  at_us INTEGER NOT NULL,
  why TEXT NOT NULL,
  alarming BLOB NOT NULL,
  newest BLOB NOT NULL,
  accepted_key TEXT NOT NULL,
  confirmed_by TEXT NOT NULL
) STRICT;
ALTER TABLE notice ADD COLUMN log TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 10;
)sql";

// Which alerts wait to be shown, and which are open, so that neither is looked for among all that
// there ever were: kept by triggers, whoever writes. `alert_standing` is the rule. (2, 5: shown,
// acknowledged; 7, 8: redirected, withdrawn.) And when the link was last heard to be up.
// And how often something changed that a page shows: not whether the broker has a receipt (1:
// received), nor the end of what was taken or refused here (5, 7).
constexpr const char kVersion11[] = R"sql(
ALTER TABLE alert ADD COLUMN waits INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alert ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;
CREATE VIEW alert_standing AS SELECT a.alert_id,
  NOT EXISTS (SELECT 1 FROM receipt r WHERE r.alert_id = a.alert_id
    AND r.revision = a.revision AND r.kind = 2)
  AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.alert_id = a.alert_id
    AND e.revision >= a.revision AND e.state IN (7, 8)) AS waits,
  NOT EXISTS (SELECT 1 FROM receipt r WHERE r.alert_id = a.alert_id
    AND r.revision = a.revision AND r.kind = 5 AND r.outcome <= 1)
  AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.alert_id = a.alert_id
    AND e.revision >= a.revision) AS is_open
  FROM alert a;
UPDATE alert SET (waits, is_open) =
  (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = alert.alert_id);
CREATE TRIGGER alert_revised AFTER UPDATE OF revision ON alert BEGIN
  UPDATE alert SET (waits, is_open) =
    (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = NEW.alert_id)
    WHERE alert_id = NEW.alert_id;
END;
CREATE TRIGGER receipt_queued AFTER INSERT ON receipt WHEN NEW.kind IN (2, 5) BEGIN
  UPDATE alert SET (waits, is_open) =
    (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = NEW.alert_id)
    WHERE alert_id = NEW.alert_id;
END;
CREATE TRIGGER receipt_answered AFTER UPDATE OF outcome ON receipt WHEN NEW.kind = 5 BEGIN
  UPDATE alert SET (waits, is_open) =
    (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = NEW.alert_id)
    WHERE alert_id = NEW.alert_id;
END;
CREATE TRIGGER alert_ended AFTER INSERT ON ended BEGIN
  UPDATE alert SET (waits, is_open) =
    (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = NEW.alert_id)
    WHERE alert_id = NEW.alert_id;
END;
CREATE TRIGGER alert_ended_otherwise AFTER UPDATE ON ended BEGIN
  UPDATE alert SET (waits, is_open) =
    (SELECT s.waits, s.is_open FROM alert_standing s WHERE s.alert_id = NEW.alert_id)
    WHERE alert_id = NEW.alert_id;
END;
CREATE INDEX alert_waits ON alert (alert_id) WHERE waits = 1;
CREATE INDEX alert_open ON alert (alert_id) WHERE is_open = 1;
CREATE INDEX sealing_asked ON sealing (alert_id) WHERE part = 2;
CREATE INDEX sealing_deadline ON sealing (deadline_us);
CREATE INDEX receipt_acknowledged ON receipt (at_us) WHERE kind = 5;
ALTER TABLE link_standing ADD COLUMN heard_us INTEGER NOT NULL DEFAULT 0;
CREATE TABLE shown_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO shown_change (one, count) VALUES (1, 0);
CREATE TRIGGER shows_sealing AFTER INSERT ON sealing BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_receipt AFTER INSERT ON receipt WHEN NEW.kind <> 1 BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_refusal AFTER UPDATE OF outcome ON receipt WHEN NEW.outcome > 1 BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_end AFTER INSERT ON ended
  WHEN NOT EXISTS (SELECT 1 FROM receipt r WHERE r.alert_id = NEW.alert_id AND r.kind IN (5, 7))
BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_other_end AFTER UPDATE OF revision, state ON ended BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_notice AFTER INSERT ON notice BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_duty AFTER INSERT ON duty BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_person AFTER INSERT ON person BEGIN
  UPDATE shown_change SET count = count + 1;
END;
CREATE TRIGGER shows_link AFTER UPDATE OF state ON link_standing WHEN NEW.state <> OLD.state BEGIN
  UPDATE shown_change SET count = count + 1;
END;
PRAGMA user_version = 11;
)sql";

// Which form of a page said it, of what may be said more than once (the kinds from 8 on): sent
// again, it says it once.
constexpr const char kVersion12[] = R"sql(
ALTER TABLE receipt ADD COLUMN form BLOB NOT NULL DEFAULT x'';
PRAGMA user_version = 12;
)sql";

constexpr std::array<const char*, kSchemaVersion> kScripts = {
    kVersion1, kVersion2, kVersion3, kVersion4,  kVersion5,  kVersion6,
    kVersion7, kVersion8, kVersion9, kVersion10, kVersion11, kVersion12};

base::Result<int> VersionOf(Database& database) {
  FB_ASSIGN_OR_RETURN(Statement statement, database.Query("PRAGMA user_version"));
  FB_RETURN_IF_ERROR(statement.Step().status());
  return static_cast<int>(statement.Int(0));
}

}  // namespace

base::Status EnsureSchema(Database& database) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  FB_ASSIGN_OR_RETURN(const int version, VersionOf(database));
  if (version < 0 || version > kSchemaVersion) {
    return base::FailedPrecondition("this device's store has version " + std::to_string(version) +
                                    ": a newer firstbell-school wrote it, use that one");
  }
  for (int next = version; next < kSchemaVersion; ++next) {
    FB_RETURN_IF_ERROR(database.Execute(kScripts[static_cast<std::size_t>(next)]));
  }
  return transaction.Commit();
}

}  // namespace firstbell::school
