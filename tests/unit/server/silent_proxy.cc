#include "tests/unit/server/silent_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "broker/base/status.h"
#include "tests/support/free_ports.h"

namespace firstbell::server {
namespace {

constexpr int kPollMs = 50;

sockaddr_in Loopback(int port, const std::string& text = "127.0.0.1") {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  FB_CHECK(inet_pton(AF_INET, text.c_str(), &address.sin_addr) == 1);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

}  // namespace

SilentProxy::SilentProxy(int port, const std::string& from)
    : port_(support::FreePorts(1)[0]),
      target_(port),
      from_(from),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = Loopback(port_);
  FB_CHECK(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  FB_CHECK(::listen(listener_, 16) == 0);
  thread_ = std::thread([this] { Run(); });
}

SilentProxy::~SilentProxy() {
  stopping_ = true;
  thread_.join();
  for (const auto& [end, other] : other_end_) ::close(end);
  ::close(listener_);
}

void SilentProxy::Run() {
  while (!stopping_) {
    std::vector<pollfd> ready = {{listener_, POLLIN, 0}};
    if (!silent_) {
      for (const auto& [end, other] : other_end_) ready.push_back({end, POLLIN, 0});
    }
    ::poll(ready.data(), ready.size(), kPollMs);
    for (std::size_t i = 1; i < ready.size(); ++i) {
      if (ready[i].revents != 0 && !silent_) Relay(ready[i].fd);
    }
    if (ready[0].revents != 0 && !silent_) Accept();
  }
}

void SilentProxy::Accept() {
  const int from = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  const int to = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in source = Loopback(0, from_);
  FB_CHECK(::bind(to, reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0);
  const sockaddr_in address = Loopback(target_);
  FB_CHECK(::connect(to, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  other_end_[from] = to;
  other_end_[to] = from;
}

void SilentProxy::Relay(int from) {
  const auto other = other_end_.find(from);
  if (other == other_end_.end()) return;
  std::array<char, 16 * 1024> bytes;
  const ssize_t count = ::read(from, bytes.data(), bytes.size());
  if (count <= 0) return Close(from);
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t some = ::send(other->second, bytes.data() + sent,
                                static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (some <= 0) return Close(from);
    sent += some;
  }
}

void SilentProxy::Close(int end) {
  const int other = other_end_.at(end);
  for (const int one : {end, other}) {
    other_end_.erase(one);
    ::close(one);
  }
}

}  // namespace firstbell::server
