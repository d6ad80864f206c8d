#include "broker/server/climbing.h"

#include <string>

#include "broker/base/log.h"

namespace firstbell::server {

void Climbing::Run() {
  const absl::Time now = clock_.Now();
  const auto climbed = looked_everywhere_ ? climber_.Run(now) : climber_.Everywhere(now);
  looked_everywhere_ |= climbed.ok();
  if (!climbed.ok()) {
    base::LogError("dispatch", "not every alert that is due has climbed its ladder; tried again",
                   {{"why", std::string(base::Message(climbed.status()))}});
  } else if (*climbed > 0) {
    base::LogInfo("dispatch", "alerts that nobody has acknowledged climb their ladders",
                  {{"alerts", std::to_string(*climbed)}});
  }
  running_ = false;
}

}  // namespace firstbell::server
