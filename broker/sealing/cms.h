#pragma once

// CMS AuthEnvelopedData (RFC 5083, 5084, 5753): AES-256-GCM under a fresh key, wrapped for every
// recipient by ephemeral-static ECDH on P-256 with the X9.63 KDF over SHA-256 (set by us: OpenSSL's
// default is SHA-1) and AES-256 key wrap. Recipients are named by subject key identifier. Any
// OpenSSL 3 opens it. Threads: safe.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"

typedef struct x509_st X509;

namespace firstbell::sealing {

// Recipients' opening certificates, read once for many messages: reading one costs as much as
// sealing to it. Threads: any. Copies share them.
class OpeningCertificates {
 public:
  // DER, 1 to limits::kRecipientsPerSchool of them. InvalidArgument: too few or many, or one that
  // is not for a P-256 key.
  static base::Result<OpeningCertificates> Read(absl::Span<const std::string> certificates);
  const std::vector<std::shared_ptr<X509>>& get() const { return certificates_; }

 private:
  std::vector<std::shared_ptr<X509>> certificates_;
};

// DER. ResourceExhausted: more than fits a frame of the link. InvalidArgument: a certificate
// without a subject key identifier.
base::Result<std::string> SealTo(const OpeningCertificates& recipients, std::string_view plaintext);

// Whether these bytes are AuthEnvelopedData with exactly the algorithms above; FailedPrecondition
// naming the first that is not. Called before anything is decrypted.
base::Status CheckAlgorithms(std::string_view cms);

// To whom such a message is sealed: the subject key identifiers that it names, 20 bytes each, in
// its order; a key that is named twice stands here twice. The errors of CheckAlgorithms.
base::Result<std::vector<std::string>> RecipientKeyIds(std::string_view cms);

// PermissionDenied: not sealed to this key. DataLoss: altered.
base::Result<base::Secret> Open(std::string_view cms, const crypto::PrivateKey& key,
                                std::string_view certificate);

}  // namespace firstbell::sealing
