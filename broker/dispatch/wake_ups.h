#pragma once

// Wake-ups: telling a school, by e-mail or webhook, that something waits for it, and never more.
//
// A wake-up is queued in the step in which an alert climbs a rung of people (NewClimb::wake), so
// that a crash between the two loses nothing: either the rung stands and its wake-up waits in the
// outbox, or neither does and the ladder is looked at again. Sending comes after, from the outbox.
//
// If we die between sending and recording, it is sent again: a wake-up may come twice, never not at
// all.

#include <atomic>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/model/ladder.h"
#include "broker/model/wake_up.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

// Whether a look at an alert's ladder, which brings it from its rung to `to`, wakes its school:
//   it climbs a rung of people, the window among them: on the occasion of the highest one. An
//   urgent one climbs at once;
//   or it stands on none, and its window is farther away than limits::kWaitsLong: in the holidays
//   people hear that something waits, once.
// Alerts of one school on one occasion make one wake-up. Pure; any thread.
std::optional<store::WakeCall> Decide(const model::Ladder& ladder, const model::Alert& alert,
                                      std::size_t to, absl::Time now);

// Whether there is still something to be woken for: an alert that has not ended, and, for a rung,
// whose window has come. Acknowledged ones need nobody. Pure.
bool Needed(const store::WakeUp& wake_up, const model::Alert& open, absl::Time now);

// What came of handing one to its server.
enum class Sent {
  kDelivered,  // taken by the server; whether anybody reads it, only a receipt says
  kLater,      // not now: no connection, a busy server, an answer that may change
  kBounced,    // there is no such mailbox or webhook
  kNotTried,   // we are stopping
};

// What to record of it: tried again after 1, 2, 4, 8, 15 and then every 30 minutes; given up where
// the next time would be after its end. Pure; not of kNotTried.
store::WakeUpAttempt AttemptOf(const store::WakeUp& wake_up, Sent sent, absl::Time now);

// What a sender has to know of a wake-up.
struct WakeUpCall {
  model::WakeUpAddress address;
  base::Redacted<std::string> secret;  // of the school's webhooks
  model::WakeUpOccasion occasion;
  absl::Time queued_at, now;
};

class WakeUpSender {
 public:
  virtual ~WakeUpSender() = default;
  // One answer each, in order. Blocks until all are answered, or Stop.
  virtual std::vector<Sent> Send(absl::Span<const WakeUpCall> calls) = 0;
};

// Sends what is due. Threads: Run one, Stop any. All that it is given outlives it.
class Waker {
 public:
  Waker(store::Store& store, WakeUpSender& sender) : store_(store), sender_(sender) {}

  struct Tally {
    std::size_t delivered = 0, later = 0, bounced = 0, given_up = 0, unneeded = 0;
  };
  // All that is due by `now`. Several that are due to one address are one message. Goes on past
  // what fails, and answers with the first error: that is due still. Errors: the store's.
  base::Result<Tally> Run(absl::Time now);
  // A run ends with the page that it is at.
  void Stop() { stopped_ = true; }

 private:
  struct Walk;
  base::Status Page(const std::vector<store::WakeUp>& due, Walk& walk);
  base::Result<bool> StillNeeded(const store::WakeUp& wake_up, absl::Time now);
  base::Status Record(const std::vector<store::WakeUpAttempt>& attempts, Walk& walk);

  store::Store& store_;
  WakeUpSender& sender_;
  std::atomic<bool> stopped_{false};
};

}  // namespace firstbell::dispatch
