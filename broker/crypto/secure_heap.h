#pragma once

namespace firstbell::crypto {

// From here on OpenSSL keeps private keys in locked memory of its own, left out of dumps and wiped
// as it is given back. Once, before the first key is made or read. Where the system locks no more,
// that is logged and the keys lie in memory that could reach the swap. Threads: one.
//
// Not in it: the PEM text of a TLS key, which gRPC holds as a string. MemorySwapMax=0 in the unit
// covers that.
void LockPrivateKeys();

}  // namespace firstbell::crypto
