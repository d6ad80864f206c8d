#pragma once

// What systemd is told of this process, where systemd started it; otherwise nothing happens. It
// listens at NOTIFY_SOCKET, by sd_notify(3). Threads: any.

#include <string>

namespace firstbell::server {

// It has started.
void TellReady();
// It is being stopped, and takes as long as limits::kDrain at most.
void TellStopping();
// It is alive: what systemd's WatchdogSec waits for.
void TellAlive();
// What stands in `systemctl status`: why it does not serve; empty where it does.
void TellStatus(const std::string& why_not);

}  // namespace firstbell::server
