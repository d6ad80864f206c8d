#include "clients/school/records/staff_secret.h"

#include <string>

#include "broker/crypto/argon2.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"

namespace firstbell::school_records {
namespace {

constexpr std::string_view kSaltContext = "firstbell/staff-salt/v1";
constexpr std::size_t kGroups = 4, kGroupCharacters = 5;

}  // namespace

base::Result<base::Secret> StaffSecret(const WriterId& staff, const base::Secret& passphrase) {
  const std::string salt =
      crypto::Sha256({kSaltContext, staff.value()}).substr(0, crypto::kArgon2SaltBytes);
  return crypto::Argon2id(passphrase, salt, crypto::kArgon2Cost);
}

base::Secret NewStaffCode() {
  const std::string random = crypto::RandomId();
  std::string code;
  for (std::size_t group = 0; group < kGroups; ++group) {
    code += (group == 0 ? "" : "-") + random.substr(group * kGroupCharacters, kGroupCharacters);
  }
  return base::Secret(code);
}

}  // namespace firstbell::school_records
