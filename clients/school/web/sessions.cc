#include "clients/school/web/sessions.h"

#include <algorithm>
#include <iterator>
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
      std::make_shared<Session>(Session{std::move(who), NewToken(), now, {}, "", std::nullopt});
  base::MutexLock lock(mutex_);
  if (by_digest_.size() >= kMostSessions) {
    const auto unused = std::min_element(
        by_digest_.begin(), by_digest_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    Drop(unused, Ending::kOneTooMany);
  }
  by_digest_.emplace(crypto::Sha256(token), Entry{session, now});
  return token;
}

std::optional<Ending> Sessions::EndedBy(const Entry& entry, absl::Duration now) const {
  if (now - entry.used >= idle_) return Ending::kUnused;
  if (now - entry.session->began >= kLongestSession) return Ending::kLongest;
  return std::nullopt;
}

Sessions::ByDigest::iterator Sessions::Drop(ByDigest::iterator session, Ending why) {
  if (ended_.size() >= kMostSessions) ended_.pop_front();
  ended_.emplace_back(session->first, why);
  return by_digest_.erase(session);
}

// One that lives.
Sessions::ByDigest::iterator Sessions::Find(std::string_view token, absl::Duration now) {
  const auto found = by_digest_.find(crypto::Sha256(token));
  if (found == by_digest_.end()) return found;
  const auto ended = EndedBy(found->second, now);
  if (!ended) return found;
  Drop(found, *ended);
  return by_digest_.end();
}

std::shared_ptr<Session> Sessions::Use(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = Find(token, now);
  if (found == by_digest_.end()) return nullptr;
  found->second.used = now;
  return found->second.session;
}

std::shared_ptr<Session> Sessions::Look(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = Find(token, now);
  return found == by_digest_.end() ? nullptr : found->second.session;
}

absl::Duration Sessions::Left(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = Find(token, now);
  if (found == by_digest_.end()) return absl::ZeroDuration();
  const Entry& entry = found->second;
  return std::min(entry.used + idle_, entry.session->began + kLongestSession) - now;
}

bool Sessions::Lives(std::string_view token, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto found = by_digest_.find(crypto::Sha256(token));
  return found != by_digest_.end() && !EndedBy(found->second, now);
}

bool Sessions::Any(absl::Duration now) {
  base::MutexLock lock(mutex_);
  return std::any_of(by_digest_.begin(), by_digest_.end(),
                     [&](const auto& entry) { return !EndedBy(entry.second, now); });
}

void Sessions::End(std::string_view token) {
  base::MutexLock lock(mutex_);
  by_digest_.erase(crypto::Sha256(token));
}

void Sessions::EndAllOf(const Ends& ends) {
  base::MutexLock lock(mutex_);
  std::erase_if(by_digest_, [&](const auto& entry) { return ends(entry.second.session->id()); });
}

// One of staff takes the place of the one before, which another thread may look at.
void Sessions::ForgetRings(const Opens& open) {
  base::MutexLock lock(mutex_);
  for (auto at = by_digest_.begin(); at != by_digest_.end();) {
    std::shared_ptr<Session>& session = at->second.session;
    session->ring.reset();
    if (session->staff() == nullptr) {
      ++at;
      continue;
    }
    auto again = open(*session->staff());
    if (!again.ok()) {
      at = absl::IsPermissionDenied(again.status()) ? Drop(at, Ending::kNoReader)
                                                    : by_digest_.erase(at);
      continue;
    }
    session = std::make_shared<Session>(Session{
        *std::move(again), session->form, session->began, {}, session->outcome, std::nullopt});
    ++at;
  }
}

std::optional<Ending> Sessions::WhyEnded(std::string_view token) {
  base::MutexLock lock(mutex_);
  const std::string digest = crypto::Sha256(token);
  const auto found = std::find_if(ended_.begin(), ended_.end(),
                                  [&](const auto& ended) { return ended.first == digest; });
  return found == ended_.end() ? std::nullopt : std::optional(found->second);
}

void Sessions::EndIdle(absl::Duration now) {
  base::MutexLock lock(mutex_);
  for (auto at = by_digest_.begin(); at != by_digest_.end();) {
    const auto ended = EndedBy(at->second, now);
    at = ended ? Drop(at, *ended) : std::next(at);
  }
}

}  // namespace firstbell::school::web
