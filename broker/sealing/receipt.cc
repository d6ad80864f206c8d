#include "broker/sealing/receipt.h"

#include <string>

#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"

namespace firstbell::sealing {
namespace {

// The context in front keeps a signature over anything else from passing as one over a receipt.
std::string Signed(std::string_view statement) {
  return std::string(kReceiptContext).append(statement);
}

}  // namespace

v1::Receipt SignReceipt(const v1::ReceiptStatement& statement, const crypto::PrivateKey& key) {
  v1::Receipt receipt;
  receipt.set_statement(statement.SerializeAsString());
  receipt.set_signature(key.Sign(Signed(receipt.statement())));
  return receipt;
}

base::Result<v1::ReceiptStatement> PeekStatement(const v1::Receipt& receipt) {
  v1::ReceiptStatement statement;
  if (receipt.statement().empty() || !statement.ParseFromString(receipt.statement())) {
    return base::InvalidArgument("the receipt holds no statement that can be read");
  }
  return statement;
}

base::Result<crypto::PublicKey> SignerKey(std::string_view certificate) {
  FB_ASSIGN_OR_RETURN(const std::string public_key, crypto::PublicKeyOf(certificate));
  return crypto::PublicKey::FromDer(public_key);
}

std::string LoggedDigest(const v1::Receipt& receipt) {
  return crypto::Sha256({receipt.statement(), receipt.signature()});
}

base::Status VerifyReceipt(const v1::Receipt& receipt, const crypto::PublicKey& signer) {
  return base::Annotate(signer.Verify(Signed(receipt.statement()), receipt.signature()), "receipt");
}

}  // namespace firstbell::sealing
