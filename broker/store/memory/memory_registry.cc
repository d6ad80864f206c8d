// Registers, rolls and bank holidays.

#include "broker/store/memory/memory_store.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Result<ImportCounts> MemoryStore::ImportSchools(absl::Span<const model::School> schools,
                                                const Events& events) {
  base::MutexLock lock(mutex_);
  ImportCounts counts;
  for (const model::School& school : schools) {
    const auto [row, is_new] = schools_.try_emplace(school.urn);
    if (is_new) {
      ++counts.added;
    } else {
      ++(row->second.school == school ? counts.unchanged : counts.changed);
    }
    row->second.school = school;
  }
  Append(events);
  return counts;
}

Status MemoryStore::SetSchoolHours(base::Urn urn, const model::SchoolHours& hours,
                                   const Events& events) {
  base::MutexLock lock(mutex_);
  const auto row = schools_.find(urn);
  if (row == schools_.end()) return NoSuchSchool(urn);
  row->second.hours = hours;
  Append(events);
  return base::OkStatus();
}

Result<SchoolFacts> MemoryStore::GetSchool(base::Urn urn) {
  base::MutexLock lock(mutex_);
  const auto row = schools_.find(urn);
  if (row == schools_.end()) return NoSuchSchool(urn);
  return SchoolFacts{row->second.school, row->second.hours,
                     static_cast<std::uint32_t>(row->second.pupils.size()),
                     row->second.roll_imported_at};
}

Result<ImportCounts> MemoryStore::ImportRoll(base::Urn urn, absl::Span<const RollEntry> entries,
                                             RollMode mode, absl::Time now, const Events& events) {
  FB_RETURN_IF_ERROR(CheckRoll(entries));
  base::MutexLock lock(mutex_);
  const auto school = schools_.find(urn);
  if (school == schools_.end()) return NoSuchSchool(urn);
  SchoolRow& row = school->second;

  ImportCounts counts;
  std::set<base::LocalId> gone;
  for (const auto& [id, entry] : row.pupils) gone.insert(id);
  for (const RollEntry& entry : entries) {
    const auto before = row.pupils.find(entry.pupil.local_id);
    if (before == row.pupils.end()) {
      ++counts.added;
    } else {
      const bool same = before->second.pupil == entry.pupil && before->second.keys == entry.keys;
      ++(same ? counts.unchanged : counts.changed);
    }
    PutPupil(urn, row, entry);
    gone.erase(entry.pupil.local_id);
  }
  if (mode == RollMode::kReplace) {
    counts.removed = static_cast<std::uint32_t>(gone.size());
    for (const base::LocalId& id : gone) RemovePupil(urn, row, id);
  }
  row.roll_imported_at = now;
  Append(events);
  return counts;
}

void MemoryStore::PutPupil(base::Urn urn, SchoolRow& row, const RollEntry& entry) {
  RemovePupil(urn, row, entry.pupil.local_id);
  for (const std::string& key : entry.keys) {
    pupils_by_key_[key].emplace(urn, entry.pupil.local_id);
  }
  row.pupils.emplace(entry.pupil.local_id, entry);
}

void MemoryStore::RemovePupil(base::Urn urn, SchoolRow& row, const base::LocalId& id) {
  const auto pupil = row.pupils.find(id);
  if (pupil == row.pupils.end()) return;
  for (const std::string& key : pupil->second.keys) {
    const auto found = pupils_by_key_.find(key);
    if (found == pupils_by_key_.end()) continue;  // the same key stood twice in its list
    found->second.erase({urn, id});
    if (found->second.empty()) pupils_by_key_.erase(found);
  }
  row.pupils.erase(pupil);
}

Result<std::vector<model::PupilAtSchool>> MemoryStore::FindPupils(std::string_view key) {
  base::MutexLock lock(mutex_);
  std::vector<model::PupilAtSchool> pupils;
  const auto found = pupils_by_key_.find(key);
  if (found == pupils_by_key_.end()) return pupils;
  for (const auto& [urn, id] : found->second) {
    if (pupils.size() > limits::kCandidates) break;
    pupils.push_back({urn, schools_.at(urn).pupils.at(id).pupil});
  }
  return pupils;
}

Result<model::Pupil> MemoryStore::GetPupil(base::Urn urn, const base::LocalId& id) {
  base::MutexLock lock(mutex_);
  const auto school = schools_.find(urn);
  if (school == schools_.end()) return NoSuchPupil();
  const auto pupil = school->second.pupils.find(id);
  if (pupil == school->second.pupils.end()) return NoSuchPupil();
  return pupil->second.pupil;
}

Status MemoryStore::ImportBankHolidays(absl::Span<const model::BankHoliday> holidays,
                                       const Events& events) {
  base::MutexLock lock(mutex_);
  holidays_.assign(holidays.begin(), holidays.end());
  Append(events);
  return base::OkStatus();
}

Result<std::vector<model::BankHoliday>> MemoryStore::BankHolidays() {
  base::MutexLock lock(mutex_);
  return holidays_;
}

}  // namespace firstbell::store
