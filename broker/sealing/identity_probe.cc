#include "broker/sealing/identity_probe.h"

#include <vector>

#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/scrypt.h"

namespace firstbell::sealing {
namespace {

constexpr std::string_view kContext{"firstbell/identity/v1\0", 22};

}  // namespace

std::optional<IdentityText> IdentityTextOf(std::string_view family_name,
                                           std::string_view given_names, model::Date born) {
  const std::string family = model::Letters(family_name);
  const std::vector<std::string> given = model::LettersOfWords(given_names);
  if (family.empty() || given.empty()) return std::nullopt;
  return IdentityText(std::string(kContext) + family + '\0' + given.front() + '\0' +
                      model::FormatDate(born));
}

std::optional<IdentityText> IdentityTextOf(const v1::Child& child) {
  const auto born = model::ParseDate(child.date_of_birth());
  if (!born) return std::nullopt;
  return IdentityTextOf(child.name().family_name(), child.name().given_names(), *born);
}

v1::IdentityProbe ProbeOf(const IdentityText& text) {
  v1::IdentityProbe probe;
  probe.set_salt(crypto::RandomBytes(crypto::kScryptSaltBytes));
  probe.set_key(crypto::Scrypt(text.Reveal(), probe.salt()));
  return probe;
}

bool WellFormed(const v1::IdentityProbe& probe) {
  return probe.salt().size() == crypto::kScryptSaltBytes &&
         probe.key().size() == crypto::kScryptBytes;
}

bool IsOf(const v1::IdentityProbe& probe, const IdentityText& text) {
  return crypto::ConstantTimeEqual(crypto::Scrypt(text.Reveal(), probe.salt()), probe.key());
}

}  // namespace firstbell::sealing
