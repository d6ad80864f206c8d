// Whose process is at the other end, by the kernel's table.

#include "clients/school/web/socket_owner.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace firstbell::school::web {
namespace {

constexpr char kTable[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:1D2E 00000000:0000 0A 00000000:00000000 00:00000000 00000000   990        0 "
    "30001 1 0000000000000000 100 0 0 10 0\n"
    "   1: 0100007F:1D2E 0100007F:C001 01 00000000:00000000 00:00000000 00000000   990        0 "
    "30002 1 0000000000000000 20 4 30 10 -1\n"
    "   2: 0100007F:C001 0100007F:1D2E 01 00000000:00000000 00:00000000 00000000  1000        0 "
    "30003 1 0000000000000000 20 4 30 10 -1\n"
    "   3: 0100007F:C002 0100007F:1D2E 05 00000000:00000000 00:00000000 00000000     0        0 0 "
    "1 0000000000000000 20 4 30 10 -1\n"
    "   4: 0100007F:C003 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 "
    "30005 1 0000000000000000 20 4 30 10 -1\n";

TEST(SocketOwner, IsThePeersAndNotOurOwn) {
  EXPECT_EQ(OwnerIn(kTable, {.peer_port = 0xC001, .own_port = 7470}), 1000u);
}

// The kernel lists a socket that nobody holds any more as root's.
TEST(SocketOwner, OfAConnectionThatIsBeingClosedIsUnknown) {
  EXPECT_EQ(OwnerIn(kTable, {.peer_port = 0xC002, .own_port = 7470}), std::nullopt);
}

TEST(SocketOwner, OfAConnectionToAnotherPortIsUnknown) {
  EXPECT_EQ(OwnerIn(kTable, {.peer_port = 0xC003, .own_port = 7470}), std::nullopt);
  EXPECT_EQ(OwnerIn(kTable, {.peer_port = 0xC004, .own_port = 7470}), std::nullopt);
  EXPECT_EQ(OwnerIn("", {.peer_port = 0xC001, .own_port = 7470}), std::nullopt);
  EXPECT_EQ(
      OwnerIn("2: 0100007F:C001 0100007F:1D2E 01 x\n", {.peer_port = 0xC001, .own_port = 7470}),
      std::nullopt);
}

std::uint16_t PortOf(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

TEST(SocketOwner, OfARealConnectionIsThisProcesssUser) {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listening, 1), 0);
  address.sin_port = htons(PortOf(listening));
  const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const LoopbackConnection connection{.peer_port = PortOf(peer), .own_port = PortOf(listening)};
  EXPECT_EQ(OwnerOf(connection), ::geteuid());
  ::close(peer);
  EXPECT_EQ(OwnerOf(connection), std::nullopt) << "it is not taken for root's";
  ::close(listening);
}

}  // namespace
}  // namespace firstbell::school::web
