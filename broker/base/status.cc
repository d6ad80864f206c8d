#include "broker/base/status.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace firstbell::base {

Status Annotate(const Status& status, std::string_view prefix) {
  if (status.ok()) return status;
  std::string message(prefix);
  message.append(": ").append(Message(status));
  Status annotated = Error(status.code(), message);
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    annotated.SetPayload(type, payload);
  });
  return annotated;
}

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: a rule of our own is broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace firstbell::base
