#include "clients/audit/witness.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "broker/audit/cosignature.h"
#include "broker/base/file.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/audit_client/fake_log.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kName[] = "witness.example/north";

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() { Restart(); }
  void Restart() {
    store_ = std::make_unique<TrustStore>(directory_.path() / "state");
    witness_ = std::make_unique<Witness>(log_.stub(), *store_, trust_, key_);
  }
  base::Result<Witnessed> Sign() { return witness_->Sign(kMorning); }
  Code CodeOf() { return Sign().status().code(); }
  bool StateIsLocked() const {
    const int fd = ::open((directory_.path() / "state" / "lock").c_str(), O_RDWR | O_CLOEXEC);
    const bool locked = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(fd);
    return locked;
  }
  void MoveAway() { std::filesystem::remove(*store_->Kept(kOrigin).value()); }
  static std::string SignedPart(const v1::Checkpoint& checkpoint) {
    return audit::ParseNote(checkpoint.note()).value().text;
  }
  // When the last line says that it was signed, once it is rightly signed.
  base::Result<absl::Time> SignedAt() {
    const auto lines = audit::ParseSignatureLines(log_->cosignatures.back()).value();
    const auto note = audit::ParseNote(log_->checkpoint.note()).value();
    return audit::CheckCosignature(note.text, lines.at(0), key_.verifier());
  }

  support::TempDirectory directory_;
  ServedLog log_{21};
  const WitnessKey key_{kName, crypto::Ed25519Key::Generate()};
  Trust trust_{log_->verifier(), audit::TrustPolicy::None()};
  std::unique_ptr<TrustStore> store_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, SignsTheFirstCheckpointThatItSees) {
  const auto witnessed = Sign();
  ASSERT_TRUE(witnessed.ok()) << witnessed.status();
  EXPECT_EQ(witnessed->size, 21u);
  EXPECT_FALSE(witnessed->nothing_new);
  EXPECT_TRUE(witnessed->quorum);
  ASSERT_THAT(log_->cosignatures, SizeIs(1));
  EXPECT_EQ(*SignedAt(), kMorning);
}

TEST_F(WitnessTest, WhereNothingIsNewNothingIsSigned) {
  ASSERT_TRUE(Sign().ok());
  const auto again = Sign();
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->nothing_new);
  EXPECT_THAT(log_->cosignatures, SizeIs(1));
}

TEST_F(WitnessTest, SignsWhatHasGrown) {
  ASSERT_TRUE(Sign().ok());
  log_->Grow(300);
  EXPECT_EQ(Sign()->size, 321u);
  EXPECT_TRUE(SignedAt().ok());
  log_->Grow(1);
  Restart();
  EXPECT_EQ(Sign()->size, 322u);
  EXPECT_TRUE(SignedAt().ok());
  EXPECT_THAT(log_->cosignatures, SizeIs(3));
}

TEST_F(WitnessTest, ACutLogIsNotSignedNorAfterARestart) {
  ASSERT_TRUE(Sign().ok());
  const std::string seen = store_->Load(kOrigin).value()->note;
  log_->Cut(20);
  const auto refused = Sign();
  EXPECT_EQ(refused.status().code(), Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("the log was cut"));
  EXPECT_EQ(log_->remembered.back(), seen);  // the broker is shown what it once said
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  Restart();
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  // Grown past what was seen, though from another beginning.
  log_->Fork(19);
  log_->Grow(10);
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  MoveAway();
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  EXPECT_THAT(log_->cosignatures, SizeIs(1));
  EXPECT_EQ(store_->Load(kOrigin).value()->note, seen);
}

TEST_F(WitnessTest, AForkIsNotSignedNorWhatGrowsFromIt) {
  ASSERT_TRUE(Sign().ok());
  log_->Fork(20);
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  MoveAway();
  log_->Grow(40);
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  Restart();
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  EXPECT_THAT(log_->cosignatures, SizeIs(1));
}

TEST_F(WitnessTest, AfterAForkNothingIsSignedUntilItsProofIsMovedAway) {
  ASSERT_TRUE(Sign().ok());
  const v1::Checkpoint seen = log_->checkpoint;
  log_->Fork(20);
  const v1::Checkpoint forked = log_->checkpoint;
  const auto refused = Sign();
  const auto kept = store_->Kept(kOrigin).value();
  ASSERT_TRUE(kept.has_value());
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr(kept->string()));
  const auto proof = nlohmann::json::parse(base::ReadFile(*kept).value());
  EXPECT_THAT(proof.at("before").get<std::string>(), StartsWith(SignedPart(seen)));
  EXPECT_EQ(proof.at("after"), forked.note());
  // The broker is honest again, and signs the history that was seen.
  log_->checkpoint = seen;
  Restart();
  const auto again = Sign();
  EXPECT_EQ(again.status().code(), Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(again.status())), HasSubstr(kept->string()));
  EXPECT_THAT(log_->cosignatures, SizeIs(1));
  MoveAway();
  EXPECT_TRUE(Sign().ok());
}

// A broker that does not answer has not contradicted itself.
TEST_F(WitnessTest, WhereNoProofIsGivenNothingIsSignedAndNothingIsKept) {
  ASSERT_TRUE(Sign().ok());
  const v1::Checkpoint forward = [&] {
    log_->Grow(5);
    const v1::Checkpoint now = log_->checkpoint;
    log_->Cut(21);
    return now;
  }();
  log_->checkpoint = forward;
  EXPECT_EQ(CodeOf(), Code::kInvalidArgument);
  EXPECT_EQ(store_->Kept(kOrigin).value(), std::nullopt);
}

