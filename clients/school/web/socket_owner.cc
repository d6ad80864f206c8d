#include "clients/school/web/socket_owner.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace firstbell::school::web {
namespace {

constexpr std::string_view kEstablished = "01";
constexpr int kLooks = 10;

// As the table writes it: the address's bytes as they lie in memory, on this machine.
std::string Loopback(std::uint16_t port) {
  constexpr std::uint32_t kFirst = 0x0100007F;  // 127.0.0.1 where the low byte comes first
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08X:%04X", kFirst, port);
  return text.data();
}

struct Peer {
  bool established = false;
  uid_t user = 0;
};

std::optional<Peer> PeerIn(std::string_view table, const LoopbackConnection& connection) {
  const std::string local = Loopback(connection.peer_port), remote = Loopback(connection.own_port);
  std::istringstream lines{std::string(table)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream columns(line);
    std::string number, from, to, state, queues, timer, retransmissions;
    uid_t user = 0;
    columns >> number >> from >> to >> state >> queues >> timer >> retransmissions >> user;
    if (columns && from == local && to == remote) return Peer{state == kEstablished, user};
  }
  return std::nullopt;
}

std::optional<uid_t> OwnerOf(const std::optional<Peer>& peer) {
  return peer && peer->established ? std::optional(peer->user) : std::nullopt;
}

}  // namespace

std::optional<uid_t> OwnerIn(std::string_view table, const LoopbackConnection& connection) {
  return OwnerOf(PeerIn(table, connection));
}

// The kernel hands the table out piece by piece: what moves in it meanwhile can be missed, the more
// often the more comes and goes on this machine. One that was closed meanwhile is not looked for
// again.
std::optional<uid_t> OwnerOf(const LoopbackConnection& connection) {
  for (int look = 0; look < kLooks; ++look) {
    std::ifstream file("/proc/self/net/tcp");
    std::ostringstream table;
    table << file.rdbuf();
    if (const auto peer = PeerIn(table.str(), connection)) return OwnerOf(peer);
  }
  return std::nullopt;
}

}  // namespace firstbell::school::web
