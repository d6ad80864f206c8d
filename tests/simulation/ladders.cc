#include "tests/simulation/ladders.h"

namespace firstbell::simulation {
namespace {

constexpr auto kPeople = v1::RUNG_KIND_PEOPLE;
constexpr auto kLead = v1::RECIPIENT_ROLE_LEAD;
constexpr auto kDeputy = v1::RECIPIENT_ROLE_DEPUTY;
constexpr auto kHead = v1::RECIPIENT_ROLE_HEAD;

}  // namespace

const std::vector<base::ForceCode>& Forces() {
  static const auto* const kForces = new std::vector<base::ForceCode>{
      base::ForceCode("examplebury"), base::ForceCode("otherbury"), base::ForceCode("thirdshire")};
  return *kForces;
}

const base::ForceCode& ForceWithOwnLadder() {
  return Forces()[1];
}

const base::ForceCode& ForceThatAsksFirst() {
  return Forces()[2];
}

const LadderTruth& LadderOf(const base::ForceCode& force) {
  static const auto* const kShipped = new LadderTruth{{kPeople, {kLead}, std::nullopt},
                                                      {kPeople, {kDeputy}, 45},
                                                      {kPeople, {kHead}, 30},
                                                      {v1::RUNG_KIND_CALLS, {}, 20},
                                                      {v1::RUNG_KIND_AUTHORITY, {}, 0}};
  static const auto* const kOwn = new LadderTruth{{kPeople, {kLead, kDeputy}, std::nullopt},
                                                  {kPeople, {kHead}, 35},
                                                  {v1::RUNG_KIND_CALLS, {}, 25},
                                                  {v1::RUNG_KIND_AUTHORITY, {}, 0}};
  return force == ForceWithOwnLadder() ? *kOwn : *kShipped;
}

}  // namespace firstbell::simulation
