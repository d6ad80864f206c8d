#pragma once

// One content line through libical. Threads: one at a time. No value stands in a fault.

#include <libical/ical.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "adapters/calendar_ics/event_reader.h"
#include "adapters/csv/columns.h"

namespace firstbell::adapters::calendar_ics {

using csv::Fault;

// What is wrong, and where.
struct FaultAt {
  std::uint64_t line = 0;
  Fault fault;
};

// The properties of a line: several where its value is a list. Owns them.
class Properties {
 public:
  // A fault where the line is not as RFC 5545 writes it.
  std::optional<Fault> Parse(const ContentLine& line);
  const std::vector<icalproperty*>& all() const { return all_; }

 private:
  struct Free {
    void operator()(icalcomponent* component) const { icalcomponent_free(component); }
  };
  std::unique_ptr<icalcomponent, Free> component_;
  std::vector<icalproperty*> all_;
};

// A DATE, or a DATE-TIME of its zone.
struct Moment {
  absl::CivilSecond local;  // of a DATE its midnight
  absl::TimeZone zone;      // London's where none is named
  bool is_date = false;

  // The same instant elsewhere; a DATE is the same everywhere.
  absl::CivilSecond In(absl::TimeZone other) const;
};

// A fault where it is neither, does not exist, lies outside 1900 to 2199 or in an unknown zone.
std::optional<Fault> ReadMoment(icalproperty* property, const std::string& name,
                                absl::TimeZone london, Moment& moment);
std::optional<Fault> ReadMoment(const icaltimetype& time, const std::string& name,
                                absl::TimeZone zone, Moment& moment);

// "Europe/London", also behind a vendor's path, or Windows' name of it. Nothing: not known.
std::optional<absl::TimeZone> ZoneOf(const std::string& name);

}  // namespace firstbell::adapters::calendar_ics
