#pragma once

// The device's end of the school link as a socket: a ZeroMQ DEALER, CURVE client, opened outward.
// It knows nothing of what the frames mean.
//
// No routing id is set, ever: one chosen by a client lets another valid key take this school's
// messages (ARCHITECTURE 7). Frames go only to a connection whose handshake is done
// (ZMQ_IMMEDIATE), so that nothing waits across a reconnect in front of the next Hello. Reconnects
// are jittered per process. A handshake that the broker refuses ends libzmq's own reconnecting: the
// socket is then opened again here after a pause.
//
// Threads: one, that which made it; libzmq adds its own I/O thread. A resource. Linger is 0: what
// is not sent when it closes is lost here and found again in the outbox.

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/link/curve_keys.h"

namespace firstbell::link {

struct DealerConfig {
  std::string address;            // as v1::BrokerIdentity.link_address: "tcp://host:port"
  std::string server_public_key;  // 32 bytes
  CurvePair own;
};

struct LinkEvent {
  enum class Kind {
    kUp,       // connected and authenticated: start a session
    kDown,     // was up, is not
    kRefused,  // the handshake failed: `text` says how
    kFrame,    // `text` is the frame
  };
  Kind kind = Kind::kFrame;
  std::string text;
};

class CurveDealer {
 public:
  // Starts to connect, and goes on for as long as it lives. InvalidArgument: the address or a key.
  // ResourceExhausted: no socket or context to be had.
  static base::Result<std::unique_ptr<CurveDealer>> Connect(DealerConfig config);
  ~CurveDealer();
  CurveDealer(const CurveDealer&) = delete;
  CurveDealer& operator=(const CurveDealer&) = delete;

  // What happened, waiting at most `timeout` for the first of it; empty also when a signal came. At
  // most kEventsPerWait, in order.
  base::Result<std::vector<LinkEvent>> Wait(absl::Duration timeout);
  // Queues for sending. Dropped while the link is down, and beyond limits::kSendHighWaterMark
  // waiting frames: the outbox sends again.
  void Send(std::vector<std::string> frames);

 private:
  static constexpr std::size_t kEventsPerWait = 256;

  explicit CurveDealer(DealerConfig config) : config_(std::move(config)) {}
  base::Status OpenContext();
  base::Status OpenSocket();
  base::Status SetOptions();
  base::Status OpenMonitor();
  void CloseSocket();
  base::Status ReopenWhenDue();
  base::Status Poll(absl::Duration timeout);
  void ReadMonitor(std::vector<LinkEvent>& events);
  void OnTransportEvent(unsigned event, unsigned value, std::vector<LinkEvent>& events);
  void ReadFrames(std::vector<LinkEvent>& events);
  void Flush();

  const DealerConfig config_;
  void* context_ = nullptr;
  void* socket_ = nullptr;
  void* monitor_ = nullptr;
  bool up_ = false;
  std::deque<std::string> unsent_;
  // Set while the socket is to be opened anew.
  std::chrono::steady_clock::time_point reopen_at_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace firstbell::link
