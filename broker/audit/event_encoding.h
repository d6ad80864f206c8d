#pragma once

// An event's one byte form, the log entry that commits to it, and the two ways in which an entry is
// opened: whole, or with what names a school, an alert or a person kept back. Formats:
// proto/FORMATS.md, "Event" and "Log entry". Pure; any thread.

#include <string>
#include <string_view>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/event.h"

namespace firstbell::audit {

// JSON as RFC 8785 (JCS) has it: keys sorted, no space, integers and ASCII strings alone. Contains
// "v":1, "kind", "at" (RFC 3339, UTC, microseconds).
std::string EncodeEvent(const model::Event& event);

inline constexpr std::size_t kSaltBytes = 32;
// Version 1 committed to the event as a whole, and can be opened in no other way.
inline constexpr char kEntryVersionWhole = 1;
inline constexpr char kEntryVersion = 2;

// What opens an entry: a JSON text and the 32 bytes by which it is checked.
struct Opening {
  std::string event;
  std::string salt;
  friend bool operator==(const Opening&, const Opening&) = default;
};

// An event as it is kept, and its entry.
struct Committed {
  std::string event;
  std::string entry;
};
// EncodeEvent and EntryOf in one. CHECKs that `salt` is 32 bytes.
Committed Commit(const model::Event& event, std::string_view salt);
// 0x02 || HMAC-SHA-256(of `event` without what it names): 33 bytes. Hides the event from who lacks
// the salt, binds it for who has it. `event` as EncodeEvent made it; CHECKs that `salt` is 32
// bytes.
std::string EntryOf(std::string_view event, std::string_view salt);
// The same event for who may not know of whom it speaks: ids are pseudonyms, the school, its
// authority and the officer stand there as one digest. Its salt opens nothing else. NotFound: an
// entry of version 1.
base::Result<Opening> WithoutNames(std::string_view entry, std::string_view event,
                                   std::string_view salt);

// DataLoss where the entry does not commit to this event under this salt: as a whole, of any
// version; or as WithoutNames gave it.
base::Status CheckEntry(std::string_view entry, std::string_view event, std::string_view salt);
base::Status CheckWithoutNames(std::string_view entry, const Opening& opening);

// Of an id of ours, 128 random bits: one way, the same for everybody, and whoever knows the id can
// compute it. "p-" and 16 characters.
std::string PseudonymOf(std::string_view random_id);

}  // namespace firstbell::audit
