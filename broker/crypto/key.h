#pragma once

// ECDSA and ECDH keys on P-256 (FIPS 186-4). Public keys travel as SubjectPublicKeyInfo DER.

#include <memory>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace firstbell::crypto {

// A P-256 private key. Copies share the key. Threads: const methods are safe.
class PrivateKey {
 public:
  static PrivateKey Generate();
  // PKCS#8 PEM. With a passphrase: PBES2, scrypt (RFC 7914; N 2^14, r 8, p 5: any larger N passes
  // the 32 MB that OpenSSL allows when reading), AES-256-CBC; `openssl pkey` reads it. Without: in
  // the clear, for a file of mode 0600.
  std::string ToPem() const;
  std::string ToPem(const base::Secret& passphrase) const;
  // InvalidArgument: not a P-256 key in PEM. PermissionDenied: wrong passphrase. DataLoss: its
  // private half is not the public one's.
  static base::Result<PrivateKey> FromPem(std::string_view pem, const base::Secret& passphrase);

  std::string PublicKey() const;  // SubjectPublicKeyInfo DER
  // ECDSA over SHA-256 of `message`, in DER.
  std::string Sign(std::string_view message) const;

  EVP_PKEY* get() const { return key_.get(); }  // for X.509 and CMS only

 private:
  explicit PrivateKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

// A P-256 public key, read once for many signatures. Copies share the key. Threads: safe.
class PublicKey {
 public:
  // InvalidArgument: not a P-256 SubjectPublicKeyInfo.
  static base::Result<PublicKey> FromDer(std::string_view der);
  // OK where `signature` is this key's over `message`; PermissionDenied where not.
  base::Status Verify(std::string_view message, std::string_view signature) const;

 private:
  explicit PublicKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

// PublicKey::Verify for one signature; the errors of both.
base::Status VerifySignature(std::string_view public_key, std::string_view message,
                             std::string_view signature);

}  // namespace firstbell::crypto
