#pragma once

// Which CURVE key is which enrolled device, at every moment: the school link admits by it.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

struct Device {
  base::RecipientId id;
  base::Urn urn;
  friend bool operator==(const Device&, const Device&) = default;
};

// Threads: safe. A resource.
class Devices {
 public:
  Devices() = default;
  Devices(const Devices&) = delete;
  Devices& operator=(const Devices&) = delete;

  // All devices in force, read from the store. Before the link opens.
  base::Status Load(store::Store& store);
  // After an enrolment or a revocation became durable.
  void Update(const model::Recipient& recipient);
  // The device in force with this CURVE public key (32 bytes).
  std::optional<Device> Find(std::string_view curve_public_key) const;
  std::size_t size() const;

 private:
  mutable base::Mutex mutex_;
  std::map<std::string, Device, std::less<>> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::dispatch
