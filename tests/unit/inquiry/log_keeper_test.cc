#include "broker/inquiry/log_keeper.h"

#include <gmock/gmock.h>

#include "broker/audit/key_change.h"
#include "broker/audit/proof.h"
#include "broker/base/limits.h"
#include "broker/inquiry/log_files.h"
#include "tests/unit/inquiry/kept_log.h"

namespace firstbell::inquiry {
namespace {

using base::Code;
using crypto::Ed25519Key;
using support::Fault;
using testing::HasSubstr;

class LogKeeperTest : public KeptLogTest {
 protected:
  static void CheckSigned(const audit::SignedCheckpoint& checkpoint, const Ed25519Key& key) {
    const audit::VerifierKey verifier = LogKeyOf(key);
    EXPECT_TRUE(audit::CheckLogSignature(checkpoint, absl::MakeConstSpan(&verifier, 1)).ok());
  }
  // Another store of this log, restored together with the memory of what was signed: it has grown
  // otherwise.
  static void Restore(store::MemoryStore& old) {
    ASSERT_TRUE(old.Initialise({kOrigin, false}, {}).ok());
    store::Events two(2, model::Event(model::EventKind::kLogQueried, kNight));
    ASSERT_TRUE(old.AppendEvents(two).ok());
  }
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
  memory_fault_ = {Fault::kNotDone, base::Internal("would be written")};
  EXPECT_TRUE(keeper.Turn(kNight).ok());
}

// Failed and not done, failed but done, at every durable step; then started anew.
TEST_F(LogKeeperTest, WhereverItFailsItGoesOnFromWhatIsDurableAndSignsOneHistory) {
  for (const std::string verb : {"IntegrateLog", "memory"}) {
    for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
      SCOPED_TRACE(verb);
      LogKeeper keeper(faulty_, Options());
      ASSERT_TRUE(keeper.Open(kNight).ok());
      const auto before = keeper.Newest();
      Append(7);
      if (verb == "memory") {
        memory_fault_ = {fault, base::ResourceExhausted("disk full")};
      } else {
        faulty_.FailNext(verb, fault, base::ResourceExhausted("disk full"));
      }
      EXPECT_FALSE(keeper.Turn(kNight).ok());
      EXPECT_EQ(keeper.Newest(), before) << "nothing is published that is not durable";
      memory_fault_.reset();
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
  Restore(old);
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
  EXPECT_EQ(remembered_, known);
  EXPECT_EQ(LogKeeper(old, Options()).Open(kNight).code(), Code::kFailedPrecondition)
      << "a restart is no reason to sign again";
  EXPECT_EQ(old.GetCheckpoint(store::CheckpointKind::kSigned).value()->head.size, 2u);
  EXPECT_TRUE(LogKeeper(store_, Options()).Open(kNight).ok()) << "the newest copy, restored";
}

TEST_F(LogKeeperTest, ADoubtThatCouldNotBeRememberedIsOnceTheDiskHasRoom) {
  store::MemoryStore old;
  Restore(old);
  LogKeeper keeper(store_, Options());
  ASSERT_TRUE(keeper.Open(kNight).ok());
  remembered_.reset();
  LogKeeper restored(old, Options());
  ASSERT_TRUE(restored.Open(kNight).ok());
  memory_fault_ = {Fault::kNotDone, base::ResourceExhausted("disk full")};
  const std::string known = audit::FormatNote(keeper.Newest().note);
  EXPECT_FALSE(restored.Compare(known).ok());
  EXPECT_EQ(restored.Turn(kNight).code(), Code::kUnavailable);
  EXPECT_NE(remembered_, known);
  memory_fault_.reset();
  EXPECT_EQ(restored.Turn(kNight).code(), Code::kUnavailable);
  EXPECT_EQ(remembered_, known);
}

TEST_F(LogKeeperTest, AMemoryThatIsGoneThoughTheLogWasSignedIsMissed) {
  { ASSERT_TRUE(LogKeeper(store_, Options()).Open(kNight).ok()); }
  remembered_.reset();
  const base::Status refused = LogKeeper(store_, Options()).Open(kNight);
  EXPECT_EQ(refused.code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(refused)), HasSubstr("log.head"));
  EXPECT_FALSE(remembered_) << "nothing was signed";
  ASSERT_TRUE(store_.BeginLogAnew("examplebury.example/2027", {}).ok());
  EXPECT_TRUE(LogKeeper(store_, Options()).Open(kNight).ok());
}

// Whatever the first start dies of, the next one is not taken for one whose memory is gone.
TEST_F(LogKeeperTest, AFirstStartThatDiesIsFollowedByAnother) {
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    for (const std::string step : {"memory", "IntegrateLog", "IntegrateLog again"}) {
      SCOPED_TRACE(step);
      store::MemoryStore fresh;
      ASSERT_TRUE(fresh.Initialise({kOrigin, false}, {}).ok());
      Append(3, &fresh);
      support::FaultyStore faulty(fresh);
      remembered_.reset();
      const base::Status full = base::ResourceExhausted("disk full");
      if (step == "memory") memory_fault_ = {fault, full};
      if (step == "IntegrateLog") faulty.FailNext(step, fault, full);
      if (step == "IntegrateLog again") {
        faulty.BeforeNext("IntegrateLog", [&] { faulty.FailNext("IntegrateLog", fault, full); });
      }
      EXPECT_FALSE(LogKeeper(faulty, Options()).Open(kNight).ok());
      memory_fault_.reset();
      EXPECT_TRUE(LogKeeper(faulty, Options()).Open(kNight).ok());
    }
  }
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

// --- Files --------------------------------------------------------------------------------------

TEST_F(LogKeeperTest, FilesAreThoseOfTheNewestSignedTreeAlone) {
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
