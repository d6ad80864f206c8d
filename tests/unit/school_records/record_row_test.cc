#include "clients/school/records/record_row.h"

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

RowHead Head() {
  return {.number = 7,
          .id = RecordId("000g40r40m30e209185gr38e1w"),
          .kind = v1::RECORD_KIND_ACTION,
          .child = ChildId("000g40r40m30e209185gr38e2w"),
          .alert = base::AlertId("000g40r40m30e209185gr38e3w"),
          .revision = 2,
          .at = kMonday,
          .due = kMonday + absl::Hours(1),
          .writer = WriterId("000g40r40m30e209185gr38e4w"),
          .refers_to = RecordId("000g40r40m30e209185gr38e5w")};
}

v1::RecordBody Body() {
  v1::RecordBody body;
  body.mutable_action()->set_what("breakfast");
  return body;
}

// As proto/FORMATS.md has it: a change of these bytes breaks every chain that there is.
TEST(RecordRowTest, TheChainDigestIsWhatTheFormatSays) {
  EXPECT_EQ(base::HexEncode(ChainDigest(FirstDigest(), Head(), crypto::Sha256("content"))),
            "2d776833409c69fcc5dc1618c1b29bb642a628eeb41de7b491022c9893495d05");
}

class SealedRowTest : public testing::Test {
 protected:
  base::Secret key_;
  const crypto::PrivateKey signer_ = crypto::PrivateKey::Generate();
  const SealedRow row_ = SealRow(Head(), Body(), FirstDigest(), signer_,
                                 [this](const RecordId&, const base::Secret& key) {
                                   key_ = key;
                                   return std::string("wrapped");
                                 })
                             .value();
};

TEST_F(SealedRowTest, OpensAsItWasWrittenAndIsSigned) {
  const OpenedRow opened = OpenContent(Head(), key_, row_.content).value();
  EXPECT_EQ(opened.statement.body().action().what(), "breakfast");
  EXPECT_EQ(opened.statement.previous(), FirstDigest());
  EXPECT_TRUE(
      crypto::VerifySignature(signer_.PublicKey(), opened.signed_bytes, opened.signature).ok());
  EXPECT_FALSE(crypto::VerifySignature(crypto::PrivateKey::Generate().PublicKey(),
                                       opened.signed_bytes, opened.signature)
                   .ok());
  EXPECT_EQ(row_.wrapped_key, "wrapped");
  EXPECT_EQ(row_.content_sha256, crypto::Sha256(row_.content));
}

TEST_F(SealedRowTest, OpensUnderNoOtherColumnsAndNoOtherKey) {
  EXPECT_TRUE(
      absl::IsDataLoss(OpenContent(Head(), crypto::RandomSecret(32), row_.content).status()));
  std::vector<RowHead> others(11, Head());
  others[0].number = 8;
  others[1].id = RecordId("x");
  others[2].kind = v1::RECORD_KIND_CONCERN;
  others[3].child = ChildId();
  others[4].alert = base::AlertId();
  others[5].revision = 3;
  others[6].at += absl::Microseconds(1);
  others[7].due.reset();
  others[8].due = *others[8].due + absl::Microseconds(1);
  others[9].writer = WriterId("x");
  others[10].refers_to = RecordId();
  for (const RowHead& other : others) {
    EXPECT_TRUE(absl::IsDataLoss(OpenContent(other, key_, row_.content).status()));
    EXPECT_NE(ChainDigest(FirstDigest(), other, row_.content_sha256), row_.digest);
  }
}

// Behind the encryption: whoever holds a key could have put something else there.
TEST_F(SealedRowTest, AStatementThatSaysOtherwiseThanTheColumnsIsRefused) {
  const v1::SchoolRecord statement = OpenContent(Head(), key_, row_.content)->statement;
  const auto read = [](const v1::SchoolRecord& said) {
    v1::SignedSchoolRecord record;
    record.set_statement(said.SerializeAsString());
    return ReadContent(Head(), record.SerializeAsString()).status();
  };
  EXPECT_TRUE(read(statement).ok());
  std::vector<v1::SchoolRecord> others(12, statement);
  others[0].set_number(8);
  others[1].set_record_id("x");
  others[2].mutable_body()->mutable_concern();
  others[3].clear_child_id();
  others[4].clear_alert_id();
  others[5].set_revision(3);
  others[6].mutable_at()->set_seconds(1);
  others[7].clear_due();
  others[8].mutable_due()->set_nanos(1000);
  others[9].set_writer_id("x");
  others[10].clear_refers_to();
  others[11].set_previous("short");
  for (const v1::SchoolRecord& other : others) EXPECT_TRUE(absl::IsDataLoss(read(other)));
  EXPECT_TRUE(absl::IsDataLoss(ReadContent(Head(), "\xff").status()));
}

}  // namespace
}  // namespace firstbell::school_records
