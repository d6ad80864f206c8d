#pragma once

// A simulation, day by day: what is planned for each day, and the judge at its end.
//
// Threads: one. A resource.

#include <filesystem>
#include <string>

#include "tests/simulation/forces.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/links.h"
#include "tests/simulation/mailboxes.h"
#include "tests/simulation/operators.h"

namespace firstbell::simulation {

class Days {
 public:
  // Seeds all randomness of this process. Keys lie below `directory`.
  Days(const Options& options, const std::filesystem::path& directory);
  Days(const Days&) = delete;
  Days& operator=(const Days&) = delete;

  // To the end, or to the first day on which something is wrong.
  void Run();

  const std::vector<std::string>& findings() const { return stage_.evidence.findings; }
  const Tally& tally() const { return stage_.tally; }
  absl::Time now() const { return stage_.now(); }

 private:
  void RunDay(Day day);
  int DaysOf() const;
  Day FirstMorning() const;
  void PlanReports(Day day);
  void PlanChanges(Day day);
  void PlanWithdrawals(Day day);
  void PlanTrouble(Day day);
  void PlanDesk(Day day);
  void CountDay(Day day);
  void Inspect();
  absl::Time SomeTime(Day day, int first_minute, int last_minute);
  SchoolIndex SomeSchool() { return stage_.dice.Below(stage_.country.schools().size()); }
  std::size_t ReportsOf(Day day);

  Stage stage_;
  registry::DataDirectory directory_;
  registry::Keyring keys_;
  Host host_;
  Mailboxes mailboxes_;
  Links links_;
  Life life_;
  Operators operators_;
  OfForces forces_;
  Judge judge_;
};

}  // namespace firstbell::simulation
