#pragma once

// The forces: they report incidents until they are told OK, telephone schools that their ladders
// say, and decide on children that no machine may place.
//
// A further act of theirs is one more function here, and what the judge is to know of it one more
// field in the Report.
//
// Threads: one. A resource.

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/ladders.h"
#include "tests/simulation/life.h"

namespace firstbell::simulation {

class OfForces {
 public:
  OfForces(Stage& stage, Host& host, Life& life) : stage_(stage), host_(host), life_(life) {}
  OfForces(const OfForces&) = delete;
  OfForces& operator=(const OfForces&) = delete;

  // One incident, now: of one child or several of a family, sometimes of one on no roll.
  void Report();
  // One of the last incidents was a mistake: its force takes it back.
  void Withdraw();
  // Something was written wrongly of one child of one of the last incidents.
  void Correct();
  // Every force goes through its call list.
  void Telephone();
  // Every force goes through its review desk.
  void Decide();

 private:
  simulation::Report NewReport();
  void AddChild(std::optional<PupilIndex> pupil, simulation::Report& report);
  void Submit(std::size_t report);
  void Accepted(std::size_t report, const v1::IncidentAnswer& answer);
  // One of the last reports that it was told OK of and does not change just now.
  std::optional<std::size_t> Settled();
  void Corrected(std::size_t report, const v1::IncidentAnswer& answer);
  void TelephoneFor(const base::ForceCode& force);
  void Call(const base::ForceCode& force, v1::RecordCallRequest request);
  void DecideFor(const base::ForceCode& force);
  void DecideOn(const base::ForceCode& force, const std::string& reference,
                const std::string& child_ref);

  Stage& stage_;
  Host& host_;
  Life& life_;
};

}  // namespace firstbell::simulation
