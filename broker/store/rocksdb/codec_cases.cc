// The review desk: cases, decisions, what officers looked at.

#include <algorithm>

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"

namespace firstbell::store::rocks {
namespace {

records::CaseDecision ToRecord(const model::CaseDecision& decision) {
  records::CaseDecision record;
  record.set_outcome(decision.outcome);
  record.set_reason(decision.reason);
  record.set_officer(decision.officer.value());
  for (const base::Urn urn : decision.urns) record.add_urns(urn.value());
  record.set_decided_at(Nanos(decision.decided_at));
  return record;
}

model::CaseDecision FromRecord(const records::CaseDecision& record) {
  model::CaseDecision decision{record.outcome(),
                               record.reason(),
                               base::OfficerId(record.officer()),
                               {},
                               Instant(record.decided_at())};
  for (const std::uint32_t urn : record.urns()) decision.urns.emplace_back(urn);
  return decision;
}

}  // namespace

std::string Encode(const CaseRow& row) {
  records::Case record;
  record.set_incident_id(row.value.incident_id.value());
  record.set_force(row.value.force.value());
  record.set_child_ref(row.value.child_ref.value());
  record.set_reason(row.value.reason);
  for (const model::Case::Candidate& candidate : row.value.candidates) {
    records::Case::Candidate& entry = *record.add_candidates();
    entry.set_urn(candidate.urn.value());
    entry.set_local_id(candidate.local_id.value());
  }
  record.set_opened_at(Nanos(row.value.opened_at));
  record.set_ordinal(row.ordinal);
  record.set_deadline(Nanos(row.value.deadline));
  if (row.value.decision) *record.mutable_decision() = ToRecord(*row.value.decision);
  if (row.value.roll_as_of) record.set_roll_as_of(Nanos(*row.value.roll_as_of));
  return record.SerializeAsString();
}

// A case of layout 1 has no deadline: it is overdue from the start, and comes first.
Status Decode(std::string_view bytes, CaseRow& row) {
  records::Case record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.value = {base::IncidentId(record.incident_id()),
               base::ForceCode(record.force()),
               base::ChildRef(record.child_ref()),
               record.reason(),
               {},
               Instant(record.opened_at()),
               Instant(record.has_deadline() ? record.deadline() : record.opened_at()),
               std::nullopt,
               std::nullopt};
  for (const records::Case::Candidate& entry : record.candidates()) {
    row.value.candidates.push_back({base::Urn(entry.urn()), base::LocalId(entry.local_id())});
  }
  if (record.has_decision()) row.value.decision = FromRecord(record.decision());
  if (record.has_roll_as_of()) row.value.roll_as_of = Instant(record.roll_as_of());
  row.ordinal = record.ordinal();
  return base::OkStatus();
}

std::string Encode(const OfficerRow& row) {
  records::OfficerLooks record;
  record.set_force(row.force.value());
  record.set_officer(row.officer.value());
  for (const model::Look& look : row.looks.looks) {
    records::OfficerLooks::Look& entry = *record.add_looks();
    entry.set_incident_id(look.incident_id.value());
    entry.set_child(look.child);
    entry.set_at(Nanos(look.at));
    entry.set_was_decided(look.was_decided);
  }
  if (row.looks.decided_at) record.set_decided_at(Nanos(*row.looks.decided_at));
  for (const auto& at : row.looks.alarmed_at) record.add_alarmed_at(at ? Nanos(*at) : 0);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, OfficerRow& row) {
  records::OfficerLooks record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {base::ForceCode(record.force()), base::OfficerId(record.officer()), {}};
  for (const records::OfficerLooks::Look& entry : record.looks()) {
    row.looks.looks.push_back({base::IncidentId(entry.incident_id()), entry.child(),
                               Instant(entry.at()), entry.was_decided()});
  }
  if (record.has_decided_at()) row.looks.decided_at = Instant(record.decided_at());
  const int alarms = std::min(record.alarmed_at_size(), static_cast<int>(model::kLookAlarms));
  for (int i = 0; i < alarms; ++i) {
    if (record.alarmed_at(i) == 0) continue;
    row.looks.alarmed_at[static_cast<std::size_t>(i)] = Instant(record.alarmed_at(i));
  }
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
