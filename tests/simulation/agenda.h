#pragma once

// What is to happen, in the order of its time; at the same time, in the order in which it was put
// there. True time passes here and nowhere else: clocks of brokers and machines may say otherwise.

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "absl/time/time.h"

namespace firstbell::simulation {

// Threads: one. A resource.
class Agenda {
 public:
  using Act = std::function<void()>;

  explicit Agenda(absl::Time start) : now_(start) {}
  Agenda(const Agenda&) = delete;
  Agenda& operator=(const Agenda&) = delete;

  absl::Time now() const { return now_; }
  // At once, where the time has passed.
  void At(absl::Time when, Act act) {
    acts_.emplace(std::pair(when < now_ ? now_ : when, ++put_), std::move(act));
  }
  void In(absl::Duration wait, Act act) { At(now_ + wait, std::move(act)); }
  // Everything before `end`.
  void RunUntil(absl::Time end) {
    while (!acts_.empty() && acts_.begin()->first.first < end) {
      auto next = acts_.extract(acts_.begin());
      now_ = next.key().first;
      next.mapped()();
    }
    now_ = end;
  }

 private:
  absl::Time now_;
  std::uint64_t put_ = 0;
  std::map<std::pair<absl::Time, std::uint64_t>, Act> acts_;
};

}  // namespace firstbell::simulation
