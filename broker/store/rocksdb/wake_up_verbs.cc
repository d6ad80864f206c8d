// Where schools are woken, and the wake-ups that are still to be sent.

#include "broker/store/rocksdb/wake_up_verbs.h"

#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Status CheckSchool(const Reader& reader, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const auto school, reader.Get(SchoolKey(urn)));
  return school ? base::OkStatus() : NoSuchSchool(urn);
}

Result<SchoolWakeUps> ReadWays(const Reader& reader, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(auto row, reader.Read<SchoolWakeUps>(SchoolWakeUpsKey(urn)));
  return row ? *std::move(row) : SchoolWakeUps{urn, {}, {}};
}

Result<std::vector<WakeUp>> ReadQueued(const Reader& reader, base::Urn urn) {
  return reader.ReadAll<WakeUp>(Key(Table::kWakeUp).Urn(urn).Take());
}

Status SetStep(Batch& batch, base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
               const base::Redacted<std::string>& secret) {
  FB_RETURN_IF_ERROR(CheckSchool(batch, urn));
  FB_ASSIGN_OR_RETURN(const SchoolWakeUps before, ReadWays(batch, urn));
  SchoolWakeUps after = AfterSet(before, addresses, secret);
  FB_ASSIGN_OR_RETURN(const std::vector<WakeUp> queued, ReadQueued(batch, urn));
  for (const WakeUp& wake_up : queued) {
    if (after.Find(wake_up.key().address) == nullptr) batch.Remove(wake_up);
  }
  if (!before.ways.empty()) batch.Remove(before);
  if (!after.ways.empty()) batch.Insert(after);
  return base::OkStatus();
}

Status AttemptStep(Batch& batch, const WakeUpAttempt& attempt) {
  FB_ASSIGN_OR_RETURN(const auto before, batch.Read<WakeUp>(WakeUpRowKey(attempt.key)));
  if (!before) return NoSuchWakeUp();
  const WakeUp after = AfterAttempt(*before, attempt);
  if (after == *before) return base::OkStatus();
  FB_RETURN_IF_ERROR(CheckAttempt(*before, attempt));
  FB_ASSIGN_OR_RETURN(const SchoolWakeUps school, ReadWays(batch, attempt.key.urn));
  SchoolWakeUps noted = school;
  NoteAttempt(attempt, noted);
  batch.Replace(*before, after);
  batch.Replace(school, noted);
  batch.Append(attempt.events);
  return base::OkStatus();
}

// What an index row names by its value.
template <typename Row>
Result<std::optional<Row>> ReadNamed(const Reader& reader, std::string_view key) {
  FB_ASSIGN_OR_RETURN(std::optional<Row> row, reader.Read<Row>(std::string(key)));
  if (!row) return Damaged("an index of wake-ups", "");
  return row;
}

}  // namespace

namespace rocks {

Result<std::size_t> Wake(Batch& batch, base::Urn urn, const WakeCall& call) {
  FB_ASSIGN_OR_RETURN(const SchoolWakeUps school, ReadWays(batch, urn));
  if (school.ways.empty()) return std::size_t{0};
  FB_ASSIGN_OR_RETURN(const std::vector<WakeUp> queued, ReadQueued(batch, urn));
  for (const WakeUp& wake_up : queued) {
    if (Forgotten(wake_up, call.now)) batch.Remove(wake_up);
  }
  std::size_t fresh = 0;
  for (const WakeUpWay& way : school.ways) {
    const WakeUp wanted = NewWakeUp(urn, way.address, call);
    FB_ASSIGN_OR_RETURN(const auto stood, batch.Read<WakeUp>(KeyOf(wanted)));
    if (stood) {
      batch.Replace(*stood, AfterCall(*stood, call));
    } else {
      batch.Insert(wanted);
      ++fresh;
    }
  }
  return fresh;
}

}  // namespace rocks

Status RocksDbStore::SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                                const base::Redacted<std::string>& secret, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_RETURN_IF_ERROR(SetStep(batch, urn, addresses, secret));
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<SchoolWakeUps> RocksDbStore::WakeUpsOf(base::Urn urn) {
  const Latest latest(*db_);
  FB_RETURN_IF_ERROR(CheckSchool(latest, urn));
  return ReadWays(latest, urn);
}

Result<Page<SchoolWakeUps>> RocksDbStore::ListWakeUps(WakeUpList which, std::string_view after,
                                                      std::size_t limit) {
  std::string prefix = Key(Table::kSchoolWakeUpsInOrder).Take(), first;
  if (which == WakeUpList::kFailing) prefix = Key(Table::kSchoolWakeUpsInOrder).U32(0).Take();
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    Key last = Key(Table::kSchoolWakeUpsInOrder).U32(token.id == "0" ? 0 : 1);
    first = After(last.U32(static_cast<std::uint32_t>(token.number)).Take());
  }
  const Snapshot snapshot(*db_);
  return ReadPage<SchoolWakeUps>(
      snapshot, prefix, first, limit,
      [&](std::string_view, std::string_view row) {
        return ReadNamed<SchoolWakeUps>(snapshot, row);
      },
      [](const SchoolWakeUps&) { return false; },
      [](const SchoolWakeUps& last) {
        return PageToken{last.urn.value(), last.failing() ? "0" : "1"};
      });
}

Result<std::size_t> RocksDbStore::QueueWakeUps(base::Urn urn, const WakeCall& call,
                                               const Events& events) {
  std::size_t fresh = 0;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_RETURN_IF_ERROR(CheckSchool(batch, urn));
    FB_ASSIGN_OR_RETURN(fresh, Wake(batch, urn, call));
    batch.Append(events);
    return base::OkStatus();
  }));
  return fresh;
}

Result<std::vector<WakeUp>> RocksDbStore::QueuedWakeUps(base::Urn urn) {
  return ReadQueued(Latest(*db_), urn);
}

Result<Page<WakeUp>> RocksDbStore::DueWakeUps(absl::Time now, std::string_view after,
                                              std::size_t limit) {
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    FB_ASSIGN_OR_RETURN(const WakeUpKey key, ParseWakeUpKey(token.id));
    first = After(WakeUpDueKey(absl::FromUnixNanos(token.number), key));
  }
  const Snapshot snapshot(*db_);
  return ReadPage<WakeUp>(
      snapshot, Key(Table::kWakeUpDue).Take(), first, limit,
      [&](std::string_view, std::string_view row) { return ReadNamed<WakeUp>(snapshot, row); },
      [&](const WakeUp& wake_up) { return wake_up.next_at > now; },
      [](const WakeUp& last) {
        return PageToken{absl::ToUnixNanos(last.next_at), FormatWakeUpKey(last.key())};
      });
}

std::vector<Status> RocksDbStore::RecordWakeUps(absl::Span<const WakeUpAttempt> attempts) {
  std::vector<Step> steps;
  for (const WakeUpAttempt& attempt : attempts) {
    steps.emplace_back([&attempt](Batch& batch) { return AttemptStep(batch, attempt); });
  }
  return commits_->Run(absl::MakeConstSpan(steps));
}

}  // namespace firstbell::store
