// What is published while witnesses sign, and which checkpoint they are to sign: it never goes
// back.

#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/inquiry/log_files.h"
#include "tests/unit/inquiry/kept_log.h"

namespace firstbell::inquiry {
namespace {

using base::Code;
using crypto::Ed25519Key;
using support::Fault;

std::uint64_t Published(const LogKeeper& keeper) {
  return keeper.Published().checkpoint.size;
}
std::size_t Signed(const LogKeeper& keeper) {
  return keeper.Cosignatures(keeper.Published());
}

// Both witnesses are asked for.
class WitnessedLogTest : public KeptLogTest {
 protected:
  WitnessedLogTest() : keeper_(faulty_, Options(Naming("both"))) {
    EXPECT_TRUE(keeper_.Open(kNight).ok());
  }
  void TurnAt(absl::Duration after, LogKeeper* keeper = nullptr) {
    ASSERT_TRUE((keeper == nullptr ? keeper_ : *keeper).Turn(kNight + after).ok());
  }

  LogKeeper keeper_;
};

TEST_F(WitnessedLogTest, OneCheckpointWaitsForAllAndIsPublishedWithTheQuorum) {
  Append(10);
  TurnAt(absl::Seconds(1));
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 3u) << "it waits, though the log has grown";
  EXPECT_FALSE(SignNorth(keeper_).value());
  EXPECT_EQ(keeper_.Cosignatures(keeper_.ToWitness()), 1u);
  EXPECT_TRUE(SignSouth(keeper_).value());
  EXPECT_EQ(Published(keeper_), 3u);
  EXPECT_EQ(Signed(keeper_), 2u);
  EXPECT_TRUE(keeper_.policy().CheckWitnesses(keeper_.Published()).ok());
  TurnAt(absl::Seconds(2));
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 13u) << "the next one";
  LogKeeper again(store_, Options(Naming("both")));
  ASSERT_TRUE(again.Open(kNight).ok());
  EXPECT_EQ(again.Published(), keeper_.Published()) << "what was witnessed is durable";
}

TEST_F(WitnessedLogTest, OneThatWaitsInVainGivesWay) {
  Append(10);
  TurnAt(limits::kAwaitWitnesses);
  EXPECT_EQ(keeper_.ToWitness().checkpoint.size, 13u);
}

TEST_F(WitnessedLogTest, TheSameWitnessTwiceIsOneAndStrangersAreNone) {
  EXPECT_FALSE(SignNorth(keeper_).value());
  EXPECT_FALSE(SignNorth(keeper_).value());
  EXPECT_EQ(keeper_.Cosignatures(keeper_.ToWitness()), 1u);
  const audit::SignedCheckpoint waiting = keeper_.ToWitness();
  const auto code = [&](const audit::SignedCheckpoint& of, const std::string& name,
                        const Ed25519Key& key) {
    return keeper_.AddCosignature(3, LineOf(of, name, key)).status().code();
  };
  EXPECT_EQ(code(waiting, "w.example/x", Ed25519Key::Generate()), Code::kPermissionDenied);
  EXPECT_EQ(code(waiting, "w.example/s", north_), Code::kPermissionDenied);
  EXPECT_EQ(keeper_.AddCosignature(99, LineOf(waiting, "w.example/s", south_)).status().code(),
            Code::kNotFound);
  EXPECT_EQ(keeper_.AddCosignature(3, "no line").status().code(), Code::kInvalidArgument);
  Append(1);
  TurnAt(absl::ZeroDuration());
  EXPECT_EQ(code(keeper_.Newest(), "w.example/s", south_), Code::kPermissionDenied)
      << "a signature of another checkpoint";
}

// An auditor may have verified what was published before any witness came.
TEST_F(WitnessedLogTest, BeforeTheFirstQuorumNothingIsPublishedThatWitnessesWillNotSign) {
  Append(37);
  TurnAt(absl::Seconds(1));
  EXPECT_EQ(Published(keeper_), 3u) << "the one that waits, and not the newest";
  TurnAt(limits::kAwaitWitnesses);
  EXPECT_EQ(Published(keeper_), 40u);
  Append(5);
  TurnAt(limits::kAwaitWitnesses + absl::Seconds(1));
  EXPECT_FALSE(SignNorth(keeper_).value());
  EXPECT_TRUE(SignSouth(keeper_).value());
  EXPECT_EQ(Published(keeper_), 40u);
  EXPECT_EQ(Signed(keeper_), 2u);
  TurnAt(2 * limits::kAwaitWitnesses);
  EXPECT_EQ(Published(keeper_), 40u) << "from now on those with the quorum alone";
}

TEST_F(WitnessedLogTest, AQuorumThatIsAskedForAgainPublishesNothingOld) {
  ASSERT_TRUE(SignNorth(keeper_).ok());
  ASSERT_TRUE(SignSouth(keeper_).value());
  ASSERT_EQ(Signed(keeper_), 2u);
  Append(500);
  {
    LogKeeper unasked(store_, Options(Naming("none")));
    ASSERT_TRUE(unasked.Open(kNight).ok());
    EXPECT_EQ(Published(unasked), 503u);
  }
  LogKeeper again(store_, Options(Naming("both")));
  ASSERT_TRUE(again.Open(kNight).ok());
  EXPECT_EQ(Published(again), 503u);
}

