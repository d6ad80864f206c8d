#include "clients/link/curve_keys.h"

#include <zmq.h>

#include <array>

namespace firstbell::link {
namespace {

using Z85 = std::array<char, 41>;
using Key = std::array<unsigned char, kCurveKeyBytes>;

std::string_view Bytes(const Key& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

}  // namespace

CurvePair GenerateCurvePair() {
  Z85 public_text{};
  Z85 secret_text{};
  FB_CHECK(zmq_curve_keypair(public_text.data(), secret_text.data()) == 0);
  Key public_key{};
  Key secret_key{};
  FB_CHECK(zmq_z85_decode(public_key.data(), public_text.data()) != nullptr);
  FB_CHECK(zmq_z85_decode(secret_key.data(), secret_text.data()) != nullptr);
  CurvePair pair{std::string(Bytes(public_key)), base::Secret(Bytes(secret_key))};
  explicit_bzero(secret_text.data(), secret_text.size());
  explicit_bzero(secret_key.data(), secret_key.size());
  return pair;
}

base::Result<CurvePair> CurvePairOf(const base::Secret& secret_key) {
  if (secret_key.size() != kCurveKeyBytes) {
    return base::InvalidArgument("a CURVE secret key has 32 bytes; this one has not");
  }
  Z85 secret_text{};
  Z85 public_text{};
  const auto* bytes = reinterpret_cast<const unsigned char*>(secret_key.Reveal().data());
  FB_CHECK(zmq_z85_encode(secret_text.data(), bytes, kCurveKeyBytes) != nullptr);
  FB_CHECK(zmq_curve_public(public_text.data(), secret_text.data()) == 0);
  explicit_bzero(secret_text.data(), secret_text.size());
  Key public_key{};
  FB_CHECK(zmq_z85_decode(public_key.data(), public_text.data()) != nullptr);
  return CurvePair{std::string(Bytes(public_key)), secret_key};
}

}  // namespace firstbell::link
