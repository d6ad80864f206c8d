#include "broker/crypto/random.h"

#include <openssl/rand.h>
#include <pthread.h>

#include <algorithm>
#include <array>

#include "broker/base/ids.h"
#include "broker/crypto/openssl.h"

namespace firstbell::crypto {

namespace {

// Drawn ahead, since most of what a call to the generator costs is the call. Wiped as it is given;
// a forked child, where another would be given the same, draws anew.
class DrawnAhead {
 public:
  static constexpr std::size_t kMost = 64;

  ~DrawnAhead() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  void Fill(std::string& out) {
    if (left_ < out.size()) Draw();
    unsigned char* const given = bytes_.data() + (left_ -= out.size());
    std::copy_n(given, out.size(), out.begin());
    OPENSSL_cleanse(given, out.size());
  }
  void Forget() { left_ = 0; }

 private:
  void Draw();

  std::array<unsigned char, 8 * kMost> bytes_{};
  std::size_t left_ = 0;
};

thread_local DrawnAhead drawn_ahead;

void DrawnAhead::Draw() {
  static const int watched = ::pthread_atfork(nullptr, nullptr, [] { drawn_ahead.Forget(); });
  FB_CHECK(watched == 0 && RAND_bytes_ex(nullptr, bytes_.data(), bytes_.size(), 0) == 1);
  left_ = bytes_.size();
}

}  // namespace

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (count <= DrawnAhead::kMost) {
    drawn_ahead.Fill(bytes);
  } else {
    FB_CHECK(RAND_bytes_ex(nullptr, Data(bytes), count, 0) == 1);
  }
  return bytes;
}

// From the generator kept for what must stay secret.
base::Secret RandomSecret(std::size_t count) {
  std::string bytes(count, '\0');
  FB_CHECK(RAND_priv_bytes_ex(nullptr, Data(bytes), count, 0) == 1);
  base::Secret secret(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return secret;
}

std::string RandomId() {
  return base::FormatRandomId(RandomBytes(16));
}

}  // namespace firstbell::crypto