TEST_F(WitnessedLogTest, WhatOtherWitnessesSignedBeforeIsNotPublishedInTheNamesOfThese) {
  ASSERT_TRUE(SignNorth(keeper_).ok());
  ASSERT_TRUE(SignSouth(keeper_).value());
  Append(500);
  const Ed25519Key west = Ed25519Key::Generate();
  const std::string replaced =
      "witness w " + WitnessKeyOf("w.example/w", west).ToString() + "\nquorum w\n";
  {
    LogKeeper others(store_, Options(replaced));
    ASSERT_TRUE(others.Open(kNight).ok());
    EXPECT_EQ(Published(others), 503u);
    EXPECT_EQ(Signed(others), 0u);
  }
  LogKeeper before(store_, Options(Naming("both")));
  ASSERT_TRUE(before.Open(kNight).ok());
  EXPECT_EQ(Published(before), 503u) << "the witnesses of before, come back, do not go back";
}

// Either is enough; the other comes seconds later.
TEST_F(WitnessedLogTest, SignaturesBeyondTheQuorumArePublishedToo) {
  LogKeeper keeper(store_, Options(Naming("n")));
  ASSERT_TRUE(keeper.Open(kNight).ok());
  ASSERT_TRUE(SignNorth(keeper).value());
  Append(1);
  TurnAt(absl::Seconds(5), &keeper);
  EXPECT_TRUE(SignSouth(keeper).value());
  EXPECT_EQ(Published(keeper), 3u);
  EXPECT_EQ(Signed(keeper), 2u);
  TurnAt(absl::Seconds(6), &keeper);
  EXPECT_EQ(keeper.ToWitness().checkpoint.size, 4u) << "all have signed";
  ASSERT_TRUE(SignNorth(keeper).value());
  const audit::SignedCheckpoint four = keeper.Published();
  Append(1);
  TurnAt(absl::Seconds(7) + limits::kAwaitOtherWitnesses, &keeper);
  EXPECT_EQ(keeper.ToWitness().checkpoint.size, 5u) << "the other one was awaited long enough";
  EXPECT_TRUE(Sign(keeper, four, "w.example/s", south_).value()) << "late, and not too late";
  EXPECT_EQ(Published(keeper), 4u);
  EXPECT_EQ(Signed(keeper), 2u);
  LogKeeper again(store_, Options(Naming("n")));
  ASSERT_TRUE(again.Open(kNight).ok());
  EXPECT_EQ(again.Published(), keeper.Published());
}

// The log has not grown: what is published after a restart waits for those who have not signed.
TEST_F(WitnessedLogTest, ARestartLosesNoSignature) {
  {
    LogKeeper keeper(store_, Options(Naming("n")));
    ASSERT_TRUE(keeper.Open(kNight).ok());
    ASSERT_TRUE(SignNorth(keeper).value());
  }
  LogKeeper again(store_, Options(Naming("n")));
  ASSERT_TRUE(again.Open(kNight).ok());
  ASSERT_TRUE(SignSouth(again).value());
  EXPECT_EQ(Signed(again), 2u);
}

TEST_F(WitnessedLogTest, WhereNoQuorumIsAskedForTheSignaturesThatThereAreArePublished) {
  LogKeeper keeper(store_, Options(Naming("none")));
  ASSERT_TRUE(keeper.Open(kNight).ok());
  Append(1);
  TurnAt(absl::Seconds(1), &keeper);
  EXPECT_FALSE(SignNorth(keeper).value());
  EXPECT_EQ(Published(keeper), 3u);
  EXPECT_EQ(Signed(keeper), 1u);
  TurnAt(limits::kAwaitOtherWitnesses, &keeper);
  EXPECT_EQ(keeper.ToWitness().checkpoint.size, 4u);
  EXPECT_EQ(Published(keeper), 3u) << "the next has not waited";
  EXPECT_FALSE(SignNorth(keeper).value());
  EXPECT_TRUE(SignSouth(keeper).value());
  EXPECT_EQ(Published(keeper), 4u);
  EXPECT_EQ(Signed(keeper), 2u);
  Append(1);
  TurnAt(limits::kAwaitOtherWitnesses + absl::Seconds(1), &keeper);
  TurnAt(2 * limits::kAwaitOtherWitnesses + absl::Seconds(1), &keeper);
  EXPECT_EQ(Published(keeper), 5u) << "with those it has: none";
}

TEST_F(WitnessedLogTest, ASignatureThatIsNotKeptIsNotPublished) {
  ASSERT_TRUE(SignNorth(keeper_).ok());
  faulty_.FailNext("SaveCheckpoint", Fault::kNotDone, base::ResourceExhausted("disk full"));
  EXPECT_FALSE(SignSouth(keeper_).ok());
  EXPECT_EQ(Signed(keeper_), 1u);
  faulty_.FailNext("SaveCheckpoint", Fault::kDone, base::ResourceExhausted("disk full"));
  EXPECT_FALSE(SignSouth(keeper_).ok());
  LogKeeper again(store_, Options(Naming("both")));
  ASSERT_TRUE(again.Open(kNight).ok());
  EXPECT_EQ(Signed(again), 2u) << "failed, and done";
}

// Whoever is shown a larger checkpoint, a witness or a school's machine, reads its tree.
TEST_F(WitnessedLogTest, FilesOfTheNewestTreeAreThereThoughAnEarlierOneIsPublished) {
  Append(10);
  TurnAt(absl::Seconds(1));
  ASSERT_EQ(Published(keeper_), 3u);
  const LogFiles files(store_, keeper_);
  EXPECT_EQ(files.Read("tile/0/000.p/3")->bytes.size(), 3u * 32);
  EXPECT_EQ(files.Read("tile/0/000.p/13")->bytes.size(), 13u * 32);
  EXPECT_EQ(files.Read("tile/entries/000.p/13")->bytes.size(), 13u * 35);
  EXPECT_TRUE(absl::IsNotFound(files.Read("tile/0/000.p/14").status()));
}

}  // namespace
}  // namespace firstbell::inquiry
