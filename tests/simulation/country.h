#pragma once

// The truth: which schools there are, when they are open, and which child is where, with all that
// changes of it. The broker is told of it by imports; the judge asks it here.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/base/ids.h"
#include "firstbell/v1/incident.pb.h"
#include "firstbell/v1/operator_service.pb.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/options.h"
#include "tests/simulation/timetable.h"

namespace firstbell::simulation {

using SchoolIndex = std::size_t;
using PupilIndex = std::size_t;
using Schools = std::set<SchoolIndex>;

// At which schools a pupil may be told of, from `since` on: several while rolls are on their way
// into the broker, and where a pupil is registered at two.
struct Registration {
  absl::Time since = absl::InfinitePast();
  Schools schools;
};

struct Pupil {
  std::string local_id, given, family, born, postcode;
  bool is_protected = false;
  bool moving = false;                // a change of its registration is on its way
  std::vector<Registration> history;  // oldest first; at least one
  Schools on_rolls;                   // as its schools say at their next import

  const Schools& now() const { return history.back().schools; }
  // All that may have been right at some time in [from, until].
  Schools Between(absl::Time from, absl::Time until) const;
};

struct School {
  base::Urn urn;
  v1::Nation nation = v1::NATION_ENGLAND;
  int authority = 0;
  std::vector<Version> timetables;  // oldest first; at least one
  const Timetable& timetable() const { return timetables.back().timetable; }
};

class Country {
 public:
  Country(const Options& options, Dice dice);

  const std::vector<School>& schools() const { return schools_; }
  School& school(SchoolIndex index) { return schools_[index]; }
  const School& school(SchoolIndex index) const { return schools_[index]; }
  std::vector<Pupil>& pupils() { return pupils_; }
  const Pupil& pupil(PupilIndex index) const { return pupils_[index]; }
  std::optional<SchoolIndex> Find(base::Urn urn) const;
  // Whose name and birth date these are.
  std::optional<PupilIndex> Find(const v1::Child& child) const;
  // Of the pupil's family, the pupil among them, in order.
  std::vector<PupilIndex> Family(PupilIndex pupil) const;

  // Every school is closed that day, as soon as the broker knows.
  void AddBankHoliday(Day day, absl::Time now);

  // As imports bring them.
  v1::School SchoolWire(SchoolIndex index) const;
  std::vector<v1::CalendarChange> AuthorityWires() const;  // terms and half terms
  v1::CalendarChange OwnWire(SchoolIndex index) const;     // what the school says itself
  v1::ImportBankHolidaysRequest BankHolidayWire() const;
  v1::ImportRollRequest RollWire(SchoolIndex index) const;

  // A child that stands on no roll.
  v1::Child Stranger(Dice& dice) const;
  // As a force reports it.
  v1::Child Reported(PupilIndex pupil, const std::string& ref) const;

 private:
  void AddSchools(const Options& options, Dice& dice);
  void AddFamilies(Dice& dice);
  Timetable TimetableOf(const School& school, const Options& options) const;

  std::vector<School> schools_;
  std::vector<Pupil> pupils_;
  std::map<std::string, PupilIndex> by_name_;
  std::set<Day> bank_holidays_;
  int first_year_, last_year_;  // of terms
  std::size_t of_authority_;    // schools
};

}  // namespace firstbell::simulation
