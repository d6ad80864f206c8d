#pragma once

// Schools that nothing can reach now: where somebody is enrolled or an alert waits, and no machine
// was linked since the window of the last school day whose bell has rung. A machine that is off at
// night, at weekends and in holidays is as it should be.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "broker/inquiry/auditor.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"

namespace firstbell::inquiry {

struct WithoutLink {
  base::Urn urn;
  base::AuthorityCode authority;  // empty: it is not in the register
  std::string pseudonym;
  bool no_machine = true;                    // none of it is enrolled
  std::optional<absl::Time> linked_at = {};  // of a machine; nothing: never
  // Where nobody is enrolled, whose alerts wait there.
  bool enrolled = false;
  std::set<base::ForceCode> waiting = {};
};

// Threads: safe. All that it is given outlives it.
class WithoutLinks {
 public:
  WithoutLinks(store::Store& store, SchoolPseudonyms& schools, placing::SchoolCalendar& calendar)
      : store_(store), schools_(schools), calendar_(calendar) {}
  WithoutLinks(const WithoutLinks&) = delete;
  WithoutLinks& operator=(const WithoutLinks&) = delete;

  // As they stood within the last minute, by pseudonym: those that the scope covers. Of a force,
  // all where somebody is enrolled, for a child may be at any; and where nobody is, those where an
  // alert of its own waits.
  base::Result<std::vector<WithoutLink>> For(const Auditor& auditor, absl::Time now);

 private:
  base::Result<std::vector<WithoutLink>> Read(absl::Time now);
  // Whether nothing can reach it; then its other facts are filled in.
  base::Result<bool> LookAt(absl::Time now, WithoutLink& school);

  store::Store& store_;
  SchoolPseudonyms& schools_;
  placing::SchoolCalendar& calendar_;

  base::Mutex mutex_;
  absl::Time read_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::vector<WithoutLink> read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::inquiry
