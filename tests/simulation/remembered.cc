// What OpenSSL takes long over is remembered of this run instead: the linker puts these in the
// place of its functions (--wrap). Each says of the same bytes and keys what the real one would
// say.
//
//   d2i_X509           the same certificate, once read, is never changed
//   EVP_DigestSign     a signature that no other key or message has. Nobody reads one but below
//   EVP_PBE_scrypt     a hash of the same: slow is what it is to those who try names
//   EVP_DigestVerify   one that was made here is its key's, over these bytes; of any other the real
//                      one judges
//   CMS_decrypt        a message that was sealed here, to this certificate, byte for byte the same,
//                      opens with its key; of any other the real one judges

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <cstring>
#include <string>
#include <unordered_map>

extern "C" {
X509* __real_d2i_X509(X509** out, const unsigned char** in, long length);
X509* __wrap_d2i_X509(X509** out, const unsigned char** in, long length);
int __real_EVP_DigestSign(EVP_MD_CTX* context, unsigned char* out, std::size_t* size,
                          const unsigned char* message, std::size_t length);
int __wrap_EVP_DigestSign(EVP_MD_CTX* context, unsigned char* out, std::size_t* size,
                          const unsigned char* message, std::size_t length);
int __real_EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature, std::size_t size,
                            const unsigned char* message, std::size_t length);
int __wrap_EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature, std::size_t size,
                            const unsigned char* message, std::size_t length);
int __real_CMS_final(CMS_ContentInfo* cms, BIO* data, BIO* detached, unsigned int flags);
int __wrap_CMS_final(CMS_ContentInfo* cms, BIO* data, BIO* detached, unsigned int flags);
int __real_CMS_decrypt(CMS_ContentInfo* cms, EVP_PKEY* key, X509* certificate, BIO* detached,
                       BIO* out, unsigned int flags);
int __wrap_CMS_decrypt(CMS_ContentInfo* cms, EVP_PKEY* key, X509* certificate, BIO* detached,
                       BIO* out, unsigned int flags);
int __wrap_EVP_PBE_scrypt(const char* pass, std::size_t pass_size, const unsigned char* salt,
                          std::size_t salt_size, std::uint64_t n, std::uint64_t r, std::uint64_t p,
                          std::uint64_t memory, unsigned char* key, std::size_t key_size);
}

namespace {

using Remembered = std::unordered_map<std::string, std::string>;

struct Made {
  EVP_PKEY* key;
  std::string message;
};

// By signature.
std::unordered_map<std::string, Made>& Signatures() {
  static auto* const signatures = new std::unordered_map<std::string, Made>;
  return *signatures;
}

// What was sealed, by the digest of the whole message.
Remembered& Sealed() {
  static auto* const sealed = new Remembered;
  return *sealed;
}

std::string Bytes(const unsigned char* bytes, std::size_t size) {
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

std::string DigestOf(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string DigestOf(const CMS_ContentInfo* cms) {
  unsigned char* der = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &der);
  if (size <= 0) return {};
  const std::string digest = DigestOf(Bytes(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return digest;
}

EVP_PKEY* KeyOf(EVP_MD_CTX* context) {
  return EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(context));
}

// An ECDSA-Sig-Value of two positive numbers of 32 bytes.
std::string NewSignature(const std::string& message) {
  static std::uint64_t made = 0;
  const std::string r = DigestOf(std::to_string(++made) + " " + message);
  std::string signature;
  for (std::string number : {r, DigestOf(r)}) {
    number.front() = static_cast<char>((number.front() & 0x3f) | 0x40);
    signature += std::string("\x02\x20", 2) + number;
  }
  return std::string("\x30\x44", 2) + signature;
}

bool SealedTo(CMS_ContentInfo* cms, X509* certificate) {
  STACK_OF(CMS_RecipientInfo)* const infos = CMS_get0_RecipientInfos(cms);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); ++i) {
    auto* const keys = CMS_RecipientInfo_kari_get0_reks(sk_CMS_RecipientInfo_value(infos, i));
    for (int k = 0; k < sk_CMS_RecipientEncryptedKey_num(keys); ++k) {
      auto* const one = sk_CMS_RecipientEncryptedKey_value(keys, k);
      if (CMS_RecipientEncryptedKey_cert_cmp(one, certificate) == 0) return true;
    }
  }
  return false;
}

}  // namespace

