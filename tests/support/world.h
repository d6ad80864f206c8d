#pragma once

// The use cases on the in-memory store, wired as the broker wires them, on a clock that stands at
// 02:10 until it is set. The three invented schools and their pupils are there; nobody is enrolled.

#include <memory>
#include <set>
#include <vector>

#include "broker/base/clock.h"
#include "broker/intake/intake.h"
#include "broker/placing/ladders.h"
#include "broker/placing/placer.h"
#include "broker/placing/policies.h"
#include "broker/placing/school_calendar.h"
#include "broker/sealing/vault.h"
#include "broker/store/memory/memory_store.h"
#include "tests/support/faulty_store.h"
#include "tests/support/invented.h"
#include "tests/support/temp_directory.h"

namespace firstbell::support {

// Keeps what intake tells of.
class RecordingSink final : public intake::AlertSink {
 public:
  void AlertsAccepted(const std::set<base::Urn>& urns) override {
    base::MutexLock lock(mutex_);
    told_.push_back(urns);
  }
  void IncidentRevised(const std::vector<model::Alert>& alerts,
                       const std::vector<model::Case>& cases) override {
    base::MutexLock lock(mutex_);
    revised_.insert(revised_.end(), alerts.begin(), alerts.end());
    cases_.insert(cases_.end(), cases.begin(), cases.end());
  }
  std::vector<model::Alert> revised() {
    base::MutexLock lock(mutex_);
    return revised_;
  }
  std::vector<model::Case> cases() {
    base::MutexLock lock(mutex_);
    return cases_;
  }
  std::vector<std::set<base::Urn>> told() {
    base::MutexLock lock(mutex_);
    return told_;
  }

 private:
  base::Mutex mutex_;
  std::vector<std::set<base::Urn>> told_ ABSL_GUARDED_BY(mutex_);
  std::vector<model::Alert> revised_ ABSL_GUARDED_BY(mutex_);
  std::vector<model::Case> cases_ ABSL_GUARDED_BY(mutex_);
};

// Members in the order in which the data passes through; each uses only those above it.
class World {
 private:
  TempDirectory directory_;

 public:
  World();

  // Intake's answer at the clock's time. CHECKs that it is one.
  v1::IncidentAnswer Submit(const v1::Incident& incident);
  // The alerts of an answer's incident.
  std::vector<model::Alert> AlertsOf(const v1::IncidentAnswer& answer);
  // Every event of the log as JSON, one a line.
  std::string LogText();

  base::ManualClock clock{kNight};
  store::MemoryStore memory;
  FaultyStore store{memory};
  std::unique_ptr<sealing::Vault> vault;
  placing::SchoolCalendar calendar;
  placing::Ladders ladders{store};
  placing::RollIndex index{store};
  placing::Policies policies{store};
  placing::Placer placer{store, calendar, index, policies};
  RecordingSink sink;
  intake::Intake intake;
};

}  // namespace firstbell::support
