#pragma once

// How often somebody may try a passphrase: three times at once, then with a pause that doubles
// each time up to a quarter of an hour. Counted for each person, so that a wrong one keeps nobody
// else out; a right one begins anew. Time is an argument (since boot: no set clock shortens it).
// Threads: one.

#include <map>

#include "absl/time/time.h"
#include "broker/base/ids.h"

namespace firstbell::school::web {

inline constexpr int kFreeTries = 3;
inline constexpr absl::Duration kFirstPause = absl::Seconds(5);
inline constexpr absl::Duration kLongestPause = absl::Minutes(15);

class Tries {
 public:
  // Until they may try again; zero: now.
  absl::Duration Wait(const base::RecipientId& person, absl::Duration now) const;
  // To be said before a passphrase is looked at: what is tried meanwhile counts, too.
  void Began(const base::RecipientId& person, absl::Duration now);
  void Succeeded(const base::RecipientId& person) { of_.erase(person); }

 private:
  struct Count {
    int failed = 0;
    absl::Duration last;
  };
  std::map<base::RecipientId, Count> of_;  // of people who are enrolled here alone
};

}  // namespace firstbell::school::web
