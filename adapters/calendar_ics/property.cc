#include "adapters/calendar_ics/property.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace firstbell::adapters::calendar_ics {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;
constexpr std::size_t kZoneBytes = 64;
constexpr std::string_view kLondon[] = {"GMT Standard Time",
                                        "(UTC+00:00) Dublin, Edinburgh, Lisbon, London"};
constexpr std::string_view kSimpleZones[] = {"UTC", "GMT", "GB"};

// A name that can only lead to a zone's file.
bool IsZoneName(std::string_view name) {
  const auto plain = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  if (std::find(std::begin(kSimpleZones), std::end(kSimpleZones), name) != std::end(kSimpleZones)) {
    return true;
  }
  return name.size() <= kZoneBytes && name.find('/') != std::string_view::npos && 'A' <= name[0] &&
         name[0] <= 'Z' && std::all_of(name.begin(), name.end(), plain);
}

// "/freeassociation.sourceforge.net/Europe/London" ends with the name.
std::string_view WithoutVendor(std::string_view name) {
  if (!name.starts_with('/')) return name;
  const std::size_t last = name.rfind('/');
  const std::size_t before = last == 0 ? last : name.rfind('/', last - 1);
  return name.substr(before + 1);
}

}  // namespace

std::optional<Fault> Properties::Parse(const ContentLine& line) {
  const Fault fault{line.name, "is not as RFC 5545 writes it"};
  const std::string text = "BEGIN:VEVENT\r\n" + line.text + "\r\nEND:VEVENT\r\n";
  component_.reset(icalparser_parse_string(text.c_str()));
  all_.clear();
  if (!component_ || icalcomponent_isa(component_.get()) != ICAL_VEVENT_COMPONENT) return fault;
  for (icalproperty* property =
           icalcomponent_get_first_property(component_.get(), ICAL_ANY_PROPERTY);
       property; property = icalcomponent_get_next_property(component_.get(), ICAL_ANY_PROPERTY)) {
    if (icalproperty_isa(property) == ICAL_XLICERROR_PROPERTY) return fault;
    if (!icalproperty_get_value(property)) return fault;
    all_.push_back(property);
  }
  if (all_.empty()) return fault;
  return std::nullopt;
}

absl::CivilSecond Moment::In(absl::TimeZone other) const {
  if (is_date || zone == other) return local;
  return absl::ToCivilSecond(absl::FromCivil(local, zone), other);
}

std::optional<Fault> ReadMoment(icalproperty* property, const std::string& name,
                                absl::TimeZone london, Moment& moment) {
  const icalvalue* value = icalproperty_get_value(property);
  const icalvalue_kind kind = icalvalue_isa(value);
  if (kind != ICAL_DATE_VALUE && kind != ICAL_DATETIME_VALUE) {
    return Fault{name, "is neither a date nor a date and time"};
  }
  absl::TimeZone zone = london;
  if (icalparameter* id = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER)) {
    const char* named = icalparameter_get_tzid(id);
    const auto known = ZoneOf(named ? named : "");
    if (!known) return Fault{name, "is of a time zone that is not known here: export it in UTC"};
    zone = *known;
  }
  return ReadMoment(
      kind == ICAL_DATE_VALUE ? icalvalue_get_date(value) : icalvalue_get_datetime(value), name,
      zone, moment);
}

std::optional<Fault> ReadMoment(const icaltimetype& time, const std::string& name,
                                absl::TimeZone zone, Moment& moment) {
  if (time.year < kFirstYear || time.year > kLastYear) {
    return Fault{name, "is no date from 1900 to 2199"};
  }
  moment.is_date = time.is_date != 0;
  moment.zone = icaltime_is_utc(time) ? absl::UTCTimeZone() : zone;
  moment.local = moment.is_date
                     ? absl::CivilSecond(time.year, time.month, time.day)
                     : absl::CivilSecond(time.year, time.month, time.day, time.hour, time.minute,
                                         std::min(time.second, 59));  // a leap second
  const absl::CivilSecond& local = moment.local;
  const bool exists =
      local.month() == time.month && local.day() == time.day &&
      (moment.is_date || (local.hour() == time.hour && local.minute() == time.minute));
  if (!exists) return Fault{name, "does not exist"};
  return std::nullopt;
}

std::optional<absl::TimeZone> ZoneOf(const std::string& name) {
  if (std::find(std::begin(kLondon), std::end(kLondon), name) != std::end(kLondon)) {
    return ZoneOf("Europe/London");
  }
  const std::string plain(WithoutVendor(name));
  absl::TimeZone zone;
  if (!IsZoneName(plain) || !absl::LoadTimeZone(plain, &zone)) return std::nullopt;
  return zone;
}

}  // namespace firstbell::adapters::calendar_ics
