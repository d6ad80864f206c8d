#pragma once

// An invented county: its schools, their pupils, and what happened one night.

#include <string_view>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/pupil.h"
#include "broker/model/school.h"
#include "broker/store/store.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::support {

// Tuesday 3 March 2026, a school day; London is on GMT.
inline const absl::Time kNight = absl::FromUnixSeconds(1772503800);  // 02:10
inline const absl::Time kWindow = kNight + absl::Hours(5) + absl::Minutes(20);
inline const absl::Time kBell = kNight + absl::Hours(6) + absl::Minutes(35);

inline const base::ForceCode kForce("examplebury");
inline const base::ForceCode kOtherForce("otherbury");
inline constexpr base::Urn kPrimary(100001);
inline constexpr base::Urn kHigh(100002);
inline constexpr base::Urn kWelsh(400001);

// Open, English (kWelsh: Welsh), with the default hours.
model::School SchoolOf(base::Urn urn);

// Zoë-Anne O'Brien is at kPrimary, her brother Finn at kHigh, both at LS1 4AP.
model::Pupil ZoeAtPrimary();
model::Pupil FinnAtHigh();
store::RollEntry EntryOf(const model::Pupil& pupil);

// The three schools, and Zoë-Anne and Finn on their rolls.
base::Status Seed(store::Store& store);

// As the force reports them: names written otherwise than on the roll, the same postcode.
v1::Child ZoeReported();
v1::Child FinnReported();
// One child, Zoë-Anne, with her mother (P1) and her mother's partner (P2).
v1::Incident IncidentOf(std::string_view reference);

}  // namespace firstbell::support
