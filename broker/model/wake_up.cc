#include "broker/model/wake_up.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kLocalPartBytes = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t kHostBytes = 253;      // RFC 1035, written out
constexpr std::size_t kLabelBytes = 63;
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kAlphanumeric =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view kAtomMarks = "!#$%&'*+-/=?^_`{|}~";  // RFC 5322, 3.2.3
constexpr std::string_view kPathMarks = "-._~!$&'()*+,;=:@/%";  // RFC 3986, 3.3

bool IsOf(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return kAlphanumeric.find(c) != std::string_view::npos ||
           marks.find(c) != std::string_view::npos;
  });
}

// Parts between single dots, none of them empty.
template <typename Good>
bool AllParts(std::string_view text, const Good& good) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!good(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytes && IsOf(label, "-") &&
         !label.starts_with('-') && !label.ends_with('-');
}

bool IsHostName(std::string_view host) {
  return host.size() <= kHostBytes && AllParts(host, IsLabel);
}

bool IsLocalPart(std::string_view local) {
  return local.size() <= kLocalPartBytes && AllParts(local, [](std::string_view atom) {
           return !atom.empty() && IsOf(atom, kAtomMarks);
         });
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Empty where it is none.
std::string Email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > limits::kEmailBytes || at == std::string_view::npos) return "";
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  const bool good =
      IsLocalPart(local) && IsHostName(domain) && domain.find('.') != std::string_view::npos;
  return good ? std::string(local) + "@" + Lower(domain) : "";
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// Every "%" is of two hexadecimal digits.
bool IsPath(std::string_view path) {
  if (!IsOf(path, kPathMarks)) return false;
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const std::string_view digits = path.substr(at + 1, 2);
    const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digits.size() != 2 || !std::all_of(digits.begin(), digits.end(), is_hex)) return false;
  }
  return true;
}

// Empty where it is none.
std::string Webhook(std::string_view text) {
  if (text.size() > limits::kWebhookBytes || !text.starts_with(kHttps)) return "";
  text.remove_prefix(kHttps.size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view authority = text.substr(0, slash), path = text.substr(slash);
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  const std::string_view host = authority.substr(0, colon);
  if (!IsHostName(host) || !IsPath(path)) return "";
  if (colon < authority.size() && !IsPort(authority.substr(colon + 1))) return "";
  return std::string(kHttps) + Lower(authority) + (path.empty() ? "/" : std::string(path));
}

}  // namespace

WakeUpAddressId IdOf(const WakeUpAddress& address) {
  const std::string digest =
      crypto::Sha256({Word(address.kind), std::string_view(":"), address.value.Reveal()});
  return WakeUpAddressId(base::HexEncode(std::string_view(digest).substr(0, kIdBytes)));
}

base::Result<WakeUpAddress> ParseWakeUpAddress(const v1::WakeUpAddress& wire,
                                               std::string_view path) {
  std::string value;
  if (wire.kind() == v1::WAKE_UP_KIND_EMAIL) {
    value = Email(wire.value());
    if (value.empty()) {
      return FieldError(Join(path, "value"),
                        "is a plain e-mail address like dsl@school.example, at most " +
                            std::to_string(limits::kEmailBytes) + " characters");
    }
  } else if (wire.kind() == v1::WAKE_UP_KIND_WEBHOOK) {
    value = Webhook(wire.value());
    if (value.empty()) {
      return FieldError(Join(path, "value"),
                        "is an address like https://hooks.example/school, without user, \"?\" or "
                        "\"#\", at most " +
                            std::to_string(limits::kWebhookBytes) + " characters");
    }
  } else {
    return FieldError(Join(path, "kind"), "is email or webhook");
  }
  return WakeUpAddress{wire.kind(), base::Redacted<std::string>(std::move(value))};
}

base::Result<std::vector<WakeUpAddress>> ParseWakeUpAddresses(
    absl::Span<const v1::WakeUpAddress* const> wire, std::string_view path) {
  if (wire.size() > limits::kWakeUpAddresses) {
    return FieldError(path, "are at most " + std::to_string(limits::kWakeUpAddresses));
  }
  std::vector<WakeUpAddress> addresses;
  std::set<WakeUpAddressId> seen;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const std::string at = std::string(path) + "[" + std::to_string(i) + "]";
    FB_ASSIGN_OR_RETURN(WakeUpAddress address, ParseWakeUpAddress(*wire[i], at));
    if (!seen.insert(IdOf(address)).second) return FieldError(at, "stands there twice");
    addresses.push_back(std::move(address));
  }
  return addresses;
}

v1::WakeUpAddress ToWire(const WakeUpAddress& address) {
  v1::WakeUpAddress wire;
  wire.set_kind(address.kind);
  wire.set_value(address.value.Reveal());
  return wire;
}

std::string_view Word(WakeUpKind kind) {
  return kind == v1::WAKE_UP_KIND_WEBHOOK ? "webhook" : "email";
}

std::string_view Word(v1::WakeUpOutcome outcome) {
  switch (outcome) {
    case v1::WAKE_UP_OUTCOME_DELIVERED:
      return "delivered";
    case v1::WAKE_UP_OUTCOME_LATER:
      return "later";
    case v1::WAKE_UP_OUTCOME_BOUNCED:
      return "bounced";
    case v1::WAKE_UP_OUTCOME_GIVEN_UP:
      return "given_up";
    case v1::WAKE_UP_OUTCOME_UNNEEDED:
      return "unneeded";
    default:
      return "waiting";
  }
}

bool Waits(v1::WakeUpOutcome outcome) {
  return outcome == v1::WAKE_UP_OUTCOME_UNSPECIFIED || outcome == v1::WAKE_UP_OUTCOME_LATER;
}

bool Failed(v1::WakeUpOutcome outcome) {
  return outcome == v1::WAKE_UP_OUTCOME_BOUNCED || outcome == v1::WAKE_UP_OUTCOME_GIVEN_UP;
}

std::optional<TestReceiver> TestReceiverOf(const WakeUpAddress& address) {
  const std::string_view value = address.value.Reveal();
  const std::size_t at = value.find('@');
  if (address.kind != v1::WAKE_UP_KIND_EMAIL || at == std::string_view::npos ||
      value.substr(at + 1) != kTestReceivers) {
    return std::nullopt;
  }
  const std::string_view local = value.substr(0, at);
  if (local == "acknowledge") return TestReceiver::kAcknowledge;
  if (local == "never") return TestReceiver::kNever;
  if (local == "late") return TestReceiver::kLate;
  return TestReceiver::kBounce;
}

WakeUpOccasion OccasionAt(WakeUpReason reason, absl::Time at) {
  return {reason, absl::FromUnixSeconds(absl::ToUnixSeconds(at) / 60 * 60)};
}

}  // namespace firstbell::model
