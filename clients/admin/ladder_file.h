#pragma once

// A ladder as an operator writes it, in TOML:
//
//   [[rung]]
//   name = "lead"
//   people = ["lead"]         # lead, deputy, head
//
//   [[rung]]
//   name = "call list"
//   calls = true              # or authority = true
//   minutes_before = 20       # the deadline; without it, at the notice window
//
// Threads: any.

#include <filesystem>
#include <string>

#include "broker/base/status.h"
#include "firstbell/v1/ladder.pb.h"

namespace firstbell::admin {

// InvalidArgument names the line and what is wrong there. NotFound: no such file. What a ladder may
// be, the broker judges.
base::Result<v1::Ladder> ParseLadderFile(std::string_view text);
base::Result<v1::Ladder> ReadLadderFile(const std::filesystem::path& path);
std::string FormatLadderFile(const v1::Ladder& ladder);

}  // namespace firstbell::admin
