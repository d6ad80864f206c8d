// By what a checkpoint is judged: the log's key, changes of it, witnesses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/cosignature.h"
#include "clients/audit/trust.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class JudgeTest : public ::testing::Test {
 protected:
  std::string Mismatch(const Trust& trust, const std::optional<Trusted>& known = std::nullopt) {
    return VerifyFrom(log_.source(), trust, known).mismatch;
  }
  Code CodeOf(const Trust& trust) const {
    return Judge(Log().checkpoint, trust, std::nullopt).status().code();
  }
  const FakeLog& Log() const { return *log_pointer_; }
  static audit::VerifierKey Stranger() {
    return {kOrigin, audit::KeyKind::kLog, crypto::Ed25519Key::Generate().PublicKey()};
  }
  static audit::VerifierKey WitnessKey(const std::string& name, const crypto::Ed25519Key& key) {
    return {name, audit::KeyKind::kWitness, key.PublicKey()};
  }
  std::string Line(const std::string& name, const crypto::Ed25519Key& key,
                   absl::Time at = kMorning) const {
    const auto note = audit::ParseNote(Log().checkpoint.note()).value();
    const audit::NoteSignature line = audit::Cosign(note.text, name, key, at);
    return audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1));
  }
  // A policy that lists this log alone, and asks for both witnesses.
  Trust Policy(const audit::VerifierKey& log) const {
    const std::string text = "log " + log.ToString() + "\nwitness north " +
                             WitnessKey("north.example", north_).ToString() + "\nwitness south " +
                             WitnessKey("south.example", south_).ToString() +
                             "\ngroup both all north south\nquorum both\n";
    return {std::nullopt, audit::TrustPolicy::Parse(text).value()};
  }

  ServedLog log_{21};
  const FakeLog* const log_pointer_ = log_.operator->();
  const crypto::Ed25519Key north_ = crypto::Ed25519Key::Generate();
  const crypto::Ed25519Key south_ = crypto::Ed25519Key::Generate();
};

TEST_F(JudgeTest, TheFirstKeyIsTakenAsItComesAndSaidSo) {
  const Verified verified = VerifyFrom(log_.source());
  EXPECT_TRUE(verified.key_first_seen);
  EXPECT_THAT(Describe(verified), HasSubstr("The log's key was seen for the first time"));
  EXPECT_THAT(Describe(verified), HasSubstr(log_->verifier().ToString()));
  EXPECT_THAT(VerifiedJson(verified), HasSubstr("\"keyFirstSeen\":true"));
  const Verified again = VerifyFrom(log_.source(), {}, verified.trusted);
  EXPECT_FALSE(again.key_first_seen);
  EXPECT_THAT(Describe(again), Not(HasSubstr("first time")));
}

TEST_F(JudgeTest, AKeyThatWasGivenIsTheOnlyOne) {
  EXPECT_THAT(Mismatch({log_->verifier(), audit::TrustPolicy::None()}), IsEmpty());
  EXPECT_FALSE(
      VerifyFrom(log_.source(), {log_->verifier(), audit::TrustPolicy::None()}).key_first_seen);
  EXPECT_THAT(Mismatch({Stranger(), audit::TrustPolicy::None()}), HasSubstr("its checkpoint: "));
  EXPECT_EQ(CodeOf({Stranger(), audit::TrustPolicy::None()}), Code::kPermissionDenied);
}

TEST_F(JudgeTest, AKnownLogSignedByAnotherKeyDoesNotFit) {
  const Trusted known = KnownOf(log_.source());
  log_->ChangeKey(Signing::kNotAtAll);
  EXPECT_THAT(Mismatch({}, known), HasSubstr("its checkpoint: "));
}

TEST_F(JudgeTest, AChangeOfTheKeyIsFollowedWhereBothKeysSignedIt) {
  const Trusted known = KnownOf(log_.source());
  const audit::VerifierKey first = log_->verifier();
  log_->ChangeKey(Signing::kByBothKeys);
  log_->Grow(3);
  log_->ChangeKey(Signing::kByBothKeys);
  const Verified verified = VerifyFrom(log_.source(), {}, known);
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.trusted->key, log_->verifier());
  EXPECT_THAT(Mismatch({first, audit::TrustPolicy::None()}), IsEmpty());
  // Who knows the newest key reads the older changes and goes on from it.
  EXPECT_THAT(Mismatch({}, verified.trusted), IsEmpty());
}

TEST_F(JudgeTest, AChangeThatOneKeySignedIsRefused) {
  const Trusted known = KnownOf(log_.source());
  log_->ChangeKey(Signing::kByBothKeys);
  std::string& note = *log_->checkpoint.mutable_log_key_changes(0);
  note.resize(note.rfind("\xE2\x80\x94 "));
  EXPECT_THAT(Mismatch({}, known), HasSubstr("not signed by both keys"));
}

TEST_F(JudgeTest, TheKeyBeforeACompletedChangeSignsNothingMore) {
  const v1::Checkpoint old = log_->checkpoint;
  log_->ChangeKey(Signing::kByBothKeys);
  const Trusted known = KnownOf(log_.source());
  log_->checkpoint = old;
  EXPECT_THAT(Mismatch({}, known), HasSubstr("its checkpoint: "));
}

