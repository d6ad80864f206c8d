#include "broker/audit/key_digits.h"

#include <cstdio>
#include <string_view>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {
namespace {

constexpr std::size_t kGroups = 5;
constexpr std::size_t kBytesOfGroup = 4;

}  // namespace

std::string KeyDigits(const VerifierKey& key) {
  using namespace std::string_literals;
  const std::string hash = crypto::Sha256("firstbell/log-key-digits/v1\0"s + key.ToString());
  std::string digits;
  for (std::size_t group = 0; group < kGroups; ++group) {
    const auto bytes = std::string_view(hash).substr(group * kBytesOfGroup, kBytesOfGroup);
    char four[8];
    std::snprintf(four, sizeof four, "%04u", base::ReadU32(bytes) % 10'000u);
    digits += (group == 0 ? "" : " ") + std::string(four);
  }
  return digits;
}

}  // namespace firstbell::audit
