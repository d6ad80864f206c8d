#include "broker/crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "broker/base/status.h"
#include "broker/crypto/openssl.h"

namespace firstbell::crypto {
namespace {

using OwnedContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// Looked up once: the lookup costs more than hashing a Merkle node. Never freed; it lives as long
// as the program.
const EVP_MD* Algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  FB_CHECK(algorithm != nullptr);
  return algorithm;
}

}  // namespace

std::string Sha256(std::string_view bytes) {
  return Sha256({bytes});
}

std::string Sha256(std::initializer_list<std::string_view> parts) {
  const OwnedContext context(EVP_MD_CTX_new());
  FB_CHECK(context && EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) == 1);
  for (const std::string_view part : parts) {
    FB_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  std::string digest(kSha256Bytes, '\0');
  FB_CHECK(EVP_DigestFinal_ex(context.get(), Data(digest), nullptr) == 1);
  return digest;
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string code(kSha256Bytes, '\0');
  unsigned int size = 0;
  // A null key would mean "the same as before" to OpenSSL.
  const void* key_data = key.empty() ? "" : key.data();
  FB_CHECK(HMAC(Algorithm(), key_data, static_cast<int>(key.size()), Data(bytes), bytes.size(),
                Data(code), &size) != nullptr);
  FB_CHECK(size == kSha256Bytes);
  return code;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace firstbell::crypto
