#pragma once

// An event's one byte form, and the log entry that commits to it. Formats: proto/FORMATS.md,
// "Event" and "Log entry". Pure; any thread.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "broker/model/event.h"

namespace firstbell::audit {

// JSON as RFC 8785 (JCS) has it: keys sorted, no space, integers and ASCII strings alone. Contains
// "v":1, "kind", "at" (RFC 3339, UTC, microseconds).
std::string EncodeEvent(const model::Event& event);

inline constexpr std::size_t kSaltBytes = 32;
inline constexpr char kEntryVersion = 1;

// 0x01 || HMAC-SHA-256(salt, event): 33 bytes. Hides the event from who lacks the salt, binds it
// for who has it.
std::string EntryOf(std::string_view event, std::string_view salt);
// DataLoss where the entry does not commit to this event under this salt.
base::Status CheckEntry(std::string_view entry, std::string_view event, std::string_view salt);

}  // namespace firstbell::audit
