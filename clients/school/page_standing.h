#pragma once

// How the page stands on this machine, as the daemon said when it last began: for `doctor`, which
// is another process, and may be asked where there is no log to look at. Content-free; durable
// where it is written. Threads: one writes.

#include <optional>

#include "broker/base/status.h"
#include "clients/school/state_directory.h"

namespace firstbell::school {

struct PageStanding {
  int port = 0;         // 0: no page is asked for
  bool served = false;  // no: the port could not be had, most likely for another program
};

base::Status WritePageStanding(const StateDirectory& state, PageStanding standing);
// None: the daemon has not said, or it does not read.
std::optional<PageStanding> ReadPageStanding(const StateDirectory& state);

}  // namespace firstbell::school
