#pragma once

// Whether an address is one of the open internet: a webhook that an operator names must not make
// the broker call what stands beside it. Pure; any thread.

#include <sys/socket.h>

namespace firstbell::server {

// False for loopback, private, shared, link-local, multicast, documentation and reserved addresses
// (RFC 6890), for IPv6 ones that carry an IPv4 address, and for anything but IPv4 and IPv6.
// `address` points to one that is as long as its family says.
bool IsPublicAddress(const sockaddr* address);

}  // namespace firstbell::server
