#include "broker/dispatch/devices.h"

namespace firstbell::dispatch {

base::Status Devices::Load(store::Store& store) {
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store.ListRecipients(after, limits::kMaxPageSize));
    for (const model::Recipient& recipient : page.items) Update(recipient);
    after = page.next;
  } while (!after.empty());
  return base::OkStatus();
}

void Devices::Update(const model::Recipient& recipient) {
  if (!recipient.is_device()) return;
  base::MutexLock lock(mutex_);
  if (recipient.in_force()) {
    by_key_[recipient.curve_public_key] = {recipient.id, recipient.urn};
    return;
  }
  const auto found = by_key_.find(recipient.curve_public_key);
  if (found != by_key_.end() && found->second.id == recipient.id) by_key_.erase(found);
}

std::optional<Device> Devices::Find(std::string_view curve_public_key) const {
  base::MutexLock lock(mutex_);
  const auto found = by_key_.find(curve_public_key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second;
}

std::size_t Devices::size() const {
  base::MutexLock lock(mutex_);
  return by_key_.size();
}

}  // namespace firstbell::dispatch
