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
#include "tests/simulation/ladders.h"
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
  // A crowd waited for this morning, and every bell has rung.
  void Morning();
  // A machine that has been linked for a while.
  void Inspect(const Machine& machine);

 private:
  // Earliest and latest that times may be, by the timetables that held.
  struct Bounds {
    Times least, most;
    bool exact = false;  // one timetable alone held, and the alert came with its incident
    void Add(const Times& times);
  };

  void Check(const std::string& what, bool holds, const std::string& finding);

  void CheckShown();
  void CheckRead();
  void CheckReading(const Reading& reading);
  void CheckVersionRead(const Reading& reading, const Report& report, PupilIndex pupil);
  void CheckConfirmed();
  void CheckOutbox();
  void CheckErased(const Machine& machine, const base::AlertId& id);

  // Of each report that is not done with: judge_places.cc.
  void CheckReports();
  bool CheckReport(const Report& report);
  bool CheckWithdrawn(const Report& report, const store::Incident& incident);
  void CheckVersions(const Report& report, const store::Incident& incident);
  void CheckRefused(const Report& report, std::size_t child,
                    const std::vector<model::Alert>& alerts);
  bool CheckChild(const Report& report, std::size_t child, const store::Incident& incident);
  bool HasAnother(SchoolIndex school, PupilIndex pupil) const;
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
  void AddRevisions(const model::Alert& alert, const Timetable& timetable, Bounds& bounds) const;
  static absl::Time DueAt(const RungTruth& rung, const model::Alert& alert);
  bool CheckLadder(const model::Alert& alert, const LoggedAlert& logged);
  // Who was woken, and who was to be: judge_woken.cc.
  void CheckWoken();
  void CheckQueued();
  void CheckQueued(const model::Alert& alert, const LoggedAlert& logged, absl::Time climbed);
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
  // By address and occasion: when it was last delivered.
  std::map<std::pair<std::string, model::WakeUpOccasion>, absl::Time> delivered_;
  std::size_t reports_seen_ = 0;
  std::set<std::size_t> waiting_;          // reports not done with
  std::set<base::AlertId> on_the_ladder_;  // whose ladder is not judged yet
};

}  // namespace firstbell::simulation
