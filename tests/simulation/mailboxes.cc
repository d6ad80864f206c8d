#include "tests/simulation/mailboxes.h"

#include <algorithm>
#include <string>

#include "broker/base/limits.h"

namespace firstbell::simulation {
namespace {

constexpr absl::Duration kLate = absl::Minutes(10);

// "always@100001.example": how it takes messages, and whose it is.
base::Urn UrnOf(const std::string& address) {
  return base::Urn(static_cast<std::uint32_t>(std::stoul(address.substr(address.find('@') + 1))));
}

}  // namespace

std::vector<model::WakeUpAddress> Mailboxes::AddressesOf(SchoolIndex school, base::Urn urn) {
  if (school % 3 != 0) return {};
  static constexpr const char* kWays[] = {"always", "late", "never", "bounce"};
  const std::string domain = "@" + urn.ToString() + ".example";
  const auto address = [&](const std::string& way) {
    return model::WakeUpAddress{v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(way + domain)};
  };
  std::vector<model::WakeUpAddress> addresses = {address(kWays[school / 3 % 4])};
  if (school % 2 == 0) addresses.push_back(address("second"));
  return addresses;
}

std::vector<dispatch::Sent> Mailboxes::Send(absl::Span<const dispatch::WakeUpCall> calls) {
  std::vector<dispatch::Sent> sent;
  for (const dispatch::WakeUpCall& call : calls) sent.push_back(SendOne(call));
  return sent;
}

dispatch::Sent Mailboxes::SendOne(const dispatch::WakeUpCall& call) {
  const std::string& address = call.address.value.Reveal();
  const base::Urn urn = UrnOf(address);
  const bool needed = Needed(urn, call);
  const auto come = [&](const char* what, dispatch::Sent sent) {
    stage_.tally.Add(std::string("act: a wake-up ") + what);
    const bool delivered = sent == dispatch::Sent::kDelivered;
    stage_.evidence.woken.push_back({urn, address, call.occasion, stage_.now(), delivered, needed});
    return sent;
  };
  if (address.starts_with("bounce@")) return come("bounces", dispatch::Sent::kBounced);
  const bool late = address.starts_with("late@") && call.now < call.queued_at + kLate;
  if (late || address.starts_with("never@")) return come("is put off", dispatch::Sent::kLater);
  return come("is delivered", dispatch::Sent::kDelivered);
}

bool Mailboxes::Needed(base::Urn urn, const dispatch::WakeUpCall& call) {
  const auto page = truth_.OpenAlerts(urn, "", limits::kMaxPageSize);
  const bool at_a_rung = call.occasion.reason == model::WakeUpReason::kRung;
  return std::any_of(page->items.begin(), page->items.end(), [&](const store::OpenAlert& open) {
    return !at_a_rung || open.alert.show_from <= call.now;
  });
}

}  // namespace firstbell::simulation
