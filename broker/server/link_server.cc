#include "broker/server/link_server.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/base/log.h"

namespace firstbell::server {
namespace {

constexpr char kDomain[] = "firstbell";
constexpr char kZapAddress[] = "inproc://zeromq.zap.01";
constexpr char kMonitorAddress[] = "inproc://link-monitor";
// ZMQ_ZAP_ENFORCE_DOMAIN: libzmq 4.3.4 has it in every build but declares it among its drafts.
constexpr int kZapEnforceDomain = 93;
constexpr int kPollMs = 250;
// Not more often: libzmq 4.3.4 looks for a timer that it cancels among those of all links, and each
// heartbeat's answer cancels one.
constexpr int kHeartbeatMs = 30'000;
constexpr int kHeartbeatTimeoutMs = 20'000;
constexpr std::size_t kFramesWaiting = 64;  // of one session
// Frames queued to one link: every push in flight and the answers to what its strand holds, twice,
// for libzmq counts what was taken from a queue by halves of it. One that does not fit is lost, and
// a push then comes again only after limits::kResendAfter.
const int kFramesUnsent =
    static_cast<int>(2 * (dispatch::LinkOptions().in_flight + kFramesWaiting));
constexpr std::size_t kSpareDescriptors = 1024;
constexpr std::size_t kReceiveBurst = 1000;  // before queued frames get their turn

base::Status ZmqError(std::string_view what) {
  return base::FailedPrecondition(std::string(what) + ": " + zmq_strerror(zmq_errno()));
}

base::Status SetOption(void* socket, int option, int value) {
  if (zmq_setsockopt(socket, option, &value, sizeof value) == 0) return base::OkStatus();
  return ZmqError("the link's socket refuses an option");
}

base::Status SetOption(void* socket, int option, std::string_view value) {
  if (zmq_setsockopt(socket, option, value.data(), value.size()) == 0) return base::OkStatus();
  return ZmqError("the link's socket refuses an option");
}

// Raises the soft limit as far as it goes; a link is one descriptor.
base::Status CheckDescriptors(std::size_t devices) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t needed = devices + kSpareDescriptors;
  if (limit.rlim_cur >= needed) return base::OkStatus();
  return base::FailedPrecondition(
      std::to_string(devices) + " devices are enrolled, for which " + std::to_string(needed) +
      " file descriptors are needed; the limit is " + std::to_string(limit.rlim_cur) +
      ". Raise it (LimitNOFILE= in the unit, or ulimit -n)");
}

// A received message. zmq_msg_t wants closing.
class Message {
 public:
  Message() { zmq_msg_init(&message_); }
  ~Message() { zmq_msg_close(&message_); }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  bool Receive(void* socket) { return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0; }
  bool more() { return zmq_msg_more(&message_) != 0; }
  std::string bytes() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }
  // Of the connection that it came by.
  int descriptor() { return zmq_msg_get(&message_, ZMQ_SRCFD); }
  // Empty where it is missing.
  std::string user_id() {
    const char* text = zmq_msg_gets(&message_, "User-Id");
    return text == nullptr ? std::string() : text;
  }

 private:
  zmq_msg_t message_;
};

std::vector<std::string> ReceiveParts(void* socket) {
  std::vector<std::string> parts;
  bool more = true;
  while (more) {
    Message message;
    if (!message.Receive(socket)) return parts;
    parts.push_back(message.bytes());
    more = message.more();
  }
  return parts;
}

void SendParts(void* socket, const std::vector<std::string>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int flags = i + 1 < parts.size() ? ZMQ_SNDMORE : 0;
    zmq_send(socket, parts[i].data(), parts[i].size(), flags);
  }
}

}  // namespace

struct LinkServer::Socket {
  Socket() : context(zmq_ctx_new()), wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Socket() {
    if (monitor != nullptr) zmq_close(monitor);
    if (router != nullptr) zmq_close(router);
    if (zap != nullptr) zmq_close(zap);
    zmq_ctx_term(context);
    close(wake);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void* const context;
  const int wake;
  void* router = nullptr;
  void* zap = nullptr;
  void* monitor = nullptr;
};

// Which session is on which connection. ROUTER does not say when a peer leaves, and a send to
// nobody would be the first to notice; the monitor names the connection's descriptor. Descriptors
// are used again: a frame of a new session may be read before the news that the old one on its
// descriptor ended, and that news is then not about the new one.
class LinkServer::Connections {
 public:
  // The session that this frame shows to be gone, if any.
  std::optional<dispatch::SessionId> OnFrame(int descriptor, const dispatch::SessionId& session) {
    if (descriptor < 0) return std::nullopt;  // unknown: no two sessions are taken for one
    const auto [here, fresh] = sessions_.try_emplace(descriptor, session);
    if (fresh || here->second == session) return std::nullopt;
    ++stale_[descriptor];
    return std::exchange(here->second, session);
  }
  std::optional<dispatch::SessionId> OnDisconnected(int descriptor) {
    if (const auto stale = stale_.find(descriptor); stale != stale_.end()) {
      if (--stale->second == 0) stale_.erase(stale);
      return std::nullopt;
    }
    auto ended = sessions_.extract(descriptor);
    if (ended.empty()) return std::nullopt;
    return std::move(ended.mapped());
  }