// A service and a timer, say, on one state directory.
TEST_F(WitnessTest, OfTwoRunsOfOneWitnessOneWaits) {
  ASSERT_TRUE(Sign().ok());
  log_->Grow(5);
  std::optional<base::Result<Witnessed>> second;
  std::thread other;
  // While the first looks whether the log has grown.
  log_->before_proofs = [&] {
    log_->before_proofs = nullptr;
    other = std::thread([&] {
      const TrustStore store(directory_.path() / "state");
      second = Witness(log_.stub(), store, trust_, key_).Sign(kMorning);
    });
    EXPECT_TRUE(StateIsLocked());  // so that it waits
  };
  EXPECT_EQ(Sign()->size, 26u);
  other.join();
  EXPECT_FALSE(StateIsLocked());
  EXPECT_TRUE(second->value().nothing_new);
  EXPECT_THAT(log_->cosignatures, SizeIs(2));
}

TEST_F(WitnessTest, DoesNotTakeTheLogsKeyFromTheLog) {
  trust_ = Trust();
  Restart();
  const auto refused = Sign();
  EXPECT_EQ(refused.status().code(), Code::kUnauthenticated);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("--log-key"));
  EXPECT_THAT(log_->cosignatures, IsEmpty());
}

TEST_F(WitnessTest, ALogOfAnotherNameIsNotSigned) {
  ASSERT_TRUE(Sign().ok());
  log_->Rename("firstbell.example/anew");
  EXPECT_EQ(CodeOf(), Code::kPermissionDenied);
  EXPECT_THAT(log_->cosignatures, SizeIs(1));
}

// What was seen is durable, the answer was lost.
TEST_F(WitnessTest, SignsAgainWhatItDiedOver) {
  log_->failing_cosignatures = 1;
  EXPECT_EQ(CodeOf(), Code::kInternal);
  EXPECT_EQ(store_->Load(kOrigin).value()->head.size, 21u);
  Restart();
  EXPECT_EQ(Sign()->size, 21u);
  ASSERT_THAT(log_->cosignatures, SizeIs(2));
  EXPECT_EQ(log_->cosignatures[0], log_->cosignatures[1]);
  EXPECT_TRUE(SignedAt().ok());
  log_->Fork(3);
  log_->failing_cosignatures = 1;
  EXPECT_EQ(CodeOf(), Code::kDataLoss);
  EXPECT_THAT(log_->cosignatures, SizeIs(2));
}

TEST_F(WitnessTest, RemembersBeforeItSigns) {
  std::filesystem::create_directories(directory_.path() / "state");
  const TrustStore nowhere(directory_.path() / "file" / "state");
  ASSERT_TRUE(base::WriteFileDurably(directory_.path() / "file", "", base::kOwnerOnly).ok());
  Witness witness(log_.stub(), nowhere, trust_, key_);
  EXPECT_FALSE(witness.Sign(kMorning).ok());
  EXPECT_THAT(log_->cosignatures, IsEmpty());
}

TEST_F(WitnessTest, AnotherKeyThanTheLogsIsNotSigned) {
  log_->ChangeKey(Signing::kNotAtAll);
  EXPECT_FALSE(Sign().ok());
  EXPECT_THAT(log_->cosignatures, IsEmpty());
}

TEST_F(WitnessTest, AChangeOfTheLogsKeyIsFollowed) {
  ASSERT_TRUE(Sign().ok());
  log_->Grow(3);
  log_->ChangeKey(Signing::kByBothKeys);
  EXPECT_EQ(Sign()->size, 24u);
  EXPECT_EQ(store_->Load(kOrigin).value()->key, log_->verifier());
}

TEST_F(WitnessTest, DoesNotAskForOthersToHaveSignedBefore) {
  const audit::VerifierKey south{"south.example", audit::KeyKind::kWitness,
                                 crypto::Ed25519Key::Generate().PublicKey()};
  const std::string policy = "log " + log_->verifier().ToString() + "\nwitness n " +
                             key_.verifier().ToString() + "\nwitness s " + south.ToString() +
                             "\ngroup both all n s\nquorum both\n";
  trust_ = {std::nullopt, audit::TrustPolicy::Parse(policy).value()};
  Restart();
  EXPECT_TRUE(Sign().ok());
}

TEST_F(WitnessTest, AKeyFileReadsBackAndIsNotReplaced) {
  const std::filesystem::path file = directory_.File("witness.key");
  const auto made = MakeWitnessKey(file, kName);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(ReadWitnessKey(file)->verifier(), made->verifier());
  EXPECT_EQ(MakeWitnessKey(file, kName).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(ReadWitnessKey(file)->verifier(), made->verifier());
  EXPECT_EQ(MakeWitnessKey(directory_.File("other"), "two words").status().code(),
            Code::kInvalidArgument);
  for (const std::string text : {"", "name", "-----BEGIN PRIVATE KEY-----\n", "two words\n"}) {
    ASSERT_TRUE(base::WriteFileDurably(file, text, base::kOwnerOnly).ok());
    EXPECT_EQ(ReadWitnessKey(file).status().code(), Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace firstbell::audit_client
