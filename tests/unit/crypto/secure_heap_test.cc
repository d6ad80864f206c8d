#include "broker/crypto/secure_heap.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "broker/crypto/key.h"

namespace firstbell::crypto {
namespace {

// What OpenSSL keeps in its locked heap more than before `make`, while what it made lives.
template <typename Make>
std::size_t LockedBy(const Make& make) {
  const std::size_t before = CRYPTO_secure_used();
  const auto made = make();
  return CRYPTO_secure_used() - before;
}

// One test: the heap is made once in a process.
TEST(SecureHeapTest, PrivateKeysLieInIt) {
  const std::string pem = PrivateKey::Generate().ToPem();
  ASSERT_EQ(CRYPTO_secure_malloc_initialized(), 0);
  LockPrivateKeys();
  ASSERT_EQ(CRYPTO_secure_malloc_initialized(), 1);
  constexpr std::size_t kP256Bytes = 32;
  EXPECT_GE(LockedBy([] { return PrivateKey::Generate(); }), kP256Bytes);
  EXPECT_GE(LockedBy([&] { return PrivateKey::FromPem(pem, base::Secret()).value(); }), kP256Bytes);
  // As a TLS handshake makes them.
  EXPECT_GE(LockedBy([] {
              return std::shared_ptr<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"),
                                               EVP_PKEY_free);
            }),
            kP256Bytes);
  EXPECT_EQ(LockedBy([] { return PrivateKey::Generate().PublicKey(); }), 0u);
}

}  // namespace
}  // namespace firstbell::crypto
