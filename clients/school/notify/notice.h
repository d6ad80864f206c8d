#pragma once

// What a desktop notification says, and when: that something waits, and no more, for screens are
// projected. Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "broker/base/status.h"

namespace firstbell::school {

// What the page's /pulse says to whoever may open the page: two numbers.
struct Pulse {
  std::uint32_t waiting = 0;         // alerts that nobody has taken
  std::int64_t newest_shown_us = 0;  // when the newest was shown; 0: none
  friend bool operator==(const Pulse&, const Pulse&) = default;
};

// InvalidArgument: it is none.
base::Result<Pulse> ParsePulse(const std::string& text);
std::string PulseText(const Pulse& pulse);

// While something waits, people are reminded so often.
inline constexpr absl::Duration kRemindEvery = absl::Minutes(10);

// Threads: one.
class NoticeWatch {
 public:
  // What is to be said now, if anything: that something new waits, and again every kRemindEvery
  // for as long as anything does. What waited when this was started is said at once.
  std::optional<std::string> Look(const Pulse& pulse, absl::Time now);

 private:
  std::int64_t newest_shown_us_ = 0;
  absl::Time said_at_ = absl::InfinitePast();
};

}  // namespace firstbell::school
