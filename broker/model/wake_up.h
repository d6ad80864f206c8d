#pragma once

// Where a school is told that Firstbell holds something for it, and never more (PRODUCT, rules 2
// and 4); and on what occasion. Values; any thread.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "firstbell/v1/wake_up.pb.h"

namespace firstbell::model {

using WakeUpKind = v1::WakeUpKind;

// Names an address where the address itself may not be said: 16 hexadecimal digits of its digest.
using WakeUpAddressId = base::TextId<struct WakeUpAddressIdTag>;

// Valid where it was parsed:
//   an e-mail address is local@domain (RFC 5321) of a dot-atom and a host name with a dot in it, so
//   without quotes, comments, display names, spaces or line breaks, its domain in lower case;
//   a webhook is https://host[:port]/path, without user, query or fragment.
// It may say who a person is: it is for the sender and the operator who set it.
struct WakeUpAddress {
  WakeUpKind kind = v1::WAKE_UP_KIND_UNSPECIFIED;
  base::Redacted<std::string> value;
  friend bool operator==(const WakeUpAddress&, const WakeUpAddress&) = default;
};

WakeUpAddressId IdOf(const WakeUpAddress& address);
// InvalidArgument with paths under `path`, never with the value: not an address, more than
// limits::kWakeUpAddresses, or one twice.
base::Result<WakeUpAddress> ParseWakeUpAddress(const v1::WakeUpAddress& wire,
                                               std::string_view path);
base::Result<std::vector<WakeUpAddress>> ParseWakeUpAddresses(
    absl::Span<const v1::WakeUpAddress* const> wire, std::string_view path);
v1::WakeUpAddress ToWire(const WakeUpAddress& address);
std::string_view Word(WakeUpKind kind);  // "email", in events
std::string_view Word(v1::WakeUpOutcome outcome);

// It is still to be sent.
bool Waits(v1::WakeUpOutcome outcome);
// The newest wake-up to an address did not reach anybody, and no other attempt follows.
bool Failed(v1::WakeUpOutcome outcome);

// Mailboxes that exist in a broker with a simulated clock alone, and are reached without a network.
inline constexpr std::string_view kTestReceivers = "receivers.firstbell.invalid";
enum class TestReceiver {
  kAcknowledge,  // delivered at once
  kNever,        // the same, and nobody will react
  kLate,         // not before ten minutes have gone by
  kBounce,       // there is no such mailbox
};
inline constexpr absl::Duration kLateBy = absl::Minutes(10);
// By the local part of an e-mail address of that domain; of another one there, kBounce. Nothing:
// an address of another domain.
std::optional<TestReceiver> TestReceiverOf(const WakeUpAddress& address);

enum class WakeUpReason : std::uint8_t {
  kWaits = 1,  // an alert has come whose window is far away: in the holidays
  kRung = 2,   // an alert climbed a rung of people; the window is the lowest
  kTest = 3,   // an operator wants to know whether it works
};

// What a school is woken for once, however many of its alerts it is about.
struct WakeUpOccasion {
  WakeUpReason reason = WakeUpReason::kRung;
  absl::Time at;  // a whole minute
  friend auto operator<=>(const WakeUpOccasion& a, const WakeUpOccasion& b) {
    return std::pair(a.at, a.reason) <=> std::pair(b.at, b.reason);
  }
  friend bool operator==(const WakeUpOccasion&, const WakeUpOccasion&) = default;
};

// The minute in which it falls.
WakeUpOccasion OccasionAt(WakeUpReason reason, absl::Time at);

}  // namespace firstbell::model
