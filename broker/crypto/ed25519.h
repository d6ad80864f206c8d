#pragma once

// Ed25519 (RFC 8032): what the transparency log and its witnesses sign with. Pure apart from
// Generate.

#include <memory>
#include <string>
#include <string_view>

#include "broker/base/status.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace firstbell::crypto {

inline constexpr std::size_t kEd25519PublicBytes = 32;
inline constexpr std::size_t kEd25519SignatureBytes = 64;

// An Ed25519 private key. Copies share the key. Threads: const methods are safe.
class Ed25519Key {
 public:
  static Ed25519Key Generate();
  // PKCS#8 PEM in the clear (RFC 8410), for a file of mode 0600; `openssl pkey` reads it.
  std::string ToPem() const;
  // InvalidArgument: not an Ed25519 key in PEM, or one under a passphrase.
  static base::Result<Ed25519Key> FromPem(std::string_view pem);

  std::string PublicKey() const;                     // 32 bytes, as RFC 8032 encodes it
  std::string Sign(std::string_view message) const;  // 64 bytes; the same at each call

 private:
  explicit Ed25519Key(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

// OK where `signature` is this key's over `message`; PermissionDenied where not, also where key or
// signature have another length. Threads: any.
base::Status VerifyEd25519(std::string_view public_key, std::string_view message,
                           std::string_view signature);

}  // namespace firstbell::crypto
