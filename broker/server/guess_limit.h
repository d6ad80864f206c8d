#pragma once

// How many wrong enrolment codes a minute are answered, of each network and of all together, so
// that who guesses waits and nobody waits for them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::server {

// Where a caller comes from, of gRPC's `peer`: an IPv4 address, or the first 64 bits of an IPv6
// one, since who has one address there has all that share them. Without the port. All else is one
// network.
std::string NetworkOf(std::string_view peer);

// Threads: safe. `now` is an argument; minutes count from the first attempt on.
class GuessLimit {
 public:
  struct Bounds {
    std::uint32_t of_one;
    std::uint32_t of_all;  // bounds what is remembered, too
  };

  explicit GuessLimit(Bounds bounds) : bounds_(bounds) {}

  // Counts as a wrong code, before anyone has looked at it: many at once are no way around.
  // ResourceExhausted: that network, or all, have had their wrong codes of this minute.
  base::Status Attempt(const std::string& network, absl::Time now);
  // The last attempt was no wrong code.
  void Forgive(const std::string& network);

 private:
  const Bounds bounds_;
  base::Mutex mutex_;
  absl::Time minute_started_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::map<std::string, std::uint32_t> of_one_ ABSL_GUARDED_BY(mutex_);
  std::uint32_t of_all_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace firstbell::server
