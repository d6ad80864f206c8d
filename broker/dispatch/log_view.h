#pragma once

// What dispatch needs of the delivery log: what devices are told of it, and what they know of it.
// The consumer's own words; server/ gives it the log keeper.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::dispatch {

// The log's newest checkpoint, as a device is told it.
struct ToldOfLog {
  std::string checkpoint;  // a signed note
  std::uint64_t size = 0;  // of its tree
  // That it follows from the older tree that was asked about (RFC 6962). None from an empty one, or
  // from one that is larger: what that means is for who knows that one to say.
  std::vector<std::string> consistency;
  std::string log_key;                   // as C2SP signed-note writes a verifier key
  std::vector<std::string> key_changes;  // notes, oldest first
  // Where witnesses are asked: the newest that they have cosigned, a note, and that the checkpoint
  // follows from it.
  std::string witnessed = {};
  std::vector<std::string> witnessed_consistency = {};
};

// Threads: any.
class LogView {
 public:
  virtual ~LogView() = default;
  // A device knows this checkpoint, a note as it came: one of ours that the tree does not bear out
  // is an alarm, which is raised here. May write to the store.
  virtual void Compare(const std::string& checkpoint) = 0;
  // Errors: the store's.
  virtual base::Result<ToldOfLog> Tell(std::uint64_t old_size) = 0;
  // The event by which somebody was enrolled, and its inclusion in the tree of `size`, which Tell
  // gave; nothing where it does not stand within [from, size).
  virtual base::Result<std::optional<v1::LoggedEvent>> EnrolmentOf(const base::RecipientId& id,
                                                                   std::uint64_t from,
                                                                   std::uint64_t size) = 0;
  // The same of the one by which they were removed.
  virtual base::Result<std::optional<v1::LoggedEvent>> RemovalOf(const base::RecipientId& id,
                                                                 std::uint64_t size) = 0;
};

}  // namespace firstbell::dispatch
