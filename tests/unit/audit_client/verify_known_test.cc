// What verify says to a log, and of one, that was verified before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerifyKnownTest : public ::testing::Test {
 protected:
  Verified VerifyOn(Extent extent = Extent::kSinceTrusted) {
    return VerifyFrom(log_.source(), {}, known_, extent);
  }
  // Both checkpoints stand in what is to be kept.
  void ExpectContradiction(const Verified& verified) {
    ASSERT_TRUE(verified.contradiction.has_value()) << verified.mismatch;
    EXPECT_EQ(verified.contradiction->origin, kOrigin);
    EXPECT_EQ(verified.contradiction->what, verified.mismatch);
    EXPECT_EQ(verified.contradiction->before, known_.note);
    EXPECT_EQ(verified.contradiction->after, log_->checkpoint.note());
    EXPECT_FALSE(verified.trusted.has_value());
  }

  ServedLog log_{21};
  const Trusted known_ = KnownOf(log_.source());
};

TEST_F(VerifyKnownTest, TheLogIsShownWhatIsKnownOfIt) {
  log_->remembered.clear();
  EXPECT_THAT(VerifyOn().mismatch, IsEmpty());
  EXPECT_THAT(log_->remembered, ElementsAre("", known_.note));
  log_->Cut(20);
  log_->remembered.clear();
  EXPECT_THAT(VerifyOn().mismatch, HasSubstr("the log was cut"));
  EXPECT_THAT(log_->remembered, Contains(known_.note));
}

TEST_F(VerifyKnownTest, ALogThatOwnsUpIsTakenAtItsWord) {
  log_->not_borne_out = "this data directory was restored from an old copy";
  const Verified verified = VerifyOn();
  EXPECT_THAT(verified.mismatch, HasSubstr("does not bear out what was verified before"));
  EXPECT_THAT(verified.mismatch, HasSubstr("restored from an old copy"));
  ExpectContradiction(verified);
}

TEST_F(VerifyKnownTest, OfALogThatWasCutOrForkedBothCheckpointsAreToBeKept) {
  log_->Cut(20);
  ExpectContradiction(VerifyOn());
  log_->Grow(1);
  EXPECT_THAT(VerifyOn().mismatch, IsEmpty());
  for (const Extent extent : {Extent::kSinceTrusted, Extent::kWhole}) {
    log_->Fork(20);
    ExpectContradiction(VerifyOn(extent));
    log_->Grow(9);
    ExpectContradiction(VerifyOn(extent));
    log_->Cut(21);
  }
}

TEST_F(VerifyKnownTest, AnAlteredEntryIsNoContradictionOfWhatWasSigned) {
  log_->Grow(10);
  log_->Alter(25);
  const Verified verified = VerifyOn();
  EXPECT_THAT(verified.mismatch, HasSubstr("is entry 25"));
  EXPECT_FALSE(verified.contradiction.has_value());
}

TEST_F(VerifyKnownTest, AStreamWithoutAnEndIsLeft) {
  log_->too_many = UINT64_MAX;
  const auto verified = Verify(
      log_.source(), {},
      [](const std::string&) -> base::Result<std::optional<Trusted>> { return std::nullopt; },
      Extent::kWhole, [](double) {});
  EXPECT_EQ(verified.status().code(), base::Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(verified.status())), HasSubstr("more entries than"));
}

}  // namespace
}  // namespace firstbell::audit_client