X509* __wrap_d2i_X509(X509** out, const unsigned char** in, long length) {
  static auto* const remembered = new std::unordered_map<std::string, X509*>;
  if (out != nullptr) return __real_d2i_X509(out, in, length);
  const std::string bytes = Bytes(*in, static_cast<std::size_t>(length));
  auto found = remembered->find(bytes);
  if (found == remembered->end()) {
    const unsigned char* at = *in;
    X509* const read = __real_d2i_X509(nullptr, &at, length);
    if (read == nullptr || at != *in + length) {
      X509_free(read);
      return __real_d2i_X509(nullptr, in, length);
    }
    found = remembered->emplace(bytes, read).first;
  }
  *in += length;
  X509_up_ref(found->second);
  return found->second;
}

// A probe is to be slow for whoever tries names. Nobody does here: a hash of the same does.
int __wrap_EVP_PBE_scrypt(const char* pass, std::size_t pass_size, const unsigned char* salt,
                          std::size_t salt_size, std::uint64_t, std::uint64_t, std::uint64_t,
                          std::uint64_t, unsigned char* key, std::size_t key_size) {
  const std::string text = std::string(pass, pass_size) + Bytes(salt, salt_size);
  unsigned char digest[32];
  if (EVP_Digest(text.data(), text.size(), digest, nullptr, EVP_sha256(), nullptr) != 1) return 0;
  if (key_size > sizeof digest) return 0;
  std::memcpy(key, digest, key_size);
  return 1;
}

int __wrap_EVP_DigestSign(EVP_MD_CTX* context, unsigned char* out, std::size_t* size,
                          const unsigned char* message, std::size_t length) {
  std::string signed_bytes = Bytes(message, length);
  const std::string signature = NewSignature(signed_bytes);
  if (out == nullptr) {
    *size = signature.size();
    return 1;
  }
  if (*size < signature.size()) return __real_EVP_DigestSign(context, out, size, message, length);
  EVP_PKEY* const key = KeyOf(context);
  EVP_PKEY_up_ref(key);
  std::memcpy(out, signature.data(), signature.size());
  *size = signature.size();
  Signatures()[signature] = {key, std::move(signed_bytes)};
  return 1;
}

int __wrap_EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature, std::size_t size,
                            const unsigned char* message, std::size_t length) {
  const auto made = Signatures().find(Bytes(signature, size));
  const bool known = made != Signatures().end() && made->second.message == Bytes(message, length) &&
                     EVP_PKEY_eq(made->second.key, KeyOf(context)) == 1;
  if (known) return 1;
  return __real_EVP_DigestVerify(context, signature, size, message, length);
}

int __wrap_CMS_final(CMS_ContentInfo* cms, BIO* data, BIO* detached, unsigned int flags) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(data, &start);
  const std::string plaintext(start, static_cast<std::size_t>(size));
  const int done = __real_CMS_final(cms, data, detached, flags);
  if (done == 1) Sealed()[DigestOf(cms)] = plaintext;
  return done;
}

int __wrap_CMS_decrypt(CMS_ContentInfo* cms, EVP_PKEY* key, X509* certificate, BIO* detached,
                       BIO* out, unsigned int flags) {
  const auto sealed = Sealed().find(DigestOf(cms));
  const bool known = sealed != Sealed().end() && X509_check_private_key(certificate, key) == 1 &&
                     SealedTo(cms, certificate);
  if (!known) return __real_CMS_decrypt(cms, key, certificate, detached, out, flags);
  const std::string& plaintext = sealed->second;
  return BIO_write(out, plaintext.data(), static_cast<int>(plaintext.size())) ==
         static_cast<int>(plaintext.size());
}
