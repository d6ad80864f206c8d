#pragma once

// Who is signed in. A session holds a person's keys in locked memory, and goes: when they lock it,
// after ten minutes in which nothing was asked (kIdle), after twelve hours, or with the daemon. The
// browser has a random token, of which only the digest is kept here. Time is since boot.
//
// Threads: safe. A session that was found is used by one thread at a time, under the site's lock.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "clients/school/identity.h"
#include "clients/school/records/key_ring.h"

namespace firstbell::school::web {

inline constexpr absl::Duration kIdle = absl::Minutes(10);
inline constexpr absl::Duration kLongestSession = absl::Hours(12);
inline constexpr std::size_t kMostSessions = 16;

struct Session {
  const UnlockedPerson person;
  const std::string form;  // the token that each of its forms carries
  const absl::Duration began;
  // Of alerts whose content they asked for, having said that they do not know the family.
  std::set<base::AlertId> reads;
  std::optional<Ring> ring;  // of the school's records, once they were asked for
};

class Sessions {
 public:
  explicit Sessions(absl::Duration idle = kIdle) : idle_(idle) {}

  // The token. One too many ends the one that was unused for longest.
  std::string Begin(UnlockedPerson person, absl::Duration now);
  // Counts as used. Null: none, or it has ended.
  std::shared_ptr<Session> Use(std::string_view token, absl::Duration now);
  // Whether it lives; does not count as used.
  bool Lives(std::string_view token, absl::Duration now);
  void End(std::string_view token);
  // All of theirs, of whom that holds: who was removed, or changed their passphrase.
  using Ends = std::function<bool(const base::RecipientId& person)>;
  void EndAllOf(const Ends& ends);
  // To be called from time to time: the keys of sessions that have ended leave the memory.
  void EndIdle(absl::Duration now);
  absl::Duration idle() const { return idle_; }

 private:
  struct Entry {
    std::shared_ptr<Session> session;
    absl::Duration used;
  };
  bool HasEnded(const Entry& entry, absl::Duration now) const;

  const absl::Duration idle_;
  base::Mutex mutex_;
  std::map<std::string, Entry> by_digest_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::school::web
