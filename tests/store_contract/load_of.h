#pragma once

// Rolls to load at once. Nobody in here exists.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "broker/audit/event_encoding.h"
#include "broker/base/mutex.h"
#include "tests/store_contract/invented.h"

namespace firstbell::store {

inline RollEntry Quillfeather() {
  return PupilOf("1", "Quillfeather", {"q", "shared"});
}
inline RollEntry Ashgrove() {
  return PupilOf("3", "Ashgrove", {"a"});
}
inline RollEntry Marrowby() {
  return PupilOf("2", "Marrowby", {"m", "shared", "shared"});
}

inline Event ImportedAt(base::Urn urn) {
  return Event(EventKind::kRollImported, At(5)).With(urn);
}

// Of Hythe, then of Saltwood.
inline std::vector<SchoolRoll> TwoRolls() {
  return {{kHythe, {Ashgrove(), Quillfeather()}, {ImportedAt(kHythe)}},
          {kSaltwood, {Marrowby()}, {ImportedAt(kSaltwood)}}};
}

// At the fifth minute.
inline RollLoad LoadOf(std::vector<SchoolRoll> rolls) {
  struct Source {
    base::Mutex mutex;
    std::vector<SchoolRoll> rolls;
    std::size_t next = 0;
  };
  const auto source = std::make_shared<Source>();
  source->rolls = std::move(rolls);
  const auto next = [source]() -> Result<std::optional<SchoolRoll>> {
    base::MutexLock lock(source->mutex);
    if (source->next == source->rolls.size()) return std::optional<SchoolRoll>();
    return std::optional<SchoolRoll>(source->rolls[source->next++]);
  };
  return {next, At(5)};
}

inline Result<ImportCounts> Load(Store& store, std::vector<SchoolRoll> rolls) {
  return store.LoadRolls(LoadOf(std::move(rolls)));
}

inline std::vector<model::PupilAtSchool> RollsIn(Store& store) {
  std::vector<model::PupilAtSchool> pupils;
  const Status read = store.ReadRolls([&](const auto& at) { pupils.push_back(at); });
  EXPECT_TRUE(read.ok()) << read;
  return pupils;
}

}  // namespace firstbell::store
