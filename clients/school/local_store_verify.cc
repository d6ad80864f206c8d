// LocalStore::Verify: whether a disk has kept what was written. SQLite has no checksums of its own
// in the database file; what we keep has: envelopes and receipts carry digests and signatures of
// everything that a wrong bit in a column could turn into a wrong morning.

#include "broker/audit/checkpoint.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
#include "clients/school/local_store.h"

namespace firstbell::school {
namespace {

base::Status Damaged(const std::string& what, const std::string& alert) {
  return base::DataLoss("this device's store is damaged (" + what + " of alert " + alert +
                        "): restore it from a backup; without one, move the state directory away "
                        "and enrol anew, and the broker pushes what is open");
}

std::int64_t Us(const google::protobuf::Timestamp& time) {
  return absl::ToUnixMicros(model::FromWire(time));
}

// alert_id, sealing, revision, ciphertext_sha256, show_from_us, deadline_us, expires_at_us,
// envelope
base::Status CheckSealing(const Statement& row) {
  const std::string alert = row.Text(0);
  if (row.Text(7).empty()) return base::OkStatus();  // it was destroyed
  v1::SealedEnvelope envelope;
  v1::EnvelopeHeader header;
  const bool reads = envelope.ParseFromString(row.Text(7)) &&
                     header.ParseFromString(envelope.header()) &&
                     crypto::Sha256(envelope.ciphertext()) == header.ciphertext_sha256();
  const bool same = reads && header.alert_id() == alert && header.sealing() == row.Int(1) &&
                    header.revision() == row.Int(2) && header.ciphertext_sha256() == row.Text(3) &&
                    Us(header.show_from()) == row.Int(4) && Us(header.deadline()) == row.Int(5) &&
                    Us(header.expires_at()) == row.Int(6);
  return same ? base::OkStatus() : Damaged("a sealing", alert);
}

// statement_sha256, alert_id, sealing, ciphertext_sha256, kind, signer_id, at_us, wire
base::Status CheckReceipt(const Statement& row) {
  const std::string alert = row.Text(1);
  v1::Receipt receipt;
  if (!receipt.ParseFromString(row.Text(7))) return Damaged("a receipt", alert);
  const auto statement = sealing::PeekStatement(receipt);
  const bool same = statement.ok() && crypto::Sha256(receipt.statement()) == row.Text(0) &&
                    statement->alert_id() == alert && statement->sealing() == row.Int(2) &&
                    statement->ciphertext_sha256() == row.Text(3) &&
                    statement->kind() == row.Int(4) && statement->signer_id() == row.Text(5) &&
                    Us(statement->at()) == row.Int(6);
  return same ? base::OkStatus() : Damaged("a receipt", alert);
}

// log_key, checkpoint
base::Status CheckTrust(const Statement& row) {
  const std::string key = row.Text(0), checkpoint = row.Text(1);
  const bool reads = (key.empty() || audit::VerifierKey::Parse(key).ok()) &&
                     (checkpoint.empty() || audit::ParseSignedCheckpoint(checkpoint).ok());
  return reads ? base::OkStatus() : Damaged("the checkpoint of the delivery log", "none");
}

template <typename Check>
base::Status ForEach(base::Result<Statement> rows, const Check& check) {
  FB_RETURN_IF_ERROR(rows.status());
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows->Step());
    if (!more) return base::OkStatus();
    FB_RETURN_IF_ERROR(check(*rows));
  }
}

}  // namespace

base::Status LocalStore::Verify() {
  FB_RETURN_IF_ERROR(
      ForEach(database_->Query("PRAGMA integrity_check(1)"), [](const Statement& row) {
        return row.Text(0) == "ok" ? base::OkStatus() : Damaged("the database", "any");
      }));
  FB_RETURN_IF_ERROR(ForEach(
      database_->Query("SELECT alert_id, sealing, revision, ciphertext_sha256, show_from_us,"
                       " deadline_us, expires_at_us, envelope FROM sealing"),
      CheckSealing));
  FB_RETURN_IF_ERROR(ForEach(
      database_->Query("SELECT statement_sha256, alert_id, sealing, ciphertext_sha256, kind,"
                       " signer_id, at_us, wire FROM receipt"),
      CheckReceipt));
  FB_RETURN_IF_ERROR(
      ForEach(database_->Query("SELECT log_key, checkpoint FROM log_trust"
                               " UNION ALL SELECT log_key, checkpoint FROM log_fork"),
              CheckTrust));
  FB_RETURN_IF_ERROR(ForEach(
      database_->Query("SELECT recipient_id FROM log_person WHERE standing NOT IN (1, 2, 3)"),
      [](const Statement&) { return Damaged("whom the delivery log bears out", "none"); }));
  FB_RETURN_IF_ERROR(ForEach(
      database_->Query("SELECT a.alert_id FROM alert a JOIN alert_standing s USING (alert_id)"
                       " WHERE (a.waits, a.is_open) <> (s.waits, s.is_open)"),
      [](const Statement& row) { return Damaged("how it stands", row.Text(0)); }));
  return ForEach(database_->Query("SELECT a.alert_id FROM alert a LEFT JOIN sealing s"
                                  " USING (alert_id, revision, sealing) WHERE s.alert_id IS NULL"
                                  " UNION ALL SELECT s.alert_id FROM sealing s LEFT JOIN alert a"
                                  " ON a.alert_id = s.alert_id WHERE a.alert_id IS NULL"),
                 [](const Statement& row) { return Damaged("the newest sealing", row.Text(0)); });
}

}  // namespace firstbell::school
