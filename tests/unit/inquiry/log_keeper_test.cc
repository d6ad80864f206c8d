#include "broker/inquiry/log_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/cosignature.h"
#include "broker/audit/key_change.h"
#include "broker/audit/proof.h"
#include "broker/base/limits.h"
#include "broker/inquiry/log_files.h"
#include "broker/store/memory/memory_store.h"
#include "tests/support/faulty_store.h"

namespace firstbell::inquiry {
namespace {

using base::Code;
using crypto::Ed25519Key;
using support::Fault;
using testing::HasSubstr;

constexpr char kOrigin[] = "examplebury.example/log";
const absl::Time kNight = absl::FromUnixSeconds(1'794'190'200);

audit::VerifierKey LogKeyOf(const Ed25519Key& key) {
  return {kOrigin, audit::KeyKind::kLog, key.PublicKey()};
}
audit::VerifierKey WitnessKeyOf(const std::string& name, const Ed25519Key& key) {
  return {name, audit::KeyKind::kWitness, key.PublicKey()};
}

// A log of a store in memory, and a memory of what was signed that outlives both.
class LogKeeperTest : public testing::Test {
 protected:
  LogKeeperTest() {
    EXPECT_TRUE(store_.Initialise({kOrigin, false}, {}).ok());
    Append(3);
  }
  void Append(int events, store::Store* to = nullptr) {
    store::Events some;
    for (int i = 0; i < events; ++i) some.emplace_back(model::EventKind::kLogQueried, kNight);
    ASSERT_TRUE((to == nullptr ? store_ : *to).AppendEvents(some).ok());
  }
  LogKeeper::Options Options() {
    LogKeeper::Options options;
    options.keys = {key_};
    options.memory.read = [this] { return base::Result<std::optional<std::string>>(remembered_); };
    options.memory.write = [this](const std::string& note) {
      if (!memory_fault_.ok()) return memory_fault_;
      remembered_ = note;
      return base::OkStatus();
    };
    return options;
  }
  static void CheckSigned(const audit::SignedCheckpoint& checkpoint, const Ed25519Key& key) {
    const audit::VerifierKey verifier = LogKeyOf(key);
    EXPECT_TRUE(audit::CheckLogSignature(checkpoint, absl::MakeConstSpan(&verifier, 1)).ok());
  }

  store::MemoryStore store_;
  support::FaultyStore faulty_{store_};
  const Ed25519Key key_ = Ed25519Key::Generate();
  std::optional<std::string> remembered_;
  base::Status memory_fault_ = base::OkStatus();
};

TEST_F(LogKeeperTest, SignsWhatStandsAndThenWhatHasCome) {
  LogKeeper keeper(faulty_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  EXPECT_EQ(keeper.Newest().checkpoint.size, 3u);
  CheckSigned(keeper.Newest(), key_);
  Append(500);
  EXPECT_EQ(keeper.Newest().checkpoint.size, 3u) << "until its turn";
  ASSERT_TRUE(keeper.Turn(kNight).ok());
  EXPECT_EQ(keeper.Newest().checkpoint.size, 503u);
  EXPECT_EQ(keeper.Newest().checkpoint.root, store_.GetLogHead().value().root);
  EXPECT_EQ(remembered_, audit::FormatNote(keeper.Newest().note));
  const auto proof = keeper.ConsistencyProof(3, 503).value();
  EXPECT_FALSE(proof.empty());
  EXPECT_EQ(keeper.InclusionProof(503, 503).status().code(), Code::kInvalidArgument);
}

TEST_F(LogKeeperTest, MoreThanOneStepTakesIsCaughtUpAtTheStart) {
  const auto many = static_cast<int>(limits::kEntriesIntegrated) + 5;
  Append(many);
  LogKeeper keeper(store_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  EXPECT_GE(keeper.Newest().checkpoint.size, static_cast<std::uint64_t>(many));
  ASSERT_TRUE(keeper.Turn(kNight).ok());
  EXPECT_EQ(keeper.Newest().checkpoint.size, store_.LogSize().value());
}

TEST_F(LogKeeperTest, NothingNewIsNotSignedAgain) {
  LogKeeper keeper(faulty_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  memory_fault_ = base::Internal("would be written");
  EXPECT_TRUE(keeper.Turn(kNight).ok());
}

// Failed and not done, failed but done, at every durable step; then started anew.
TEST_F(LogKeeperTest, WhereverItFailsItGoesOnFromWhatIsDurableAndSignsOneHistory) {
  for (const std::string verb : {"IntegrateLog", "SaveCheckpoint", "memory"}) {
    for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
      SCOPED_TRACE(verb);
      LogKeeper keeper(faulty_, Options());
      ASSERT_TRUE(keeper.Open(kNight).ok());
      const auto before = keeper.Newest();
      Append(7);
      if (verb == "memory") {
        memory_fault_ = base::ResourceExhausted("disk full");
      } else {
        faulty_.FailNext(verb, fault, base::ResourceExhausted("disk full"));
      }
      EXPECT_FALSE(keeper.Turn(kNight).ok());
      EXPECT_EQ(keeper.Newest(), before) << "nothing is published that is not durable";
      memory_fault_ = base::OkStatus();
      LogKeeper again(faulty_, Options());
      ASSERT_TRUE(again.Open(kNight).ok());
      ASSERT_TRUE(again.Turn(kNight).ok());
      EXPECT_EQ(again.Newest().checkpoint.size, store_.LogSize().value());
      EXPECT_TRUE(audit::CheckConsistency(
                      before.checkpoint.size, before.checkpoint.root,
                      again.Newest().checkpoint.size, again.Newest().checkpoint.root,
                      again.ConsistencyProof(before.checkpoint.size, again.Newest().checkpoint.size)
                          .value())
                      .ok());
    }
  }
}

TEST_F(LogKeeperTest, AStoreThatIsBehindWhatWasSignedIsRefused) {
  store::MemoryStore old;
  ASSERT_TRUE(old.Initialise({kOrigin, false}, {}).ok());
  Append(2, &old);
  {
    LogKeeper keeper(store_, Options());
    ASSERT_TRUE(keeper.Open(kNight).ok());
  }
  LogKeeper restored(old, Options());
  const base::Status refused = restored.Open(kNight);
  EXPECT_EQ(refused.code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(refused)), HasSubstr("restored from an old copy"));
}

TEST_F(LogKeeperTest, AStoreThatHasGrownOtherwiseSinceIsRefusedToo) {
  store::MemoryStore other;
  ASSERT_TRUE(other.Initialise({kOrigin, false}, {}).ok());
  Append(100, &other);
  {
    LogKeeper keeper(store_, Options());
    ASSERT_TRUE(keeper.Open(kNight).ok());
  }
  EXPECT_EQ(LogKeeper(other, Options()).Open(kNight).code(), Code::kFailedPrecondition);
}

// The key directory was restored with the data: only others know better.
TEST_F(LogKeeperTest, ACheckpointThatSomebodyRemembersAndTheTreeDoesNotBearOutEndsAllSigning) {
  store::MemoryStore old;
  ASSERT_TRUE(old.Initialise({kOrigin, false}, {}).ok());
  Append(2, &old);
  std::string known;
  {
    LogKeeper keeper(store_, Options());
    ASSERT_TRUE(keeper.Open(kNight).ok());
    known = audit::FormatNote(keeper.Newest().note);
  }
  remembered_.reset();
  LogKeeper restored(old, Options());
  ASSERT_TRUE(restored.Open(kNight).ok()) << "nothing here says otherwise";
  EXPECT_TRUE(restored.Compare("no note").ok());
  EXPECT_TRUE(restored.Compare(audit::FormatNote(restored.Newest().note)).ok());
  EXPECT_TRUE(restored.Doubt().empty());
  EXPECT_EQ(restored.Compare(known).code(), Code::kFailedPrecondition);
  EXPECT_FALSE(restored.Doubt().empty());
  Append(50, &old);
  EXPECT_EQ(restored.Turn(kNight).code(), Code::kUnavailable);
  EXPECT_EQ(restored.Newest().checkpoint.size, 2u);
}

TEST_F(LogKeeperTest, AnotherLogsCheckpointSaysNothingOfThisOne) {
  LogKeeper keeper(store_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  const Ed25519Key stranger = Ed25519Key::Generate();
  audit::Note note{audit::CheckpointText({kOrigin, 99, std::string(32, 'r')}), {}};
  note.signatures.push_back(audit::SignNote(note.text, kOrigin, stranger));
  EXPECT_TRUE(keeper.Compare(audit::FormatNote(note)).ok());
  EXPECT_TRUE(keeper.Doubt().empty());
}

TEST_F(LogKeeperTest, WhileTheKeyChangesBothSign) {
  const Ed25519Key newer = Ed25519Key::Generate();
  LogKeeper::Options options = Options();
  options.keys = {newer, key_};
  options.key_changes = {audit::SignKeyChange({LogKeyOf(key_), LogKeyOf(newer)}, key_, newer)};
  LogKeeper keeper(store_, std::move(options));
  ASSERT_TRUE(keeper.Open(kNight).ok());
  CheckSigned(keeper.Newest(), key_);
  CheckSigned(keeper.Newest(), newer);
  EXPECT_EQ(keeper.VerifierKeys(),
            (std::vector<audit::VerifierKey>{LogKeyOf(key_), LogKeyOf(newer)}));
}

// --- Witnesses ----------------------------------------------------------------------------------

class WitnessedLogTest : public LogKeeperTest {
 protected:
  WitnessedLogTest() : keeper_(store_, WithPolicy()) { EXPECT_TRUE(keeper_.Open(kNight).ok()); }
  LogKeeper::Options WithPolicy() {
    LogKeeper::Options options = Options();
    options.policy =
        audit::TrustPolicy::Parse("witness n " + WitnessKeyOf("w.example/n", north_).ToString() +
                                  "\nwitness s " + WitnessKeyOf("w.example/s", south_).ToString() +
                                  "\ngroup both all n s\nquorum both\n")
            .value();
    return options;
  }
  static std::string LineOf(const audit::SignedCheckpoint& checkpoint, const std::string& name,
                            const Ed25519Key& key) {
    const audit::NoteSignature line = audit::Cosign(checkpoint.note.text, name, key, kNight);
    return audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1));
  }
  base::Result<bool> Sign(const std::string& name, const Ed25519Key& key) {
    const auto waiting = keeper_.ToWitness();
    return keeper_.AddCosignature(waiting.checkpoint.size, LineOf(waiting, name, key));
  }

  const Ed25519Key north_ = Ed25519Key::Generate(), south_ = Ed25519Key::Generate();
  LogKeeper keeper_;
};

TEST_F(WitnessedLogTest, OneCheckpointWaitsForAllAndIsPublishedWithTheQuorum) {
  Append(10);
  ASSERT_TRUE(keeper_.Turn(kNight + absl::Seconds(1)).ok());
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 3u) << "it waits, though the log has grown";
  EXPECT_FALSE(Sign("w.example/n", north_).value());
  EXPECT_EQ(keeper_.Cosignatures(keeper_.ToWitness()), 1u);
  EXPECT_TRUE(Sign("w.example/s", south_).value());
  EXPECT_EQ(keeper_.Published().checkpoint.size, 3u);
  EXPECT_EQ(keeper_.Cosignatures(keeper_.Published()), 2u);
  EXPECT_TRUE(keeper_.policy().CheckWitnesses(keeper_.Published()).ok());
  ASSERT_TRUE(keeper_.Turn(kNight + absl::Seconds(2)).ok());
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 13u) << "the next one";
  LogKeeper again(store_, WithPolicy());
  ASSERT_TRUE(again.Open(kNight).ok());
  EXPECT_EQ(again.Published(), keeper_.Published()) << "what was witnessed is durable";
}

TEST_F(WitnessedLogTest, OneThatWaitsInVainGivesWay) {
  Append(10);
  ASSERT_TRUE(keeper_.Turn(kNight + limits::kAwaitWitnesses).ok());
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 13u);
}

