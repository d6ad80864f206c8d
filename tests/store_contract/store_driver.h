#pragma once

// The drivers under contract, each with a restart, and the fixture that ends every test with
// Verify.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "broker/store/memory/memory_store.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::store {

class MemoryDriver {
 public:
  Store& store() { return store_; }
  // Memory does not outlive the object: its restart is one that loses nothing.
  void Restart() {}

 private:
  MemoryStore store_;
};

class RocksDbDriver {
 public:
  RocksDbDriver() { Restart(); }
  Store& store() { return *store_; }
  void Restart() {
    store_.reset();
    Result<std::unique_ptr<RocksDbStore>> opened =
        RocksDbStore::Open(directory_.path() / "data", {});
    if (!opened.ok()) ADD_FAILURE() << opened.status();
    store_ = *std::move(opened);
  }

 private:
  support::TempDirectory directory_;
  std::unique_ptr<RocksDbStore> store_;
};

using Drivers = ::testing::Types<MemoryDriver, RocksDbDriver>;

struct DriverNames {
  template <typename Driver>
  static std::string GetName(int) {
    return std::is_same_v<Driver, MemoryDriver> ? "Memory" : "RocksDb";
  }
};

template <typename Driver>
class ContractTest : public ::testing::Test {
 protected:
  void TearDown() override {
    const Status verified = store().Verify({});
    EXPECT_TRUE(verified.ok()) << verified;
  }
  Store& store() { return driver_.store(); }
  void Restart() { driver_.Restart(); }
  std::uint64_t LogSize() { return store().LogSize().value(); }

 private:
  Driver driver_;
};

}  // namespace firstbell::store
