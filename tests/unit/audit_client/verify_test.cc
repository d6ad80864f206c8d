#include "clients/audit/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "broker/audit/cosignature.h"
#include "broker/audit/event_encoding.h"
#include "broker/crypto/hash.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint64_t kEntries = 21;

class VerifyTest : public ::testing::Test {
 protected:
  Verified VerifyLog(const Trust& trust = {}) { return VerifyFrom(log_.source(), trust); }
  Verified VerifyOn(const Trusted& known, Extent extent = Extent::kSinceTrusted) {
    return VerifyFrom(log_.source(), {}, known, extent);
  }

  ServedLog log_{kEntries};
};

TEST_F(VerifyTest, ATrueLogFits) {
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.entries, kEntries);
  EXPECT_EQ(verified.opened, kEntries);
  EXPECT_EQ(verified.closed.count(), 0u);
  ASSERT_TRUE(verified.trusted.has_value());
  EXPECT_EQ(verified.trusted->edge.Root(), log_->tree().Root());
  EXPECT_EQ(verified.trusted->head.size, kEntries);
  EXPECT_THAT(Describe(verified), HasSubstr("21 commitments were opened and fit their events."));
  EXPECT_THAT(VerifiedJson(verified),
              HasSubstr(R"({"verified":true,"origin":"firstbell.example/2026","size":21,)"));
}

TEST_F(VerifyTest, AnEmptyLogFitsTheEmptyHeadAlone) {
  log_->Cut(0);
  EXPECT_THAT(VerifyLog().mismatch, IsEmpty());
  log_->entries.push_back(v1::LogEntry());
  EXPECT_THAT(VerifyLog().mismatch, IsEmpty());  // it came after the checkpoint
  log_->checkpoint.set_root_sha256(crypto::Sha256("no such tree"));
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("says something else than the answer"));
}

TEST_F(VerifyTest, EntriesAfterTheCheckpointAreNoMismatch) {
  const v1::Checkpoint earlier = log_->checkpoint;
  log_->Grow(5);
  log_->checkpoint = earlier;
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.entries, kEntries);
}

TEST_F(VerifyTest, AnErasedEventLeavesTheTreeWholeAndIsCounted) {
  log_->entries[4].clear_event();
  log_->entries[4].clear_salt();
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.opened, kEntries - 1);
  EXPECT_EQ(verified.closed.count(), 1u);
  EXPECT_THAT(Describe(verified),
              HasSubstr("of 1 the event is not shown, and no erasure in the log names 4:"));
}

TEST_F(VerifyTest, EntriesWithoutNamesOpen) {
  for (std::uint64_t i = 0; i < kEntries; i += 2) log_->TakeNamesOut(i);
  EXPECT_THAT(log_->entries[0].event(), Not(HasSubstr("100001")));
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.opened, kEntries);
  log_->entries[2].set_event(log_->entries[4].event());
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("entry 2 does not commit"));
}

TEST_F(VerifyTest, AnEventIsNotTakenInTheFormThatItWasNotSentIn) {
  log_->TakeNamesOut(3);
  log_->entries[3].set_without_names(false);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("entry 3 does not commit"));
}

TEST_F(VerifyTest, AnAlteredEventIsFoundAtItsPlace) {
  (*log_->entries[7].mutable_event())[10] ^= 1;
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, HasSubstr("entry 7 does not commit"));
  EXPECT_FALSE(verified.trusted.has_value());
  EXPECT_THAT(Describe(verified), HasSubstr("DOES NOT FIT: entry 7"));
  EXPECT_THAT(VerifiedJson(verified), HasSubstr("\"verified\":false"));
}

