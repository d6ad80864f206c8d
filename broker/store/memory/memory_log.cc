// The delivery log: its entries, the tree over them, checkpoints, auditors' questions.

#include <algorithm>

#include "broker/base/clock.h"
#include "broker/store/memory/memory_store.h"
#include "broker/store/rules.h"
#include "broker/store/tally.h"

namespace firstbell::store {

Result<std::uint64_t> MemoryStore::LogSize() {
  base::MutexLock lock(mutex_);
  return log_.size();
}

Result<LogHead> MemoryStore::GetLogHead() {
  base::MutexLock lock(mutex_);
  return LogHead{tree_.size(), tree_.Root()};
}

Result<LogHead> MemoryStore::IntegrateLog(std::size_t limit, const SignHead& sign) {
  base::MutexLock lock(mutex_);
  // Asked under this very lock, which clang does not follow into it.
  const auto tile_at =
      [this](const audit::TilePlace& place)
          ABSL_NO_THREAD_SAFETY_ANALYSIS -> Result<std::string> { return tiles_.at(place); };
  audit::TileBuilder builder(tree_, tile_at);
  const std::uint64_t end =
      tree_.size() + std::min<std::uint64_t>(limit, log_.size() - tree_.size());
  for (std::uint64_t at = tree_.size(); at < end; ++at) {
    FB_RETURN_IF_ERROR(builder.Append(log_[at].entry));
  }
  const LogHead head{builder.tree().size(), builder.tree().Root()};
  if (sign) FB_RETURN_IF_ERROR(Keep(CheckpointKind::kSigned, {head, sign(head)}));
  for (const auto& [place, hashes] : builder.tiles()) tiles_[place] = hashes;
  tree_ = builder.tree();
  return head;
}

Result<std::string> MemoryStore::ReadTile(int level, std::uint64_t index) {
  base::MutexLock lock(mutex_);
  const auto tile = tiles_.find({level, index});
  if (tile == tiles_.end()) return NoSuchTile();
  return tile->second;
}

Status MemoryStore::SaveCheckpoint(CheckpointKind kind, const SignedHead& checkpoint) {
  base::MutexLock lock(mutex_);
  return Keep(kind, checkpoint);
}

Status MemoryStore::Keep(CheckpointKind kind, const SignedHead& checkpoint) {
  const auto kept = checkpoints_.find(kind);
  if (kept != checkpoints_.end()) {
    FB_RETURN_IF_ERROR(CheckFollows(kept->second.head, checkpoint.head));
  }
  checkpoints_[kind] = checkpoint;
  return base::OkStatus();
}

Result<std::optional<SignedHead>> MemoryStore::GetCheckpoint(CheckpointKind kind) {
  base::MutexLock lock(mutex_);
  const auto kept = checkpoints_.find(kind);
  return kept == checkpoints_.end() ? std::nullopt : std::optional(kept->second);
}

Result<std::vector<LogEntry>> MemoryStore::ReadLog(std::uint64_t first, std::size_t limit) {
  base::MutexLock lock(mutex_);
  const std::size_t begin = std::min<std::size_t>(first, log_.size());
  const std::size_t count = std::min(limit, log_.size() - begin);
  const auto start = log_.begin() + static_cast<std::ptrdiff_t>(begin);
  return std::vector<LogEntry>(start, start + static_cast<std::ptrdiff_t>(count));
}

Result<std::vector<LogEntry>> MemoryStore::AlertHistory(const base::AlertId& id) {
  base::MutexLock lock(mutex_);
  std::vector<LogEntry> entries;
  const auto history = history_.find(id);
  if (history == history_.end()) return entries;
  for (const std::uint64_t position : history->second) entries.push_back(log_[position]);
  return entries;
}

Result<std::vector<LogEntry>> MemoryStore::RecipientHistory(const base::RecipientId& id) {
  base::MutexLock lock(mutex_);
  std::vector<LogEntry> entries;
  const auto history = key_history_.find(id);
  if (history == key_history_.end()) return entries;
  for (const std::uint64_t position : history->second) entries.push_back(log_[position]);
  return entries;
}

Result<std::uint64_t> MemoryStore::EraseHistory(const base::AlertId& id, const TellErased& tell) {
  base::MutexLock lock(mutex_);
  const auto history = history_.find(id);
  if (history == history_.end()) return std::uint64_t{0};
  const auto positions = std::move(history->second);
  history_.erase(history);
  for (const std::uint64_t position : positions) Erase(log_[position]);
  Append(tell(positions));
  return positions.size();
}

Status MemoryStore::BeginLogAnew(const std::string& origin, const Events& events) {
  base::MutexLock lock(mutex_);
  if (!identity_) return NotInitialised();
  FB_RETURN_IF_ERROR(CheckOtherOrigin(*identity_, origin));
  identity_->origin = origin;
  checkpoints_.clear();
  Append(events);
  return base::OkStatus();
}

Status MemoryStore::RecordQuestion(const NewQuestion& question) {
  base::MutexLock lock(mutex_);
  auto& [day, spent] = asked_[question.auditor_sha256];
  const std::uint32_t before = day == question.day ? spent : 0;
  FB_RETURN_IF_ERROR(CheckBudget(before, question));
  day = question.day;
  spent = before + question.cost;
  Append(question.events);
  return base::OkStatus();
}

// Counted anew each time: what the other driver keeps as it goes, and is held against.
Status MemoryStore::ReadStatistics(
    absl::CivilDay from, absl::CivilDay before,
    const std::function<void(const StatKey& key, const StatCell& cell)>& visit) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  Tally tally(london);
  {
    base::MutexLock lock(mutex_);
    for (const auto& [id, row] : alerts_) tally.Add(row.alert);
    for (const auto& [id, row] : incidents_) {
      tally.Add(row.incident);
      for (const model::Case& value : row.cases) tally.Add(value);
    }
  }
  for (const auto& [key, cell] : tally.cells()) {
    if (from <= key.day && key.day < before && !cell.empty()) visit(key, cell);
  }
  return base::OkStatus();
}

}  // namespace firstbell::store
