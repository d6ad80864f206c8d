#pragma once

// What to do next about one alert of a school whose link is up. Pure: no clock, no socket, no
// store.

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/policy.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

// A device of the alert's school with a session now.
struct LinkedDevice {
  base::RecipientId id;
  std::optional<absl::Time> pushed_at;  // of the newest sealing, in this session
  bool lost = false;  // by its own word it does not hold the newest sealing, whatever it once said
};

struct Policy {
  absl::Duration resend_after;  // a push without a *received* is sent again then
  v1::PushAt push = v1::PUSH_AT_ONCE;
};

struct Decision {
  bool seal = false;                    // first: to the people on duty now, as a new sealing
  std::vector<base::RecipientId> push;  // then: the newest sealing to these devices
  std::optional<absl::Time> again_at;   // look at it again then; nothing: on the next change
};

// `on_duty`: the people of the rungs that it has climbed, sorted. Threads: any. Errors: none. An
// alert that nobody can be sealed to waits; one that has ended is left alone; a device that holds
// the newest sealing is not sent it again unless it has lost it; a changed set of people, changed
// times, a later revision, the whole after identity alone, or the expiry of the newest sealing make
// a new one, which every device is sent. Pushed at the window, nothing is sealed nor sent before
// it.
Decision Decide(const store::OpenAlert& open, const std::vector<base::RecipientId>& on_duty,
                const std::vector<LinkedDevice>& linked, absl::Time now, const Policy& policy);

}  // namespace firstbell::dispatch