 private:
  std::unordered_map<int, dispatch::SessionId> sessions_;
  std::unordered_map<int, int> stale_;  // news to come of sessions that are known to be gone
};

LinkServer::LinkServer(const dispatch::Devices& devices, WorkerPool& pool)
    : devices_(devices),
      pool_(pool),
      strands_(pool, kFramesWaiting),
      connections_(std::make_unique<Connections>()),
      router_pulse_(std::chrono::steady_clock::now()),
      zap_pulse_(std::chrono::steady_clock::now()) {}

LinkServer::~LinkServer() {
  Stop();
}

base::Status LinkServer::Start(const std::string& listen, std::string_view curve_public,
                               const base::Secret& curve_secret, dispatch::SchoolLinks& links) {
  FB_RETURN_IF_ERROR(CheckDescriptors(devices_.size()));
  links_ = &links;
  socket_ = std::make_unique<Socket>();
  zmq_ctx_set(socket_->context, ZMQ_MAX_SOCKETS, 64);
  // The handler listens before the first peer can knock: without one, CURVE admits any key.
  socket_->zap = zmq_socket(socket_->context, ZMQ_REP);
  if (zmq_bind(socket_->zap, kZapAddress) != 0) return ZmqError("the link's gatekeeper");
  FB_RETURN_IF_ERROR(Bind(listen, curve_public, curve_secret));
  zap_thread_ = std::thread([this] { Admit(); });
  router_thread_ = std::thread([this] { Run(); });
  // As `top -H` and a debugger show them.
  pthread_setname_np(zap_thread_.native_handle(), "link-zap");
  pthread_setname_np(router_thread_.native_handle(), "link-router");
  return base::OkStatus();
}

base::Status LinkServer::Bind(const std::string& listen, std::string_view curve_public,
                              const base::Secret& curve_secret) {
  void* const router = socket_->router = zmq_socket(socket_->context, ZMQ_ROUTER);
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_CURVE_SERVER, 1));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_CURVE_PUBLICKEY, curve_public));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_CURVE_SECRETKEY, curve_secret.Reveal()));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_ZAP_DOMAIN, std::string_view(kDomain)));
  FB_RETURN_IF_ERROR(SetOption(router, kZapEnforceDomain, 1));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_ROUTER_MANDATORY, 1));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_LINGER, 0));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_SNDHWM, kFramesUnsent));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_BACKLOG, limits::kLinkBacklog));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_HEARTBEAT_IVL, kHeartbeatMs));
  FB_RETURN_IF_ERROR(SetOption(router, ZMQ_HEARTBEAT_TIMEOUT, kHeartbeatTimeoutMs));
  const std::int64_t frame = limits::kFrameBytes;
  if (zmq_setsockopt(router, ZMQ_MAXMSGSIZE, &frame, sizeof frame) != 0) {
    return ZmqError("the link's socket refuses an option");
  }
  if (zmq_socket_monitor(router, kMonitorAddress, ZMQ_EVENT_DISCONNECTED) != 0) {
    return ZmqError("the link's socket cannot be watched");
  }
  socket_->monitor = zmq_socket(socket_->context, ZMQ_PAIR);
  if (zmq_connect(socket_->monitor, kMonitorAddress) != 0) {
    return ZmqError("the link's socket cannot be watched");
  }
  if (zmq_bind(router, listen.c_str()) != 0) {
    return ZmqError("the school link cannot listen at " + listen);
  }
  return base::OkStatus();
}

void LinkServer::Stop() {
  stopping_ = true;
  if (router_thread_.joinable()) router_thread_.join();
  if (zap_thread_.joinable()) zap_thread_.join();
}

bool LinkServer::Beat(Instant now) {
  const bool router = router_pulse_.Beat(now);
  const bool zap = zap_pulse_.Beat(now);
  return router && zap;
}

