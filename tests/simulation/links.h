#pragma once

// The connections between schools' machines and the broker: frames that take their time, are lost,
// come twice, are held back until others have overtaken them; connections that break, unnoticed for
// a while by either side.
//
// Threads: one. A resource.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/host.h"
#include "tests/simulation/machine.h"

namespace firstbell::simulation {

using MachineIndex = std::size_t;

class Links {
 public:
  // Told of alerts that were shown on a machine, or of which its people are others now.
  using News = std::function<void(MachineIndex, const std::vector<base::AlertId>&)>;

  Links(Stage& stage, Host& host);
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  void Listen(News news) { news_ = std::move(news); }
  MachineIndex Add(SchoolIndex school, Device device, const std::string& envelope_key);
  std::size_t size() const { return ends_.size(); }
  Machine& machine(MachineIndex index) { return *ends_[index].machine; }

  enum class Off { kProperly, kPowerCut };
  void SwitchOn(MachineIndex index);
  void SwitchOff(MachineIndex index, Off how);
  // Somebody did something at it: what waits is sent.
  void Nudge(MachineIndex index);
  // Its connection breaks, and is made anew once that is noticed.
  void Break(MachineIndex index);
  // Since when it is connected to the broker that runs, without trouble; nothing: it is not.
  std::optional<absl::Time> LinkedSince(MachineIndex index) const;

 private:
  struct End {
    std::unique_ptr<Machine> machine;
    std::optional<std::string> session;  // as the machine believes
    absl::Time since;
    absl::Time tick_at = absl::InfiniteFuture();
  };
  struct Frame {
    std::string session, bytes;
    std::uint64_t number = 0;
    bool upwards = false;
  };

  void Connect(MachineIndex index);
  void Disconnect(MachineIndex index);
  void ConnectSoon(MachineIndex index);
  void OnDied();
  void OnStarted();
  void Carry(Host::Broker::Frames frames);
  void SendUp(MachineIndex index, std::vector<std::string> frames);
  void Send(Frame frame);
  void Arrive(const Frame& frame);
  void Tick(MachineIndex index);
  // After anything was done at a machine.
  void Settle(MachineIndex index, std::vector<std::string> frames);

  Stage& stage_;
  Host& host_;
  News news_;
  std::vector<End> ends_;
  std::map<std::string, MachineIndex> sessions_;                   // that are open at both ends
  std::map<std::pair<std::string, bool>, std::uint64_t> arrived_;  // the newest, of each direction
  std::uint64_t made_ = 0, sent_ = 0;
};

}  // namespace firstbell::simulation
