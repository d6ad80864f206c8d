#include "broker/crypto/openssl.h"

#include <openssl/err.h>

#include <array>
#include <limits>

namespace firstbell::crypto {
namespace {

std::string_view Buffered(BIO* writer) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(writer, &data);
  return size > 0 ? std::string_view(data, static_cast<std::size_t>(size)) : std::string_view();
}

}  // namespace

OwnedBio ReaderOf(std::string_view bytes) {
  FB_CHECK(bytes.size() <= std::numeric_limits<int>::max());
  // OpenSSL refuses a null pointer, which an empty view may hold.
  const char* data = bytes.empty() ? "" : bytes.data();
  OwnedBio bio(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
  FB_CHECK(bio != nullptr);
  return bio;
}

OwnedBio MemoryWriter() {
  OwnedBio bio(BIO_new(BIO_s_mem()));
  FB_CHECK(bio != nullptr);
  return bio;
}

std::string Written(BIO* writer) {
  return std::string(Buffered(writer));
}

base::Secret WrittenSecret(BIO* writer) {
  const std::string_view bytes = Buffered(writer);
  base::Secret secret(bytes);
  OPENSSL_cleanse(const_cast<char*>(bytes.data()), bytes.size());
  return secret;
}

bool IsP256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

base::Result<OwnedKey> PublicKeyFromDer(std::string_view der) {
  OwnedKey key = FromDer<OwnedKey>(d2i_PUBKEY, der);
  if (!key || !IsP256(key.get())) {
    ForgetErrors();
    return base::InvalidArgument("not a P-256 public key as SubjectPublicKeyInfo in DER");
  }
  return key;
}

base::Result<OwnedCertificate> CertificateFromDer(std::string_view der) {
  OwnedCertificate certificate = FromDer<OwnedCertificate>(d2i_X509, der);
  if (!certificate) {
    ForgetErrors();
    return base::InvalidArgument("not an X.509 certificate in DER");
  }
  return certificate;
}

void ForgetErrors() {
  ERR_clear_error();
}

}  // namespace firstbell::crypto
