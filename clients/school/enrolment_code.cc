#include "clients/school/enrolment_code.h"

#include <algorithm>

#include "broker/base/bytes.h"
#include "broker/base/ids.h"
#include "broker/crypto/hash.h"

namespace firstbell::school {
namespace {

constexpr std::size_t kSecretBytes = 16;
constexpr std::size_t kCodeHashBytes = 8;

base::Status Mistyped() {
  return base::InvalidArgument(
      "the enrolment code is mistyped or cut off: copy the whole of it, from FB1- to its end");
}

bool WellFormed(const v1::EnrolmentCode& code) {
  return code.secret().size() == kSecretBytes &&
         code.root_sha256().size() == crypto::kSha256Bytes &&
         code.enrolment_address().find(':') != std::string::npos &&
         base::ParseUrn(std::to_string(code.urn())).ok() &&
         v1::RecipientRole_IsValid(code.role()) && code.role() != v1::RECIPIENT_ROLE_UNSPECIFIED;
}

}  // namespace

base::Result<v1::EnrolmentCode> DecodeEnrolmentCode(std::string_view text) {
  std::string dense(text);
  std::erase_if(dense, [](unsigned char c) { return c <= ' '; });
  if (!std::string_view(dense).starts_with(kEnrolmentCodePrefix)) {
    return base::InvalidArgument("that is no enrolment code: one begins with FB1-");
  }
  const auto bytes =
      base::Base64UrlDecode(std::string_view(dense).substr(kEnrolmentCodePrefix.size()));
  v1::EnrolmentCode code;
  if (!bytes.ok() || !code.ParseFromString(*bytes) || !WellFormed(code)) return Mistyped();
  return code;
}

std::string CodeHash(const v1::EnrolmentCode& code) {
  return base::HexEncode(crypto::Sha256({"firstbell/pending", code.secret()}))
      .substr(0, 2 * kCodeHashBytes);
}

bool IsDevice(const v1::EnrolmentCode& code) {
  return code.role() == v1::RECIPIENT_ROLE_DEVICE;
}

}  // namespace firstbell::school
