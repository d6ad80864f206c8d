#pragma once

// What one officer has looked at lately, as far as it counts for how often they may and for what is
// unusual. Values; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"

namespace firstbell::model {

// At one case: a child by its place in the incident.
struct Look {
  base::IncidentId incident_id;
  std::uint32_t child = 0;
  absl::Time at;
  bool was_decided = false;  // the case, when it was looked at
  friend bool operator==(const Look&, const Look&) = default;

  bool SameCase(const Look& other) const {
    return incident_id == other.incident_id && child == other.child;
  }
};

// What is unusual in an officer's looking. The numbers are stored.
enum class LookAlarm { kManyUndecided = 0, kManyDecided = 1, kBudgetSpent = 2 };
inline constexpr std::size_t kLookAlarms = 3;

struct OfficerLooks {
  std::vector<Look> looks;               // oldest first
  std::optional<absl::Time> decided_at;  // their newest decision
  std::array<std::optional<absl::Time>, kLookAlarms> alarmed_at;
  friend bool operator==(const OfficerLooks&, const OfficerLooks&) = default;

  std::optional<absl::Time>& alarmed(LookAlarm alarm) {
    return alarmed_at[static_cast<std::size_t>(alarm)];
  }
};

}  // namespace firstbell::model
