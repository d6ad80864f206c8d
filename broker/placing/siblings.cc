#include "broker/placing/siblings.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/placing/case_facts.h"

namespace firstbell::placing {
namespace {

using Candidate = model::Case::Candidate;

bool SamePupil(const matching::Decision& a, const matching::Decision& b) {
  return std::any_of(a.registrations.begin(), a.registrations.end(), [&](const auto& one) {
    return std::any_of(b.registrations.begin(), b.registrations.end(), [&](const auto& other) {
      return one.urn == other.urn && one.pupil.local_id == other.pupil.local_id;
    });
  });
}

bool Among(const std::vector<Candidate>& candidates, const Candidate& one) {
  return std::find(candidates.begin(), candidates.end(), one) != candidates.end();
}

// Pupils who were placed as any of the children.
std::vector<Candidate> Placed(const Decisions& decisions) {
  std::vector<Candidate> placed;
  for (const auto& decision : decisions) {
    if (!decision || !decision->placed()) continue;
    const std::vector<Candidate> these = AsCandidates(decision->registrations);
    placed.insert(placed.end(), these.begin(), these.end());
  }
  return placed;
}

// Postcodes of the children who were placed, other than `own`.
std::vector<model::PersonText> OtherHomes(const Decisions& decisions,
                                          const model::PersonText& own) {
  std::vector<model::PersonText> homes;
  for (const auto& decision : decisions) {
    if (!decision || !decision->placed()) continue;
    const model::PersonText& home = decision->registrations.front().pupil.postcode;
    const auto read = matching::ReadPostcode(home.Reveal());
    const bool known = read == matching::ReadPostcode(own.Reveal()) ||
                       std::find(homes.begin(), homes.end(), home) != homes.end();
    if (read && !known) homes.push_back(home);
  }
  return homes;
}

}  // namespace

void AskWhoIsWho(const std::vector<model::ChildIdentity>& children, Decisions& decisions) {
  const auto shares = [&](std::size_t i, std::size_t j) {
    if (i == j || !decisions[i] || !decisions[j]) return false;
    if (!SamePupil(*decisions[i], *decisions[j])) return false;
    const bool named_twice = matching::Describe(children[i]) == matching::Describe(children[j]);
    return !named_twice || i > j;
  };
  std::vector<std::size_t> shared;
  for (std::size_t i = 0; i < children.size(); ++i) {
    for (std::size_t j = 0; j < children.size(); ++j) {
      if (!shares(i, j)) continue;
      shared.push_back(i);
      break;
    }
  }
  for (const std::size_t i : shared) {
    decisions[i]->reason = v1::REASON_NOT_UNIQUE;
    decisions[i]->candidates = AsCandidates(decisions[i]->registrations);
    decisions[i]->registrations.clear();
  }
}

base::Status ShareHomes(const std::vector<model::ChildIdentity>& children, RollIndex& index,
                        model::Date today, Decisions& decisions) {
  const std::vector<Candidate> placed = Placed(decisions);
  if (placed.empty()) return base::OkStatus();
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (!decisions[i] || decisions[i]->placed()) continue;
    std::vector<Candidate>& candidates = decisions[i]->candidates;
    for (const model::PersonText& home : OtherHomes(decisions, children[i].postcode)) {
      if (candidates.size() >= limits::kCandidates) break;
      model::ChildIdentity at_home = children[i];
      at_home.postcode = home;
      FB_ASSIGN_OR_RETURN(const matching::Decision there, index.Decide(at_home, today));
      // The officer is to know before deciding that one of them is not to be found.
      if (there.reason == v1::REASON_PROTECTED) decisions[i]->reason = v1::REASON_PROTECTED;
      for (const Candidate& one : AllCandidates(there)) {
        const bool room = candidates.size() < limits::kCandidates;
        if (room && !Among(candidates, one)) candidates.push_back(one);
      }
    }
    std::stable_partition(candidates.begin(), candidates.end(),
                          [&](const Candidate& one) { return !Among(placed, one); });
  }
  return base::OkStatus();
}

}  // namespace firstbell::placing
