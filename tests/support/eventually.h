#pragma once

// Waiting for what another process or thread brings about: by asking, with an end to it.

#include <chrono>
#include <functional>
#include <thread>

#include "absl/time/time.h"

namespace firstbell::support {

inline constexpr std::chrono::milliseconds kAskEvery(50);

// Asks until it is true or `patience` has passed; asks at least once. The last answer.
inline bool Eventually(absl::Duration patience, const std::function<bool()>& holds,
                       std::chrono::milliseconds ask_every = kAskEvery) {
  const auto end = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(patience);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(ask_every);
  }
  return true;
}

}  // namespace firstbell::support
