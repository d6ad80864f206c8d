#pragma once

// A school's devices and people, with the private keys that in life never leave the school.

#include <string_view>

#include "broker/crypto/curve.h"
#include "broker/crypto/key.h"
#include "broker/crypto/x509.h"
#include "broker/model/alert.h"
#include "broker/model/recipient.h"
#include "broker/store/store.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::support {

struct Member {
  model::Recipient recipient;
  crypto::PrivateKey signing;
  crypto::PrivateKey opening;  // of use to people alone
  crypto::CurveKeys curve;     // of use to devices alone

  const base::RecipientId& id() const { return recipient.id; }
};

// An invented installation's authority: made once in a process.
const crypto::Authority& TestAuthority();

Member MakeDevice(base::Urn urn);
Member MakePerson(base::Urn urn, v1::RecipientRole role = v1::RECIPIENT_ROLE_LEAD);
// By a grant of the store's own.
base::Status Enrol(store::Store& store, const Member& member);

// What `signer` says about this sealing.
v1::ReceiptStatement StatementOf(const Member& signer, const model::Sealing& sealing,
                                 v1::ReceiptKind kind);
v1::Receipt ReceiptOf(const Member& signer, const model::Sealing& sealing, v1::ReceiptKind kind);

}  // namespace firstbell::support
