#include "broker/matching/decide.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "broker/base/limits.h"
#include "broker/matching/forenames.h"

namespace firstbell::matching {
namespace {

using Registrations = std::vector<model::PupilAtSchool>;

auto PlaceOf(const model::PupilAtSchool& at) {
  return std::tie(at.urn, at.pupil.local_id);
}

// Those on roll, each once, in (urn, local id) order.
Registrations OnRoll(Registrations found, model::Date today) {
  std::erase_if(found, [&](const auto& at) { return !at.pupil.OnRoll(today); });
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
  const auto same = [](const auto& a, const auto& b) { return PlaceOf(a) == PlaceOf(b); };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

bool IsGuest(const model::PupilAtSchool& at) {
  return at.pupil.enrolment == v1::ENROLMENT_GUEST;
}

bool CalledAlike(const Description& a, const Description& b) {
  const auto called = [](const Description& one) {
    return one.given.empty() ? std::string_view() : CommonSpelling(one.given.front());
  };
  return a.family.whole == b.family.whole && !called(a).empty() && called(a) == called(b);
}

bool AreOneChild(const Description& a, const Description& b) {
  if (a.born != b.born || !CalledAlike(a, b)) return false;
  if (a.upn && b.upn) return a.upn == b.upn;
  return a.postcode && a.postcode == b.postcode;
}

// Numbers the children: a registration has the number of the first one that is the same child's.
std::vector<std::size_t> ChildrenOf(const std::vector<Description>& pupils) {
  std::vector<std::size_t> children;
  for (std::size_t i = 0; i < pupils.size(); ++i) {
    std::size_t same = 0;
    while (same < i && !AreOneChild(pupils[same], pupils[i])) ++same;
    children.push_back(same == i ? i : children[same]);
  }
  return children;
}

std::vector<Scored> CompareAll(const Heard& heard, const Registrations& pupils,
                               const Frequencies& frequencies, const Rule& rule,
                               model::Date today) {
  std::vector<Description> described;
  for (const auto& at : pupils) described.push_back(Describe(at.pupil));
  const std::vector<std::size_t> children = ChildrenOf(described);
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < pupils.size(); ++i) {
    scored.push_back(
        {i, children[i],
         Compare(heard, described[i], pupils[i].urn, frequencies, rule.habits, today)});
  }
  return scored;
}

// Every registration of the best child, a school once.
Registrations OfTheChild(const Decision& decision) {
  const std::size_t child = decision.judgement.ranked.front().child;
  Registrations registrations;
  for (const Scored& one : decision.judgement.ranked) {
    const model::PupilAtSchool& at = decision.compared[one.pupil];
    const bool twice = std::any_of(registrations.begin(), registrations.end(),
                                   [&](const auto& other) { return other.urn == at.urn; });
    if (one.child == child && !twice) registrations.push_back(at);
  }
  return registrations;
}

bool AreGuests(const Registrations& registrations) {
  return std::all_of(registrations.begin(), registrations.end(), IsGuest);
}

// Takes out those where it is a guest, unless it is one everywhere.
Registrations TakeGuests(Registrations& registrations) {
  Registrations guests;
  if (AreGuests(registrations)) return guests;
  std::copy_if(registrations.begin(), registrations.end(), std::back_inserter(guests), IsGuest);
  std::erase_if(registrations, IsGuest);
  return guests;
}

// One, or one main and otherwise subsidiary registrations.
bool IsSettled(const Registrations& registrations) {
  if (registrations.size() == 1) return true;
  std::size_t mains = 0, subsidiaries = 0;
  for (const auto& at : registrations) {
    mains += at.pupil.enrolment == v1::ENROLMENT_MAIN ? 1 : 0;
    subsidiaries += at.pupil.enrolment == v1::ENROLMENT_SUBSIDIARY ? 1 : 0;
  }
  return mains == 1 && mains + subsidiaries == registrations.size() &&
         registrations.size() <= limits::kEstablishmentsPerChild;
}

model::Case::Candidate CandidateOf(const model::PupilAtSchool& at) {
  return {at.urn, at.pupil.local_id};
}

void AskAPerson(v1::Reason reason, Decision& decision) {
  decision.reason = reason;
  const std::vector<Scored>& ranked = decision.judgement.ranked;
  for (std::size_t i = 0; i < std::min(ranked.size(), limits::kCandidates); ++i) {
    decision.candidates.push_back(CandidateOf(decision.compared[ranked[i].pupil]));
  }
}

// Nobody says where a guest is registered: it is told wherever it is one.
bool IsGuestOfFew(const Registrations& registrations) {
  return AreGuests(registrations) && registrations.size() <= limits::kEstablishmentsPerChild;
}

// Among `registrations`, which are one child's.
void PlaceFirstClaims(Registrations registrations, Decision& decision) {
  std::sort(registrations.begin(), registrations.end(), [](const auto& a, const auto& b) {
    return std::tie(a.claimed_at, a.urn, a.pupil.local_id) <
           std::tie(b.claimed_at, b.urn, b.pupil.local_id);
  });
  const absl::Time together = registrations.front().claimed_at + limits::kClaimsTogether;
  const auto later = std::find_if(registrations.begin(), registrations.end(),
                                  [&](const auto& at) { return at.claimed_at >= together; });
  Registrations first(registrations.begin(), later);
  if (!IsSettled(first) && !IsGuestOfFew(first))
    return AskAPerson(v1::REASON_COMPETING_CLAIM, decision);
  for (auto at = later; at != registrations.end(); ++at) {
    if (decision.candidates.size() == limits::kCandidates) break;
    decision.candidates.push_back(CandidateOf(*at));
  }
  decision.registrations = std::move(first);
}

bool MayBeProtected(const Wanted& child, const Decision& decision) {
  const std::vector<Scored>& ranked = decision.judgement.ranked;
  return child.is_protected || std::any_of(ranked.begin(), ranked.end(), [&](const Scored& one) {
           return decision.compared[one.pupil].pupil.is_protected && one.evidence.of_child() > 0;
         });
}

}  // namespace

v1::Reason ReasonOf(const Judgement& judgement) {
  switch (judgement.doubt) {
    case Doubt::kNone:
      return v1::REASON_UNSPECIFIED;
    case Doubt::kNobody:
      return v1::REASON_NO_MATCH;
    case Doubt::kUpnConflict:
      return v1::REASON_CONFLICT;
    case Doubt::kAnotherAsLikely:
    case Doubt::kCut:
      return v1::REASON_NOT_UNIQUE;
    default:
      // A brother or sister at home is not the child.
      return judgement.ranked.front().evidence.of_child() > 0 ? v1::REASON_NOT_CORROBORATED
                                                              : v1::REASON_NO_MATCH;
  }
}

Decision Decide(const Wanted& child, Found found, const Frequencies& frequencies, const Rule& rule,
                model::Date today) {
  Decision decision;
  decision.compared = OnRoll(std::move(found.pupils), today);
  decision.all_compared = !found.cut && !found.full;
  decision.judgement = Judge(CompareAll(child.heard, decision.compared, frequencies, rule, today),
                             frequencies, rule.thresholds);
  if (found.cut && decision.judgement.placed()) decision.judgement.doubt = Doubt::kCut;
  if (MayBeProtected(child, decision)) {
    AskAPerson(v1::REASON_PROTECTED, decision);
    return decision;
  }
  if (!decision.judgement.placed()) {
    AskAPerson(ReasonOf(decision.judgement), decision);
    return decision;
  }
  Registrations registrations = OfTheChild(decision);
  Registrations guests = TakeGuests(registrations);
  if (IsSettled(registrations)) {
    decision.registrations = std::move(registrations);
  } else {
    PlaceFirstClaims(std::move(registrations), decision);
  }
  if (decision.placed()) decision.guests = std::move(guests);
  return decision;
}

}  // namespace firstbell::matching
