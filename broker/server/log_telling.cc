#include "broker/server/log_telling.h"

#include <algorithm>
#include <utility>

#include "broker/audit/checkpoint.h"
#include "broker/base/log.h"

namespace firstbell::server {

// The keeper raises the alarm. A store that does not answer contradicts nobody.
void LogTelling::Compare(const std::string& note) {
  const base::Status compared = keeper_.Compare(note);
  if (compared.ok()) return;
  base::LogError("log", "a device's checkpoint is not borne out, or cannot be compared",
                 {{"why", std::string(base::Message(compared))}});
}

base::Result<dispatch::ToldOfLog> LogTelling::Tell(std::uint64_t old_size) {
  const audit::SignedCheckpoint published = keeper_.Published();
  // After that one: of a turn meanwhile, the newest is the larger.
  const audit::SignedCheckpoint newest = keeper_.Newest();
  dispatch::ToldOfLog told;
  told.checkpoint = audit::FormatNote(newest.note);
  told.size = newest.checkpoint.size;
  if (0 < old_size && old_size < told.size) {
    FB_ASSIGN_OR_RETURN(told.consistency, keeper_.ConsistencyProof(old_size, told.size));
  }
  told.log_key = keeper_.VerifierKeys().back().ToString();
  told.key_changes = keeper_.key_changes();
  if (keeper_.policy().quorum() != "none") FB_RETURN_IF_ERROR(AddWitnessed(published, told));
  return told;
}

// Where the quorum was never met, that one is the newest without it, and says nothing to a device.
base::Status LogTelling::AddWitnessed(const audit::SignedCheckpoint& published,
                                      dispatch::ToldOfLog& told) {
  const std::uint64_t size = published.checkpoint.size;
  if (size > told.size) return base::OkStatus();
  told.witnessed = audit::FormatNote(published.note);
  if (size == 0 || size == told.size) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(told.witnessed_consistency, keeper_.ConsistencyProof(size, told.size));
  return base::OkStatus();
}

base::Result<std::optional<v1::LoggedEvent>> LogTelling::EnrolmentOf(const base::RecipientId& id,
                                                                     std::uint64_t from,
                                                                     std::uint64_t size) {
  if (from >= size) return std::nullopt;
  FB_ASSIGN_OR_RETURN(const auto history, store_.RecipientHistory(id));
  if (history.empty() || history.front().position < from) return std::nullopt;
  return Proven(history.front(), size);
}

base::Result<std::optional<v1::LoggedEvent>> LogTelling::RemovalOf(const base::RecipientId& id,
                                                                   std::uint64_t size) {
  FB_ASSIGN_OR_RETURN(const auto history, store_.RecipientHistory(id));
  if (history.size() < 2) return std::nullopt;
  return Proven(history.back(), size);
}

// Nothing where the tree of that size does not hold it.
base::Result<std::optional<v1::LoggedEvent>> LogTelling::Proven(const store::LogEntry& entry,
                                                                std::uint64_t size) {
  if (size <= entry.position) return std::nullopt;
  FB_ASSIGN_OR_RETURN(const auto hashes, keeper_.InclusionProof(entry.position, size));
  v1::LoggedEvent logged;
  logged.set_event(entry.event);
  logged.set_salt(entry.salt);
  logged.set_entry(entry.entry);
  logged.set_position(entry.position);
  for (const std::string& hash : hashes) logged.add_hashes(hash);
  return logged;
}

// Where the store does not say how far the log has come, its next turn is taken to cover it: at
// worst the school is told once more for nothing.
void LogTelling::PeopleChanged(base::Urn urn) {
  const auto stands = store_.LogSize();
  const std::uint64_t size = stands.ok() ? *stands : 0;
  base::MutexLock lock(mutex_);
  std::uint64_t& until = waiting_[urn];
  until = std::max(until, size);
}

std::vector<base::Urn> LogTelling::TakeCovered() {
  const std::uint64_t size = keeper_.Newest().checkpoint.size;
  std::vector<base::Urn> covered;
  base::MutexLock lock(mutex_);
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    if (one->second > size) {
      ++one;
      continue;
    }
    covered.push_back(one->first);
    one = waiting_.erase(one);
  }
  return covered;
}

}  // namespace firstbell::server
