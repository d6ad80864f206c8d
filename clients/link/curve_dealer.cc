#include "clients/link/curve_dealer.h"

#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <random>
#include <utility>

#include "broker/base/limits.h"

namespace firstbell::link {
namespace {

// No ZMQ_HEARTBEAT_TTL: the broker would keep a timer for it (see server/link_server.cc); it has
// heartbeats of its own.
constexpr int kHeartbeatEveryMs = 10'000;
constexpr int kHeartbeatTimeoutMs = 30'000;
constexpr int kHandshakeTimeoutMs = 10'000;
constexpr char kMonitorAddress[] = "inproc://monitor";
constexpr int kWatched = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                         ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                         ZMQ_EVENT_DISCONNECTED;

// Spreads a country's schools over the seconds after a broker's restart.
int Jittered(int least, int most) {
  static std::mt19937 generator(std::random_device{}());
  return std::uniform_int_distribution<int>(least, most)(generator);
}

base::Status SetInt(void* socket, int option, int value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value) == 0) return base::OkStatus();
  return base::Internal("libzmq refuses socket option " + std::to_string(option));
}

base::Status SetKey(void* socket, int option, std::string_view key, std::string_view which) {
  if (key.size() == kCurveKeyBytes && zmq_setsockopt(socket, option, key.data(), key.size()) == 0) {
    return base::OkStatus();
  }
  return base::InvalidArgument(std::string(which) + " CURVE key does not have 32 bytes");
}

base::Status NoSocket(std::string_view what) {
  return base::ResourceExhausted(std::string("cannot open a ") + std::string(what) + ": " +
                                 zmq_strerror(errno));
}

// A whole message of one frame; none when nothing waits. Others are read to their end and skipped.
bool ReceiveOne(void* socket, std::string& frame, bool& single) {
  single = true;
  for (bool first = true, more = true; more; first = false) {
    zmq_msg_t part;
    zmq_msg_init(&part);
    if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) < 0) {
      zmq_msg_close(&part);
      return false;
    }
    more = zmq_msg_more(&part) != 0;
    if (!first || more) single = false;
    frame.assign(static_cast<const char*>(zmq_msg_data(&part)), zmq_msg_size(&part));
    zmq_msg_close(&part);
  }
  return true;
}

// The first part of a monitor's message (event, value); the second, an address, is skipped.
bool ReceiveEvent(void* monitor, std::uint16_t& event, std::uint32_t& value) {
  zmq_msg_t part;
  zmq_msg_init(&part);
  const bool received = zmq_msg_recv(&part, monitor, ZMQ_DONTWAIT) >= 0;
  if (received && zmq_msg_size(&part) == sizeof event + sizeof value) {
    const char* bytes = static_cast<const char*>(zmq_msg_data(&part));
    std::memcpy(&event, bytes, sizeof event);
    std::memcpy(&value, bytes + sizeof event, sizeof value);
  }
  const bool more = received && zmq_msg_more(&part) != 0;
  zmq_msg_close(&part);
  if (more) {
    zmq_msg_init(&part);
    zmq_msg_recv(&part, monitor, ZMQ_DONTWAIT);
    zmq_msg_close(&part);
  }
  return received;
}

}  // namespace

base::Result<std::unique_ptr<CurveDealer>> CurveDealer::Connect(DealerConfig config) {
  std::unique_ptr<CurveDealer> dealer(new CurveDealer(std::move(config)));
  FB_RETURN_IF_ERROR(dealer->OpenContext());
  FB_RETURN_IF_ERROR(dealer->OpenSocket());
  return dealer;
}

CurveDealer::~CurveDealer() {
  CloseSocket();
  if (context_ != nullptr) zmq_ctx_term(context_);
}

base::Status CurveDealer::OpenContext() {
  context_ = zmq_ctx_new();
  return context_ == nullptr ? NoSocket("ZeroMQ context") : base::OkStatus();
}

base::Status CurveDealer::OpenSocket() {
  socket_ = zmq_socket(context_, ZMQ_DEALER);
  if (socket_ == nullptr) return NoSocket("link socket");
  FB_RETURN_IF_ERROR(SetOptions());
  FB_RETURN_IF_ERROR(OpenMonitor());
  if (zmq_connect(socket_, config_.address.c_str()) == 0) return base::OkStatus();
  return base::InvalidArgument("the link address is not one: it reads tcp://host:port");
}

