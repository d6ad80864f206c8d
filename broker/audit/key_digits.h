#pragma once

// A log's key as digits that two people compare on the telephone: the verifier key itself is too
// long to be read out. Pure; any thread.

#include <string>

#include "broker/audit/note.h"

namespace firstbell::audit {

// Five groups of four digits, "0123 4567 8901 2345 6789": SHA-256 over
// "firstbell/log-key-digits/v1\0" || VerifierKey::ToString, its first twenty bytes, four for each
// group, as a big-endian number modulo 10,000. About 66 bits: too many to make another key with
// the same.
std::string KeyDigits(const VerifierKey& key);

}  // namespace firstbell::audit
