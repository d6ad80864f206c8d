#include "broker/registry/wake_up_desk.h"

#include <algorithm>
#include <set>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"

namespace firstbell::registry {
namespace {

constexpr std::size_t kSecretBytes = 32;

using Webhooks = std::set<model::WakeUpAddressId>;

void AddWebhook(const model::WakeUpAddress& address, Webhooks& webhooks) {
  if (address.kind == v1::WAKE_UP_KIND_WEBHOOK) webhooks.insert(model::IdOf(address));
}

Webhooks WebhooksOf(const std::vector<model::WakeUpAddress>& addresses) {
  Webhooks webhooks;
  for (const model::WakeUpAddress& address : addresses) AddWebhook(address, webhooks);
  return webhooks;
}

Webhooks WebhooksOf(const store::SchoolWakeUps& school) {
  Webhooks webhooks;
  for (const store::WakeUpWay& way : school.ways) AddWebhook(way.address, webhooks);
  return webhooks;
}

}  // namespace

base::Result<v1::SetWakeUpsResponse> WakeUpDesk::Set(const v1::SetWakeUpsRequest& request,
                                                     absl::Time now) {
  const base::Urn urn(request.urn());
  FB_ASSIGN_OR_RETURN(const store::SchoolWakeUps before, store_.WakeUpsOf(urn));
  const std::vector<const v1::WakeUpAddress*> wire(request.addresses().pointer_begin(),
                                                   request.addresses().pointer_end());
  FB_ASSIGN_OR_RETURN(const auto addresses, model::ParseWakeUpAddresses(wire, "addresses"));
  FB_RETURN_IF_ERROR(CheckReceivers(addresses));
  v1::SetWakeUpsResponse response;
  base::Redacted<std::string> secret = before.secret;
  if (const Webhooks webhooks = WebhooksOf(addresses); webhooks != WebhooksOf(before)) {
    // As text, so that who is to check a call can copy what is shown.
    if (!webhooks.empty()) {
      response.set_webhook_secret(base::HexEncode(crypto::RandomBytes(kSecretBytes)));
    }
    secret = base::Redacted<std::string>(response.webhook_secret());
  }
  model::Event event(model::EventKind::kWakeUpsSet, now);
  event.With(urn).WithNumber("addresses", static_cast<std::int64_t>(addresses.size()));
  FB_RETURN_IF_ERROR(store_.SetWakeUps(urn, addresses, secret, {event}));
  return response;
}

base::Status WakeUpDesk::CheckReceivers(const std::vector<model::WakeUpAddress>& addresses) {
  const bool any = std::any_of(addresses.begin(), addresses.end(), [](const auto& address) {
    return model::TestReceiverOf(address).has_value();
  });
  if (!any) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store_.GetIdentity());
  if (identity.simulated) return base::OkStatus();
  return base::FailedPrecondition(
      "addresses of receivers.firstbell.invalid exist where the broker's clock is simulated, and "
      "nowhere else");
}

base::Result<v1::SchoolWakeUps> WakeUpDesk::ToWire(const store::SchoolWakeUps& school) {
  FB_ASSIGN_OR_RETURN(const auto queued, store_.QueuedWakeUps(school.urn));
  v1::SchoolWakeUps wire;
  wire.set_urn(school.urn.value());
  for (const store::WakeUpWay& way : school.ways) {
    v1::WakeUpWay& item = *wire.add_ways();
    *item.mutable_address() = model::ToWire(way.address);
    item.set_last(way.last);
    if (way.last_at) *item.mutable_last_at() = model::ToWire(*way.last_at);
  }
  wire.set_cannot_be_woken(school.cannot_be_woken());
  const auto waits = [](const store::WakeUp& one) { return model::Waits(one.outcome); };
  wire.set_waiting(static_cast<std::uint32_t>(std::count_if(queued.begin(), queued.end(), waits)));
  return wire;
}

base::Result<v1::SchoolWakeUps> WakeUpDesk::Get(const v1::GetWakeUpsRequest& request) {
  FB_ASSIGN_OR_RETURN(const auto school, store_.WakeUpsOf(base::Urn(request.urn())));
  return ToWire(school);
}

base::Result<v1::ListWakeUpsResponse> WakeUpDesk::List(const v1::ListWakeUpsRequest& request) {
  const std::uint32_t size = request.page_size() == 0
                                 ? limits::kDefaultPageSize
                                 : std::min(request.page_size(), limits::kMaxPageSize);
  const auto which = request.only_failing() ? store::WakeUpList::kFailing : store::WakeUpList::kAll;
  FB_ASSIGN_OR_RETURN(const auto page, store_.ListWakeUps(which, request.page_token(), size));
  v1::ListWakeUpsResponse response;
  for (const store::SchoolWakeUps& school : page.items) {
    FB_ASSIGN_OR_RETURN(*response.add_schools(), ToWire(school));
  }
  response.set_next_page_token(page.next);
  return response;
}

base::Result<v1::TestWakeUpsResponse> WakeUpDesk::Test(const v1::TestWakeUpsRequest& request,
                                                       absl::Time now) {
  const base::Urn urn(request.urn());
  FB_ASSIGN_OR_RETURN(const store::SchoolWakeUps school, store_.WakeUpsOf(urn));
  if (school.ways.empty()) {
    return base::FailedPrecondition(
        "the school has no address to be woken at; firstbell-admin wake-ups set gives it one");
  }
  const store::WakeCall call{OccasionAt(model::WakeUpReason::kTest, now), now,
                             now + limits::kWakeUpTried};
  FB_RETURN_IF_ERROR(store_.QueueWakeUps(urn, call, {}).status());
  v1::TestWakeUpsResponse response;
  response.set_queued(static_cast<std::uint32_t>(school.ways.size()));
  return response;
}

}  // namespace firstbell::registry
