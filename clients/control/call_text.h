#pragma once

// Calls of the call list as an officer reads them. Pure; any thread.

#include <string>
#include <vector>

#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::control {

// "12 min", "3 h 5 min"; "late" from the deadline on.
std::string MinutesLeft(const v1::Call& call);

// A row for each call.
class CallTable {
 public:
  explicit CallTable(console::LocalTime london);
  void Add(const v1::Call& call);
  std::string ToString() const { return table_.ToString(); }

 private:
  const console::LocalTime london_;
  console::Table table_;
};

// What to say, line by line; it names no child.
std::string Script(const v1::Call& call, const console::LocalTime& london);

// The night call sheet, to be printed: of those calls, the schools that may not hear of what waits
// for them in the morning, each once, and room for what came of it.
std::string Sheet(const std::vector<v1::Call>& calls, const console::LocalTime& london);

}  // namespace firstbell::control
