#include "broker/crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

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

using OwnedMac = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;

// HMAC over it, for the same reason: each use starts from a copy.
EVP_MAC_CTX* MakeHmac() {
  const Owned<EVP_MAC, EVP_MAC_free> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(mac.get());
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  FB_CHECK(context != nullptr && EVP_MAC_CTX_set_params(context, parameters) == 1);
  return context;
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
  static const EVP_MAC_CTX* const fresh = MakeHmac();
  const OwnedMac context(EVP_MAC_CTX_dup(fresh));
  // A null key would mean "the same as before" to OpenSSL.
  const std::string_view given = key.empty() ? "" : key;
  std::string code(kSha256Bytes, '\0');
  std::size_t size = 0;
  FB_CHECK(context && EVP_MAC_init(context.get(), Data(given), given.size(), nullptr) == 1);
  FB_CHECK(EVP_MAC_update(context.get(), Data(bytes), bytes.size()) == 1);
  FB_CHECK(EVP_MAC_final(context.get(), Data(code), &size, code.size()) == 1);
  FB_CHECK(size == kSha256Bytes);
  return code;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace firstbell::crypto
