#include "broker/crypto/argon2.h"

#include <argon2.h>

#include <array>
#include <string>

namespace firstbell::crypto {
namespace {

bool IsWithin(const Argon2Cost& cost) {
  return cost.passes >= 1 && cost.passes <= kArgon2MostCost.passes && cost.lanes >= 1 &&
         cost.lanes <= kArgon2MostCost.lanes && cost.memory_kib >= 8 * cost.lanes &&
         cost.memory_kib <= kArgon2MostCost.memory_kib;
}

}  // namespace

base::Result<base::Secret> Argon2id(const base::Secret& passphrase, std::string_view salt,
                                    const Argon2Cost& cost) {
  if (!IsWithin(cost) || salt.size() != kArgon2SaltBytes) {
    return base::InvalidArgument("Argon2id: a cost or salt out of bounds");
  }
  std::array<char, kArgon2Bytes> key{};
  const std::string_view bytes = passphrase.Reveal();
  const int done =
      argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, bytes.data(), bytes.size(),
                        salt.data(), salt.size(), key.data(), key.size());
  base::Secret secret(std::string_view(key.data(), key.size()));
  explicit_bzero(key.data(), key.size());
  if (done == ARGON2_MEMORY_ALLOCATION_ERROR || done == ARGON2_THREAD_FAIL) {
    return base::ResourceExhausted("this machine has not enough memory free to check a passphrase");
  }
  FB_CHECK(done == ARGON2_OK);
  return secret;
}

}  // namespace firstbell::crypto
