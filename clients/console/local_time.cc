#include "clients/console/local_time.h"

#include "broker/base/clock.h"
#include "broker/model/text.h"
#include "clients/console/app.h"

namespace firstbell::console {

base::Result<LocalTime> LocalTime::London() {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone zone, base::LondonTimeZone());
  return LocalTime(zone);
}

std::string LocalTime::Format(absl::Time time) const {
  const absl::CivilDay day = absl::ToCivilDay(time, zone_);
  return absl::FormatTime("%a ", time, zone_) + std::to_string(day.day()) +
         absl::FormatTime(" %b %Y %H:%M", time, zone_);
}

std::string LocalTime::Format(const google::protobuf::Timestamp& time) const {
  return Format(model::FromWire(time));
}

std::string LocalTime::Date(absl::Time time) const {
  return absl::FormatTime("%Y-%m-%d", time, zone_);
}

std::string LocalTime::FormatSeconds(const google::protobuf::Timestamp& time) const {
  return Format(time) + absl::FormatTime(":%S", model::FromWire(time), zone_);
}

base::Result<google::protobuf::Timestamp> LocalTime::Parse(std::string_view text,
                                                           std::string_view flag) const {
  for (const char* form :
       {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%E*S%Ez"}) {
    absl::Time time;
    if (absl::ParseTime(form, base::View(text), zone_, &time, nullptr)) return model::ToWire(time);
  }
  return UsageError(std::string(flag) +
                    " takes a London date or time, 2026-03-03 or \"2026-03-03 07:30\"");
}

}  // namespace firstbell::console