void LinkServer::Send(const dispatch::SessionId& session, std::string frame) {
  {
    base::MutexLock lock(mutex_);
    outgoing_.emplace_back(session, std::move(frame));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto woken = write(socket_->wake, &one, sizeof one);
}

void LinkServer::Run() {
  auto next_tick = std::chrono::steady_clock::now();
  while (!stopping_) {
    router_pulse_.Turn();
    std::array<zmq_pollitem_t, 3> items = {{{socket_->router, 0, ZMQ_POLLIN, 0},
                                            {socket_->monitor, 0, ZMQ_POLLIN, 0},
                                            {nullptr, socket_->wake, ZMQ_POLLIN, 0}}};
    zmq_poll(items.data(), static_cast<int>(items.size()), kPollMs);
    NoteDisconnected();
    SendQueued();
    ReceiveAll();
    if (std::chrono::steady_clock::now() < next_tick) continue;
    next_tick = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    strands_.TryPost("tick", [this] { links_->Tick(); });
  }
}

void LinkServer::ReceiveAll() {
  for (std::size_t i = 0; i < kReceiveBurst; ++i) {
    Message id, payload;
    if (!id.Receive(socket_->router)) return;
    if (!id.more()) continue;
    if (!payload.Receive(socket_->router)) continue;
    bool more = payload.more();
    const bool two_parts = !more;
    while (more) {
      Message surplus;
      more = surplus.Receive(socket_->router) && surplus.more();
    }
    const auto key = base::HexDecode(payload.user_id());
    if (!two_parts || !key.ok() || key->empty()) {
      base::LogWarning("link",
                       "a message without an authenticated key, or of another form, was dropped");
      continue;
    }
    const dispatch::SessionId session = id.bytes();
    if (const auto gone = connections_->OnFrame(payload.descriptor(), session)) TellGone(*gone);
    Hand(session, *key, payload.bytes());
  }
}

// Two parts: event (16 bits) and value (32 bits), then the endpoint.
void LinkServer::NoteDisconnected() {
  while (true) {
    const std::vector<std::string> event = ReceiveParts(socket_->monitor);
    if (event.empty()) return;
    if (event.front().size() != sizeof(std::uint16_t) + sizeof(std::uint32_t)) continue;
    std::uint32_t descriptor = 0;
    std::memcpy(&descriptor, event.front().data() + sizeof(std::uint16_t), sizeof descriptor);
    if (const auto gone = connections_->OnDisconnected(static_cast<int>(descriptor))) {
      TellGone(*gone);
    }
  }
}

// On its strand: after the frames that it still sent.
void LinkServer::TellGone(const dispatch::SessionId& session) {
  strands_.Post(session, [this, session] { links_->OnGone(session); });
}

void LinkServer::Hand(const dispatch::SessionId& session, const std::string& key,
                      std::string frame) {
  const bool taken = strands_.TryPost(session, [this, session, key, frame = std::move(frame)] {
    links_->OnFrame(session, key, frame);
  });
  if (taken) return;
  const auto device = devices_.Find(key);
  base::LogWarning("link", "a device sends faster than it is answered; a frame was dropped",
                   {{"device", device ? device->id.value() : "-"}});
}

void LinkServer::SendQueued() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto drained = read(socket_->wake, &count, sizeof count);
  std::vector<std::pair<dispatch::SessionId, std::string>> frames;
  {
    base::MutexLock lock(mutex_);
    frames.swap(outgoing_);
  }
  for (const auto& [session, frame] : frames) SendOne(session, frame);
}

void LinkServer::SendOne(const dispatch::SessionId& session, const std::string& frame) {
  const int sent =
      zmq_send(socket_->router, session.data(), session.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT);
  if (sent >= 0) {
    zmq_send(socket_->router, frame.data(), frame.size(), ZMQ_DONTWAIT);
    return;
  }
  if (zmq_errno() == EHOSTUNREACH) return TellGone(session);
  base::LogWarning("link", "a link takes nothing more; a frame for it was dropped");
}

// RFC 27. The reply's User-Id is the key, so that each frame of the session carries it.
void LinkServer::Admit() {
  while (!stopping_) {
    zap_pulse_.Turn();
    zmq_pollitem_t item{socket_->zap, 0, ZMQ_POLLIN, 0};
    if (zmq_poll(&item, 1, kPollMs) <= 0) continue;
    const std::vector<std::string> request = ReceiveParts(socket_->zap);
    // version, request id, domain, address, identity, mechanism, key
    const bool curve = request.size() == 7 && request[2] == kDomain && request[5] == "CURVE";
    const bool admitted = curve && devices_.Find(request[6]).has_value();
    const std::string request_id = request.size() > 1 ? request[1] : std::string();
    if (!admitted)
      base::LogInfo("link", "a key that is not enrolled, or was revoked, was turned away");
    SendParts(socket_->zap,
              {"1.0", request_id, admitted ? "200" : "400", admitted ? "" : "not enrolled",
               admitted ? base::HexEncode(request[6]) : std::string(), ""});
  }
}

}  // namespace firstbell::server
