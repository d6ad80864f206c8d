#include "broker/crypto/curve.h"

#include <openssl/evp.h>

#include <memory>

#include "broker/base/status.h"

namespace firstbell::crypto {

CurveKeys MakeCurveKeys() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), EVP_PKEY_free);
  FB_CHECK(pair != nullptr);
  std::string public_key(kCurveKeyBytes, '\0'), secret_key(kCurveKeyBytes, '\0');
  std::size_t public_size = kCurveKeyBytes, secret_size = kCurveKeyBytes;
  FB_CHECK(EVP_PKEY_get_raw_public_key(
               pair.get(), reinterpret_cast<unsigned char*>(public_key.data()), &public_size) == 1);
  FB_CHECK(EVP_PKEY_get_raw_private_key(
               pair.get(), reinterpret_cast<unsigned char*>(secret_key.data()), &secret_size) == 1);
  CurveKeys keys{std::move(public_key), base::Secret(secret_key)};
  explicit_bzero(secret_key.data(), secret_key.size());
  return keys;
}

std::string CurvePublicOf(const base::Secret& secret_key) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(secret_key.Reveal().data());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes, secret_key.size()),
      EVP_PKEY_free);
  FB_CHECK(key != nullptr);
  std::string public_key(kCurveKeyBytes, '\0');
  std::size_t size = kCurveKeyBytes;
  FB_CHECK(EVP_PKEY_get_raw_public_key(
               key.get(), reinterpret_cast<unsigned char*>(public_key.data()), &size) == 1);
  return public_key;
}

}  // namespace firstbell::crypto
