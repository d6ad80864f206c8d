#include "broker/crypto/scrypt.h"

#include <openssl/evp.h>

#include "broker/base/status.h"
#include "broker/crypto/openssl.h"

namespace firstbell::crypto {
namespace {

constexpr std::uint64_t kCost = 1 << 12;
constexpr std::uint64_t kBlock = 8;
constexpr std::uint64_t kParallel = 1;
constexpr std::uint64_t kMostMemory = 16 * 1024 * 1024;  // it needs 4 MiB and a little

}  // namespace

std::string Scrypt(std::string_view secret, std::string_view salt) {
  std::string key(kScryptBytes, '\0');
  FB_CHECK(EVP_PBE_scrypt(secret.data(), secret.size(), Data(salt), salt.size(), kCost, kBlock,
                          kParallel, kMostMemory, Data(key), key.size()) == 1);
  return key;
}

}  // namespace firstbell::crypto
