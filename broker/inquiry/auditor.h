#pragma once

// Who asks about deliveries, what their certificate lets them see, and how a school is called for
// those who may not know which it is.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/store/store.h"

namespace firstbell::inquiry {

// Whether schools and alerts are named to an auditor, and small counts said.
enum class Names { kPseudonyms, kNamed };

// `identity` is their certificate's URI. One of an authority sees what became of alerts at its
// schools.
struct Auditor {
  std::string identity;
  std::optional<base::ForceCode> force = {};
  std::optional<base::AuthorityCode> authority = {};
  Names names = Names::kPseudonyms;

  bool national() const { return !force && !authority; }
  // An event of no force (a roll, a key, a question) is the operator's: national scope alone.
  bool Sees(const base::ForceCode& of_force, const base::AuthorityCode& of_authority) const;
};

// PermissionDenied: a scope that is none (model/auditor_scope.h).
base::Result<Auditor> AuditorOf(std::string_view identity, std::string_view scope);

// Each question is an event, and takes from what an auditor may ask in a day. Threads: safe.
// `store` outlives it.
class Questions {
 public:
  Questions(store::Store& store, absl::TimeZone london) : store_(store), london_(london) {}

  // `question` is a word of ours. ResourceExhausted: today's budget is spent. What could not be
  // logged is not to be answered.
  base::Status Ask(const Auditor& auditor, std::string_view question, std::uint32_t cost,
                   absl::Time now);

 private:
  store::Store& store_;
  const absl::TimeZone london_;
};

// Pseudonyms of schools, "s-" and 16 characters: HMAC-SHA-256 under a key of this installation, for
// a URN is easily guessed. Threads: safe. `store` outlives it.
class SchoolPseudonyms {
 public:
  SchoolPseudonyms(store::Store& store, base::Secret key) : store_(store), key_(std::move(key)) {}
  SchoolPseudonyms(const SchoolPseudonyms&) = delete;
  SchoolPseudonyms& operator=(const SchoolPseudonyms&) = delete;

  std::string Of(base::Urn urn) const;
  // Of a school in the register, which is read at most once in kRegisterRead: one that is new may
  // be found that much later. NotFound.
  base::Result<base::Urn> Find(std::string_view pseudonym, absl::Time now);
  // Another key that follows from this one's, 32 bytes, for one purpose.
  base::Secret KeyFor(std::string_view purpose) const;

 private:
  static constexpr absl::Duration kRegisterRead = absl::Minutes(1);

  base::Status ReadRegister(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  store::Store& store_;
  const base::Secret key_;

  base::Mutex mutex_;
  absl::Time read_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::map<std::string, base::Urn, std::less<>> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::inquiry
