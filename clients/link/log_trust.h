#pragma once

// What a device remembers of its broker's delivery log: the key by which it knows it, the newest
// checkpoint that it was shown, and of whom the log says that they were enrolled at this school.
// Values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"

namespace firstbell::link {

// Numbers are kept in the device's store.
enum class Standing {
  kProven = 1,    // the log says that they were enrolled here, with this key
  kWaiting = 2,   // the log does not say so yet
  kStranger = 3,  // it does not, or says something else; the school's people were told
};

// Somebody to whom alerts are sealed, or may be.
struct WatchedPerson {
  base::RecipientId id;
  std::string opening_key_sha256 = {};  // as the broker told it; empty: it has not told of them
  std::string key_id = {};              // by which sealings name that key; empty: not known
  Standing standing = Standing::kWaiting;
  absl::Time since = absl::UnixEpoch();  // of that standing
  std::uint32_t answers = 0;  // to hellos, without a proof, since it was overdue; while waiting
  // While waiting: the identifiers, joined, of keys to which an alert was sealed in their name, of
  // which one has to be theirs. Empty: none was.
  std::string sealed_to = {};
  std::optional<absl::Time> gone_at = std::nullopt;  // the broker tells of them no more
  friend bool operator==(const WatchedPerson&, const WatchedPerson&) = default;
};

// A tree that was shown, and that the pinned policy's witnesses are to bear out.
struct Unwitnessed {
  std::uint64_t size = 0;                // 0: none waits
  absl::Time since = absl::UnixEpoch();  // it was first shown
  std::uint32_t answers = 0;             // to hellos, without their word, since it was overdue
  bool alarmed = false;                  // the school's people were told so
  friend bool operator==(const Unwitnessed&, const Unwitnessed&) = default;
};

struct LogTrust {
  std::string log_key = {};     // a verifier key; empty: none was pinned or told yet
  std::string checkpoint = {};  // a signed note; empty: none was shown yet
  // Answers to hellos, one after the other, that did not follow from that checkpoint.
  std::uint32_t contradicted = 0;
  bool forked = false;   // the school's people were told so
  bool crowded = false;  // the same of more people than a school may have
  Unwitnessed unwitnessed = {};
  std::vector<WatchedPerson> people = {};
  friend bool operator==(const LogTrust&, const LogTrust&) = default;
};

}  // namespace firstbell::link
