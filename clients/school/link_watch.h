#pragma once

// How the link to the broker stands and since when, so that daemon and inbox can say that nothing
// comes in: a quiet morning and a broken link look the same otherwise. Decides only; the daemon
// says and keeps it. Content-free.

#include <optional>
#include <string>

#include "absl/time/time.h"

namespace firstbell::school {

// How long the link may be down before anyone is told: a broker that restarts is back by then.
inline constexpr absl::Duration kLinkPatience = absl::Seconds(30);

enum class LinkState {
  kUp = 1,       // the broker has welcomed this device
  kDown = 2,     // it cannot be reached
  kRefused = 3,  // it answers, and does not take this device
};

struct LinkStanding {
  LinkState state = LinkState::kDown;
  absl::Time since;  // by the clock that the daemon says times by
  std::string why;   // of kRefused
  friend bool operator==(const LinkStanding&, const LinkStanding&) = default;
};

// Threads: one.
class LinkWatch {
 public:
  // `kept`: as an earlier run left it. A link that was down already is down since then.
  LinkWatch(const std::optional<LinkStanding>& kept, absl::Time now, absl::Duration since_boot);

  // The broker refuses this device. Holds until the link is up.
  void Refused(std::string_view why) { refused_ = why; }
  // To be asked from time to time; `open`: welcomed, and not refused since. What is now to be said,
  // each state once: kDown after kLinkPatience, the others at once.
  std::optional<LinkState> Look(bool open, absl::Time now, absl::Duration since_boot);
  const LinkStanding& standing() const { return standing_; }

 private:
  LinkStanding standing_;
  absl::Duration down_since_boot_;
  std::optional<std::string> refused_;
  std::optional<LinkState> said_;
};

// Whether an inbox that is read at `now` says so: down for kLinkPatience, or refused.
bool IsTrouble(const LinkStanding& standing, absl::Time now);

}  // namespace firstbell::school
