#include "broker/server/watch_hub.h"

namespace firstbell::server {

WatchHub::Subscription::~Subscription() {
  base::MutexLock lock(hub_.mutex_);
  const auto [first, last] = hub_.watchers_.equal_range(incident_);
  for (auto it = first; it != last; ++it) {
    if (it->second.first != this) continue;
    hub_.watchers_.erase(it);
    return;
  }
}

std::unique_ptr<WatchHub::Subscription> WatchHub::Watch(const base::IncidentId& incident,
                                                        Watcher watcher) {
  std::unique_ptr<Subscription> subscription(new Subscription(*this, incident));
  bool open = false;
  {
    base::MutexLock lock(mutex_);
    open = !closed_;
    if (open) watchers_.emplace(incident, std::make_pair(subscription.get(), std::move(watcher)));
  }
  if (!open) subscription.reset();
  return subscription;
}

void WatchHub::AlertChanged(const model::Alert& alert) {
  base::MutexLock lock(mutex_);
  const auto [first, last] = watchers_.equal_range(alert.incident_id);
  for (auto it = first; it != last; ++it) it->second.second.changed(alert);
}

void WatchHub::CaseChanged(const model::Case& value) {
  base::MutexLock lock(mutex_);
  const auto [first, last] = watchers_.equal_range(value.incident_id);
  for (auto it = first; it != last; ++it) it->second.second.reviewed(value);
}

void WatchHub::Close() {
  base::MutexLock lock(mutex_);
  closed_ = true;
  for (const auto& [incident, watching] : watchers_) watching.second.closing();
}

}  // namespace firstbell::server
