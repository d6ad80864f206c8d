#include "broker/crypto/secure_heap.h"

#include <openssl/crypto.h>

#include "broker/base/log.h"
#include "broker/base/status.h"

namespace firstbell::crypto {
namespace {

// 65,000 keys of P-256, whose number has 64 bytes here: one for each TLS connection, of which the
// unit's descriptors let there be fewer, and the few that stay. Full, a handshake would fail.
constexpr std::size_t kHeapBytes = 4 << 20;
constexpr std::size_t kSmallestBlock = 32;
constexpr int kNotLocked = 2;

}  // namespace

void LockPrivateKeys() {
  const int made = CRYPTO_secure_malloc_init(kHeapBytes, kSmallestBlock);
  FB_CHECK(made != 0);  // out of memory, or called twice
  if (made == kNotLocked) {
    base::LogWarning("secrets",
                     "the system locks no memory for private keys: they could reach the swap. "
                     "Raise LimitMEMLOCK= in the unit, or ulimit -l");
  }
}

}  // namespace firstbell::crypto
