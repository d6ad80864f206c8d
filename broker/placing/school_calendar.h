#pragma once

// The calendar as the store has it now: bank holidays, and what nations, authorities and trusts
// say, are read once and again when they change. What a school says comes with its facts.

#include <memory>

#include "absl/time/time.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "broker/calendar/calendar.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// A school's own days. Pure.
calendar::SchoolDays DaysOf(const calendar::Calendar& calendar, const store::SchoolFacts& school);

// Threads: safe. A resource.
class SchoolCalendar {
 public:
  // `store` outlives it. Empty until Reload().
  SchoolCalendar(store::Store& store, absl::TimeZone zone);
  SchoolCalendar(const SchoolCalendar&) = delete;
  SchoolCalendar& operator=(const SchoolCalendar&) = delete;

  base::Status Reload();
  // What stands now; stays valid and unchanged for whoever holds it.
  std::shared_ptr<const calendar::Calendar> Current() const;
  // A digest of all that stands now, 32 bytes: what schools say themselves is not in it.
  std::string Version() const;
  // The last day of which both nations' bank holidays are known.
  std::optional<model::Date> HolidaysUntil() const;

 private:
  store::Store& store_;
  const absl::TimeZone zone_;
  mutable base::Mutex mutex_;
  std::shared_ptr<const calendar::Calendar> current_ ABSL_GUARDED_BY(mutex_);
  std::string version_ ABSL_GUARDED_BY(mutex_);
  std::optional<model::Date> until_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::placing
