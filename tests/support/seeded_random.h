#pragma once

// Everything that this process draws at random, keys, ids and salts among it, from a seed: the same
// seed gives the same bytes. For simulations, whose one thread may be replayed: one in a process,
// before anything else was drawn there. Never undone.

#include <cstdint>

namespace firstbell::support {

void SeedAllRandomness(std::uint64_t seed);

}  // namespace firstbell::support
