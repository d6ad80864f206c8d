#pragma once

// A placer over the invented county's rolls.

#include <gtest/gtest.h>

#include <vector>

#include "broker/placing/placer.h"
#include "tests/support/world.h"

namespace firstbell::placing {

using namespace support;  // of this folder's tests alone

class PlacerTest : public testing::Test {
 protected:
  base::Result<Placement> TryPlace(const v1::Incident& wire, absl::Time now) {
    const auto incident = model::Incident::Parse(wire, now);
    FB_CHECK(incident.ok());
    return world_.placer.Place(*incident, {base::IncidentId("i-1"), kForce, now});
  }
  Placement Place(const v1::Incident& wire, absl::Time now = kNight) {
    return TryPlace(wire, now).value();
  }
  // The one child's answer.
  store::ChildAnswer PlaceOne(const v1::Incident& wire, absl::Time now = kNight) {
    return Place(wire, now).answers.at(0);
  }
  void PutRoll(base::Urn urn, const std::vector<model::Pupil>& pupils, absl::Time at = kNight) {
    std::vector<store::RollEntry> entries;
    for (const model::Pupil& pupil : pupils) entries.push_back(EntryOf(pupil));
    ASSERT_TRUE(world_.memory.ImportRoll(urn, entries, store::RollMode::kReplace, at, {}).ok());
  }

  World world_;
};

}  // namespace firstbell::placing
