#pragma once

// A log keeper's options without a key directory: one key for all of this process, which stays over
// a broker's restarts; and what was signed is remembered by the store.

#include <optional>
#include <string>

#include "broker/inquiry/log_keeper.h"

namespace firstbell::support {

inline inquiry::LogKeeper::Options LogOptions(store::Store& store) {
  static const crypto::Ed25519Key key = crypto::Ed25519Key::Generate();
  inquiry::LogKeeper::Options options;
  options.keys.push_back(key);
  options.memory.read = [&store]() -> base::Result<std::optional<std::string>> {
    FB_ASSIGN_OR_RETURN(const auto kept, store.GetCheckpoint(store::CheckpointKind::kSigned));
    return kept ? std::optional(kept->note) : std::nullopt;
  };
  options.memory.write = [](const std::string&) { return base::OkStatus(); };
  return options;
}

}  // namespace firstbell::support
