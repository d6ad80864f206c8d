#pragma once

// What an auditor may ask about deliveries and the log behind them, within the scope of their
// certificate. Each question is itself an event; asking for the checkpoint, for proofs and to
// cosign is none, since it says nothing of anyone and the log would otherwise never stand still.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/inquiry/page_seal.h"
#include "broker/store/store.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::inquiry {

// Entries of the log that are still to be read.
struct EntryRange {
  std::uint64_t next = 0;
  std::uint64_t end = 0;
  bool empty() const { return next >= end; }
};

// A list that is still to be read: what it lets through, and where it goes on.
struct DeliveryRange {
  store::AlertFilter filter;
  std::string list;       // to what its page tokens are sealed
  std::string after;      // the store's token
  bool withheld = false;  // so few that this scope is shown none of them
  bool over = false;
};

// As an answer carries it.
v1::Checkpoint ToWire(const LogKeeper& keeper, const audit::SignedCheckpoint& checkpoint,
                      bool simulated);

// Threads: safe. All that it is given outlives it. What lies outside the scope is NotFound, or left
// out.
class DeliveryInquiry {
 public:
  struct Parts {
    store::Store& store;
    LogKeeper& keeper;
    SchoolPseudonyms& schools;
    Questions& questions;
  };
  explicit DeliveryInquiry(Parts parts);

  base::Result<v1::ListDeliveriesResponse> List(const Auditor& auditor,
                                                const v1::ListDeliveriesRequest& request,
                                                absl::Time now);
  base::Result<v1::GetDeliveryResponse> Get(const Auditor& auditor, const std::string& id,
                                            absl::Time now);
  // All that a request lets through; asking is the event, reading the pages is not.
  base::Result<DeliveryRange> OpenExport(const Auditor& auditor,
                                         const v1::ListDeliveriesRequest& request, absl::Time now);
  // The next page; moves the range on.
  base::Result<v1::ListDeliveriesResponse> NextDeliveries(const Auditor& auditor,
                                                          DeliveryRange& range, absl::Time now);

  base::Result<v1::Checkpoint> GetCheckpoint(const v1::GetCheckpointRequest& request);
  base::Result<v1::GetProofsResponse> GetProofs(const v1::GetProofsRequest& request);
  base::Result<v1::AddCosignatureResponse> AddCosignature(const v1::AddCosignatureRequest& request);

  // The entries asked for, as far as the published tree reaches; asking is the event.
  base::Result<EntryRange> OpenEntries(const Auditor& auditor,
                                       const v1::ReadEntriesRequest& request, absl::Time now);
  // The next of them, limits::kMaxPageSize at most, and none once the range is empty; moves it on.
  // Events and salts outside the scope are left empty: the leaf still counts in the tree.
  base::Result<std::vector<v1::LogEntry>> NextEntries(const Auditor& auditor, EntryRange& range);

 private:
  base::Result<store::AlertFilter> FilterOf(const Auditor& auditor,
                                            const v1::ListDeliveriesRequest& request,
                                            absl::Time now);
  base::Result<DeliveryRange> Open(const Auditor& auditor, const v1::ListDeliveriesRequest& request,
                                   absl::Time now);
  // Whether so few are let through that a scope with pseudonyms is shown none of them; where most
  // of what was looked at is not let through, it is taken to be so.
  base::Result<bool> TooFew(const Auditor& auditor, const store::AlertFilter& filter);
  // The next page; moves the range on.
  base::Result<v1::ListDeliveriesResponse> Page(const Auditor& auditor, DeliveryRange& range,
                                                std::size_t limit, absl::Time now);
  base::Result<model::Alert> Find(const Auditor& auditor, const std::string& id);
  v1::Delivery DeliveryOf(const Auditor& auditor, const model::Alert& alert, absl::Time now) const;
  base::Result<v1::Checkpoint> Newest();

  const Parts parts_;
  const PageSeal seal_;
};

}  // namespace firstbell::inquiry
