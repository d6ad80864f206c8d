#pragma once

// How deliveries went, in numbers: from what the store counts as it goes (store/statistics.h), as
// much of it as the auditor's scope may be told (disclosure.h).

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/store/store.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::inquiry {

// A school with alerts or enrolled people, and how long no machine of it has been linked.
struct WithoutLink {
  base::Urn urn;
  base::AuthorityCode authority;
  std::string pseudonym;
  bool no_machine = true;               // none of it is enrolled
  std::optional<absl::Time> linked_at;  // nothing: never
};

// Threads: safe. All that it is given outlives it.
class StatisticsInquiry {
 public:
  StatisticsInquiry(store::Store& store, LogKeeper& keeper, SchoolPseudonyms& schools,
                    Questions& questions, absl::TimeZone london)
      : store_(store), keeper_(keeper), schools_(schools), questions_(questions), london_(london) {}

  // InvalidArgument: days that are none, more than limits::kStatisticsDays of them, or groups too
  // fine for the numbers to be kept apart. PermissionDenied: outside the scope.
  base::Result<v1::GetStatisticsResponse> Get(const Auditor& auditor,
                                              const v1::GetStatisticsRequest& request,
                                              absl::Time now);
  // Of schools where something waits or somebody is enrolled: those without a machine that was
  // linked within limits::kSilentAfter, by pseudonym.
  base::Result<v1::ListSchoolsWithoutLinkResponse> ListWithoutLink(
      const Auditor& auditor, const v1::ListSchoolsWithoutLinkRequest& request, absl::Time now);

 private:
  struct Asked;
  base::Result<Asked> Read(const Auditor& auditor, const v1::GetStatisticsRequest& request) const;
  base::Result<store::Groups> Gather(const Asked& asked);
  // Of open alerts, those past their deadline: the one number that time alone brings about.
  base::Result<std::map<store::GroupKey, std::uint64_t>> Overdue(const Asked& asked,
                                                                 absl::Time now);
  base::Result<std::vector<WithoutLink>> FindWithoutLink(const Auditor& auditor, absl::Time now);

  store::Store& store_;
  LogKeeper& keeper_;
  SchoolPseudonyms& schools_;
  Questions& questions_;
  const absl::TimeZone london_;
};

}  // namespace firstbell::inquiry
