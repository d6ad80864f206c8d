#include "tests/support/device_crowd.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <utility>

#include "broker/base/limits.h"
#include "broker/base/status.h"

namespace firstbell::support {
namespace {

constexpr int kEventsAtOnce = 256;

void Set(void* socket, int option, int value) {
  FB_CHECK(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void Set(void* socket, int option, std::string_view value) {
  FB_CHECK(zmq_setsockopt(socket, option, value.data(), value.size()) == 0);
}

int Events(void* socket) {
  int events = 0;
  std::size_t size = sizeof events;
  FB_CHECK(zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0);
  return events;
}

}  // namespace

v1::LinkMessage HelloOf(const std::string& device_id) {
  v1::LinkMessage message;
  message.mutable_hello()->set_protocol(1);
  message.mutable_hello()->set_device_id(device_id);
  return message;
}

std::size_t RaiseDescriptorLimit() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

DeviceCrowd::DeviceCrowd(std::string address, std::string server_key)
    : address_(std::move(address)),
      server_key_(std::move(server_key)),
      context_(zmq_ctx_new()),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  FB_CHECK(zmq_ctx_set(context_, ZMQ_MAX_SOCKETS, zmq_ctx_get(context_, ZMQ_SOCKET_LIMIT)) == 0);
}

DeviceCrowd::~DeviceCrowd() {
  for (void* socket : sockets_) zmq_close(socket);
  zmq_ctx_term(context_);
  close(epoll_);
}

std::size_t DeviceCrowd::Add(const crypto::CurveKeys& keys) {
  void* const socket = zmq_socket(context_, ZMQ_DEALER);
  FB_CHECK(socket != nullptr);
  Set(socket, ZMQ_LINGER, 0);
  Set(socket, ZMQ_IMMEDIATE, 1);
  Set(socket, ZMQ_CURVE_SERVERKEY, server_key_);
  Set(socket, ZMQ_CURVE_PUBLICKEY, keys.public_key);
  Set(socket, ZMQ_CURVE_SECRETKEY, keys.secret_key.Reveal());
  FB_CHECK(zmq_connect(socket, address_.c_str()) == 0);
  int descriptor = -1;
  std::size_t size = sizeof descriptor;
  FB_CHECK(zmq_getsockopt(socket, ZMQ_FD, &descriptor, &size) == 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = sockets_.size();
  FB_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0);
  sockets_.push_back(socket);
  return sockets_.size() - 1;
}

bool DeviceCrowd::Connected(std::size_t device) const {
  return (Events(sockets_[device]) & ZMQ_POLLOUT) != 0;
}

bool DeviceCrowd::Send(std::size_t device, std::string_view frame) {
  sent_to_.push_back(device);
  return zmq_send(sockets_[device], frame.data(), frame.size(), ZMQ_DONTWAIT) >= 0;
}

// A socket's descriptor tells of a change once: whoever is told reads until nothing is left.
void DeviceCrowd::Receive(absl::Duration patience, const OnFrame& on_frame) {
  for (const std::size_t device : std::exchange(sent_to_, {})) Drain(device, on_frame);
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce,
                               static_cast<int>(absl::ToInt64Milliseconds(patience)));
  for (int i = 0; i < count; ++i) {
    Drain(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64), on_frame);
  }
}

void DeviceCrowd::Drain(std::size_t device, const OnFrame& on_frame) {
  while ((Events(sockets_[device]) & ZMQ_POLLIN) != 0) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, sockets_[device], ZMQ_DONTWAIT) >= 0) {
      on_frame(device, {static_cast<const char*>(zmq_msg_data(&message)), zmq_msg_size(&message)});
    }
    zmq_msg_close(&message);
  }
}

}  // namespace firstbell::support
