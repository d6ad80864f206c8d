#pragma once

// Registers, rolls, calendars and hours on their way into the store.

#include <functional>
#include <optional>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/placing/rescheduler.h"
#include "broker/placing/roll_index.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Where the first rolls come from.
struct RollSource {
  // The next school's, in any order; nothing: there are no more. By one thread at a time.
  std::function<std::optional<v1::ImportRollRequest>()> next;
  // After the last: how much of the index is built, 0 to 1. By one thread at a time; may be empty.
  std::function<void(double built)> progress = {};
};

// Told once a roll or the register has changed: who waits may be at another school. May be empty.
using RollsChanged = std::function<void()>;

// What changes when a school's day begins also moves the alerts that wait (placing/rescheduler.h),
// before the call returns.
//
// Threads: safe. All that it is given outlives it. Every call is durable on OK and may be repeated.
// Errors: InvalidArgument with a BadRequest naming each faulty field; ResourceExhausted above a
// limit; NotFound, no such school; the store's.
class Imports {
 public:
  Imports(store::Store& store, placing::SchoolCalendar& calendar, placing::RollIndex& index,
          placing::Rescheduler::Moved moved = {}, RollsChanged rolls_changed = {})
      : store_(store),
        calendar_(calendar),
        index_(index),
        rolls_changed_(std::move(rolls_changed)),
        rescheduler_(store, calendar, std::move(moved)) {}

  base::Result<v1::ImportSchoolsResponse> Schools(const v1::ImportSchoolsRequest& request,
                                                  absl::Time now);
  base::Result<v1::ImportRollResponse> Roll(const v1::ImportRollRequest& request, absl::Time now);
  // The rolls of many schools into a store that has no pupil yet: each as Roll takes it, but all of
  // them or none. FailedPrecondition: a pupil stands there.
  base::Result<v1::ImportRollResponse> FirstRolls(const RollSource& source, absl::Time now);
  base::Result<v1::ImportBankHolidaysResponse> BankHolidays(
      const v1::ImportBankHolidaysRequest& request, absl::Time now);
  base::Status SetHours(const v1::SetSchoolHoursRequest& request, absl::Time now);
  // The log learns how many there are, and not whose.
  base::Status SetDirectLines(const v1::SetDirectLinesRequest& request, absl::Time now);
  base::Result<v1::GetSchoolResponse> School(base::Urn urn, absl::Time now);

 private:
  store::Store& store_;
  placing::SchoolCalendar& calendar_;
  placing::RollIndex& index_;
  const RollsChanged rolls_changed_;
  placing::Rescheduler rescheduler_;
};

}  // namespace firstbell::registry
