#include "broker/crypto/aead.h"

#include "broker/crypto/openssl.h"
#include "broker/crypto/random.h"

namespace firstbell::crypto {
namespace {

using OwnedContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

enum class Direction { kOpen = 0, kSeal = 1 };

// Looked up once: the lookup costs more than a short record. Never freed; it lives as long as the
// program.
const EVP_CIPHER* Algorithm() {
  static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  FB_CHECK(algorithm != nullptr);
  return algorithm;
}

OwnedContext Start(const base::Secret& key, std::string_view nonce, std::string_view aad,
                   Direction direction) {
  OwnedContext context(EVP_CIPHER_CTX_new());
  int unused = 0;
  FB_CHECK(context && key.size() == kAeadKeyBytes && nonce.size() == kNonceBytes);
  FB_CHECK(EVP_CipherInit_ex2(context.get(), Algorithm(), Data(key.Reveal()), Data(nonce),
                              static_cast<int>(direction), nullptr) == 1);
  FB_CHECK(EVP_CipherUpdate(context.get(), nullptr, &unused, Data(aad),
                            static_cast<int>(aad.size())) == 1);
  return context;
}

// GCM is a stream: as many bytes out as in.
void Convert(EVP_CIPHER_CTX* context, std::string_view in, unsigned char* out) {
  int size = 0;
  FB_CHECK(EVP_CipherUpdate(context, out, &size, Data(in), static_cast<int>(in.size())) == 1);
  FB_CHECK(static_cast<std::size_t>(size) == in.size());
}

base::Status Altered() {
  return base::DataLoss("sealed bytes do not open: altered, cut off, or sealed for another use");
}

}  // namespace

std::string AeadSeal(const base::Secret& key, std::string_view plaintext, std::string_view aad) {
  std::string sealed = RandomBytes(kNonceBytes);
  const OwnedContext context = Start(key, sealed, aad, Direction::kSeal);
  sealed.resize(kNonceBytes + plaintext.size() + kTagBytes);
  unsigned char* const tag = Data(sealed) + kNonceBytes + plaintext.size();
  int unused = 0;
  if (!plaintext.empty()) Convert(context.get(), plaintext, Data(sealed) + kNonceBytes);
  FB_CHECK(EVP_CipherFinal_ex(context.get(), tag, &unused) == 1);
  FB_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1);
  return sealed;
}

base::Result<base::Secret> AeadOpen(const base::Secret& key, std::string_view sealed,
                                    std::string_view aad) {
  if (sealed.size() < kAeadOverhead || key.size() != kAeadKeyBytes) return Altered();
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kAeadOverhead);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  const OwnedContext context = Start(key, sealed.substr(0, kNonceBytes), aad, Direction::kOpen);
  std::string plaintext(body.size() + 1, '\0');  // one more: OpenSSL refuses a null output
  if (!body.empty()) Convert(context.get(), body, Data(plaintext));
  FB_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  int unused = 0;
  const bool genuine =
      EVP_CipherFinal_ex(context.get(), Data(plaintext) + body.size(), &unused) == 1;
  base::Secret secret(std::string_view(plaintext).substr(0, genuine ? body.size() : 0));
  OPENSSL_cleanse(plaintext.data(), plaintext.size());
  if (genuine) return secret;
  ForgetErrors();
  return Altered();
}

}  // namespace firstbell::crypto
