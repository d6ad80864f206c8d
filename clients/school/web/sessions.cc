#include "clients/school/web/sessions.h"

#include <algorithm>
#include <utility>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"

namespace firstbell::school::web {
namespace {

constexpr std::size_t kTokenBytes = 32;

std::string NewToken() {
  return base::Base64UrlEncode(crypto::RandomBytes(kTokenBytes));
}

}  // namespace

std::string Sessions::Begin(SignedIn who, absl::Duration now) {
  std::string token = NewToken();
  const auto session =
      std::make_shared<Session>(Session{std::move(who), NewToken(), now, {}, std::nullopt});
  base::MutexLock lock(mutex_);
  if (by_digest_.size() >= kMostSessions) {
    by_digest_.erase(std::min_element(
        by_digest_.begin(), by_digest_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  by_digest_.emplace(crypto::Sha256(token), Entry{session, now});
  return token;
}

bool Sessions::HasEnded(const Entry& entry, absl::Duration now) const {
  return now - entry.used >= idle_ || now - entry.session->began >= kLongestSession;
}

std::shared_ptr<Session> Sessions::Use(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = by_digest_.find(crypto::Sha256(token));
  if (found == by_digest_.end()) return nullptr;
  if (HasEnded(found->second, now)) {
    by_digest_.erase(found);
    return nullptr;
  }
  found->second.used = now;
  return found->second.session;
}

bool Sessions::Lives(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = by_digest_.find(crypto::Sha256(token));
  return found != by_digest_.end() && !HasEnded(found->second, now);
}

void Sessions::End(std::string_view token) {
  base::MutexLock lock(mutex_);
  by_digest_.erase(crypto::Sha256(token));
}

void Sessions::EndAllOf(const Ends& ends) {
  base::MutexLock lock(mutex_);
  std::erase_if(by_digest_, [&](const auto& entry) { return ends(entry.second.session->id()); });
}

void Sessions::ForgetRings() {
  base::MutexLock lock(mutex_);
  std::erase_if(by_digest_,
                [](const auto& entry) { return entry.second.session->staff() != nullptr; });
  for (auto& [digest, entry] : by_digest_) entry.session->ring.reset();
}

void Sessions::EndIdle(absl::Duration now) {
  base::MutexLock lock(mutex_);
  std::erase_if(by_digest_, [&](const auto& entry) { return HasEnded(entry.second, now); });
}

}  // namespace firstbell::school::web
