#pragma once

// Holds what happened against what should have: the country's truth and the record of what was done
// and seen (evidence.h) on one side, the store, its log and the machines on the other. It shares no
// judgement with the core; a finding is what is wrong, in words.
//
// A further check is one more function here, called from Day() or of each alert.
//
// Threads: one. A resource.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "broker/store/store.h"
#include "tests/simulation/logged.h"
#include "tests/simulation/machine.h"
#include "tests/simulation/stage.h"

namespace firstbell::simulation {

class Judge {
 public:
  // `truth` is what stands; `seen` what the broker is told of it, where a mutation lies between.
  Judge(Stage& stage, store::Store& truth, store::Store& seen)
      : stage_(stage), truth_(truth), seen_(seen) {}
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  // At the end of a day: whatever the day touched, and all that waits.
  void Day();
  // At the end of all: the store against itself, and that everything ended or still waits.
  void Everything();
  // A machine that has been linked for a while.
  void Inspect(const Machine& machine);

 private:
  // Earliest and latest that times may be, by the timetables that held.
  struct Bounds {
    Times least, most;
    bool exact = false;  // one timetable alone held, and the alert came with its incident
  };

  void Check(const std::string& what, bool holds, const std::string& finding);

  void CheckShown();
  void CheckRead();
  void CheckReading(const Reading& reading);
  void CheckConfirmed();
  void CheckOutbox();

  // Of each report that is not done with: judge_places.cc.
  void CheckReports();
  bool CheckReport(const Report& report);
  bool CheckWithdrawn(const Report& report, const store::Incident& incident);
  bool CheckChild(const Report& report, std::size_t child, const store::Incident& incident);
  void CheckWhere(const Report& report, std::size_t child, const store::Incident& incident,
                  const std::vector<model::Alert>& living, const std::optional<model::Case>& open);

  // Of each alert that the day touched: judge_alerts.cc.
  void CheckAlert(const base::AlertId& id);
  void CheckReceipts(const model::Alert& alert, const LoggedAlert& logged);
  void CheckSealings(const model::Alert& alert, const LoggedAlert& logged);
  void CheckSealedTo(const model::Alert& alert, const LoggedAlert& logged,
                     const LoggedSealing& sealing);
  void CheckTimes(const model::Alert& alert);
  void CheckMoved(const model::Alert& alert);
  Bounds BoundsOf(const model::Alert& alert, absl::Time came) const;
  void CheckLadders();
  bool CheckLadder(const model::Alert& alert, const LoggedAlert& logged);
  // By when something due then was surely done: the broker was up and has looked.
  absl::Time SurelyBy(absl::Time due) const;
  bool ClockWasBehind(absl::Time at) const;

  // What a force reported, of which an alert tells.
  const Report* ReportOf(const base::AlertId& id) const;

  Stage& stage_;
  store::Store& truth_;
  store::Store& seen_;
  Logged logged_;
  std::map<std::string, base::AlertId> quoted_;  // by what its school calls it
  std::size_t reports_seen_ = 0;
  std::set<std::size_t> waiting_;          // reports not done with
  std::set<base::AlertId> on_the_ladder_;  // whose ladder is not judged yet
};

}  // namespace firstbell::simulation
