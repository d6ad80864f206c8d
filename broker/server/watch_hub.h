#pragma once

// Carries alerts' changes, and officers' decisions, to the calls that watch an incident.

#include <functional>
#include <map>
#include <memory>

#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "broker/dispatch/observer.h"

namespace firstbell::server {

// Threads: safe. A resource.
class WatchHub final : public dispatch::AlertObserver {
 public:
  // None may block nor call the hub.
  struct Watcher {
    std::function<void(const model::Alert&)> changed;
    std::function<void(const model::Case&)> reviewed;  // its case waits, or was decided
    std::function<void()> closing;                     // nothing more will come: the broker stops
  };
  // Ends the watching when it is destroyed; no callback runs after that.
  class Subscription {
   public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    friend class WatchHub;
    Subscription(WatchHub& hub, base::IncidentId incident) : hub_(hub), incident_(incident) {}
    WatchHub& hub_;
    const base::IncidentId incident_;
  };

  WatchHub() = default;
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // Nothing where the hub is closed.
  std::unique_ptr<Subscription> Watch(const base::IncidentId& incident, Watcher watcher);
  void AlertChanged(const model::Alert& alert) override;
  // Of a child that an officer placed, its alerts are told before.
  void CaseChanged(const model::Case& value);
  // Tells every watcher, and takes no more.
  void Close();

 private:
  base::Mutex mutex_;
  std::multimap<base::IncidentId, std::pair<const Subscription*, Watcher>> watchers_
      ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace firstbell::server
