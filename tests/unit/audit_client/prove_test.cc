#include "clients/audit/prove.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/cosignature.h"
#include "broker/audit/tlog_proof.h"
#include "broker/base/bytes.h"
#include "tests/unit/audit_client/fake_log.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Trusted Known(const audit::VerifierKey& key) {
  return {key, {}, {}, {}};
}

class ProveTest : public ::testing::Test {
 protected:
  ProveTest() {
    const auto note = audit::ParseNote(log_.checkpoint.note()).value();
    const audit::NoteSignature line = audit::Cosign(note.text, "north.example", north_, kMorning);
    log_.AddLine(audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1)));
    const audit::VerifierKey north{"north.example", audit::KeyKind::kWitness, north_.PublicKey()};
    policy_.policy = audit::TrustPolicy::Parse("log " + log_.verifier().ToString() +
                                               "\nwitness n " + north.ToString() + "\nquorum n\n")
                         .value();
  }
  std::vector<ProofFile> Files(const std::vector<std::uint64_t>& positions) const {
    return ProofsOf(log_.Delivery(positions), {}).value();
  }
  Code CodeOf(const v1::GetDeliveryResponse& delivery) const {
    return ProofsOf(delivery, {}).status().code();
  }

  FakeLog log_{300};
  const crypto::Ed25519Key north_ = crypto::Ed25519Key::Generate();
  Trust policy_;
};

TEST_F(ProveTest, EachEventHasAFileThatHoldsWithoutAskingAnybody) {
  const auto files = Files({3, 270});
  ASSERT_THAT(files, SizeIs(2));
  for (const ProofFile& file : files) {
    EXPECT_EQ(*OriginOf(file.text), kOrigin);
    const Trust key{log_.verifier(), audit::TrustPolicy::None()};
    for (const auto& proven :
         {CheckProof(file.text, key, std::nullopt), CheckProof(file.text, policy_, std::nullopt),
          CheckProof(file.text, {}, Known(log_.verifier()))}) {
      ASSERT_TRUE(proven.ok()) << proven.status();
      EXPECT_EQ(proven->position, file.position);
      EXPECT_EQ(proven->event, log_.entries[file.position].event());
      EXPECT_EQ(proven->origin, kOrigin);
      EXPECT_EQ(proven->size, 300u);
    }
    EXPECT_EQ(CheckProof(file.text, key, std::nullopt)->cosignatures, 0u);
    EXPECT_EQ(CheckProof(file.text, policy_, std::nullopt)->cosignatures, 1u);
  }
}

TEST_F(ProveTest, OfAnEventWithoutNamesTheProofHasNoneEither) {
  log_.TakeNamesOut(7);
  const auto files = Files({7});
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(files[0].event, Not(HasSubstr("100001")));
  const auto proven = CheckProof(files[0].text, policy_, std::nullopt);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->event, log_.entries[7].event());
}

TEST_F(ProveTest, ErasedEventsAndThoseOfNoProofHaveNoFile) {
  log_.entries[4].clear_event();
  EXPECT_THAT(Files({4}), IsEmpty());
  v1::GetDeliveryResponse delivery = log_.Delivery({3, 5});
  delivery.mutable_proofs()->RemoveLast();
  EXPECT_THAT(*ProofsOf(delivery, {}), SizeIs(1));
}

TEST_F(ProveTest, NoBitOfAProofCanBeChanged) {
  log_.TakeNamesOut(270);
  for (const ProofFile& file : Files({3, 270})) {
    for (std::size_t bit = 0; bit < file.text.size() * 8; ++bit) {
      std::string changed = file.text;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_FALSE(CheckProof(changed, policy_, std::nullopt).ok()) << "bit " << bit;
    }
    EXPECT_FALSE(CheckProof(file.text + "\n", policy_, std::nullopt).ok());
    EXPECT_FALSE(CheckProof("", policy_, std::nullopt).ok());
  }
}

TEST_F(ProveTest, WithoutAKeyOfTheLogNothingIsProven) {
  const std::string text = Files({3})[0].text;
  EXPECT_EQ(CheckProof(text, {}, std::nullopt).status().code(), Code::kUnauthenticated);
  const audit::VerifierKey other{kOrigin, audit::KeyKind::kLog, north_.PublicKey()};
  EXPECT_EQ(
      CheckProof(text, {other, audit::TrustPolicy::None()}, Known(log_.verifier())).status().code(),
      Code::kPermissionDenied);
  const audit::VerifierKey elsewhere{"elsewhere.example", audit::KeyKind::kLog, north_.PublicKey()};
  const Trust lists_another{
      std::nullopt,
      audit::TrustPolicy::Parse("log " + elsewhere.ToString() + "\nquorum none\n").value()};
  EXPECT_EQ(CheckProof(text, lists_another, Known(log_.verifier())).status().code(),
            Code::kPermissionDenied);
}

