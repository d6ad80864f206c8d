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

namespace {

// SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480), up to the point.
constexpr std::string_view kP256Prefix(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01"
    "\x07\x03\x42\x00",
    26);
constexpr std::size_t kPointBytes = 65;

// P-256 without a key. Never freed; it lives as long as the program.
const EVP_PKEY* P256Parameters() {
  static EVP_PKEY* const parameters = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  FB_CHECK(parameters != nullptr);
  return parameters;
}

// OpenSSL 3.0 looks through all its decoders for each key, which costs more than verifying with it:
// the form that everybody writes is read without them. Null where it is another, or no point.
OwnedKey KeyOfUncompressedPoint(std::string_view der) {
  if (der.size() != kP256Prefix.size() + kPointBytes || !der.starts_with(kP256Prefix)) return {};
  const std::string_view point = der.substr(kP256Prefix.size());
  OwnedKey key(EVP_PKEY_new());
  FB_CHECK(key && EVP_PKEY_copy_parameters(key.get(), P256Parameters()) == 1);
  if (EVP_PKEY_set1_encoded_public_key(key.get(), Data(point), point.size()) != 1) key.reset();
  return key;
}

}  // namespace

bool IsP256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

base::Result<OwnedKey> PublicKeyFromDer(std::string_view der) {
  OwnedKey key = KeyOfUncompressedPoint(der);
  if (key) return key;
  key = FromDer<OwnedKey>(d2i_PUBKEY, der);
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
