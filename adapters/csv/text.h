#pragma once

// What the values of outside files have in common: encodings, bounds, dates, quotes. Pure; any
// thread. No reason repeats the value.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "broker/base/status.h"

namespace firstbell::adapters::csv {

std::string_view Trim(std::string_view text);  // white space of any kind, at both ends
std::string Lower(std::string_view text);      // ASCII
bool IsUtf8(std::string_view text);

enum class Lines { kOne, kMany };

// Why a text cannot be taken: not UTF-8, longer than `max_bytes`, a control character (line breaks
// are allowed in kMany) or a bidirectional override in it. Nothing where it can. What passes here,
// passes the broker's own check.
std::optional<std::string> TextDefect(std::string_view text, std::size_t max_bytes, Lines lines);

// A date that exists; nothing else.
std::optional<absl::CivilDay> ParseIsoDate(std::string_view text);  // YYYY-MM-DD, 1900 to 2199
// DD-MM-YYYY, 500 to 2199: schools are old.
std::optional<absl::CivilDay> ParseRegisterDate(std::string_view text);

// Windows-1252 to UTF-8. Nothing where a byte stands for no character (0x81, 0x8d, 0x8f, 0x90,
// 0x9d).
std::optional<std::string> FromWindows1252(std::string_view bytes);

// A value as a cell to write, quoted where it must be. One that a spreadsheet would run as a
// formula is written so that it reads it as text.
std::string Cell(std::string_view value);

}  // namespace firstbell::adapters::csv
