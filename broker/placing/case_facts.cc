#include "broker/placing/case_facts.h"

#include <algorithm>
#include <set>

#include "broker/placing/school_calendar.h"

namespace firstbell::placing {
namespace {

template <typename Visit>
base::Status ForEachSchool(store::Store& store, const model::Case& value, const Visit& visit) {
  std::set<base::Urn> urns;
  for (const model::Case::Candidate& candidate : value.candidates) urns.insert(candidate.urn);
  for (const base::Urn urn : urns) {
    const auto facts = store.GetSchool(urn);
    if (absl::IsNotFound(facts.status())) continue;
    if (!facts.ok()) return facts.status();
    visit(*facts);
  }
  return base::OkStatus();
}

}  // namespace

std::vector<model::Case::Candidate> AsCandidates(
    const std::vector<model::PupilAtSchool>& registrations) {
  std::vector<model::Case::Candidate> candidates;
  for (const auto& at : registrations) candidates.push_back({at.urn, at.pupil.local_id});
  return candidates;
}

std::vector<model::Case::Candidate> AllCandidates(const matching::Decision& decision) {
  auto candidates = AsCandidates(decision.registrations);
  candidates.insert(candidates.end(), decision.candidates.begin(), decision.candidates.end());
  return candidates;
}

base::Result<absl::Time> CaseDeadline(store::Store& store, const calendar::Calendar& calendar,
                                      const model::Case& value, calendar::Urgency urgency) {
  const auto deadline = [&](const calendar::SchoolDays& days) {
    return calendar.Plan(days, value.opened_at, urgency).deadline;
  };
  absl::Time soonest = absl::InfiniteFuture();
  FB_RETURN_IF_ERROR(ForEachSchool(store, value, [&](const store::SchoolFacts& facts) {
    soonest = std::min(soonest, deadline(DaysOf(calendar, facts)));
  }));
  if (soonest != absl::InfiniteFuture()) return soonest;
  return std::min(deadline(calendar::Plain(v1::NATION_ENGLAND)),
                  deadline(calendar::Plain(v1::NATION_WALES)));
}

base::Result<std::optional<absl::Time>> OldestRoll(store::Store& store, const model::Case& value) {
  std::optional<absl::Time> oldest;
  FB_RETURN_IF_ERROR(ForEachSchool(store, value, [&](const store::SchoolFacts& facts) {
    if (!facts.roll_imported_at) return;
    oldest = std::min(oldest.value_or(*facts.roll_imported_at), *facts.roll_imported_at);
  }));
  return oldest;
}

}  // namespace firstbell::placing
