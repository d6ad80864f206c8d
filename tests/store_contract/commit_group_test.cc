// RocksDB alone: how much one synced write takes together.

#include <gtest/gtest.h>

#include <thread>

#include "broker/base/limits.h"
#include "broker/base/mutex.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "tests/store_contract/invented.h"
#include "tests/support/temp_directory.h"

namespace firstbell::store {
namespace {

// However many wait: what one synced write holds in memory is bounded.
TEST(RocksDbGroups, AGroupIsBoundedByItsBytes) {
  constexpr std::size_t kBytes = 1024 * 1024;
  constexpr std::size_t kWaiting = limits::kCommitGroupBytes / kBytes + 8;
  base::Mutex mutex;
  base::CondVar changed;
  std::size_t writes = 0, queued = 0;
  support::TempDirectory directory;
  const auto hold_the_first = [&] {
    base::MutexLock lock(mutex);
    while (++writes == 1 && queued < kWaiting) changed.Wait(mutex);
    return CommitFault::kNone;
  };
  const auto store =
      RocksDbStore::Open(directory.path() / "data", {.fault = hold_the_first}).value();
  std::vector<std::thread> callers;
  callers.emplace_back([&] { EXPECT_TRUE(store->AppendEvents(OneEvent()).ok()); });
  for (std::size_t i = 0; i < kWaiting; ++i) {
    callers.emplace_back([&, i] {
      NewIncident large = NightOf(kKent, "l" + std::to_string(i), 0, {});
      large.incident.content.assign(kBytes, 'x');
      {
        base::MutexLock lock(mutex);
        ++queued;
        changed.NotifyAll();
      }
      EXPECT_TRUE(store->AcceptIncident(large).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(writes, 3u) << "the first alone, then more than one group's bytes";
  EXPECT_EQ(store->Count()->incidents, kWaiting);
}

}  // namespace
}  // namespace firstbell::store
