#pragma once

// What an auditor may ask, within the scope of their certificate. Each question is itself an event.

#include <functional>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/store/store.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::inquiry {

// Who asks: `identity` is their certificate's URI. Scope `national` sees all, `force-<code>` one
// force.
struct Auditor {
  std::string identity;
  std::optional<base::ForceCode> force;  // nothing: national
};

// PermissionDenied: a scope that is none.
base::Result<Auditor> AuditorOf(std::string_view identity, std::string_view scope);

// Threads: safe. `store` outlives it. What lies outside the scope is NotFound, or left out.
class DeliveryInquiry {
 public:
  explicit DeliveryInquiry(store::Store& store) : store_(store) {}

  base::Result<v1::ListDeliveriesResponse> List(const Auditor& auditor,
                                                const v1::ListDeliveriesRequest& request,
                                                absl::Time now);
  base::Result<v1::GetDeliveryResponse> Get(const Auditor& auditor, const base::AlertId& id,
                                            absl::Time now);
  base::Result<v1::Checkpoint> GetCheckpoint();
  // Hands on one entry after the other; `sink` returning false ends it. Events and salts outside
  // the scope are left empty: the leaf still counts in the tree.
  base::Status ReadEntries(const Auditor& auditor, const v1::ReadEntriesRequest& request,
                           absl::Time now, const std::function<bool(v1::LogEntry)>& sink);

 private:
  base::Status LogQuestion(const Auditor& auditor, std::string_view question, absl::Time now);

  store::Store& store_;
};

}  // namespace firstbell::inquiry
