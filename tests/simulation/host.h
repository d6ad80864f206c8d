#pragma once

// The machine that the broker runs on, and who restarts it: its clock, its store with all that can
// happen to a step, its crashes.
//
// At each writing step the dice may say: it dies before the step or after it, and nothing that it
// does after that leaves it; the outcome is unclear to it, whether the step was done or not, and it
// takes no more writes until it is restarted; or the step is refused and it goes on.
//
// Threads: one. A resource.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/registry/data_directory.h"
#include "broker/store/memory/memory_store.h"
#include "tests/simulation/stage.h"
#include "tests/support/faulty_store.h"
#include "tests/support/simulated_broker.h"

namespace firstbell::simulation {

class Host {
 public:
  using Broker = support::SimulatedBroker;
  using Act = std::function<base::Status(Broker&)>;

  struct Listener {
    std::function<void(Broker::Frames)> carry;  // what it sends
    std::function<void()> died, started;
  };

  Host(Stage& stage, const registry::DataDirectory& directory, registry::Keyring keys);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void Listen(Listener listener) { listener_ = std::move(listener); }
  void Start();
  void Restart();
  // Does `act` and what follows from it. Unavailable: it is down, or died before it could answer.
  base::Status Do(const Act& act);
  // The same until it was done, again and again. `then`, once.
  void Insist(const std::string& what, Act act, std::function<void()> then);
  // Whoever runs here wakes schools by it, from the next start on. It outlives this.
  void WakeBy(dispatch::WakeUpSender& sender) { sender_ = &sender; }
  // One frame of a session, or its end.
  void OnFrame(const std::string& session, const std::string& key, const std::string& frame);
  void OnGone(const std::string& session);

  bool up() const { return broker_ != nullptr; }
  absl::Time Clock() const { return clock_->Now(); }
  store::MemoryStore& truth() { return memory_; }
  // As the broker reads it, without faults.
  store::Store& seen() { return mutated_ ? *mutated_ : memory_; }

  // --- Trouble ---------------------------------------------------------------------------------
  // The process is killed, and started again after `down`.
  void Kill(absl::Duration down);
  // The machine's wall clock is `by` ahead of what it was (or behind it).
  void StepClock(absl::Duration by);
  // A time service sets it right.
  void SetClockRight();
  // Nothing strikes until it is let loose again; where it was down, it runs.
  void Calm();
  void LetLoose() { calm_ = false; }

 private:
  // What has befallen the running process.
  enum class Fate { kRuns, kUnclear, kDead };
  // How a step that is struck ends.
  enum class Ending { kDiedBefore, kDiedAfter, kUnclearAndDone, kUnclearAndNotDone, kRefused };

  std::optional<support::FaultyStore::Strike> StrikeAt(const std::string& verb);
  double Struck() const;
  Ending NextEnding(const std::string& verb);
  support::FaultyStore::Strike Crash(const std::string& verb);
  void After();
  void Look();
  void WatchClock();
  void Stop(absl::Duration down);
  base::SystemClock::Machine Machine();

  Stage& stage_;
  const registry::DataDirectory directory_;
  const registry::Keyring keys_;
  Listener listener_;
  dispatch::WakeUpSender* sender_ = nullptr;
  store::MemoryStore memory_;
  std::unique_ptr<store::Store> mutated_;
  support::FaultyStore faulty_;
  std::unique_ptr<base::SystemClock> clock_;
  absl::Duration wall_ahead_;
  bool synchronised_ = true;
  std::optional<std::pair<absl::Time, absl::Time>> watched_;  // its clock and the true one
  std::unique_ptr<Broker> broker_;
  Broker::Frames left_;  // what it sent before it died
  Fate fate_ = Fate::kRuns;
  bool calm_ = true;
  std::uint64_t run_ = 0;                               // counts its starts
  std::map<std::string, std::vector<Ending>> endings_;  // that have not come yet, by verb
};

}  // namespace firstbell::simulation
