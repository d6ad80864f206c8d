#include "broker/inquiry/auditor.h"

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/auditor_scope.h"

namespace firstbell::inquiry {
namespace {

constexpr std::string_view kLabel = "firstbell/school-pseudonym/v1/";
constexpr std::size_t kCharacters = 16;

}  // namespace

bool Auditor::Sees(const base::ForceCode& of_force, const base::AuthorityCode& of_authority) const {
  if (force && *force != of_force) return false;
  return !authority || *authority == of_authority;
}

base::Result<Auditor> AuditorOf(std::string_view identity, std::string_view scope) {
  const auto parsed = model::ParseAuditorScope(scope);
  if (!parsed) {
    return base::PermissionDenied("the scope in your certificate is none of " +
                                  std::string(model::kAuditorScopes));
  }
  return Auditor{.identity = std::string(identity),
                 .force = parsed->force,
                 .authority = parsed->authority,
                 .names = parsed->named ? Names::kNamed : Names::kPseudonyms};
}

base::Status Questions::Ask(const Auditor& auditor, std::string_view question, std::uint32_t cost,
                            absl::Time now) {
  const std::string digest = crypto::Sha256(auditor.identity);
  return store_.RecordQuestion({.auditor_sha256 = digest,
                                .day = absl::ToCivilDay(now, london_),
                                .cost = cost,
                                .budget = limits::kAuditorBudget,
                                .events = {model::Event(model::EventKind::kLogQueried, now)
                                               .WithWord("question", question)
                                               .WithDigest("auditor_sha256", digest)}});
}

std::string SchoolPseudonyms::Of(base::Urn urn) const {
  const std::string digest =
      crypto::HmacSha256(key_.Reveal(), std::string(kLabel) + urn.ToString());
  return "s-" + base::FormatRandomId(digest.substr(0, 16)).substr(0, kCharacters);
}

base::Secret SchoolPseudonyms::KeyFor(std::string_view purpose) const {
  return base::Secret(crypto::HmacSha256(key_.Reveal(), purpose));
}

base::Result<base::Urn> SchoolPseudonyms::Find(std::string_view pseudonym, absl::Time now) {
  base::MutexLock lock(mutex_);
  auto found = known_.find(pseudonym);
  if (found == known_.end() && absl::AbsDuration(now - read_at_) >= kRegisterRead) {
    FB_RETURN_IF_ERROR(ReadRegister(now));
    found = known_.find(pseudonym);
  }
  if (found == known_.end()) return base::NotFound("school: no school is called so");
  return found->second;
}

base::Status SchoolPseudonyms::ReadRegister(absl::Time now) {
  std::map<std::string, base::Urn, std::less<>> all;
  FB_RETURN_IF_ERROR(store_.ReadSchools([&](const store::SchoolFacts& facts) {
    all.emplace(Of(facts.school.urn), facts.school.urn);
  }));
  known_ = std::move(all);
  read_at_ = now;
  return base::OkStatus();
}

}  // namespace firstbell::inquiry
