// What a school's records are given: by staff through the post box, whose bytes a lead's machine
// reads, and by pages.

#include "broker/base/status.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"
#include "clients/school/records/child_name.h"
#include "clients/school/records/reader.h"
#include "clients/school/records/record_check.h"
#include "clients/school/records/record_row.h"
#include "tests/fuzz/targets.h"

namespace firstbell::fuzz {
namespace {

namespace records = school_records;

const records::Ring& TheRing() {
  static const auto* const ring =
      new records::Ring(records::MakeRing(absl::FromUnixSeconds(1'772'524'200)).value());
  return *ring;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return model::ValidTimestamp(time) ? model::FromWire(time) : absl::UnixEpoch();
}

records::RowHead HeadOf(const v1::SchoolRecord& said) {
  records::RowHead head{.number = static_cast<std::int64_t>(said.number()),
                        .id = records::RecordId(said.record_id()),
                        .kind = records::KindOf(said.body()),
                        .child = records::ChildId(said.child_id()),
                        .alert = base::AlertId(said.alert_id()),
                        .revision = said.revision(),
                        .at = TimeOf(said.at()),
                        .due = std::nullopt,
                        .writer = records::WriterId(said.writer_id()),
                        .refers_to = records::RecordId(said.refers_to())};
  if (said.has_due()) head.due = TimeOf(said.due());
  return head;
}

// Read under columns that say the same, and never under others.
void ReadInside(const std::string& plaintext) {
  v1::SignedSchoolRecord record;
  v1::SchoolRecord said;
  if (!record.ParseFromString(plaintext) || !said.ParseFromString(record.statement())) {
    FB_CHECK(!records::ReadContent({}, plaintext).ok());
    return;
  }
  records::RowHead head = HeadOf(said);
  const auto opened = records::ReadContent(head, plaintext);
  if (opened.ok()) FB_CHECK(records::KindOf(opened->statement.body()) == head.kind);
  ++head.revision;
  FB_CHECK(!records::ReadContent(head, plaintext).ok());
}

// What is taken is taken again as it is, and comes back out of a row.
void WriteBody(const std::string& bytes, std::string_view alert) {
  records::Draft draft{.id = records::RecordId("06f1h9t2m4qzv8c3k7w5x0y1ra"),
                       .child = records::ChildId("06f1h9t2m4qzv8c3k7w5x0y1rb"),
                       .alert = base::AlertId(std::string(alert)),
                       .revision = alert.empty() ? 0u : 1u,
                       .at = absl::FromUnixSeconds(1'772'524'200),
                       .due = absl::FromUnixSeconds(1'772'524'300)};
  if (!draft.body.ParseFromString(bytes)) return;
  if (draft.body.has_child()) (void)records::IdentityOf(draft.body.child());
  const auto checked = records::CheckDraft(draft);
  if (!checked.ok()) return;
  FB_CHECK(records::CheckDraft(*checked)->body.SerializeAsString() ==
           checked->body.SerializeAsString());
  const records::RowHead head{.number = 1,
                              .id = checked->id,
                              .kind = records::KindOf(checked->body),
                              .at = checked->at,
                              .writer = records::WriterId("06f1h9t2m4qzv8c3k7w5x0y1rc")};
  static const auto* const key = new crypto::PrivateKey(crypto::PrivateKey::Generate());
  base::Secret row_key;
  const auto row = records::SealRow(head, checked->body, records::FirstDigest(), *key,
                                    [&](const records::RecordId&, const base::Secret& made) {
                                      row_key = made;
                                      return std::string("wrapped");
                                    });
  const auto opened = records::OpenContent(head, row_key, row->content);
  FB_CHECK(opened->statement.body().SerializeAsString() == checked->body.SerializeAsString());
}

}  // namespace

// Part 0 is what stands inside a row, part 1 a RecordBody and part 2 the alert that it is about,
// part 3 a row's wrapped key, which nobody wrapped.
void SchoolRecord(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(4);
  ReadInside(parts[0]);
  WriteBody(parts[1], parts[2]);
  const records::Ring& ring = TheRing();
  for (const auto lock :
       {records::Lock::kRecords, records::Lock::kSheet, records::Lock::kPostBox}) {
    FB_CHECK(!ring.Unwrap(lock, ring.IdOf(lock), records::RecordId("r"), parts[3]).ok());
  }
}

}  // namespace firstbell::fuzz
