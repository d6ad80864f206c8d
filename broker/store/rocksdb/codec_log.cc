// The delivery log's entries, its checkpoints, and what auditors have asked.

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace firstbell::store::rocks {

std::string Encode(const LogRow& row) {
  records::LogEntry record;
  record.set_position(row.entry.position);
  record.set_entry(row.entry.entry);
  record.set_event(row.entry.event);
  record.set_salt(row.entry.salt);
  record.set_force(row.entry.force.value());
  record.set_alert_id(row.alert_id.value());
  record.set_authority(row.entry.authority.value());
  record.set_key_holder(row.key_holder.value());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, LogRow& row) {
  records::LogEntry record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.entry = {record.position(),
               record.entry(),
               record.event(),
               record.salt(),
               base::ForceCode(record.force()),
               base::AuthorityCode(record.authority())};
  row.alert_id = base::AlertId(record.alert_id());
  row.key_holder = base::RecipientId(record.key_holder());
  return base::OkStatus();
}

Status DecodeEntry(std::string_view bytes, std::string& entry) {
  using google::protobuf::internal::WireFormatLite;
  constexpr std::uint32_t kTag = WireFormatLite::MakeTag(records::LogEntry::kEntryFieldNumber,
                                                         WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  google::protobuf::io::CodedInputStream row(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                             static_cast<int>(bytes.size()));
  entry.clear();
  bool read = true;
  for (std::uint32_t tag = row.ReadTag(); read && tag != 0; tag = row.ReadTag()) {
    read = tag == kTag ? WireFormatLite::ReadBytes(&row, &entry)
                       : WireFormatLite::SkipField(&row, tag);
  }
  return read && row.ConsumedEntireMessage() ? base::OkStatus() : Unreadable();
}

std::string Encode(const SignedHead& value) {
  records::SignedHead record;
  record.set_size(value.head.size);
  record.set_root(value.head.root);
  record.set_note(value.note);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, SignedHead& value) {
  records::SignedHead record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  value = {{record.size(), record.root()}, record.note()};
  return base::OkStatus();
}

Status Decode(std::string_view bytes, StatCell& cell) {
  FB_ASSIGN_OR_RETURN(cell, DecodeStatCell(bytes));
  return base::OkStatus();
}

std::string Encode(const AuditorRow& row) {
  records::Auditor record;
  record.set_day(Days(row.day));
  record.set_spent(row.spent);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, AuditorRow& row) {
  records::Auditor record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {DateOf(record.day()), record.spent()};
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
