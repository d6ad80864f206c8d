#pragma once

// Every verb that writes, each on a store that has something for it to do: what a crash may cut.

#include <functional>
#include <string>
#include <vector>

#include "tests/store_contract/invented.h"

namespace firstbell::store {

inline const model::Recipient kDevice = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
inline const model::Recipient kLead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
inline const NewIncident kNight = NightOf(kKent, "42-2026", 0, {kHythe, kSaltwood});
inline const NewIncident kOther = NightOf(kKent, "41-2026", 0, {kSaltwood});
inline const NewIncident kThird = NightOf(kKent, "40-2026", 0, {kHythe, kSaltwood});
inline const NewIncident kFourth = NightOf(kKent, "39-2026", 0, {kHythe});
inline const NewSealing kSealing = SealingOf(kNight.alerts[0], 1, {kLead.id});
inline const NewSealing kFourthSealing = SealingOf(kFourth.alerts[0], 1, {kLead.id});

// Enough for every verb to have something to do.
void Prepare(Store& store);

// A verb, and what the same call answers once it has been done.
struct Verb {
  std::string name;
  std::function<Status(Store&)> call;
  base::Code again = base::Code::kOk;
};

Status SealAgain(Store& store);
Status Acknowledge(Store& store);
// In an order in which they can be gone through one after the other.
std::vector<Verb> Verbs();

}  // namespace firstbell::store
