#include "broker/server/replacing.h"

#include <set>
#include <utility>

#include "broker/base/log.h"

namespace firstbell::server {

void Replacing::RollsChanged() {
  base::MutexLock lock(mutex_);
  wanted_ = fresh_ = true;
}

bool Replacing::Due(Instant now) {
  const model::Date today = calendar_.Current()->LocalDate(clock_.Now());
  base::MutexLock lock(mutex_);
  if (day_ && *day_ != today) wanted_ = fresh_ = true;
  day_ = today;
  if (std::exchange(fresh_, false)) {
    if (first_ == Instant()) first_ = now;
    newest_ = now;
  }
  if (!wanted_ || running_) return false;
  if (now < first_ + kSettle || now < not_before_) return false;
  // What was being stored as the newest roll came may be missed: once more for it.
  wanted_ = now < newest_ + kSettle;
  first_ = wanted_ ? newest_ : Instant();
  running_ = true;
  return true;
}

void Replacing::Incident(const base::IncidentId& id) {
  const auto placed = replacer_.Incident(id, clock_.Now());
  if (placed.ok()) return;
  base::LogError("placing", base::Message(placed.status()), {{"incident", id.value()}});
  RollsChanged();  // the walk finds its case
}

void Replacing::Run() {
  const Instant began = std::chrono::steady_clock::now();
  const auto urns = store_.SchoolsWithOpenAlerts();
  base::Status failed = urns.status();
  std::set<base::IncidentId> done;
  std::size_t changed = 0;
  const auto count = [&](const base::Result<std::size_t>& here) {
    here.ok() ? void(changed += *here) : void(failed = here.status());
  };
  for (const base::Urn urn : urns.ok() ? *urns : std::vector<base::Urn>()) {
    if (replacer_.stopped()) break;
    count(replacer_.School(urn, clock_.Now(), done));
  }
  if (!replacer_.stopped()) count(replacer_.Desk(clock_.Now(), done));
  if (changed > 0) {
    base::LogInfo("placing", "children were placed again: rolls have changed",
                  {{"children", std::to_string(changed)}});
  }
  if (!failed.ok()) {
    base::LogError("placing", "not all who wait were placed again; tried once more",
                   {{"why", std::string(base::Message(failed))}});
  }
  const Instant ended = std::chrono::steady_clock::now();
  base::MutexLock lock(mutex_);
  running_ = false;
  if (!failed.ok()) wanted_ = fresh_ = true;
  not_before_ = ended + kRest * (ended - began);
}

}  // namespace firstbell::server
