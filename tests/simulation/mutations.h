#pragma once

// Faults of the core, seeded on purpose: each stands at a seam, and the judge must report it. A
// judge that finds none of these would find no real one.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/store/store.h"

namespace firstbell::simulation {

struct Mutation {
  std::string name;
  std::string what;
  // Words of what the judge is to say.
  std::string finding;
  // The store as the broker sees it; nothing: as it is.
  std::unique_ptr<store::Store> (*store)(store::Store& behind) = nullptr;
  // By how much machines show before the window.
  absl::Duration shows_early = absl::ZeroDuration();
};

const std::vector<Mutation>& Mutations();
// nullptr: the name is empty. CHECKs that there is one of that name.
const Mutation* FindMutation(std::string_view name);
// nullptr where the store is as it is.
std::unique_ptr<store::Store> Mutated(const Mutation* mutation, store::Store& behind);

}  // namespace firstbell::simulation
