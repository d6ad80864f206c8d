// Registers, rolls, bank holidays and calendars.

#include <algorithm>

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
  row->second.year.hours = {};
  Append(events);
  return base::OkStatus();
}

Status MemoryStore::SetDirectLines(base::Urn urn, const model::DirectLines& lines,
                                   const Events& events) {
  base::MutexLock lock(mutex_);
  const auto row = schools_.find(urn);
  if (row == schools_.end()) return NoSuchSchool(urn);
  row->second.direct_lines = lines;
  Append(events);
  return base::OkStatus();
}

Result<SchoolFacts> MemoryStore::GetSchool(base::Urn urn) {
  base::MutexLock lock(mutex_);
  const auto row = schools_.find(urn);
  if (row == schools_.end()) return NoSuchSchool(urn);
  return FactsOf(row->second);
}

SchoolFacts MemoryStore::FactsOf(const SchoolRow& row) {
  return {row.school,           row.hours, static_cast<std::uint32_t>(row.pupils.size()),
          row.roll_imported_at, row.year,  row.direct_lines};
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
  for (const auto& [id, pupil] : row.pupils) gone.insert(id);
  for (const RollEntry& entry : entries) {
    const auto before = row.pupils.find(entry.pupil.local_id);
    Claim claim{now, std::nullopt};
    bool disputed = false;
    if (before == row.pupils.end()) {
      ++counts.added;
    } else {
      const PupilRow& stood = before->second;
      ++(stood.entry == entry ? counts.unchanged : counts.changed);
      claim = ClaimAfter(stood.entry.pupil, stood.claim, entry.pupil, now);
      disputed = stood.disputed && stood.entry == entry;
    }
    PutPupil(urn, row, {entry, claim, disputed});
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

Result<ImportCounts> MemoryStore::LoadRolls(const RollLoad& load) {
  std::vector<SchoolRoll> rolls;
  while (true) {
    FB_ASSIGN_OR_RETURN(std::optional<SchoolRoll> roll, load.next());
    if (!roll) break;
    rolls.push_back(*std::move(roll));
  }
  // In URN order, as their events stand in the log.
  std::sort(rolls.begin(), rolls.end(),
            [](const SchoolRoll& a, const SchoolRoll& b) { return a.urn < b.urn; });
  base::MutexLock lock(mutex_);
  FB_RETURN_IF_ERROR(CheckLoad(rolls));
  ImportCounts counts;
  for (const SchoolRoll& roll : rolls) {
    SchoolRow& row = schools_.at(roll.urn);
    for (const RollEntry& entry : roll.entries) PutPupil(roll.urn, row, {entry, {load.now, {}}});
    counts.added += static_cast<std::uint32_t>(roll.entries.size());
    row.roll_imported_at = load.now;
    Append(roll.events);
  }
  return counts;
}

Status MemoryStore::CheckLoad(const std::vector<SchoolRoll>& rolls) {
  std::size_t pupils = 0;
  for (const auto& [urn, row] : schools_) pupils += row.pupils.size();
  FB_RETURN_IF_ERROR(CheckNoPupils(pupils));
  std::set<base::Urn> seen;
  for (const SchoolRoll& roll : rolls) {
    if (!seen.insert(roll.urn).second) return RollTwice(roll.urn);
    if (!schools_.contains(roll.urn)) return NoSuchSchool(roll.urn);
    FB_RETURN_IF_ERROR(CheckRoll(roll));
  }
  return base::OkStatus();
}

void MemoryStore::PutPupil(base::Urn urn, SchoolRow& row, PupilRow pupil) {
  const base::LocalId id = pupil.entry.pupil.local_id;
  RemovePupil(urn, row, id);
  for (const std::uint64_t block : pupil.entry.blocks) pupils_by_block_[block].emplace(urn, id);
  row.pupils.emplace(id, std::move(pupil));
}

void MemoryStore::RemovePupil(base::Urn urn, SchoolRow& row, const base::LocalId& id) {
  const auto pupil = row.pupils.find(id);
  if (pupil == row.pupils.end()) return;
  for (const std::uint64_t block : pupil->second.entry.blocks) {
    const auto found = pupils_by_block_.find(block);
    if (found == pupils_by_block_.end()) continue;  // the same block stood twice in its list
    found->second.erase({urn, id});
    if (found->second.empty()) pupils_by_block_.erase(found);
  }
  row.pupils.erase(pupil);
}

bool MemoryStore::LookAt(std::uint64_t block, Promising& promising) {
  const auto pupils = pupils_by_block_.find(block);
  if (pupils == pupils_by_block_.end()) return true;
  std::size_t seen = 0;
  promising.BeginBlock();
  for (const auto& [urn, id] : pupils->second) {
    if (++seen > limits::kPupilsPerBlock) return false;
    promising.Look(schools_.at(urn).pupils.at(id).entry.fingerprint, urn, id.value());
  }
  return true;
}

Result<FoundPupils> MemoryStore::FindPupils(const PupilQuery& query) {
  base::MutexLock lock(mutex_);
  FoundPupils found;
  Promising promising(query);
  for (const auto* blocks : {&query.blocks, &query.more_blocks}) {
    if (promising.Enough()) break;
    for (const std::uint64_t block : *blocks) found.cut |= !LookAt(block, promising);
  }
  for (const auto& [urn, id] : promising.Take()) {
    const PupilRow& row = schools_.at(urn).pupils.at(id);
    found.pupils.push_back({urn, row.entry.pupil, row.claim.at, row.disputed});
  }
  found.full = promising.full();
  return found;
}

Status MemoryStore::ReadRolls(const std::function<void(const model::PupilAtSchool& pupil)>& visit) {
  base::MutexLock lock(mutex_);
  for (const auto& [urn, school] : schools_) {
    for (const auto& [id, row] : school.pupils)
      visit({urn, row.entry.pupil, row.claim.at, row.disputed});
  }
  return base::OkStatus();
}

Status MemoryStore::ReadSchools(const std::function<void(const SchoolFacts& school)>& visit) {
  base::MutexLock lock(mutex_);
  for (const auto& [urn, school] : schools_) visit(FactsOf(school));
  return base::OkStatus();
}

Status MemoryStore::SaveRollCounts(const std::string& counts) {
  base::MutexLock lock(mutex_);
  roll_counts_ = counts;
  return base::OkStatus();
}

Result<std::string> MemoryStore::RollCounts() {
  base::MutexLock lock(mutex_);
  return roll_counts_;
}

Result<model::Pupil> MemoryStore::GetPupil(base::Urn urn, const base::LocalId& id) {
  base::MutexLock lock(mutex_);
  const auto school = schools_.find(urn);
  if (school == schools_.end()) return NoSuchPupil();
  const auto pupil = school->second.pupils.find(id);
  if (pupil == school->second.pupils.end()) return NoSuchPupil();
  return pupil->second.entry.pupil;
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

model::SchoolYear& MemoryStore::YearOf(const model::CalendarScope& scope) {
  const auto* urn = std::get_if<base::Urn>(&scope);
  return urn ? schools_.at(*urn).year : calendars_[scope];
}

Result<ImportCounts> MemoryStore::ImportCalendars(absl::Span<const model::CalendarChange> changes,
                                                  const Events& events) {
  base::MutexLock lock(mutex_);
  for (const model::CalendarChange& change : changes) {
    const auto* urn = std::get_if<base::Urn>(&change.scope);
    if (urn && schools_.count(*urn) == 0) return NoSuchSchool(*urn);
  }
  ImportCounts counts;
  for (const model::CalendarChange& change : changes) {
    model::SchoolYear& year = YearOf(change.scope);
    model::SchoolYear after = model::Apply(change, year);
    CountYear(year, after, counts);
    year = std::move(after);
  }
  Append(events);
  return counts;
}

Result<std::vector<model::CalendarDefault>> MemoryStore::CalendarDefaults() {
  base::MutexLock lock(mutex_);
  std::vector<model::CalendarDefault> defaults;
  for (const auto& [scope, year] : calendars_) {
    if (year != model::SchoolYear()) defaults.push_back({scope, year});
  }
  return defaults;
}

}  // namespace firstbell::store
