#include "broker/model/call_code.h"

#include <cstdio>
#include <string_view>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::model {
namespace {

std::string Half(std::string_view four_bytes) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%04u", base::ReadU32(four_bytes) % 10'000u);
  return digits;
}

}  // namespace

CallCode CallCodeOf(const base::AlertId& id) {
  using namespace std::string_literals;
  const std::string hash = crypto::Sha256("firstbell/call-code/v1\0"s + id.value());
  return {Half(std::string_view(hash).substr(0, 4)), Half(std::string_view(hash).substr(4, 4))};
}

}  // namespace firstbell::model
