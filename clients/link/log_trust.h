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

// That the broker shows another log than the one that is trusted. Notes as they came, the first
// audit::kMostNoteBytes of each; empty: none was shown. Where one key signed two that contradict
// each other, they are the proof of it.
struct Fork {
  absl::Time at = absl::UnixEpoch();  // when the school's people were told
  std::string why = {};               // no name stands in it
  std::string alarming = {};          // the note that was the last straw
  std::string newest = {};            // the last that did not follow
  friend bool operator==(const Fork&, const Fork&) = default;
};

struct LogTrust {
  std::string log_key = {};     // a verifier key; empty: none was pinned or told yet
  std::string checkpoint = {};  // a signed note; empty: none was shown yet
  // Answers to hellos, one after the other, that did not follow from that checkpoint.
  std::uint32_t contradicted = 0;
  std::optional<Fork> fork = std::nullopt;
  // How often the school's people have put another log in the place of one that forked.
  std::uint32_t edition = 0;
  bool crowded = false;  // the school's people were told of more people than a school may have
  Unwitnessed unwitnessed = {};
  std::vector<WatchedPerson> people = {};
  friend bool operator==(const LogTrust&, const LogTrust&) = default;
};

// A fork that is over, and the log that it was of.
struct PastFork {
  std::string log_key = {}, checkpoint = {};  // as in LogTrust, then
  Fork fork = {};
  std::string accepted_key = {};  // in the place of `log_key`; empty: that log followed again
  std::string confirmed_by = {};  // who of the operator's people said that it is theirs
  friend bool operator==(const PastFork&, const PastFork&) = default;
};

}  // namespace firstbell::link
