#pragma once

// TCP ports of the loopback that nobody listens at, all different. They lie below those that the
// kernel gives to outgoing connections, none of which can take one before it is used.

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

inline std::vector<int> FreePorts(std::size_t count) {
  std::random_device random;
  std::uniform_int_distribution<int> any_port(kLowestPort, kHighestPort);
  std::vector<int> sockets, ports;
  while (ports.size() < count) {
    const int port = any_port(random);
    sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    FB_CHECK(sockets.back() >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(sockets.back(), any, sizeof address) == 0) ports.push_back(port);
  }
  for (const int socket : sockets) ::close(socket);
  return ports;
}

}  // namespace firstbell::support
