#pragma once

// Incidents as proto3 JSON, one object or JSON lines. Threads: any, one call a stream.
// Bounds: an incident's text of at most kMaxTextBytes.

#include <cstdint>
#include <functional>
#include <istream>
#include <string_view>

#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::adapters::incident_json {

// JSON spells out names and escapes, so it is longer than the message it stands for.
inline constexpr std::size_t kMaxTextBytes = 4 * limits::kIncidentBytes;

// One incident. InvalidArgument: "line L: …" or "line L, field children[0].upn: …", lines counted
// from `first_line`; never a value.
base::Result<v1::Incident> Parse(std::string_view json, std::uint64_t first_line = 1);

enum class Form {
  kWhole,  // one object over several lines: there is no other
  kLine,   // one of JSON lines
};

struct Item {
  std::uint64_t line = 0;  // where the incident begins
  Form form = Form::kLine;
  base::Result<v1::Incident> incident;
};
// An error of it ends the reading and is returned.
using Sink = std::function<base::Status(Item)>;

// Each incident of the stream, or what is wrong with it, as soon as it is read. InvalidArgument:
// there is none. DataLoss: the stream failed.
base::Status Read(std::istream& in, const Sink& sink);

}  // namespace firstbell::adapters::incident_json
