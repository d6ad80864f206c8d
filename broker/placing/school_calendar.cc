#include "broker/placing/school_calendar.h"

#include <algorithm>

namespace firstbell::placing {
namespace {

std::optional<model::Date> Earlier(std::optional<model::Date> a, std::optional<model::Date> b) {
  if (!a || !b) return std::nullopt;
  return std::min(*a, *b);
}

}  // namespace

SchoolCalendar::SchoolCalendar(store::Store& store, absl::TimeZone zone)
    : store_(store),
      zone_(zone),
      current_(std::make_shared<calendar::Calendar>(zone, calendar::Holidays())) {}

base::Status SchoolCalendar::Reload() {
  FB_ASSIGN_OR_RETURN(const auto list, store_.BankHolidays());
  const calendar::Holidays holidays(list);
  auto fresh = std::make_shared<calendar::Calendar>(zone_, holidays);
  base::MutexLock lock(mutex_);
  current_ = std::move(fresh);
  until_ = Earlier(holidays.Until(v1::NATION_ENGLAND), holidays.Until(v1::NATION_WALES));
  return base::OkStatus();
}

std::shared_ptr<const calendar::Calendar> SchoolCalendar::Current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

std::optional<model::Date> SchoolCalendar::HolidaysUntil() const {
  base::MutexLock lock(mutex_);
  return until_;
}

}  // namespace firstbell::placing
