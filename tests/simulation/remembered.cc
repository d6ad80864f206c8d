// What OpenSSL 3.0 takes 0.2 ms to read each time, the same certificate, is read once in a run: the
// linker puts this in the place of d2i_X509 (--wrap). A certificate that was read is never changed.

#include <openssl/x509.h>

#include <map>
#include <string>

extern "C" {
X509* __real_d2i_X509(X509** out, const unsigned char** in, long length);
X509* __wrap_d2i_X509(X509** out, const unsigned char** in, long length);
}

X509* __wrap_d2i_X509(X509** out, const unsigned char** in, long length) {
  static auto* const remembered = new std::map<std::string, X509*>;
  if (out != nullptr) return __real_d2i_X509(out, in, length);
  const std::string bytes(reinterpret_cast<const char*>(*in), static_cast<std::size_t>(length));
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
