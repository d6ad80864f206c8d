// Schools, hours, rolls and bank holidays.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/load.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

constexpr std::size_t kPieceBytes = 4096;

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
ImportCounts PutRoll(Batch& batch, base::Urn urn, absl::Span<const RollEntry> entries,
                     absl::Time now, Roll& rest) {
  ImportCounts counts;
  for (const RollEntry& entry : entries) {
    PupilRow after{urn, entry, {now, std::nullopt}};
    const auto before = rest.find(entry.pupil.local_id);
    if (before == rest.end()) {
      ++counts.added;
      batch.Insert(after);
      continue;
    }
    const auto& [at, stood, claim, disputed] = before->second;
    if (stood == entry) {
      ++counts.unchanged;
    } else {
      ++counts.changed;
      after.claim = ClaimAfter(stood.pupil, claim, entry.pupil, now);
      batch.Replace(before->second, after);
    }
    rest.erase(before);
  }
  return counts;
}

Result<ImportCounts> ImportRollStep(Batch& batch, base::Urn urn,
                                    absl::Span<const RollEntry> entries, RollMode mode,
                                    absl::Time now) {
  FB_RETURN_IF_ERROR(CheckNoLoad(batch));
  FB_ASSIGN_OR_RETURN(SchoolRow school, ReadSchool(batch, urn));
  FB_ASSIGN_OR_RETURN(Roll rest, ReadRoll(batch, urn));
  ImportCounts counts = PutRoll(batch, urn, entries, now, rest);
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

// Looks at one block. The row of a pupil there: its urn and local id.
Status LookAt(Cursor& cursor, std::uint64_t block, Promising& promising, bool& cut) {
  const std::string prefix = Key(Table::kPupilByBlock).U64(block).Take();
  std::size_t seen = 0;
  promising.BeginBlock();
  return cursor.Scan(prefix, "", [&](std::string_view key, std::string_view value) -> Result<Next> {
    key.remove_prefix(prefix.size());
    if (key.size() < 4 || value.size() != 8) return Damaged("the matching index", "");
    if (++seen > limits::kPupilsPerBlock) {
      cut = true;
      return Next::kStop;
    }
    promising.Look(base::ReadU64(value), base::Urn(base::ReadU32(key)), key.substr(4));
    return Next::kMore;
  });
}

template <typename View>
Result<FoundPupils> Find(const View& view, const PupilQuery& query) {
  FoundPupils found;
  Cursor cursor = view.NewCursor();
  Promising promising(query);
  for (const auto* blocks : {&query.blocks, &query.more_blocks}) {
    if (promising.Enough()) break;
    for (const std::uint64_t block : *blocks) {
      FB_RETURN_IF_ERROR(LookAt(cursor, block, promising, found.cut));
    }
  }
  for (const auto& [urn, id] : promising.Take()) {
    FB_ASSIGN_OR_RETURN(std::optional<PupilRow> row,
                        view.template Read<PupilRow>(PupilKey(urn, id)));
    if (!row) return Damaged("the matching index of the roll of", urn.ToString());
    found.pupils.push_back({urn, std::move(row->entry.pupil), row->claim.at, row->disputed});
  }
  found.full = promising.full();
  return found;
}

SchoolFacts FactsOf(SchoolRow row) {
  return {std::move(row.school), row.hours,           row.pupils,
          row.roll_imported_at,  std::move(row.year), std::move(row.direct_lines)};
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
    row.year.hours = {};
    batch.Insert(row);
    batch.Append(events);
    return base::OkStatus();
  });
}

Status RocksDbStore::SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                                    const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(SchoolRow row, ReadSchool(batch, urn));
    row.direct_lines = lines;
    batch.Insert(row);
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<SchoolFacts> RocksDbStore::GetSchool(base::Urn urn) {
  FB_ASSIGN_OR_RETURN(SchoolRow row, ReadSchool(Latest(*db_), urn));
  return FactsOf(std::move(row));
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

Result<FoundPupils> RocksDbStore::FindPupils(const PupilQuery& query) {
  auto found = Find(Latest(*db_), query);
  if (found.status().code() != base::Code::kDataLoss) return found;
  // A roll that was replaced between index and row looks like damage. At rest it does not.
  return Find(Snapshot(*db_), query);
}

Status RocksDbStore::ReadRolls(
    const std::function<void(const model::PupilAtSchool& pupil)>& visit) {
  return Latest(*db_, Cache::kPass)
      .Scan(Key(Table::kPupil).Take(), "",
            [&](std::string_view, std::string_view value) -> Result<Next> {
              PupilRow row;
              FB_RETURN_IF_ERROR(Decode(value, row));
              visit({row.urn, std::move(row.entry.pupil), row.claim.at, row.disputed});
              return Next::kMore;
            });
}

Status RocksDbStore::ReadSchools(const std::function<void(const SchoolFacts& school)>& visit) {
  return Latest(*db_, Cache::kPass)
      .Scan(Key(Table::kSchool).Take(), "",
            [&](std::string_view, std::string_view value) -> Result<Next> {
              SchoolRow row;
              FB_RETURN_IF_ERROR(Decode(value, row));
              visit(FactsOf(std::move(row)));
              return Next::kMore;
            });
}

// In pieces: a row larger than a block would be read whole by every scan that ends before it.
Status RocksDbStore::SaveRollCounts(const std::string& counts) {
  return commits_->Run([&](Batch& batch) -> Status {
    std::vector<std::string> old;
    FB_RETURN_IF_ERROR(batch.Scan(Key(Table::kRollCounts).Take(), "",
                                  [&](std::string_view key, std::string_view) -> Result<Next> {
                                    old.emplace_back(key);
                                    return Next::kMore;
                                  }));
    for (std::string& key : old) batch.Delete(std::move(key));
    std::uint32_t piece = 0;
    for (std::size_t at = 0; at < counts.size(); at += kPieceBytes) {
      batch.Put(Key(Table::kRollCounts).U32(piece++).Take(), counts.substr(at, kPieceBytes));
    }
    return base::OkStatus();
  });
}

Result<std::string> RocksDbStore::RollCounts() {
  std::string counts;
  FB_RETURN_IF_ERROR(Latest(*db_, Cache::kPass)
                         .Scan(Key(Table::kRollCounts).Take(), "",
                               [&](std::string_view, std::string_view piece) -> Result<Next> {
                                 counts.append(piece);
                                 return Next::kMore;
                               }));
  return counts;
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
