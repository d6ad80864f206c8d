#pragma once

// Wake-ups as the sender is given them.

#include <string>

#include "broker/dispatch/wake_ups.h"
#include "tests/support/wake_peers.h"

namespace firstbell::server {

using support::Peer;
using support::PeerAuthority;

// Tuesday 3 March 2026, 07:30.
inline dispatch::WakeUpCall CallOf(const model::WakeUpAddress& address) {
  const absl::Time now = absl::FromUnixSeconds(1'772'523'000);
  return {address, base::Redacted<std::string>(std::string("shown once")),
          OccasionAt(model::WakeUpReason::kRung, now), now, now};
}

inline dispatch::WakeUpCall MailTo(const std::string& mailbox) {
  return CallOf({v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(mailbox)});
}

// At `path` of a webhook here.
inline dispatch::WakeUpCall HookAt(const Peer& peer, const std::string& path) {
  const std::string url = "https://localhost:" + std::to_string(peer.port()) + path;
  return CallOf({v1::WAKE_UP_KIND_WEBHOOK, base::Redacted<std::string>(url)});
}

}  // namespace firstbell::server
