#pragma once

// What every part of a simulation shares.

#include "tests/simulation/agenda.h"
#include "tests/simulation/country.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/evidence.h"
#include "tests/simulation/mutations.h"
#include "tests/simulation/options.h"
#include "tests/simulation/tally.h"

namespace firstbell::simulation {

struct Stage {
  explicit Stage(const Options& what)
      : options(what),
        agenda(At(Day(what.year, 8, what.crowd == 0 ? 22 : 29), 0)),
        dice(what.seed),
        country(what, Dice(what.seed ^ 0x5eed)),
        mutation(FindMutation(what.mutation)) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  absl::Time now() const { return agenda.now(); }
  Day today() const { return DayOf(agenda.now()); }
  void Find(const std::string& what) { evidence.Find(agenda.now(), what); }

  const Options options;
  Agenda agenda;
  Dice dice;
  Tally tally;
  Country country;
  Evidence evidence;
  const Mutation* const mutation;  // nullptr: none
};

}  // namespace firstbell::simulation
