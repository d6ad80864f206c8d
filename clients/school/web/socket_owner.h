#pragma once

// Whose process is at the other end of a connection on the loopback: Linux names the owner of every
// TCP socket in /proc/net/tcp (proc(5)). So another user of this machine is told apart, who can
// reach 127.0.0.1 as well as its owner can.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace firstbell::school::web {

// Two ends on 127.0.0.1, each by its port.
struct LoopbackConnection {
  std::uint16_t peer_port = 0, own_port = 0;
};

// Of the peer's socket, in such a table. None: it is not there, or not established: one that was
// closed is listed as root's whoever it was. Pure.
std::optional<uid_t> OwnerIn(std::string_view table, const LoopbackConnection& connection);

// Of the table as it is now. None as well where it cannot be read. Threads: safe.
std::optional<uid_t> OwnerOf(const LoopbackConnection& connection);

}  // namespace firstbell::school::web
