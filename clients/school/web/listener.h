#pragma once

// The socket under the pages: HTTP on 127.0.0.1, by cpp-httplib. Reads a request, of a process
// whose user may speak to the page alone, and its body only once the guard has let its head pass;
// asks the site, sets what every answer has to have (no cache, no frame, nothing from elsewhere),
// and streams events to pages that are open. A connection carries one request. A resource; the site
// outlives it. Threads: its own.

#include <memory>
#include <string>

#include "broker/base/status.h"
#include "clients/school/web/site.h"

namespace firstbell::school::web {

inline constexpr std::size_t kMostFormBytes = 64 * 1024;
inline constexpr std::size_t kMostStreams = 6;  // of events, at once

class Listener {
 public:
  // InvalidArgument: no port of 1 to 65535. FailedPrecondition: it is taken.
  static base::Result<std::unique_ptr<Listener>> Start(Site& site, int port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  struct Parts;
  explicit Listener(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace firstbell::school::web
