#include "tests/simulation/links.h"

#include <algorithm>
#include <utility>

namespace firstbell::simulation {
namespace {

constexpr absl::Duration kOnTheWay = absl::Milliseconds(30);
constexpr double kLost = 0.0065, kTwice = 0.0065, kHeldBack = 0.01, kLate = 0.005;

}  // namespace

Links::Links(Stage& stage, Host& host) : stage_(stage), host_(host) {
  host_.Listen({.carry = [this](Host::Broker::Frames frames) { Carry(std::move(frames)); },
                .died = [this] { OnDied(); },
                .started = [this] { OnStarted(); }});
}

MachineIndex Links::Add(SchoolIndex school, Device device, const std::string& envelope_key) {
  End end;
  end.machine = std::make_unique<Machine>(stage_, school, std::move(device), envelope_key);
  ends_.push_back(std::move(end));
  return ends_.size() - 1;
}

void Links::SwitchOn(MachineIndex index) {
  if (machine(index).on()) return;
  machine(index).SwitchOn();
  Connect(index);
  Settle(index, {});
}

void Links::SwitchOff(MachineIndex index, Off how) {
  End& end = ends_[index];
  if (!end.machine->on()) return;
  if (const auto session = std::exchange(end.session, std::nullopt)) {
    sessions_.erase(*session);
    const absl::Duration unnoticed = how == Off::kProperly
                                         ? kOnTheWay
                                         : stage_.dice.Between(absl::Seconds(5), absl::Seconds(60));
    stage_.agenda.In(unnoticed, [this, session = *session] { host_.OnGone(session); });
  }
  end.machine->SwitchOff();
}

void Links::Nudge(MachineIndex index) {
  if (machine(index).on()) Tick(index);
}

void Links::Break(MachineIndex index) {
  const auto session = ends_[index].session;
  if (!session || sessions_.erase(*session) == 0) return;
  stage_.tally.Add("fault: connection broke");
  const auto unnoticed = [&] { return stage_.dice.Between(absl::Seconds(1), absl::Seconds(60)); };
  stage_.agenda.In(unnoticed(), [this, session = *session] { host_.OnGone(session); });
  stage_.agenda.In(unnoticed(), [this, index, session = *session] {
    if (ends_[index].session == session) Disconnect(index);
  });
}

std::optional<absl::Time> Links::LinkedSince(MachineIndex index) const {
  const End& end = ends_[index];
  if (!end.session || !sessions_.contains(*end.session)) return std::nullopt;
  return end.since;
}

// --- Connections --------------------------------------------------------------------------------

void Links::Connect(MachineIndex index) {
  End& end = ends_[index];
  if (!host_.up() || !end.machine->on() || end.session) return;
  end.session = "session-" + std::to_string(++made_);
  end.since = stage_.now();
  sessions_[*end.session] = index;
  SendUp(index, end.machine->Up());
}

void Links::Disconnect(MachineIndex index) {
  End& end = ends_[index];
  sessions_.erase(*end.session);
  end.session.reset();
  if (!end.machine->on()) return;
  end.machine->Down();
  ConnectSoon(index);
}

void Links::ConnectSoon(MachineIndex index) {
  stage_.agenda.In(stage_.dice.Between(absl::Milliseconds(300), absl::Seconds(5)), [this, index] {
    Connect(index);
    Settle(index, {});
  });
}

void Links::OnDied() {
  for (const auto& [session, index] : std::exchange(sessions_, {})) {
    stage_.agenda.In(stage_.dice.Between(absl::Milliseconds(10), absl::Seconds(30)),
                     [this, session = session, index = index] {
                       if (ends_[index].session == session) Disconnect(index);
                     });
  }
  arrived_.clear();
}

void Links::OnStarted() {
  for (MachineIndex index = 0; index < ends_.size(); ++index) {
    if (ends_[index].machine->on() && !ends_[index].session) ConnectSoon(index);
  }
}

// --- Frames -------------------------------------------------------------------------------------

void Links::Carry(Host::Broker::Frames frames) {
  for (auto& [session, of_session] : frames) {
    for (std::string& bytes : of_session) Send({session, std::move(bytes), ++sent_, false});
  }
}

void Links::SendUp(MachineIndex index, std::vector<std::string> frames) {
  if (!ends_[index].session) return;
  for (std::string& bytes : frames) {
    Send({*ends_[index].session, std::move(bytes), ++sent_, true});
  }
}

void Links::Send(Frame frame) {
  Dice& dice = stage_.dice;
  if (dice.Chance(kLost)) return stage_.tally.Add("fault: message lost");
  absl::Duration wait = kOnTheWay;
  if (dice.Chance(kHeldBack)) wait += dice.Between(absl::Milliseconds(10), absl::Seconds(2));
  if (dice.Chance(kLate)) {
    stage_.tally.Add("fault: message delayed");
    wait += dice.Between(absl::Seconds(10), absl::Minutes(3));
  }
  if (dice.Chance(kTwice)) {
    stage_.tally.Add("fault: message repeated");
    stage_.agenda.In(wait + dice.Between(absl::ZeroDuration(), absl::Seconds(40)),
                     [this, frame] { Arrive(frame); });
  }
  stage_.agenda.In(wait, [this, frame = std::move(frame)] { Arrive(frame); });
}

void Links::Arrive(const Frame& frame) {
  const auto found = sessions_.find(frame.session);
  if (found == sessions_.end()) return;  // it went down with its connection
  std::uint64_t& newest = arrived_[{frame.session, frame.upwards}];
  if (frame.number < newest) stage_.tally.Add("fault: message overtaken");
  newest = std::max(newest, frame.number);
  const MachineIndex index = found->second;
  if (frame.upwards) {
    const std::string key = machine(index).device().curve_public_key;
    return host_.OnFrame(frame.session, key, frame.bytes);
  }
  Settle(index, machine(index).OnFrame(frame.bytes));
}

// --- What a machine does by itself ------------------------------------------------------------

void Links::Tick(MachineIndex index) {
  Settle(index, machine(index).Tick());
}

void Links::Settle(MachineIndex index, std::vector<std::string> frames) {
  End& end = ends_[index];
  if (end.machine->TakeCut()) {
    SwitchOff(index, Off::kPowerCut);
    stage_.agenda.In(stage_.dice.Between(absl::Minutes(1), absl::Minutes(8)),
                     [this, index] { SwitchOn(index); });
    return;
  }
  SendUp(index, std::move(frames));
  const std::vector<base::AlertId> news = end.machine->TakeNews();
  if (!news.empty() && news_) news_(index, news);
  const absl::Time next = end.machine->next_tick();
  const bool planned = stage_.now() < end.tick_at && end.tick_at <= next;
  if (planned || next == absl::InfiniteFuture()) return;
  end.tick_at = next;
  stage_.agenda.At(next, [this, index, next] {
    if (ends_[index].tick_at == next && machine(index).on()) Tick(index);
  });
}

}  // namespace firstbell::simulation
