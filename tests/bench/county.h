#pragma once

// A county for benchmarks: schools with a device each and people, pupils, and a night's incidents.
// All of it invented, and the same in each run.

#include <cstddef>
#include <vector>

#include "broker/model/alert.h"
#include "broker/store/store.h"
#include "firstbell/v1/incident.pb.h"
#include "tests/support/installation.h"
#include "tests/support/members.h"

namespace firstbell::bench {

struct CountySize {
  std::size_t schools = 0;
  std::size_t pupils_per_school = 0;
  std::size_t linked_schools = 0;  // so many of them, from the first, have a device
  std::size_t people_per_linked_school = 0;
};

base::Urn UrnOf(std::size_t school);
// One child, on that school's roll.
v1::Incident IncidentFor(const std::string& reference, std::size_t school, std::size_t pupil);

class County {
 public:
  explicit County(const CountySize& size);

  // Schools, rolls, devices and people into an empty store.
  void Fill(store::Store& store) const;
  // The device of each linked school, by its index.
  const std::vector<support::Member>& devices() const { return devices_; }
  const CountySize& size() const { return size_; }

  // A night of `alerts_per_school` incidents at each linked school, taken on by intake as a broker
  // would. Nobody else has the installation's store open.
  void Night(const support::Installation& installation, std::size_t alerts_per_school) const;
  // The same alerts sealed to the people on duty: of each linked school its sealings.
  std::vector<std::vector<model::Sealing>> SealAll(const support::Installation& installation) const;

 private:
  void FillSchool(store::Store& store, std::size_t school) const;

  const CountySize size_;
  std::vector<support::Member> devices_, people_;
};

}  // namespace firstbell::bench
