#include "broker/crypto/ed25519.h"

#include <openssl/pem.h>

#include "broker/crypto/openssl.h"

namespace firstbell::crypto {
namespace {

using OwnedPkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using OwnedDigest = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

base::Status NotAKey() {
  return base::InvalidArgument(
      "not an Ed25519 private key: give a PEM file that begins with BEGIN PRIVATE KEY, without a "
      "passphrase");
}

// The first PEM block of the text, where that is a key in the clear. Null otherwise.
OwnedPkcs8 ReadPkcs8(std::string_view pem) {
  const OwnedBio reader = ReaderOf(pem);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(reader.get(), &name, &header, &data, &size) != 1) return {};
  OwnedPkcs8 pkcs8;
  if (std::string_view(name) == PEM_STRING_PKCS8INF) {
    const std::string_view der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    pkcs8 = FromDer<OwnedPkcs8>(d2i_PKCS8_PRIV_KEY_INFO, der);
  }
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  return pkcs8;
}

}  // namespace

Ed25519Key Ed25519Key::Generate() {
  std::shared_ptr<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  FB_CHECK(key != nullptr);
  return Ed25519Key(std::move(key));
}

std::string Ed25519Key::ToPem() const {
  const OwnedPkcs8 pkcs8(EVP_PKEY2PKCS8(key_.get()));
  FB_CHECK(pkcs8 != nullptr);
  const OwnedBio writer = MemoryWriter();
  FB_CHECK(PEM_write_bio_PKCS8_PRIV_KEY_INFO(writer.get(), pkcs8.get()) == 1);
  return Written(writer.get());
}

base::Result<Ed25519Key> Ed25519Key::FromPem(std::string_view pem) {
  const OwnedPkcs8 pkcs8 = ReadPkcs8(pem);
  std::shared_ptr<EVP_PKEY> key;
  if (pkcs8) key.reset(EVP_PKCS82PKEY(pkcs8.get()), EVP_PKEY_free);
  ForgetErrors();
  if (!key || EVP_PKEY_is_a(key.get(), "ED25519") != 1) return NotAKey();
  return Ed25519Key(std::move(key));
}

std::string Ed25519Key::PublicKey() const {
  std::string bytes(kEd25519PublicBytes, '\0');
  std::size_t size = bytes.size();
  FB_CHECK(EVP_PKEY_get_raw_public_key(key_.get(), Data(bytes), &size) == 1 &&
           size == kEd25519PublicBytes);
  return bytes;
}

std::string Ed25519Key::Sign(std::string_view message) const {
  const OwnedDigest context(EVP_MD_CTX_new());
  FB_CHECK(context &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  std::string signature(kEd25519SignatureBytes, '\0');
  std::size_t size = signature.size();
  FB_CHECK(EVP_DigestSign(context.get(), Data(signature), &size, Data(message), message.size()) ==
               1 &&
           size == kEd25519SignatureBytes);
  return signature;
}

base::Status VerifyEd25519(std::string_view public_key, std::string_view message,
                           std::string_view signature) {
  if (public_key.size() != kEd25519PublicBytes) {
    return base::PermissionDenied("an Ed25519 public key is 32 bytes; this one is not");
  }
  const OwnedKey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(public_key), public_key.size()));
  const OwnedDigest context(EVP_MD_CTX_new());
  FB_CHECK(key && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  if (EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                       message.size()) == 1) {
    return base::OkStatus();
  }
  ForgetErrors();
  return base::PermissionDenied("the signature is not this Ed25519 key's over these bytes");
}

}  // namespace firstbell::crypto
