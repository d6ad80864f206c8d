#include "broker/server/service_manager.h"

#include <systemd/sd-daemon.h>

namespace firstbell::server {

// Nobody may be listening, and nothing here could be done about one who does not hear.
void TellReady() {
  sd_notify(0, "READY=1");
}

void TellStopping() {
  sd_notify(0, "STOPPING=1\nSTATUS=finishing the calls under way");
}

void TellAlive() {
  sd_notify(0, "WATCHDOG=1");
}

void TellStatus(const std::string& why_not) {
  sd_notify(0, ("STATUS=" + (why_not.empty() ? "serving" : why_not)).c_str());
}

}  // namespace firstbell::server