TEST_F(WitnessedLogTest, TheSameWitnessTwiceIsOneAndStrangersAreNone) {
  EXPECT_FALSE(Sign("w.example/n", north_).value());
  EXPECT_FALSE(Sign("w.example/n", north_).value());
  EXPECT_EQ(keeper_.Cosignatures(keeper_.ToWitness()), 1u);
  EXPECT_EQ(Sign("w.example/x", Ed25519Key::Generate()).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(Sign("w.example/s", north_).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(keeper_.AddCosignature(99, LineOf(keeper_.ToWitness(), "w.example/s", south_))
                .status()
                .code(),
            Code::kNotFound);
  EXPECT_EQ(keeper_.AddCosignature(3, "no line").status().code(), Code::kInvalidArgument);
  Append(1);
  ASSERT_TRUE(keeper_.Turn(kNight).ok());
  EXPECT_EQ(
      keeper_.AddCosignature(3, LineOf(keeper_.Newest(), "w.example/s", south_)).status().code(),
      Code::kPermissionDenied)
      << "a signature of another checkpoint";
}

// --- Files --------------------------------------------------------------------------------------

TEST_F(LogKeeperTest, FilesAreThoseOfThePublishedTreeAlone) {
  Append(597);
  LogKeeper keeper(store_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  Append(400);
  const LogFiles files(store_, keeper);
  EXPECT_EQ(files.Read("checkpoint")->bytes, audit::FormatNote(keeper.Published().note));
  EXPECT_TRUE(files.Read("checkpoint")->text);
  EXPECT_FALSE(files.Read("checkpoint")->immutable);
  EXPECT_EQ(files.Read("tile/0/001")->bytes.size(), 256u * 32);
  EXPECT_EQ(files.Read("tile/0/002.p/88")->bytes.size(), 88u * 32);
  EXPECT_EQ(files.Read("tile/0/002.p/5")->bytes,
            files.Read("tile/0/002.p/88")->bytes.substr(0, 160));
  EXPECT_EQ(files.Read("tile/1/000.p/2")->bytes.size(), 64u);
  EXPECT_EQ(files.Read("tile/entries/002.p/88")->bytes.size(), 88u * 35);
  for (const std::string none :
       {"tile/0/002", "tile/0/002.p/89", "tile/0/003.p/1", "tile/2/000", "tile/entries/002",
        "tile/0/x", "", "../log.key", "tile/entries/9"}) {
    EXPECT_TRUE(absl::IsNotFound(files.Read(none).status())) << none;
  }
}

}  // namespace
}  // namespace firstbell::inquiry
