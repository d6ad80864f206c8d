#include "clients/school/records/record_row.h"

#include <utility>

#include "broker/base/bytes.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"

namespace firstbell::school_records {
namespace {

constexpr std::string_view kChainContext{"firstbell/record-chain/v1\0", 26};
constexpr std::string_view kContentContext{"firstbell/record-content/v1\0", 28};

void AppendText(std::string& out, std::string_view text) {
  base::AppendU32(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

void AppendTime(std::string& out, absl::Time time) {
  base::AppendU64(out, static_cast<std::uint64_t>(absl::ToUnixMicros(time)));
}

std::string HeadBytes(const RowHead& head) {
  std::string bytes;
  base::AppendU64(bytes, static_cast<std::uint64_t>(head.number));
  AppendText(bytes, head.id.value());
  base::AppendU32(bytes, static_cast<std::uint32_t>(head.kind));
  AppendText(bytes, head.child.value());
  AppendText(bytes, head.alert.value());
  base::AppendU32(bytes, head.revision);
  AppendTime(bytes, head.at);
  bytes.push_back(head.due ? '\1' : '\0');
  AppendTime(bytes, head.due.value_or(absl::UnixEpoch()));
  AppendText(bytes, head.writer.value());
  AppendText(bytes, head.refers_to.value());
  return bytes;
}

std::string ContentAad(const RowHead& head) {
  return std::string(kContentContext).append(HeadBytes(head));
}

v1::SchoolRecord StatementOf(const RowHead& head, const v1::RecordBody& body,
                             std::string_view previous) {
  v1::SchoolRecord statement;
  statement.set_record_id(head.id.value());
  statement.set_number(static_cast<std::uint64_t>(head.number));
  statement.set_previous(std::string(previous));
  statement.set_child_id(head.child.value());
  statement.set_alert_id(head.alert.value());
  statement.set_revision(head.revision);
  *statement.mutable_at() = model::ToWire(head.at);
  if (head.due) *statement.mutable_due() = model::ToWire(*head.due);
  statement.set_writer_id(head.writer.value());
  statement.set_refers_to(head.refers_to.value());
  *statement.mutable_body() = body;
  return statement;
}

bool SaysWhat(const v1::SchoolRecord& statement, const RowHead& head) {
  const bool due = head.due ? statement.has_due() && model::ValidTimestamp(statement.due()) &&
                                  model::FromWire(statement.due()) == *head.due
                            : !statement.has_due();
  return due && statement.record_id() == head.id.value() &&
         statement.number() == static_cast<std::uint64_t>(head.number) &&
         statement.previous().size() == kDigestBytes &&
         statement.child_id() == head.child.value() && statement.alert_id() == head.alert.value() &&
         statement.revision() == head.revision && model::ValidTimestamp(statement.at()) &&
         model::FromWire(statement.at()) == head.at &&
         statement.writer_id() == head.writer.value() &&
         statement.refers_to() == head.refers_to.value() && KindOf(statement.body()) == head.kind;
}

}  // namespace

std::string FirstDigest() {
  return std::string(kDigestBytes, '\0');
}

std::string ChainDigest(std::string_view previous, const RowHead& head,
                        std::string_view content_sha256) {
  return crypto::Sha256({kChainContext, previous, HeadBytes(head), content_sha256});
}

base::Result<SealedRow> SealRow(const RowHead& head, const v1::RecordBody& body,
                                std::string_view previous, const crypto::PrivateKey& signer,
                                const WrapKey& wrap) {
  v1::SignedSchoolRecord record;
  record.set_statement(StatementOf(head, body, previous).SerializeAsString());
  record.set_signature(signer.Sign(std::string(kRecordContext).append(record.statement())));
  const base::Secret row_key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  SealedRow row;
  FB_ASSIGN_OR_RETURN(row.wrapped_key, wrap(head.id, row_key));
  row.content = crypto::AeadSeal(row_key, record.SerializeAsString(), ContentAad(head));
  row.content_sha256 = crypto::Sha256(row.content);
  row.digest = ChainDigest(previous, head, row.content_sha256);
  return row;
}

base::Result<OpenedRow> OpenContent(const RowHead& head, const base::Secret& row_key,
                                    std::string_view content) {
  FB_ASSIGN_OR_RETURN(const base::Secret plaintext,
                      crypto::AeadOpen(row_key, content, ContentAad(head)));
  return ReadContent(head, plaintext.Reveal());
}

base::Result<OpenedRow> ReadContent(const RowHead& head, std::string_view plaintext) {
  v1::SignedSchoolRecord record;
  OpenedRow opened;
  if (!record.ParseFromArray(plaintext.data(), static_cast<int>(plaintext.size())) ||
      !opened.statement.ParseFromString(record.statement())) {
    return base::DataLoss("what was written in it does not read");
  }
  if (!SaysWhat(opened.statement, head)) {
    return base::DataLoss("what was written in it says otherwise than its columns");
  }
  opened.signed_bytes = std::string(kRecordContext).append(record.statement());
  opened.signature = record.signature();
  return opened;
}

bool SayTheSame(const RowHead& a, const v1::RecordBody& a_body, const RowHead& b,
                const v1::RecordBody& b_body) {
  RowHead as_b = a;
  as_b.number = b.number;
  as_b.at = b.at;
  return as_b == b && a_body.SerializeAsString() == b_body.SerializeAsString();
}

}  // namespace firstbell::school_records
