#pragma once

// What an auditor may ask, within the scope of their certificate. Each question is itself an event;
// the checkpoint alone is none, since it says nothing of anyone and would otherwise never stand
// still.

#include <optional>
#include <string>
#include <vector>

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

// Entries of the log that are still to be read.
struct EntryRange {
  std::uint64_t next = 0;
  std::uint64_t end = 0;
  bool empty() const { return next >= end; }
};

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
  // The entries asked for, as far as the log reaches now; asking is the event, reading them is not.
  base::Result<EntryRange> OpenEntries(const Auditor& auditor,
                                       const v1::ReadEntriesRequest& request, absl::Time now);
  // The next of them, limits::kMaxPageSize at most, and none once the range is empty; moves it on.
  // Events and salts outside the scope are left empty: the leaf still counts in the tree.
  base::Result<std::vector<v1::LogEntry>> NextEntries(const Auditor& auditor, EntryRange& range);

 private:
  base::Status LogQuestion(const Auditor& auditor, std::string_view question, absl::Time now);

  store::Store& store_;
};

}  // namespace firstbell::inquiry
