#pragma once

// How deliveries went, in numbers: from what the store counts as it goes (store/statistics.h), as
// much of it as the auditor's scope may be told (disclosure.h).

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/inquiry/without_link.h"
#include "broker/store/store.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::inquiry {

// Threads: safe. All that it is given outlives it.
class StatisticsInquiry {
 public:
  struct Parts {
    store::Store& store;
    LogKeeper& keeper;
    Questions& questions;
    WithoutLinks& without_link;
  };
  StatisticsInquiry(Parts parts, absl::TimeZone london) : parts_(parts), london_(london) {}

  // InvalidArgument: days that are none, more than limits::kStatisticsDays of them, or more groups
  // than a table holds. PermissionDenied: outside the scope.
  base::Result<v1::GetStatisticsResponse> Get(const Auditor& auditor,
                                              const v1::GetStatisticsRequest& request,
                                              absl::Time now);
  // By pseudonym.
  base::Result<v1::ListSchoolsWithoutLinkResponse> ListWithoutLink(
      const Auditor& auditor, const v1::ListSchoolsWithoutLinkRequest& request, absl::Time now);

 private:
  struct Asked;
  base::Result<Asked> Read(const Auditor& auditor, const v1::GetStatisticsRequest& request) const;
  base::Result<store::Groups> Gather(const Asked& asked);
  // Of open alerts, those past their deadline: the one number that time alone brings about.
  base::Result<std::map<store::GroupKey, std::uint64_t>> Overdue(const Asked& asked,
                                                                 absl::Time now);
  base::Result<v1::Checkpoint> Published();

  const Parts parts_;
  const absl::TimeZone london_;
};

}  // namespace firstbell::inquiry