// audit.toml still has the first key. Who stole it after it was retired signs with it alone.
TEST_F(JudgeTest, AKeyThatWasGivenDoesNotUndoAChangeThatIsKnown) {
  const v1::Checkpoint old = log_->checkpoint;
  const Trust first{log_->verifier(), audit::TrustPolicy::None()};
  log_->ChangeKey(Signing::kByBothKeys);
  const Verified verified = VerifyFrom(log_.source(), first);
  ASSERT_EQ(verified.mismatch, "");
  EXPECT_EQ(verified.trusted->key, log_->verifier());
  EXPECT_EQ(VerifyFrom(log_.source(), first, verified.trusted).mismatch, "");
  // The change is remembered, also where the log tells of it no more.
  log_->checkpoint.clear_log_key_changes();
  EXPECT_EQ(VerifyFrom(log_.source(), first, verified.trusted).mismatch, "");
  log_->checkpoint = old;
  EXPECT_THAT(Mismatch(first, verified.trusted), HasSubstr("is not signed by a key"));
}

TEST_F(JudgeTest, AKeyThatWasGivenAndAnotherThatIsKnownAreAContradiction) {
  const Trusted known = KnownOf(log_.source());
  EXPECT_THAT(Mismatch({Stranger(), audit::TrustPolicy::None()}, known),
              HasSubstr("no change of the log's key leads from one to the other"));
}

TEST_F(JudgeTest, OfTwoKeysOfOneLogInAPolicyEitherDoes) {
  const audit::VerifierKey before = log_->verifier();
  log_->ChangeKey(Signing::kByBothKeys);
  log_->checkpoint.clear_log_key_changes();
  const std::string both = "log " + before.ToString() + "\nlog " + log_->verifier().ToString();
  const std::string turned = "log " + log_->verifier().ToString() + "\nlog " + before.ToString();
  for (const std::string& logs : {both, turned}) {
    const Trust trust{std::nullopt, audit::TrustPolicy::Parse(logs + "\nquorum none\n").value()};
    EXPECT_THAT(Mismatch(trust), IsEmpty());
    EXPECT_EQ(VerifyFrom(log_.source(), trust).trusted->key, log_->verifier());
  }
}

TEST_F(JudgeTest, WithoutAKeyNothingIsSaidOfTheLog) {
  log_->checkpoint.clear_log_key();
  const auto verified = Verify(
      log_.source(), {},
      [](const std::string&) -> base::Result<std::optional<Trusted>> { return std::nullopt; },
      Extent::kWhole, [](double) {});
  EXPECT_EQ(verified.status().code(), Code::kUnauthenticated);
}

TEST_F(JudgeTest, APolicyThatListsLogsListsThemAll) {
  EXPECT_EQ(CodeOf(Policy(Stranger())), Code::kPermissionDenied);
  const audit::VerifierKey elsewhere{"elsewhere.example/log", audit::KeyKind::kLog,
                                     log_->verifier().public_key};
  EXPECT_EQ(CodeOf(Policy(elsewhere)), Code::kPermissionDenied);
  EXPECT_THAT(Mismatch(Policy(elsewhere)), HasSubstr("lists logs, and not this one"));
}

TEST_F(JudgeTest, AQuorumThatIsNotMetSaysWhoIsMissing) {
  const Trust trust = Policy(log_->verifier());
  EXPECT_EQ(CodeOf(trust), Code::kFailedPrecondition);
  log_->AddLine(Line("north.example", north_));
  EXPECT_EQ(CodeOf(trust), Code::kFailedPrecondition);
  const std::string missing = Mismatch(trust);
  EXPECT_THAT(missing, HasSubstr("south"));
  EXPECT_THAT(missing, Not(HasSubstr("north")));
  log_->AddLine(Line("south.example", south_));
  const Verified verified = VerifyFrom(log_.source(), trust);
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.cosigned, 2u);
  EXPECT_THAT(Describe(verified), HasSubstr("2 of the 2 witnesses of your policy have signed"));
  EXPECT_THAT(Describe(verified), Not(HasSubstr("Not checked")));
}

TEST_F(JudgeTest, TheFirstWitnessSaysWhenACheckpointWasSeen) {
  const audit::TrustPolicy policy = Policy(log_->verifier()).policy;
  const auto first = [&] {
    return FirstCosigned(audit::ParseSignedCheckpoint(log_->checkpoint.note()).value(), policy);
  };
  EXPECT_EQ(first(), std::nullopt);
  log_->AddLine(
      Line("stranger.example", crypto::Ed25519Key::Generate(), kMorning - absl::Hours(9)));
  EXPECT_EQ(first(), std::nullopt);
  log_->AddLine(Line("north.example", north_, kMorning + absl::Minutes(2)));
  log_->AddLine(Line("south.example", south_, kMorning + absl::Minutes(1)));
  EXPECT_EQ(first(), kMorning + absl::Minutes(1));
}

TEST_F(JudgeTest, WhatTheLogSaysOfItsWitnessesIsNotRepeated) {
  log_->checkpoint.set_cosignatures(3);
  log_->checkpoint.set_witnesses(3);
  const Verified verified = VerifyFrom(log_.source());
  EXPECT_EQ(verified.cosigned, 0u);
  EXPECT_THAT(Describe(verified), HasSubstr("Not checked: that others were shown this same head"));
  EXPECT_THAT(VerifiedJson(verified), HasSubstr("\"cosignatures\":0"));
}

TEST_F(JudgeTest, AnAnswerThatSaysAnotherThingThanTheNoteIsRefused) {
  const v1::Checkpoint true_one = log_->checkpoint;
  log_->checkpoint.set_size(20);
  EXPECT_EQ(CodeOf({}), Code::kInvalidArgument);
  log_->checkpoint = true_one;
  log_->checkpoint.set_origin("elsewhere.example/log");
  EXPECT_EQ(CodeOf({}), Code::kInvalidArgument);
  log_->checkpoint = true_one;
  log_->checkpoint.set_note("");
  EXPECT_EQ(CodeOf({}), Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::audit_client
