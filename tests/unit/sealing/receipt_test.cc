#include "broker/sealing/receipt.h"

#include <gtest/gtest.h>

#include "broker/crypto/hash.h"
#include "broker/sealing/envelope.h"
#include "tests/unit/sealing/people.h"

namespace firstbell::sealing {
namespace {

using base::Code;

class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() {
    statement_.set_alert_id(crypto::RandomId());
    statement_.set_sealing(1);
    statement_.set_ciphertext_sha256(crypto::Sha256("a ciphertext"));
    statement_.set_kind(v1::RECEIPT_KIND_ACKNOWLEDGED);
    statement_.set_signer_id(crypto::RandomId());
  }
  Code Verdict(const v1::Receipt& receipt) const {
    return VerifyReceipt(receipt, SignerKey(certificate_).value()).code();
  }

  const crypto::PrivateKey key_ = crypto::PrivateKey::Generate();
  const std::string certificate_ = CertificateFor(key_, crypto::Usage::kSigning);
  v1::ReceiptStatement statement_;
};

TEST_F(ReceiptTest, VerifiesAndReadsBack) {
  const v1::Receipt receipt = SignReceipt(statement_, key_);
  EXPECT_EQ(Verdict(receipt), Code::kOk);
  EXPECT_EQ(PeekStatement(receipt)->SerializeAsString(), statement_.SerializeAsString());
}

TEST_F(ReceiptTest, ForgedOnesAreRefused) {
  EXPECT_EQ(Verdict(SignReceipt(statement_, crypto::PrivateKey::Generate())),
            Code::kPermissionDenied);
  v1::Receipt other_statement = SignReceipt(statement_, key_);
  statement_.set_sealing(2);
  other_statement.set_statement(statement_.SerializeAsString());
  EXPECT_EQ(Verdict(other_statement), Code::kPermissionDenied);
  EXPECT_EQ(Verdict(v1::Receipt()), Code::kPermissionDenied);
}

TEST_F(ReceiptTest, EveryFlippedByteIsRefused) {
  v1::Receipt receipt = SignReceipt(statement_, key_);
  for (std::string* field : {receipt.mutable_statement(), receipt.mutable_signature()}) {
    for (char& byte : *field) {
      byte = static_cast<char>(byte ^ 1);
      EXPECT_EQ(Verdict(receipt), Code::kPermissionDenied);
      byte = static_cast<char>(byte ^ 1);
    }
  }
  EXPECT_EQ(Verdict(receipt), Code::kOk);
}

// The same key over the same bytes for another purpose: as an envelope's header, or bare.
TEST_F(ReceiptTest, SignaturesOfOtherContextsAreRefused) {
  v1::Receipt receipt = SignReceipt(statement_, key_);
  receipt.set_signature(key_.Sign(std::string(kEnvelopeContext) + receipt.statement()));
  EXPECT_EQ(Verdict(receipt), Code::kPermissionDenied);
  receipt.set_signature(key_.Sign(receipt.statement()));
  EXPECT_EQ(Verdict(receipt), Code::kPermissionDenied);
}

TEST_F(ReceiptTest, ACertificateThatIsNoneIsSaid) {
  EXPECT_EQ(SignerKey("not a certificate").status().code(), Code::kInvalidArgument);
}

TEST_F(ReceiptTest, PeekRefusesWhatIsNoStatement) {
  v1::Receipt receipt;
  EXPECT_EQ(PeekStatement(receipt).status().code(), Code::kInvalidArgument);
  receipt.set_statement("\xff\xff");
  EXPECT_EQ(PeekStatement(receipt).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::sealing
