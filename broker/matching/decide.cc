#include "broker/matching/decide.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "broker/base/limits.h"
#include "broker/matching/normalise.h"
#include "broker/matching/postcode.h"

namespace firstbell::matching {
namespace {

using Registrations = std::vector<model::PupilAtSchool>;

auto Place(const model::PupilAtSchool& at) {
  return std::tie(at.urn, at.pupil.local_id);
}

// Each registration once, in (urn, local id) order.
Registrations Distinct(absl::Span<const model::PupilAtSchool> found) {
  Registrations distinct(found.begin(), found.end());
  std::sort(distinct.begin(), distinct.end(),
            [](const auto& a, const auto& b) { return Place(a) < Place(b); });
  const auto same = [](const auto& a, const auto& b) { return Place(a) == Place(b); };
  distinct.erase(std::unique(distinct.begin(), distinct.end(), same), distinct.end());
  return distinct;
}

bool ShareKey(const std::vector<std::string>& child, const std::vector<std::string>& pupil) {
  std::vector<std::string> shared;
  std::set_intersection(child.begin(), child.end(), pupil.begin(), pupil.end(),
                        std::back_inserter(shared));
  return !shared.empty();
}

// The exact equality that the rule rests on is checked here again and not left to an index.
Registrations Candidates(const model::ChildIdentity& child, const Registrations& found,
                         model::Date today) {
  const auto keys = ChildKeys(child);
  Registrations candidates;
  std::copy_if(found.begin(), found.end(), std::back_inserter(candidates), [&](const auto& at) {
    return at.pupil.OnRoll(today) && ShareKey(keys, PupilKeys(at.pupil));
  });
  return candidates;
}

bool IsGuest(const model::PupilAtSchool& at) {
  return at.pupil.enrolment == v1::ENROLMENT_GUEST;
}

bool SameUpn(const model::PupilAtSchool& a, const model::PupilAtSchool& b) {
  return a.pupil.upn.has_value() && a.pupil.upn == b.pupil.upn;
}

// Without the guests whom another candidate shows to be registered elsewhere.
Registrations WithoutRegisteredGuests(const Registrations& candidates) {
  Registrations rest;
  for (const auto& at : candidates) {
    const bool elsewhere =
        IsGuest(at) && std::any_of(candidates.begin(), candidates.end(), [&](const auto& other) {
          return !IsGuest(other) && SameUpn(at, other);
        });
    if (!elsewhere) rest.push_back(at);
  }
  return rest;
}

bool AllShareOneUpn(const Registrations& registrations) {
  const auto& first = registrations.front();
  return std::all_of(registrations.begin(), registrations.end(),
                     [&](const auto& at) { return SameUpn(first, at); });
}

// One main and otherwise subsidiary registrations, each at a school of its own.
bool IsDualRegistration(const Registrations& registrations) {
  std::set<base::Urn> schools;
  int mains = 0;
  for (const auto& at : registrations) {
    const bool main = at.pupil.enrolment == v1::ENROLMENT_MAIN;
    if (!main && at.pupil.enrolment != v1::ENROLMENT_SUBSIDIARY) return false;
    mains += main ? 1 : 0;
    schools.insert(at.urn);
  }
  return mains == 1 && schools.size() == registrations.size() &&
         schools.size() <= limits::kEstablishmentsPerChild;
}

// Whether these are one child's registrations; a reason where they are not.
v1::Reason CheckUnique(const Registrations& registrations) {
  const bool one = registrations.size() == 1 || AllShareOneUpn(registrations);
  if (one && std::all_of(registrations.begin(), registrations.end(), IsGuest)) {
    return v1::REASON_NOT_CORROBORATED;
  }
  if (registrations.size() == 1) return v1::REASON_UNSPECIFIED;
  return one && IsDualRegistration(registrations) ? v1::REASON_UNSPECIFIED : v1::REASON_NOT_UNIQUE;
}

// `registrations` are of one child, so that its UPN stands in the first or nowhere.
v1::Reason CheckCorroboration(const model::ChildIdentity& child,
                              const Registrations& registrations) {
  const auto& upn = registrations.front().pupil.upn;
  if (child.upn && upn) {
    return child.upn == upn ? v1::REASON_UNSPECIFIED : v1::REASON_CONFLICT;
  }
  const auto home = ReadPostcode(child.postcode.Reveal());
  const bool agrees = std::any_of(registrations.begin(), registrations.end(), [&](const auto& at) {
    const auto match = ComparePostcodes(home, ReadPostcode(at.pupil.postcode.Reveal()));
    return match != PostcodeMatch::kUnknown && match != PostcodeMatch::kDifferent;
  });
  return agrees ? v1::REASON_UNSPECIFIED : v1::REASON_NOT_CORROBORATED;
}

Decision AskAPerson(v1::Reason reason, const Registrations& candidates) {
  Decision decision;
  decision.reason = reason;
  const std::size_t shown = std::min(candidates.size(), limits::kCandidates);
  for (std::size_t i = 0; i < shown; ++i) {
    decision.candidates.push_back({candidates[i].urn, candidates[i].pupil.local_id});
  }
  return decision;
}

}  // namespace

Decision Decide(const model::ChildIdentity& child, absl::Span<const model::PupilAtSchool> found,
                model::Date today) {
  const Registrations distinct = Distinct(found);
  const Registrations candidates = Candidates(child, distinct, today);
  const bool is_protected =
      child.is_protected || std::any_of(candidates.begin(), candidates.end(),
                                        [](const auto& at) { return at.pupil.is_protected; });
  if (is_protected) return AskAPerson(v1::REASON_PROTECTED, candidates);
  if (candidates.empty()) return AskAPerson(v1::REASON_NO_MATCH, candidates);
  if (distinct.size() > limits::kCandidates) return AskAPerson(v1::REASON_NOT_UNIQUE, candidates);
  Registrations registrations = WithoutRegisteredGuests(candidates);
  v1::Reason reason = CheckUnique(registrations);
  if (reason == v1::REASON_UNSPECIFIED) reason = CheckCorroboration(child, registrations);
  if (reason != v1::REASON_UNSPECIFIED) return AskAPerson(reason, candidates);
  return {.registrations = std::move(registrations)};
}

}  // namespace firstbell::matching
