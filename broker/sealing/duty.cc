#include "broker/sealing/duty.h"

#include <string>

#include "broker/crypto/hash.h"

namespace firstbell::sealing {
namespace {

// The context in front keeps a signature over a receipt from passing as one over a duty.
std::string Signed(std::string_view statement) {
  return std::string(kDutyContext).append(statement);
}

}  // namespace

v1::SignedDuty SignDuty(const v1::DutyStatement& statement, const crypto::PrivateKey& key) {
  v1::SignedDuty duty;
  duty.set_statement(statement.SerializeAsString());
  duty.set_signature(key.Sign(Signed(duty.statement())));
  return duty;
}

base::Result<v1::DutyStatement> PeekDuty(const v1::SignedDuty& duty) {
  v1::DutyStatement statement;
  if (duty.statement().empty() || !statement.ParseFromString(duty.statement())) {
    return base::InvalidArgument("there is no statement that can be read");
  }
  return statement;
}

std::string LoggedDigest(const v1::SignedDuty& duty) {
  return crypto::Sha256({duty.statement(), duty.signature()});
}

base::Status VerifyDuty(const v1::SignedDuty& duty, const crypto::PublicKey& signer) {
  return base::Annotate(signer.Verify(Signed(duty.statement()), duty.signature()), "duty");
}

}  // namespace firstbell::sealing
