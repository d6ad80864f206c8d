#pragma once

// Texts and dates from outside, checked field by field. Pure; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "broker/model/violations.h"
#include "google/protobuf/timestamp.pb.h"

namespace firstbell::model {

using Date = absl::CivilDay;

// "YYYY-MM-DD" of a date that exists, 1900 to 2199; nothing else.
std::optional<Date> ParseDate(std::string_view text);
std::string FormatDate(Date date);

// "HH:MM", 00:00 to 23:59, as the time after local midnight; nothing else.
std::optional<absl::Duration> ParseTimeOfDay(std::string_view text);
std::string FormatTimeOfDay(absl::Duration time);

// "children[1]" and "upn" make "children[1].upn"; an empty `path` leaves the field alone.
std::string Join(std::string_view path, std::string_view field);

enum class Presence { kRequired, kOptional };
enum class Lines { kOne, kMany };

// Adds a violation where `text` is missing, longer than `max_bytes`, not UTF-8, holds a control
// character (line breaks are allowed in kMany), or a bidirectional override that could make it read
// otherwise than it is. Trims white space at both ends. Line breaks are LF or CR LF: a lone CR
// would let one line overwrite another on a terminal.
void CheckText(std::string& text, std::string_view path, std::size_t max_bytes, Presence presence,
               Lines lines, Violations& violations);

// A name as two hands would write it: ASCII letters alone, in lower case; what is outside ASCII
// stays as it is. Names of which these are equal may be one name; a stored or signed byte hangs on
// it.
std::string Letters(std::string_view name);
// The letters of each word, parted by spaces; a word without any is left out.
std::vector<std::string> LettersOfWords(std::string_view name);

// Within the range that google.protobuf.Timestamp allows (years 1 to 9999).
bool ValidTimestamp(const google::protobuf::Timestamp& time);
// Instants on the wire: microseconds are kept, the rest is cut off.
google::protobuf::Timestamp ToWire(absl::Time time);
absl::Time FromWire(const google::protobuf::Timestamp& time);

}  // namespace firstbell::model
