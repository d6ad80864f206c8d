#pragma once

// Owners of OpenSSL's objects, and the few conversions that every file which calls OpenSSL needs.
// For crypto and sealing alone: nobody else includes an OpenSSL header. Pure; any thread.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::crypto {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedCertificate = Owned<X509, X509_free>;
using OwnedString = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

inline const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* Data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// Reads bytes that outlive it; copies nothing. Bytes longer than 2 GB end the program.
OwnedBio ReaderOf(std::string_view bytes);
OwnedBio MemoryWriter();
std::string Written(BIO* writer);
// Wipes what was written.
base::Secret WrittenSecret(BIO* writer);

// The DER of `object` by one of OpenSSL's i2d functions.
template <typename T, typename Encoder>
std::string ToDer(Encoder encode, const T* object) {
  const int size = encode(object, nullptr);
  FB_CHECK(size > 0);
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* end = Data(der);
  FB_CHECK(encode(object, &end) == size);
  return der;
}

// The object by one of OpenSSL's d2i functions, or null where the bytes are not one whole object.
template <typename Owner, typename Decoder>
Owner FromDer(Decoder decode, std::string_view der) {
  const unsigned char* at = Data(der);
  Owner object(decode(nullptr, &at, static_cast<long>(der.size())));
  if (object && at != Data(der) + der.size()) object.reset();
  return object;
}

// InvalidArgument where the bytes are not a P-256 SubjectPublicKeyInfo.
base::Result<OwnedKey> PublicKeyFromDer(std::string_view der);
bool IsP256(const EVP_PKEY* key);
// InvalidArgument where the bytes are not one X.509 certificate.
base::Result<OwnedCertificate> CertificateFromDer(std::string_view der);

// Forgets what OpenSSL noted for this thread when it refused something.
void ForgetErrors();

}  // namespace firstbell::crypto
