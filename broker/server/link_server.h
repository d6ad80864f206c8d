#pragma once

// The school link's socket: one ZeroMQ ROUTER under CURVE, one thread that owns it, and a ZAP
// handler that admits enrolled keys alone. Who is who comes from the key that CURVE authenticated,
// read from the payload frame's metadata; where that is missing the frame is dropped (after a poll
// it is missing on frame 0).

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "broker/base/mutex.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/dispatch/devices.h"
#include "broker/dispatch/school_links.h"
#include "broker/server/pulse.h"
#include "broker/server/worker_pool.h"

namespace firstbell::server {

// Threads: Send is safe; the rest belongs to whoever made it. A resource.
class LinkServer final : public dispatch::LinkTransport {
 public:
  // `devices` outlives it.
  explicit LinkServer(const dispatch::Devices& devices, WorkerPool& pool);
  ~LinkServer() override;
  LinkServer(const LinkServer&) = delete;
  LinkServer& operator=(const LinkServer&) = delete;

  // Binds and starts. `links` gets every frame and a Tick each second, on the pool.
  // FailedPrecondition: the address cannot be bound, or there are too few file descriptors for the
  // devices enrolled.
  base::Status Start(const std::string& listen, std::string_view curve_public,
                     const base::Secret& curve_secret, dispatch::SchoolLinks& links);
  // Ends the threads; frames still queued are dropped (they are sent again).
  void Stop();

  // Call about once a second once it has started. True while both its threads still go round.
  bool Beat(Instant now);

  // Queued for the socket's thread. Dropped where the link's own queue is full: it is sent again.
  void Send(const dispatch::SessionId& session, std::string frame) override;

 private:
  struct Socket;
  class Connections;

  base::Status Bind(const std::string& listen, std::string_view curve_public,
                    const base::Secret& curve_secret);
  void Run();
  void Admit();  // the ZAP handler's loop
  void NoteDisconnected();
  void ReceiveAll();
  void TellGone(const dispatch::SessionId& session);
  void Hand(const dispatch::SessionId& session, const std::string& key, std::string frame);
  void SendQueued();
  void SendOne(const dispatch::SessionId& session, const std::string& frame);

  const dispatch::Devices& devices_;
  WorkerPool& pool_;
  Strands strands_;
  dispatch::SchoolLinks* links_ = nullptr;
  std::unique_ptr<Socket> socket_;
  const std::unique_ptr<Connections> connections_;  // the ROUTER's thread's alone
  std::thread router_thread_, zap_thread_;
  LoopPulse router_pulse_, zap_pulse_;
  std::atomic<bool> stopping_{false};

  base::Mutex mutex_;
  std::vector<std::pair<dispatch::SessionId, std::string>> outgoing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::server
