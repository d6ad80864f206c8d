#pragma once

// Who is signed in: a safeguarding person, or one of the staff, who read the sheet alone. A session
// holds their keys in locked memory, and goes: when they lock it, after ten minutes in which
// nothing was asked (kIdle), after twelve hours, or with the daemon. The browser has a random
// token, of which only the digest is kept here. Time is since boot.
//
// Threads: safe. A session that was found is used by one thread at a time, under the site's lock.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "clients/school/identity.h"
#include "clients/school/records/key_ring.h"

namespace firstbell::school::web {

inline constexpr absl::Duration kIdle = absl::Minutes(10);
inline constexpr absl::Duration kLongestSession = absl::Hours(12);
inline constexpr std::size_t kMostSessions = 16;

using SignedIn = std::variant<UnlockedPerson, school_records::StaffSession>;

inline const base::RecipientId& IdOf(const UnlockedPerson& person) {
  return person.identity.id;
}
inline const base::RecipientId& IdOf(const school_records::StaffSession& staff) {
  return staff.writer.id;
}

struct Session {
  SignedIn who;
  const std::string form;  // the token that each of its forms carries
  const absl::Duration began;
  // Of alerts whose content they asked for, having said that they do not know the family.
  std::set<base::AlertId> reads;
  std::string outcome;  // what was done, for the next page to say so once
  // Of the school's records, once a person asked for them.
  std::optional<school_records::Ring> ring;

  // Null: it is the other's.
  const UnlockedPerson* person() const { return std::get_if<UnlockedPerson>(&who); }
  const school_records::StaffSession* staff() const {
    return std::get_if<school_records::StaffSession>(&who);
  }
  const base::RecipientId& id() const {
    return std::visit([](const auto& whoever) -> decltype(auto) { return IdOf(whoever); }, who);
  }
};

// Why somebody has to sign in again who did not lock it.
enum class Ending {
  kUnused,      // nothing was asked for a while
  kLongest,     // whatever was asked
  kOneTooMany,  // others signed in
  kNoReader     // of the records any more
};

class Sessions {
 public:
  explicit Sessions(absl::Duration idle = kIdle) : idle_(idle) {}

  // The token. One too many ends the one that was unused for longest.
  std::string Begin(SignedIn who, absl::Duration now);
  // Counts as used. Null: none, or it has ended.
  std::shared_ptr<Session> Use(std::string_view token, absl::Duration now);
  // For a page that asks again by itself: does not count as used.
  std::shared_ptr<Session> Look(std::string_view token, absl::Duration now);
  // How long it lives where nothing is done. Nought: it has ended.
  absl::Duration Left(std::string_view token, absl::Duration now);
  // Whether it lives; does not count as used.
  bool Lives(std::string_view token, absl::Duration now);
  void End(std::string_view token);
  // All of theirs, of whom that holds: who was removed, or changed their passphrase.
  using Ends = std::function<bool(const base::RecipientId& person)>;
  void EndAllOf(const Ends& ends);
  // After the records' keys were replaced: each opens them anew. Staff's do so at once, by `open`,
  // so that nothing is lost that somebody types; of whom it opens nothing, the session ends.
  using Opens = std::function<base::Result<school_records::StaffSession>(
      const school_records::StaffSession& before)>;
  void ForgetRings(const Opens& open);
  // Of one of the last kMostSessions that ended so; of no other, and not of who may not come back.
  std::optional<Ending> WhyEnded(std::string_view token);
  // Whether any lives.
  bool Any(absl::Duration now);
  // To be called from time to time: the keys of sessions that have ended leave the memory.
  void EndIdle(absl::Duration now);
  absl::Duration idle() const { return idle_; }

 private:
  struct Entry {
    std::shared_ptr<Session> session;
    absl::Duration used;
  };
  using ByDigest = std::map<std::string, Entry>;
  std::optional<Ending> EndedBy(const Entry& entry, absl::Duration now) const;
  ByDigest::iterator Find(std::string_view token, absl::Duration now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ByDigest::iterator Drop(ByDigest::iterator session, Ending why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration idle_;
  base::Mutex mutex_;
  ByDigest by_digest_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<std::string, Ending>> ended_ ABSL_GUARDED_BY(mutex_);  // the latest last
};

}  // namespace firstbell::school::web
