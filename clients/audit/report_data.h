#pragma once

// What the report of a period says, as plain values: what a broker answered within the auditor's
// scope, and what was checked of its log. Nothing here is computed from suppressed numbers, and no
// name of a child or of a school ever stands in it: schools and alerts are pseudonyms, or whatever
// the scope grants. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace firstbell::audit_client {

// Nothing: suppressed, or not counted in answer to that question.
struct Count {
  std::optional<std::uint64_t> rounded;
  bool counted = true;
  friend bool operator==(const Count&, const Count&) = default;
};

// `part` of `whole`, which need not be told. `percent` is as the broker says it, never reckoned
// from the two; nothing: too few to say.
struct Share {
  std::optional<double> percent;
  Count part, whole;
  friend bool operator==(const Share&, const Share&) = default;
};

// A number, or a share, and the words for what it is of. The words come without a full stop and
// begin with a capital letter, as they stand in a table.
struct LabelledCount {
  std::string label;
  Count count;
  friend bool operator==(const LabelledCount&, const LabelledCount&) = default;
};
struct LabelledShare {
  std::string label;
  Share share;
  friend bool operator==(const LabelledShare&, const LabelledShare&) = default;
};

// Of alerts accepted in the day, or in the week that begins with it.
struct PeriodShare {
  absl::CivilDay first;
  Share share;
  friend bool operator==(const PeriodShare&, const PeriodShare&) = default;
};
struct WeekdayShare {
  absl::Weekday weekday = absl::Weekday::monday;
  Share share;
  friend bool operator==(const WeekdayShare&, const WeekdayShare&) = default;
};
// From `hour`:00 to the next, 0 to 23.
struct HourShare {
  int hour = 0;
  Share share;
  friend bool operator==(const HourShare&, const HourShare&) = default;
};
// Alerts accepted on that weekday in that hour.
struct WeekdayHourCount {
  absl::Weekday weekday = absl::Weekday::monday;
  int hour = 0;
  Count accepted;
  friend bool operator==(const WeekdayHourCount&, const WeekdayHourCount&) = default;
};

// How long a step took: half, nine in ten and 99 in a hundred took no longer. Nothing: too few.
struct StepTime {
  std::string step;  // "Accepted to sent"
  std::optional<absl::Duration> median, p90, p99;
  friend bool operator==(const StepTime&, const StepTime&) = default;
};

// Children or alerts that ended without a school that acted, and why.
struct ReasonCount {
  std::string outcome;  // "Unplaceable", "Withheld", "Refused by the school"
  std::string reason;
  Count count;
  friend bool operator==(const ReasonCount&, const ReasonCount&) = default;
};

struct LateEvent {
  std::optional<absl::Time> at;  // nothing: the event is not open to the scope, or erased
  std::string what;              // in words
  std::string rung;              // whom the ladder had reached; empty: no matter here
  friend bool operator==(const LateEvent&, const LateEvent&) = default;
};

// An alert that was acknowledged at or after its deadline, or not yet.
struct LateAlert {
  std::string alert, school, force;  // the first two are pseudonyms where the scope has them
  absl::Time deadline;
  std::optional<absl::Time> acknowledged_at;  // nothing: still open when the report was made
  std::vector<LateEvent> events;              // oldest first
  friend bool operator==(const LateAlert&, const LateAlert&) = default;
};

// Whether this run of the program recomputed the log on which the report rests.
enum class LogCheck { kVerified, kNotChecked, kMismatch };

struct ReportCheckpoint {
  std::string origin;
  std::uint64_t size = 0;
  std::string root_base64;
  std::optional<absl::Time> signed_at;  // by the first witness to; nothing: no signature says when
  std::vector<std::string> witnesses;   // names of those whose cosignatures were checked
  LogCheck check = LogCheck::kNotChecked;
  std::string check_detail;  // one sentence more, such as where it does not fit; may be empty
  // The answers came with checkpoints of up to so many entries, each of them signed and shown to
  // continue this one; nothing: that was not checked.
  std::optional<std::uint64_t> answers_up_to;
  bool simulated_clock = false;  // a rehearsal: its times are not real
  friend bool operator==(const ReportCheckpoint&, const ReportCheckpoint&) = default;
};

// How counts are told: rounded and small ones suppressed, or as they are.
enum class Disclosure { kRounded, kExact };
enum class PeriodStep { kDay, kWeek };

struct ReportData {
  std::string scope;                   // "All of England and Wales"
  absl::CivilDay first_day, last_day;  // of acceptance, in London; the last counts too
  absl::Time made_at;
  std::string program_version;
  absl::TimeZone london;  // base::LondonTimeZone()
  Disclosure disclosure = Disclosure::kRounded;
  ReportCheckpoint checkpoint;

  Count accepted;         // alerts
  Share before_bell;      // of those acknowledged or past their deadline
  Share by_registration;  // of those whose arrival the school was asked for
  Count schools_without_link;
  std::vector<LabelledCount> standings;  // what became of each alert
  std::vector<StepTime> steps;
  std::vector<ReasonCount> reasons;
  bool cases_counted = true;  // children who were withheld, unplaceable or went to a person

  PeriodStep step = PeriodStep::kDay;
  std::vector<PeriodShare> over_time;                 // ascending
  std::vector<WeekdayShare> by_weekday;               // from Monday on
  std::vector<HourShare> by_hour;                     // ascending
  std::vector<WeekdayHourCount> by_weekday_and_hour;  // in any order; may be empty
  std::vector<LabelledShare> by_force, by_authority;  // in any order
  std::vector<LabelledCount> reached;  // accepted, sent, … acknowledged: as far or farther
  std::vector<LabelledCount> rungs;    // the farthest that the ladder climbed: each alert once

  std::vector<LateAlert> late;
  bool late_more = false;      // these are the newest, and there are more
  bool late_withheld = false;  // there are too few of them to be listed to this scope
  friend bool operator==(const ReportData&, const ReportData&) = default;
};

}  // namespace firstbell::audit_client