base::Status CurveDealer::SetOptions() {
  const std::pair<int, int> numbers[] = {
      {ZMQ_LINGER, 0},
      {ZMQ_IMMEDIATE, 1},
      {ZMQ_IPV6, 1},
      {ZMQ_SNDHWM, limits::kSendHighWaterMark},
      {ZMQ_RECONNECT_IVL, Jittered(500, 1'500)},
      {ZMQ_RECONNECT_IVL_MAX, Jittered(8'000, 16'000)},
      {ZMQ_CONNECT_TIMEOUT, kHandshakeTimeoutMs},
      {ZMQ_HANDSHAKE_IVL, kHandshakeTimeoutMs},
      {ZMQ_HEARTBEAT_IVL, kHeartbeatEveryMs},
      {ZMQ_HEARTBEAT_TIMEOUT, kHeartbeatTimeoutMs},
  };
  for (const auto& [option, value] : numbers) FB_RETURN_IF_ERROR(SetInt(socket_, option, value));
  const auto largest = static_cast<std::int64_t>(limits::kFrameBytes);
  FB_CHECK(zmq_setsockopt(socket_, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0);
  FB_RETURN_IF_ERROR(
      SetKey(socket_, ZMQ_CURVE_SERVERKEY, config_.server_public_key, "the broker's"));
  FB_RETURN_IF_ERROR(
      SetKey(socket_, ZMQ_CURVE_PUBLICKEY, config_.own.public_key, "this device's public"));
  return SetKey(socket_, ZMQ_CURVE_SECRETKEY, config_.own.secret_key.Reveal(),
                "this device's secret");
}

base::Status CurveDealer::OpenMonitor() {
  if (zmq_socket_monitor(socket_, kMonitorAddress, kWatched) != 0) return NoSocket("monitor");
  monitor_ = zmq_socket(context_, ZMQ_PAIR);
  if (monitor_ == nullptr) return NoSocket("monitor socket");
  FB_RETURN_IF_ERROR(SetInt(monitor_, ZMQ_LINGER, 0));
  return zmq_connect(monitor_, kMonitorAddress) == 0 ? base::OkStatus() : NoSocket("monitor");
}

void CurveDealer::CloseSocket() {
  if (socket_ != nullptr) zmq_socket_monitor(socket_, nullptr, 0);
  if (monitor_ != nullptr) zmq_close(monitor_);
  if (socket_ != nullptr) zmq_close(socket_);
  monitor_ = nullptr;
  socket_ = nullptr;
  up_ = false;
  unsent_.clear();
}

base::Result<std::vector<LinkEvent>> CurveDealer::Wait(absl::Duration timeout) {
  FB_RETURN_IF_ERROR(ReopenWhenDue());
  Flush();
  FB_RETURN_IF_ERROR(Poll(timeout));
  std::vector<LinkEvent> events;
  ReadMonitor(events);
  ReadFrames(events);
  Flush();
  return events;
}

base::Status CurveDealer::ReopenWhenDue() {
  if (std::chrono::steady_clock::now() < reopen_at_) return base::OkStatus();
  reopen_at_ = std::chrono::steady_clock::time_point::max();
  CloseSocket();
  return OpenSocket();
}

base::Status CurveDealer::Poll(absl::Duration timeout) {
  const int waiting = unsent_.empty() ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT;
  zmq_pollitem_t items[] = {{monitor_, 0, ZMQ_POLLIN, 0},
                            {socket_, 0, static_cast<short>(waiting), 0}};
  if (zmq_poll(items, 2, absl::ToInt64Milliseconds(timeout)) >= 0 || errno == EINTR) {
    return base::OkStatus();
  }
  return base::Internal(std::string("cannot wait on the link: ") + zmq_strerror(errno));
}

void CurveDealer::ReadMonitor(std::vector<LinkEvent>& events) {
  std::uint16_t event = 0;
  std::uint32_t value = 0;
  while (events.size() < kEventsPerWait && ReceiveEvent(monitor_, event, value)) {
    OnTransportEvent(event, value, events);
  }
}

void CurveDealer::OnTransportEvent(unsigned event, unsigned value, std::vector<LinkEvent>& events) {
  if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
    up_ = true;
    events.push_back({LinkEvent::Kind::kUp, ""});
    return;
  }
  if (std::exchange(up_, false)) {
    unsent_.clear();
    events.push_back({LinkEvent::Kind::kDown, ""});
  }
  if (event != ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && event != ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) {
    return;
  }
  const bool unknown = event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
  events.push_back(
      {LinkEvent::Kind::kRefused, unknown ? "the broker does not know this device's key (" +
                                                std::to_string(value) + "): was it revoked?"
                                          : "the broker answers, but not as a Firstbell broker"});
  reopen_at_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(Jittered(10'000, 20'000));
}

void CurveDealer::ReadFrames(std::vector<LinkEvent>& events) {
  std::string frame;
  bool single = true;
  while (events.size() < kEventsPerWait && ReceiveOne(socket_, frame, single)) {
    if (single) events.push_back({LinkEvent::Kind::kFrame, std::move(frame)});
    frame.clear();
  }
}

void CurveDealer::Send(std::vector<std::string> frames) {
  if (!up_) return;
  for (std::string& frame : frames) {
    if (unsent_.size() >= static_cast<std::size_t>(limits::kSendHighWaterMark)) break;
    unsent_.push_back(std::move(frame));
  }
  Flush();
}

// What cannot go now waits for the socket to take it: a handshake is announced a moment before the
// connection is there to send on.
void CurveDealer::Flush() {
  while (!unsent_.empty()) {
    const std::string& frame = unsent_.front();
    if (zmq_send(socket_, frame.data(), frame.size(), ZMQ_DONTWAIT) < 0) return;
    unsent_.pop_front();
  }
}

}  // namespace firstbell::link
