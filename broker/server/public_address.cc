#include "broker/server/public_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace firstbell::server {
namespace {

struct Block {
  std::uint32_t first;
  int bits;
};

constexpr Block kNotPublic[] = {
    {0x00000000, 8},   // this network
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared, behind a carrier's NAT
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocols
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // 6to4 relays
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 3},   // multicast, reserved, broadcast
};

bool IsPublic4(std::uint32_t address) {
  return std::none_of(std::begin(kNotPublic), std::end(kNotPublic), [&](const Block& block) {
    return (address ^ block.first) >> (32 - block.bits) == 0;
  });
}

// Global unicast (2000::/3) without 2001::/23 and 2001:db8::/32 (protocols, Teredo, documentation)
// and 2002::/16 (6to4).
bool IsPublic6(const std::uint8_t (&bytes)[16]) {
  if ((bytes[0] & 0xe0) != 0x20) return false;
  const unsigned first = bytes[0] << 8 | bytes[1], second = bytes[2] << 8 | bytes[3];
  return !(first == 0x2001 && (second < 0x0200 || second == 0x0db8)) && first != 0x2002;
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    return IsPublic4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return false;
  sockaddr_in6 v6;
  std::memcpy(&v6, address, sizeof v6);
  return IsPublic6(v6.sin6_addr.s6_addr);
}

}  // namespace firstbell::server
