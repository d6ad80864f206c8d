#include "broker/crypto/key.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>  // PKCS#8 under a passphrase is declared there

#include "broker/crypto/openssl.h"
#include "broker/crypto/random.h"

namespace firstbell::crypto {
namespace {

using OwnedPkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using OwnedEncrypted = Owned<X509_SIG, X509_SIG_free>;
using OwnedAlgorithm = Owned<X509_ALGOR, X509_ALGOR_free>;
using OwnedDigest = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// OWASP's cost for scrypt within 16 MB.
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;
constexpr int kSaltBytes = 16;

base::Status NotAKey() {
  return base::InvalidArgument(
      "not a P-256 private key: give a PEM file that begins with BEGIN PRIVATE KEY or BEGIN "
      "ENCRYPTED PRIVATE KEY");
}

OwnedPkcs8 ToPkcs8(EVP_PKEY* key) {
  OwnedPkcs8 pkcs8(EVP_PKEY2PKCS8(key));
  FB_CHECK(pkcs8 != nullptr);
  return pkcs8;
}

OwnedEncrypted Encrypt(PKCS8_PRIV_KEY_INFO* pkcs8, std::string_view passphrase) {
  std::string salt = RandomBytes(kSaltBytes);
  OwnedAlgorithm scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), Data(salt), kSaltBytes, nullptr,
                                              kScryptN, kScryptR, kScryptP));
  FB_CHECK(scheme != nullptr);
  OwnedEncrypted encrypted(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), pkcs8, scheme.get()));
  FB_CHECK(encrypted != nullptr);
  (void)scheme.release();  // part of `encrypted` now
  return encrypted;
}

// The first block of a PEM text. What it held is wiped.
struct PemBlock {
  explicit PemBlock(std::string_view pem) {
    const OwnedBio reader = ReaderOf(pem);
    char* header = nullptr;
    if (PEM_read_bio(reader.get(), &name, &header, &data, &size) != 1) size = 0;
    OPENSSL_free(header);
  }
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  bool Is(std::string_view what) const { return name != nullptr && what == name; }
  std::string_view der() const {
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }

  char* name = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

base::Result<OwnedPkcs8> ReadPkcs8(const PemBlock& block, std::string_view passphrase) {
  if (block.Is(PEM_STRING_PKCS8INF)) {
    return FromDer<OwnedPkcs8>(d2i_PKCS8_PRIV_KEY_INFO, block.der());
  }
  if (!block.Is(PEM_STRING_PKCS8)) return NotAKey();
  const OwnedEncrypted encrypted = FromDer<OwnedEncrypted>(d2i_X509_SIG, block.der());
  if (!encrypted) return NotAKey();
  OwnedPkcs8 pkcs8(
      PKCS8_decrypt(encrypted.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  if (!pkcs8) return base::PermissionDenied("the passphrase does not open this key");
  return pkcs8;
}

// Nothing in PKCS#8 would tell of a flipped bit in the private half.
bool IsWhole(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  const bool whole = context != nullptr && EVP_PKEY_pairwise_check(context.get()) == 1;
  ForgetErrors();
  return whole;
}

}  // namespace

PrivateKey PrivateKey::Generate() {
  std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  FB_CHECK(key != nullptr);
  return PrivateKey(std::move(key));
}

std::string PrivateKey::ToPem() const {
  const OwnedPkcs8 pkcs8 = ToPkcs8(key_.get());
  const OwnedBio writer = MemoryWriter();
  FB_CHECK(PEM_write_bio_PKCS8_PRIV_KEY_INFO(writer.get(), pkcs8.get()) == 1);
  return Written(writer.get());
}

std::string PrivateKey::ToPem(const base::Secret& passphrase) const {
  const OwnedPkcs8 pkcs8 = ToPkcs8(key_.get());
  const OwnedEncrypted encrypted = Encrypt(pkcs8.get(), passphrase.Reveal());
  const OwnedBio writer = MemoryWriter();
  FB_CHECK(PEM_write_bio_PKCS8(writer.get(), encrypted.get()) == 1);
  return Written(writer.get());
}

base::Result<PrivateKey> PrivateKey::FromPem(std::string_view pem, const base::Secret& passphrase) {
  const PemBlock block(pem);
  base::Result<OwnedPkcs8> pkcs8 = ReadPkcs8(block, passphrase.Reveal());
  std::shared_ptr<EVP_PKEY> key;
  if (pkcs8.ok() && *pkcs8) key.reset(EVP_PKCS82PKEY(pkcs8->get()), EVP_PKEY_free);
  ForgetErrors();
  FB_RETURN_IF_ERROR(pkcs8.status());
  if (!key || !IsP256(key.get())) return NotAKey();
  if (!IsWhole(key.get())) {
    return base::DataLoss("this private key is damaged: its halves do not belong together");
  }
  return PrivateKey(std::move(key));
}

std::string PrivateKey::PublicKey() const {
  return ToDer(i2d_PUBKEY, key_.get());
}

std::string PrivateKey::Sign(std::string_view message) const {
  const OwnedDigest context(EVP_MD_CTX_new());
  FB_CHECK(context &&
           EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  std::size_t size = 0;
  FB_CHECK(EVP_DigestSign(context.get(), nullptr, &size, Data(message), message.size()) == 1);
  std::string signature(size, '\0');
  FB_CHECK(EVP_DigestSign(context.get(), Data(signature), &size, Data(message), message.size()) ==
           1);
  signature.resize(size);
  return signature;
}

base::Result<PublicKey> PublicKey::FromDer(std::string_view der) {
  FB_ASSIGN_OR_RETURN(OwnedKey key, PublicKeyFromDer(der));
  return PublicKey(std::shared_ptr<EVP_PKEY>(std::move(key)));
}

base::Status PublicKey::Verify(std::string_view message, std::string_view signature) const {
  const OwnedDigest context(EVP_MD_CTX_new());
  FB_CHECK(context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  if (EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                       message.size()) == 1) {
    return base::OkStatus();
  }
  ForgetErrors();
  return base::PermissionDenied("the signature is not this key's over these bytes");
}

base::Status VerifySignature(std::string_view public_key, std::string_view message,
                             std::string_view signature) {
  FB_ASSIGN_OR_RETURN(const PublicKey key, PublicKey::FromDer(public_key));
  return key.Verify(message, signature);
}

}  // namespace firstbell::crypto
