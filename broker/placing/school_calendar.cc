#include "broker/placing/school_calendar.h"

#include <algorithm>
#include <utility>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::placing {
namespace {

std::optional<model::Date> Earlier(std::optional<model::Date> a, std::optional<model::Date> b) {
  if (!a || !b) return std::nullopt;
  return std::min(*a, *b);
}

calendar::Defaults DefaultsOf(std::vector<model::CalendarDefault> list) {
  calendar::Defaults defaults;
  for (model::CalendarDefault& one : list) {
    if (const auto* nation = std::get_if<model::Nation>(&one.scope)) {
      defaults.nations[*nation] = std::move(one.year);
    } else if (const auto* code = std::get_if<model::AuthorityCode>(&one.scope)) {
      defaults.authorities[code->value()] = std::move(one.year);
    } else if (const auto* trust = std::get_if<model::TrustCode>(&one.scope)) {
      defaults.trusts[trust->value()] = std::move(one.year);
    }
  }
  return defaults;
}

// Lists come in order, and each part is told from the next by its length.
std::string VersionOf(const std::vector<model::BankHoliday>& holidays,
                      const std::vector<model::CalendarDefault>& defaults) {
  std::string all;
  const auto add = [&all](std::string_view part) {
    base::AppendU32(all, static_cast<std::uint32_t>(part.size()));
    all.append(part);
  };
  for (const model::BankHoliday& holiday : holidays) {
    add(std::to_string(holiday.nation) + " " + absl::FormatCivilTime(holiday.date));
  }
  for (const model::CalendarDefault& one : defaults) {
    const auto* code = std::get_if<model::AuthorityCode>(&one.scope);
    const auto* trust = std::get_if<model::TrustCode>(&one.scope);
    const auto* nation = std::get_if<model::Nation>(&one.scope);
    add(code     ? code->value()
        : trust  ? trust->value()
        : nation ? std::to_string(*nation)
                 : std::string());
    add(model::ToWire(one.year).SerializeAsString());
  }
  return crypto::Sha256(all);
}

}  // namespace

calendar::SchoolDays DaysOf(const calendar::Calendar& calendar, const store::SchoolFacts& school) {
  return calendar.DaysOf(school.school, {.year = &school.year, .every_day = school.hours});
}

SchoolCalendar::SchoolCalendar(store::Store& store, absl::TimeZone zone)
    : store_(store),
      zone_(zone),
      current_(std::make_shared<calendar::Calendar>(zone, calendar::Holidays())) {}

base::Status SchoolCalendar::Reload() {
  FB_ASSIGN_OR_RETURN(const auto list, store_.BankHolidays());
  FB_ASSIGN_OR_RETURN(auto defaults, store_.CalendarDefaults());
  const calendar::Holidays holidays(list);
  std::string version = VersionOf(list, defaults);
  auto fresh =
      std::make_shared<calendar::Calendar>(zone_, holidays, DefaultsOf(std::move(defaults)));
  base::MutexLock lock(mutex_);
  current_ = std::move(fresh);
  version_ = std::move(version);
  until_ = Earlier(holidays.Until(v1::NATION_ENGLAND), holidays.Until(v1::NATION_WALES));
  return base::OkStatus();
}

std::shared_ptr<const calendar::Calendar> SchoolCalendar::Current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

std::string SchoolCalendar::Version() const {
  base::MutexLock lock(mutex_);
  return version_;
}

std::optional<model::Date> SchoolCalendar::HolidaysUntil() const {
  base::MutexLock lock(mutex_);
  return until_;
}

}  // namespace firstbell::placing
