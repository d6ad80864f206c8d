#include "broker/server/waking.h"

#include <string>

#include "broker/base/log.h"

namespace firstbell::server {

void Waking::Run() {
  const auto woken = waker_.Run(clock_.Now());
  if (!woken.ok()) {
    base::LogError("wake_ups", "not every wake-up that is due was sent; tried again",
                   {{"why", std::string(base::Message(woken.status()))}});
  } else if (woken->bounced + woken->given_up > 0) {
    base::LogWarning("wake_ups",
                     "schools could not be woken: firstbell-admin wake-ups list --bounced",
                     {{"bounced", std::to_string(woken->bounced)},
                      {"given_up", std::to_string(woken->given_up)}});
  }
  if (woken.ok() && woken->delivered > 0) {
    base::LogInfo("wake_ups", "schools were told that something waits",
                  {{"delivered", std::to_string(woken->delivered)}});
  }
  running_ = false;
}

}  // namespace firstbell::server