TEST_F(ProveTest, AProofWithoutTheWitnessesThatAreAskedForIsNotEnough) {
  log_.Sign();  // and nobody else has signed
  EXPECT_EQ(CheckProof(Files({3})[0].text, policy_, std::nullopt).status().code(),
            Code::kFailedPrecondition);
}

TEST_F(ProveTest, WhatDoesNotHoldIsNotGivenOut) {
  const v1::GetDeliveryResponse whole = log_.Delivery({3});
  v1::GetDeliveryResponse wrong = whole;
  wrong.mutable_proofs(0)->mutable_hashes(0)->back() ^= 1;
  EXPECT_EQ(CodeOf(wrong), Code::kDataLoss);
  wrong = whole;
  wrong.mutable_history(0)->set_salt(log_.entries[4].salt());
  EXPECT_EQ(CodeOf(wrong), Code::kDataLoss);
  wrong = whole;
  wrong.mutable_checkpoint()->set_size(299);
  EXPECT_EQ(CodeOf(wrong), Code::kDataLoss);
  // Bytes from a broker never end the program.
  wrong = whole;
  wrong.mutable_checkpoint()->set_note("no note");
  EXPECT_EQ(CodeOf(wrong), Code::kInvalidArgument);
  wrong = whole;
  wrong.mutable_history(0)->set_event("\xff");
  EXPECT_EQ(CodeOf(wrong), Code::kDataLoss);
}

// Whoever knows any one key of a log that has changed it twice.
TEST_F(ProveTest, AReceiptOutlivesAChangeOfTheLogsKey) {
  const audit::VerifierKey first = log_.verifier();
  const std::string before = Files({3})[0].text;
  log_.ChangeKey(Signing::kByBothKeys);
  const audit::VerifierKey second = log_.verifier();
  log_.ChangeKey(Signing::kByBothKeys);
  const audit::VerifierKey third = log_.verifier();
  const std::vector<std::string> changes(log_.checkpoint.log_key_changes().begin(),
                                         log_.checkpoint.log_key_changes().end());
  const std::string after = ProofsOf(log_.Delivery({3}), changes).value()[0].text;
  for (const audit::VerifierKey& key : {first, second, third}) {
    const auto proven = CheckProof(after, {key, audit::TrustPolicy::None()}, std::nullopt);
    ASSERT_TRUE(proven.ok()) << proven.status();
    EXPECT_FALSE(proven->by_earlier_key);
  }
  // An old receipt knows of no change; who has followed the log does.
  const auto code = CheckProof(before, {}, Known(third)).status().code();
  EXPECT_EQ(code, Code::kPermissionDenied);
  Trusted known = Known(third);
  known.changes = changes;
  const auto proven = CheckProof(before, {}, known);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_TRUE(proven->by_earlier_key);
  // And one that was made after the change, of a checkpoint of before it.
  v1::GetDeliveryResponse old = log_.Delivery({3});
  old.mutable_checkpoint()->set_note(audit::ParseTlogProof(before).value().checkpoint);
  const std::string told = ProofsOf(old, changes).value()[0].text;
  EXPECT_TRUE(
      CheckProof(told, {third, audit::TrustPolicy::None()}, std::nullopt).value().by_earlier_key);
}

TEST_F(ProveTest, AStrangersChangeOfTheKeyIsNone) {
  FakeLog other(300);
  other.ChangeKey(Signing::kByBothKeys);
  const std::vector<std::string> changes(other.checkpoint.log_key_changes().begin(),
                                         other.checkpoint.log_key_changes().end());
  const std::string text = ProofsOf(other.Delivery({3}), changes).value()[0].text;
  EXPECT_EQ(CheckProof(text, {}, Known(log_.verifier())).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(
      ProofsOf(other.Delivery({3}), std::vector<std::string>(200, changes[0])).status().code(),
      Code::kDataLoss);
}

TEST_F(ProveTest, TheExtraDataAreOurs) {
  audit::TlogProof proof = audit::ParseTlogProof(Files({3})[0].text).value();
  const std::string ours = proof.extra;
  for (const std::string& extra :
       {std::string(), std::string("{}"), ours + " ", std::string("[") + ours + "]",
        ours.substr(0, ours.size() - 1) + R"(,"more":1})"}) {
    proof.extra = extra;
    EXPECT_EQ(CheckProof(audit::FormatTlogProof(proof), policy_, std::nullopt).status().code(),
              Code::kInvalidArgument)
        << extra;
  }
}

}  // namespace
}  // namespace firstbell::audit_client
