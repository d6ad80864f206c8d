#pragma once

// Life at the schools: machines are switched on in the morning and off in the afternoon, people
// come, are absent, open what was shown and acknowledge it, or do not.
//
// Threads: one. A resource.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/simulation/links.h"

namespace firstbell::simulation {

class Life {
 public:
  Life(Stage& stage, Host& host, Links& links);
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  std::vector<Person>& people(SchoolIndex school) { return people_[school]; }
  std::vector<MachineIndex>& machines(SchoolIndex school) { return machines_[school]; }

  // A day begins: who is absent, which machines are switched on and when. Schools at which nothing
  // waits are left alone but for a few: nobody would notice them.
  void Morning();
  // Something may have come for a school: its machines run, where this is a time at which they do.
  void Rouse(SchoolIndex school);
  // No machine of the school runs until then.
  void GoOffline(SchoolIndex school, absl::Time until) { offline_[school] = until; }

 private:
  struct Open {
    absl::Time on, off;
  };
  // When the school's machines run today; nothing: they do not.
  std::optional<Open> HoursOf(SchoolIndex school) const;
  bool AlwaysOn(SchoolIndex school) const { return school % 25 == 3; }
  bool Present(const Person& person) const;
  void SwitchOn(SchoolIndex school);
  void SwitchOff(SchoolIndex school);
  void OnNews(MachineIndex machine, const std::vector<base::AlertId>& alerts);
  void LookAtInbox(MachineIndex machine);
  void Attend(MachineIndex machine, const base::AlertId& alert);
  void React(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who);
  // Whether who reads of this child says that it is not the school's pupil.
  bool Refuses(SchoolIndex school, const v1::AlertContent& content);
  void Finish(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who);
  void Refuse(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who);
  // Some time soon; perhaps there is more to say afterwards.
  void ReplySoon(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who);
  void SayArrival(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who);
  const Person* Find(SchoolIndex school, const base::RecipientId& id) const;

  Stage& stage_;
  Host& host_;
  Links& links_;
  std::vector<std::vector<Person>> people_;
  std::vector<std::vector<MachineIndex>> machines_;
  std::map<SchoolIndex, absl::Time> offline_;
  std::map<base::RecipientId, Day> absent_until_;
  // Today: which part of which version of an alert, and who.
  std::set<std::tuple<base::AlertId, std::uint32_t, v1::Part, base::RecipientId>> minded_;
};

}  // namespace firstbell::simulation
