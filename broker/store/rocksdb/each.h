#pragma once

// Verbs that are a step of its own for each thing that they are given.

#include <utility>
#include <vector>

#include "broker/store/rocksdb/commit_group.h"

namespace firstbell::store::rocks {

// `step` for each, in one group of commits or a few.
template <typename Given, typename DoStep>
std::vector<Result<Recorded>> RecordEach(CommitGroup& commits, absl::Span<const Given> given,
                                         const DoStep& step) {
  std::vector<Recorded> recorded(given.size());
  std::vector<Step> steps;
  for (std::size_t i = 0; i < given.size(); ++i) {
    steps.emplace_back([&recorded, &given, &step, i](Batch& batch) -> Status {
      FB_ASSIGN_OR_RETURN(recorded[i], step(batch, given[i]));
      return base::OkStatus();
    });
  }
  std::vector<Result<Recorded>> results;
  std::size_t i = 0;
  for (Status& status : commits.Run(absl::MakeConstSpan(steps))) {
    Recorded& now = recorded[i++];
    results.push_back(status.ok() ? Result<Recorded>(std::move(now)) : std::move(status));
  }
  return results;
}

}  // namespace firstbell::store::rocks
