// Where schools are woken, and wake-ups.

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"

namespace firstbell::store::rocks {

namespace {

// It was valid when it was written.
model::WakeUpAddress AddressOf(const v1::WakeUpAddress& record) {
  return {record.kind(), base::Redacted<std::string>(record.value())};
}

}  // namespace

std::string Encode(const SchoolWakeUps& row) {
  records::SchoolWakeUps record;
  record.set_urn(row.urn.value());
  for (const WakeUpWay& way : row.ways) {
    auto& item = *record.add_ways();
    *item.mutable_address() = model::ToWire(way.address);
    item.set_last(way.last);
    if (way.last_at) item.set_last_at(Nanos(*way.last_at));
  }
  record.set_secret(row.secret.Reveal());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, SchoolWakeUps& row) {
  records::SchoolWakeUps record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {base::Urn(record.urn()), {}, base::Redacted<std::string>(record.secret())};
  for (const auto& item : record.ways()) {
    WakeUpWay& way = row.ways.emplace_back();
    way.address = AddressOf(item.address());
    way.last = item.last();
    if (item.has_last_at()) way.last_at = Instant(item.last_at());
  }
  return base::OkStatus();
}

std::string Encode(const WakeUp& row) {
  records::WakeUp record;
  record.set_urn(row.urn.value());
  record.set_reason(static_cast<std::uint32_t>(row.occasion.reason));
  record.set_at(Nanos(row.occasion.at));
  *record.mutable_address() = model::ToWire(row.address);
  record.set_outcome(row.outcome);
  record.set_attempts(row.attempts);
  record.set_queued_at(Nanos(row.queued_at));
  record.set_next_at(Nanos(row.next_at));
  record.set_until(Nanos(row.until));
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, WakeUp& row) {
  records::WakeUp record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.urn = base::Urn(record.urn());
  row.occasion = {static_cast<model::WakeUpReason>(record.reason()), Instant(record.at())};
  row.address = AddressOf(record.address());
  row.outcome = record.outcome();
  row.attempts = record.attempts();
  row.queued_at = Instant(record.queued_at());
  row.next_at = Instant(record.next_at());
  row.until = Instant(record.until());
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