// What is parsed and printed later calls itself for each level.
TEST_F(VerifyTest, AnEventThatIsNoneOfOursIsNotTakenThoughItsEntryCommitsToIt) {
  for (const std::string& event :
       {std::string(R"({"a":{"b":1}})"), std::string(R"({"a": 1})"), std::string("[]"),
        std::string("\"\x1b[2J\""),
        R"({"a":)" + std::string(9'000, '[') + std::string(9'000, ']') + "}"}) {
    v1::LogEntry& entry = log_->entries[7];
    entry.set_event(event);
    entry.set_without_names(true);
    entry.set_entry(std::string(1, audit::kEntryVersion) + crypto::HmacSha256(entry.salt(), event));
    ASSERT_TRUE(audit::CheckWithoutNames(entry.entry(), {event, entry.salt()}).ok());
    EXPECT_THAT(VerifyLog().mismatch, HasSubstr("entry 7 does not commit")) << event;
  }
}

TEST_F(VerifyTest, AnEntryAlteredTogetherWithItsEventIsNamed) {
  log_->Alter(7);
  EXPECT_THAT(VerifyLog().mismatch,
              HasSubstr("the first that was altered, moved or put in is entry 7"));
}

TEST_F(VerifyTest, AMissingAMovedAndACutOffEntryAreFound) {
  const auto whole = log_->entries;
  log_->entries.erase(log_->entries.begin() + 3);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("where entry 3 should stand"));
  log_->entries = whole;
  std::swap(log_->entries[1], log_->entries[2]);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("where entry 1 should stand"));
  log_->entries[1].set_position(1);
  log_->entries[2].set_position(2);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("put in is entry 1"));
  log_->entries = whole;
  log_->entries.pop_back();
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("speaks of 21 entries, the log gave 20"));
}

TEST_F(VerifyTest, FromTheTrustedStateItReadsTheNewEntriesAlone) {
  const Trusted known = KnownOf(log_.source());
  log_->Grow(300);
  log_->read_from.clear();
  const Verified verified = VerifyOn(known);
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.first, kEntries);
  EXPECT_EQ(verified.entries, 300u);
  EXPECT_THAT(log_->read_from, ElementsAre(kEntries));
  EXPECT_EQ(verified.trusted->edge.Root(), log_->tree().Root());
  EXPECT_THAT(Describe(verified), HasSubstr("It has grown from the 21 entries"));
  const Verified whole = VerifyOn(known, Extent::kWhole);
  EXPECT_EQ(whole.entries, kEntries + 300);
  EXPECT_EQ(whole.trusted, verified.trusted);
}

TEST_F(VerifyTest, WhereNothingIsNewNothingIsRead) {
  const Trusted known = KnownOf(log_.source());
  log_->read_from.clear();
  const Verified verified = VerifyOn(known);
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.entries, 0u);
  EXPECT_THAT(log_->read_from, IsEmpty());
  EXPECT_EQ(*verified.trusted, known);
}

TEST_F(VerifyTest, ALogThatWasCutIsFound) {
  const Trusted known = KnownOf(log_.source());
  log_->Cut(20);
  EXPECT_THAT(VerifyOn(known).mismatch, HasSubstr("the log was cut: 21 entries"));
  EXPECT_THAT(VerifyOn(known, Extent::kWhole).mismatch, HasSubstr("the log was cut"));
}

TEST_F(VerifyTest, AnotherHeadOfTheSameSizeIsAFork) {
  const Trusted known = KnownOf(log_.source());
  log_->Fork(20);
  EXPECT_THAT(VerifyFrom(log_.source()).mismatch, IsEmpty());  // by itself it is a true log
  EXPECT_THAT(VerifyOn(known).mismatch, HasSubstr("the log has forked"));
  EXPECT_THAT(VerifyOn(known, Extent::kWhole).mismatch, HasSubstr("the log has forked"));
}

TEST_F(VerifyTest, ALargerLogThatHasNotGrownFromTheKnownOneIsAFork) {
  const Trusted known = KnownOf(log_.source());
  log_->Fork(20);
  log_->Grow(9);
  EXPECT_THAT(VerifyOn(known).mismatch, HasSubstr("the log has forked"));
  EXPECT_THAT(VerifyOn(known, Extent::kWhole).mismatch, HasSubstr("the log has forked"));
  Trusted head_alone = known;
  head_alone.edge = audit::Frontier();
  EXPECT_THAT(VerifyOn(head_alone).mismatch, HasSubstr("the log has forked"));
  EXPECT_FALSE(VerifyOn(head_alone).trusted.has_value());
}

TEST_F(VerifyTest, OfAKnownLogTheAlteredEntryIsNamedAndNotAFork) {
  const Trusted known = KnownOf(log_.source());
  log_->Grow(10);
  log_->Alter(5);
  EXPECT_THAT(VerifyOn(known, Extent::kWhole).mismatch, HasSubstr("put in is entry 5"));
  log_->Alter(25);
  EXPECT_THAT(VerifyOn(known).mismatch, HasSubstr("put in is entry 25"));
}

}  // namespace
}  // namespace firstbell::audit_client
