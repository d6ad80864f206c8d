#pragma once

// TCP ports of the loopback that nobody listens at, all different. They lie below those that the
// kernel gives to outgoing connections, none of which can take one before it is used. Nor can
// another caller, here or in a test beside this one: until this process ends, each is kept by a UDP
// socket of the same number, at which nothing of ours listens.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::support {

inline constexpr int kLowestPort = 10'000;
inline constexpr int kHighestPort = 32'000;

// Bound to that port; -1: it is taken.
inline int BindLoopback(int kind, int port) {
  const int socket = ::socket(AF_INET, kind | SOCK_CLOEXEC, 0);
  FB_CHECK(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  ::close(socket);
  return -1;
}

inline std::vector<int> FreePorts(std::size_t count) {
  std::random_device random;
  std::uniform_int_distribution<int> any_port(kLowestPort, kHighestPort);
  std::vector<int> ports;
  while (ports.size() < count) {
    const int port = any_port(random);
    const int keeper = BindLoopback(SOCK_DGRAM, port);
    if (keeper < 0) continue;
    const int socket = BindLoopback(SOCK_STREAM, port);
    ::close(socket < 0 ? keeper : socket);
    if (socket >= 0) ports.push_back(port);
  }
  return ports;
}

}  // namespace firstbell::support
