#include "broker/server/pulse.h"

#include "broker/base/limits.h"

namespace firstbell::server {
namespace {

bool Recent(Instant answered, Instant now) {
  return now - answered <= absl::ToChronoSeconds(limits::kPulse);
}

}  // namespace

bool LoopPulse::Beat(Instant now) {
  asked_ = now;
  return Recent(answered_, now);
}

bool PoolPulse::Beat(Instant now) {
  if (const std::uint64_t begun = pool_.begun(); begun != begun_) {
    begun_ = begun;
    answered_ = now;
  }
  // Where nobody else has work for it: one of ours.
  if (!under_way_.exchange(true)) {
    pool_.Post([this] { under_way_ = false; });
  }
  return Recent(answered_, now);
}

}  // namespace firstbell::server
