#pragma once

// A delivery log in memory with the memory of what was signed, which outlives its keepers; and two
// witnesses.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "broker/audit/cosignature.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/store/memory/memory_store.h"
#include "tests/support/faulty_store.h"

namespace firstbell::inquiry {

inline constexpr char kOrigin[] = "examplebury.example/log";
inline const absl::Time kNight = absl::FromUnixSeconds(1'794'190'200);

class KeptLogTest : public testing::Test {
 protected:
  KeptLogTest() {
    EXPECT_TRUE(store_.Initialise({kOrigin, false}, {}).ok());
    Append(3);
  }
  void Append(int events, store::Store* to = nullptr) {
    store::Events some;
    for (int i = 0; i < events; ++i) some.emplace_back(model::EventKind::kLogQueried, kNight);
    ASSERT_TRUE((to == nullptr ? store_ : *to).AppendEvents(some).ok());
  }
  LogKeeper::Options Options(const std::string& policy = "quorum none\n") {
    LogKeeper::Options options;
    options.keys = {key_};
    options.policy = audit::TrustPolicy::Parse(policy).value();
    options.memory.read = [this] { return base::Result<std::optional<std::string>>(remembered_); };
    options.memory.write = [this](const std::string& note) {
      if (memory_fault_ && memory_fault_->first == support::Fault::kNotDone) {
        return memory_fault_->second;
      }
      remembered_ = note;
      return memory_fault_ ? memory_fault_->second : base::OkStatus();
    };
    return options;
  }

  // A policy of the witnesses of the north and the south.
  std::string Naming(const std::string& quorum) const {
    return "witness n " + WitnessKeyOf("w.example/n", north_).ToString() + "\nwitness s " +
           WitnessKeyOf("w.example/s", south_).ToString() + "\ngroup both all n s\nquorum " +
           quorum + "\n";
  }
  static audit::VerifierKey LogKeyOf(const crypto::Ed25519Key& key) {
    return {kOrigin, audit::KeyKind::kLog, key.PublicKey()};
  }
  static audit::VerifierKey WitnessKeyOf(const std::string& name, const crypto::Ed25519Key& key) {
    return {name, audit::KeyKind::kWitness, key.PublicKey()};
  }
  static std::string LineOf(const audit::SignedCheckpoint& checkpoint, const std::string& name,
                            const crypto::Ed25519Key& key) {
    const audit::NoteSignature line = audit::Cosign(checkpoint.note.text, name, key, kNight);
    return audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1));
  }
  static base::Result<bool> Sign(LogKeeper& keeper, const audit::SignedCheckpoint& checkpoint,
                                 const std::string& name, const crypto::Ed25519Key& key) {
    return keeper.AddCosignature(checkpoint.checkpoint.size, LineOf(checkpoint, name, key));
  }
  base::Result<bool> SignNorth(LogKeeper& keeper) {
    return Sign(keeper, keeper.ToWitness(), "w.example/n", north_);
  }
  base::Result<bool> SignSouth(LogKeeper& keeper) {
    return Sign(keeper, keeper.ToWitness(), "w.example/s", south_);
  }

  store::MemoryStore store_;
  support::FaultyStore faulty_{store_};
  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  const crypto::Ed25519Key north_ = crypto::Ed25519Key::Generate();
  const crypto::Ed25519Key south_ = crypto::Ed25519Key::Generate();
  std::optional<std::string> remembered_;
  std::optional<std::pair<support::Fault, base::Status>> memory_fault_;
};

}  // namespace firstbell::inquiry
