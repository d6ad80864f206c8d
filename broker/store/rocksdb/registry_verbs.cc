// Schools, hours, rolls and bank holidays.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Status PutSchool(Batch& batch, const model::School& school, ImportCounts& counts) {
  FB_ASSIGN_OR_RETURN(std::optional<SchoolRow> row, batch.Read<SchoolRow>(SchoolKey(school.urn)));
  if (row && row->school == school) {
    ++counts.unchanged;
    return base::OkStatus();
  }
  if (row) {
    ++counts.changed;
  } else {
    ++counts.added;
    ++batch.counts().schools;
    row.emplace();
  }
  row->school = school;
  batch.Insert(*row);
  return base::OkStatus();
}

Result<SchoolRow> ReadSchool(const Reader& reader, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(std::optional<SchoolRow> row, reader.Read<SchoolRow>(SchoolKey(urn)));
  if (!row) return NoSuchSchool(urn);
  return *std::move(row);
}

using Roll = std::map<base::LocalId, PupilRow>;

Result<Roll> ReadRoll(const Reader& reader, base::Urn urn) {
  FB_ASSIGN_OR_RETURN(std::vector<PupilRow> rows,
                      reader.ReadAll<PupilRow>(Key(Table::kPupil).Urn(urn).Take()));
  Roll roll;
  for (PupilRow& row : rows) {
    const base::LocalId id = row.entry.pupil.local_id;
    roll.emplace(id, std::move(row));
  }
  return roll;
}

// Puts every entry and takes it out of `rest`, which then holds who is on the roll and not in the
// import.
ImportCounts PutRoll(Batch& batch, base::Urn urn, absl::Span<const RollEntry> entries, Roll& rest) {
  ImportCounts counts;
  for (const RollEntry& entry : entries) {
    const PupilRow after{urn, entry};
    const auto before = rest.find(entry.pupil.local_id);
    if (before == rest.end()) {
      ++counts.added;
      batch.Insert(after);
      continue;
    }
    const RollEntry& stood = before->second.entry;
    if (stood.pupil == entry.pupil && stood.keys == entry.keys) {
      ++counts.unchanged;
    } else {
      ++counts.changed;
      batch.Replace(before->second, after);
    }
    rest.erase(before);
  }
  return counts;
}

Result<ImportCounts> ImportRollStep(Batch& batch, base::Urn urn,
                                    absl::Span<const RollEntry> entries, RollMode mode,
                                    absl::Time now) {
  FB_ASSIGN_OR_RETURN(SchoolRow school, ReadSchool(batch, urn));
  FB_ASSIGN_OR_RETURN(Roll rest, ReadRoll(batch, urn));
  ImportCounts counts = PutRoll(batch, urn, entries, rest);
  if (mode == RollMode::kReplace) {
    counts.removed = static_cast<std::uint32_t>(rest.size());
    for (const auto& [id, row] : rest) batch.Remove(row);
  }
  // Unsigned arithmetic wraps to the right number: nobody is removed who was not counted before.
  school.pupils += counts.added - counts.removed;
  batch.counts().pupils += counts.added;
  batch.counts().pupils -= counts.removed;
  school.roll_imported_at = now;
  batch.Insert(school);
  return counts;
}

// The pupil that a matching key's row names: its urn and local id.
Result<model::PupilAtSchool> ReadPupil(const Reader& reader, std::string_view urn_and_id) {
  if (urn_and_id.size() < 4) return Damaged("the matching index", "");
  const base::Urn urn(base::ReadU32(urn_and_id));
  const base::LocalId id{std::string(urn_and_id.substr(4))};
  FB_ASSIGN_OR_RETURN(std::optional<PupilRow> row, reader.Read<PupilRow>(PupilKey(urn, id)));
  if (!row) return Damaged("the matching index of the roll of", urn.ToString());
  return model::PupilAtSchool{urn, std::move(row->entry.pupil)};
}

// Under one key of the index.
Result<std::vector<model::PupilAtSchool>> ReadPupils(const Reader& reader, std::string_view key) {
  const std::string prefix = Key(Table::kPupilByKey).Text(key).Take();
  std::vector<model::PupilAtSchool> pupils;
  FB_RETURN_IF_ERROR(
      reader.Scan(prefix, "", [&](std::string_view row, std::string_view) -> Result<Next> {
        FB_ASSIGN_OR_RETURN(model::PupilAtSchool pupil,
                            ReadPupil(reader, row.substr(prefix.size())));
        pupils.push_back(std::move(pupil));
        return pupils.size() > limits::kCandidates ? Next::kStop : Next::kMore;
      }));
  return pupils;
}

}  // namespace

Result<ImportCounts> RocksDbStore::ImportSchools(absl::Span<const model::School> schools,
                                                 const Events& events) {
  ImportCounts counts;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    for (const model::School& school : schools) {
      FB_RETURN_IF_ERROR(PutSchool(batch, school, counts));
    }
    batch.Append(events);
    return base::OkStatus();
  }));
  return counts;
}

Status RocksDbStore::SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                                    const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(SchoolRow row, ReadSchool(batch, urn));
    row.hours = hours;
    batch.Insert(row);
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<SchoolFacts> RocksDbStore::GetSchool(base::Urn urn) {
  FB_ASSIGN_OR_RETURN(SchoolRow row, ReadSchool(Latest(*db_), urn));
  return SchoolFacts{std::move(row.school), row.hours.value_or(model::SchoolHours()), row.pupils,
                     row.roll_imported_at};
}

Result<ImportCounts> RocksDbStore::ImportRoll(base::Urn urn, absl::Span<const RollEntry> entries,
                                              RollMode mode, absl::Time now, const Events& events) {
  FB_RETURN_IF_ERROR(CheckRoll(entries));
  ImportCounts counts;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(counts, ImportRollStep(batch, urn, entries, mode, now));
    batch.Append(events);
    return base::OkStatus();
  }));
  return counts;
}

Result<std::vector<model::PupilAtSchool>> RocksDbStore::FindPupils(std::string_view key) {
  auto pupils = ReadPupils(Latest(*db_), key);
  if (pupils.status().code() != base::Code::kDataLoss) return pupils;
  // A roll that was replaced between index and row looks like damage. At rest it does not.
  return ReadPupils(Snapshot(*db_), key);
}

Result<model::Pupil> RocksDbStore::GetPupil(base::Urn urn, const base::LocalId& id) {
  FB_ASSIGN_OR_RETURN(std::optional<PupilRow> row, Latest(*db_).Read<PupilRow>(PupilKey(urn, id)));
  if (!row) return NoSuchPupil();
  return std::move(row->entry.pupil);
}

Status RocksDbStore::ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                                        const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    batch.Put(BankHolidaysKey(),
              Encode(std::vector<model::BankHoliday>(holidays.begin(), holidays.end())));
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<std::vector<model::BankHoliday>> RocksDbStore::BankHolidays() {
  FB_ASSIGN_OR_RETURN(std::optional<std::vector<model::BankHoliday>> holidays,
                      Latest(*db_).Read<std::vector<model::BankHoliday>>(BankHolidaysKey()));
  return std::move(holidays).value_or(std::vector<model::BankHoliday>());
}

}  // namespace firstbell::store
