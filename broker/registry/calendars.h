#pragma once

// What nations, authorities, trusts and schools say of their school days, on its way into the store
// and back out as days.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/placing/rescheduler.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Threads: safe. All that it is given outlives it.
// Errors: InvalidArgument with a BadRequest naming each faulty field; ResourceExhausted above a
// limit; NotFound, no such school; the store's.
class Calendars {
 public:
  Calendars(store::Store& store, placing::SchoolCalendar& calendar,
            placing::Rescheduler::Moved moved = {})
      : store_(store), calendar_(calendar), rescheduler_(store, calendar, std::move(moved)) {}

  // Durable on OK; may be repeated. A school that is not in the register is a faulty field. Alerts
  // that wait are moved before the call returns (placing/rescheduler.h).
  base::Result<v1::ImportCalendarsResponse> Import(const v1::ImportCalendarsRequest& request,
                                                   absl::Time now);
  base::Result<v1::GetCalendarResponse> Days(const v1::GetCalendarRequest& request, absl::Time now);
  base::Result<v1::CheckCalendarsResponse> Check(const v1::CheckCalendarsRequest& request,
                                                 absl::Time now);

 private:
  // Of the changes, those of schools that are not there.
  base::Status CheckSchools(const std::vector<model::CalendarChange>& changes);
  base::Status NameUnknown(const std::vector<model::CalendarChange>& changes,
                           v1::ImportCalendarsResponse& response);
  base::Result<std::size_t> Retime(const std::vector<model::CalendarChange>& changes,
                                   absl::Time now);

  store::Store& store_;
  placing::SchoolCalendar& calendar_;
  placing::Rescheduler rescheduler_;
};

}  // namespace firstbell::registry
