#pragma once

// What a wake-up says, to the letter: that Firstbell holds something for the school, and nothing
// else. No name, place, reference, number of anything or id of ours stands in it, so that a mailbox
// that others read gives nothing away. Pure; any thread. proto/FORMATS.md has the webhook's layout.

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/dispatch/wake_ups.h"

namespace firstbell::server {

// An e-mail (RFC 5322), its lines ended by CR LF. `from` and the address are parsed ones, so that
// neither can begin another header. Sent again, it has the same Message-ID: a mailbox may drop the
// second.
std::string WakeUpMail(const dispatch::WakeUpCall& call, std::string_view from,
                       std::string_view telephone);

// A webhook's body, the same for all; and the value of its header Firstbell-Signature,
// "t=<seconds since 1970>,v1=<hex>": HMAC-SHA256 under the school's secret over the seconds, a dot
// and the body. The receiver refuses an old time, so that a call that was listened to cannot be
// made again.
inline constexpr std::string_view kWakeUpBody = R"({"event":"something_waits"})";
std::string WakeUpSignature(std::string_view secret, absl::Time now);

}  // namespace firstbell::server
