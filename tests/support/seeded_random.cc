#include "tests/support/seeded_random.h"

#include <openssl/rand.h>

#include <cstring>

#include "broker/base/status.h"

// Replacing OpenSSL's generator is deprecated for programs; there is no other way to seed all of
// it.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace firstbell::support {
namespace {

std::uint64_t state = 0;

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t Next() {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

int Fill(unsigned char* out, int count) {
  while (count > 0) {
    const std::uint64_t next = Next();
    const int some = count < 8 ? count : 8;
    std::memcpy(out, &next, static_cast<std::size_t>(some));
    out += some;
    count -= some;
  }
  return 1;
}

int Ready() {
  return 1;
}

const RAND_METHOD kSeeded = {nullptr, Fill, nullptr, nullptr, Fill, Ready};

}  // namespace

void SeedAllRandomness(std::uint64_t seed) {
  state = seed;
  FB_CHECK(RAND_set_rand_method(&kSeeded) == 1);
}

}  // namespace firstbell::support
