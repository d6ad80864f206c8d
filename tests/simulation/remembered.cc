// What OpenSSL takes long over, and has done before in this run, is remembered: the linker puts
// these in the place of its functions (--wrap). Each gives what the real one would give.
//
//   d2i_X509           the same certificate, once read, is never changed
//   EVP_DigestVerify   a signature that was made here is its key's over these bytes; any other one
//                      is verified

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <map>
#include <string>

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
}

namespace {

struct Made {
  EVP_PKEY* key;
  std::string message;
};

// By signature.
std::map<std::string, Made>& Signatures() {
  static auto* const signatures = new std::map<std::string, Made>;
  return *signatures;
}

std::string Bytes(const unsigned char* bytes, std::size_t size) {
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

EVP_PKEY* KeyOf(EVP_MD_CTX* context) {
  return EVP_PKEY_CTX_get0_pkey(EVP_MD_CTX_get_pkey_ctx(context));
}

}  // namespace

X509* __wrap_d2i_X509(X509** out, const unsigned char** in, long length) {
  static auto* const remembered = new std::map<std::string, X509*>;
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

int __wrap_EVP_DigestSign(EVP_MD_CTX* context, unsigned char* out, std::size_t* size,
                          const unsigned char* message, std::size_t length) {
  const int done = __real_EVP_DigestSign(context, out, size, message, length);
  if (done != 1 || out == nullptr) return done;
  EVP_PKEY* const key = KeyOf(context);
  EVP_PKEY_up_ref(key);
  Signatures()[Bytes(out, *size)] = {key, Bytes(message, length)};
  return done;
}

int __wrap_EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature, std::size_t size,
                            const unsigned char* message, std::size_t length) {
  const auto made = Signatures().find(Bytes(signature, size));
  const bool known = made != Signatures().end() && made->second.message == Bytes(message, length) &&
                     EVP_PKEY_eq(made->second.key, KeyOf(context)) == 1;
  if (known) return 1;
  return __real_EVP_DigestVerify(context, signature, size, message, length);
}
