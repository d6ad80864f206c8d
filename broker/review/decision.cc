#include "broker/review/decision.h"

#include <algorithm>
#include <string>

#include "broker/base/limits.h"
#include "broker/model/decision_reason.h"
#include "broker/model/violations.h"

namespace firstbell::review {
namespace {

constexpr std::uint32_t kLeastUrn = 100'000, kGreatestUrn = 999'999;

void CheckOutcome(const v1::DecideCaseRequest& request, model::Violations& violations) {
  const v1::ChildOutcome outcome = request.outcome();
  const bool can_be = outcome == v1::CHILD_OUTCOME_ACCEPTED ||
                      outcome == v1::CHILD_OUTCOME_WITHHELD ||
                      outcome == v1::CHILD_OUTCOME_UNPLACEABLE;
  if (!can_be) violations.Add("outcome", "is required: accepted, withheld or unplaceable");
  if (request.reason() == v1::DECISION_REASON_UNSPECIFIED) {
    violations.Add("reason", "is required");
  } else if (can_be && model::OutcomeOf(request.reason()) != outcome) {
    violations.Add("reason", "is none of this outcome's");
  }
}

void CheckUrns(const v1::DecideCaseRequest& request, model::Violations& violations) {
  const auto& urns = request.urns();
  const bool placed = request.outcome() == v1::CHILD_OUTCOME_ACCEPTED;
  if (placed && urns.empty()) violations.Add("urns", "names no school to place the child at");
  if (!placed && !urns.empty()) violations.Add("urns", "names a school, and none is to be told");
  if (static_cast<std::size_t>(urns.size()) > limits::kEstablishmentsPerChild) {
    violations.Add(
        "urns", "names more than " + std::to_string(limits::kEstablishmentsPerChild) + " schools");
    return;
  }
  for (int i = 0; i < urns.size(); ++i) {
    const std::string path = "urns[" + std::to_string(i) + "]";
    if (urns[i] < kLeastUrn || urns[i] > kGreatestUrn) {
      violations.Add(path, "is not a URN of six digits");
    } else if (std::count(urns.begin(), urns.begin() + i, urns[i]) > 0) {
      violations.Add(path, "stands there twice");
    }
  }
}

bool OfCandidates(const std::vector<base::Urn>& urns, const model::Case& value) {
  const auto first = value.candidates.begin();
  const auto shown = std::min(value.candidates.size(), limits::kCandidates);
  const auto end = first + static_cast<std::ptrdiff_t>(shown);
  return std::all_of(urns.begin(), urns.end(), [&](base::Urn urn) {
    return std::any_of(first, end, [&](const auto& candidate) { return candidate.urn == urn; });
  });
}

}  // namespace

base::Result<model::CaseDecision> ParseDecision(const v1::DecideCaseRequest& request,
                                                const base::OfficerId& officer, absl::Time now) {
  model::Violations violations;
  CheckOutcome(request, violations);
  CheckUrns(request, violations);
  model::CaseDecision decision{request.outcome(), request.reason(), officer, {}, now};
  for (const std::uint32_t urn : request.urns()) decision.urns.emplace_back(urn);
  std::sort(decision.urns.begin(), decision.urns.end());
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return decision;
}

base::Status CheckAgainstCandidates(const model::CaseDecision& decision, const model::Case& value) {
  if (decision.reason != v1::DECISION_REASON_DETAILS_AGREE) return base::OkStatus();
  if (OfCandidates(decision.urns, value)) return base::OkStatus();
  return model::FieldError("reason",
                           "says that details agree, and one of the schools is no candidate's: say "
                           "who confirmed it, the school, the authority or the family");
}

}  // namespace firstbell::review
