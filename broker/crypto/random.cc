#include "broker/crypto/random.h"

#include <openssl/rand.h>

#include "broker/base/ids.h"
#include "broker/crypto/openssl.h"

namespace firstbell::crypto {

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  FB_CHECK(RAND_bytes_ex(nullptr, Data(bytes), count, 0) == 1);
  return bytes;
}

// From the generator kept for what must stay secret.
base::Secret RandomSecret(std::size_t count) {
  std::string bytes(count, '\0');
  FB_CHECK(RAND_priv_bytes_ex(nullptr, Data(bytes), count, 0) == 1);
  base::Secret secret(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

std::string RandomId() {
  return base::FormatRandomId(RandomBytes(16));
}

}  // namespace firstbell::crypto
