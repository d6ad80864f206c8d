#pragma once

// The rows of an answer with statistics: what of each group's numbers is said, by which words.
// Pure; any thread. The words stand in proto/FORMATS.md, "Statistics".

#include <map>
#include <vector>

#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/store/statistics.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::inquiry {

// What is counted of the groups that were asked for.
enum class Kept {
  kAll,
  kAlerts,  // not children and cases, which are of no authority
  kEnds,    // what became of alerts alone
};

// One group: its key, what was counted, and how many of its open alerts are past their deadline.
struct Group {
  store::GroupKey key;
  store::StatCell cell;
  std::uint64_t overdue = 0;
};

// Fills `response`'s rows and total; what is not counted has no word in them. InvalidArgument: more
// groups than a table holds.
base::Status AddFigures(const std::vector<Group>& groups, Names names, Kept kept,
                        v1::GetStatisticsResponse& response);

}  // namespace firstbell::inquiry
