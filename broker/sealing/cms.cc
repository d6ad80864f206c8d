#include "broker/sealing/cms.h"

#include <openssl/cms.h>
#include <openssl/ec.h>

#include "broker/base/limits.h"
#include "broker/crypto/openssl.h"

namespace firstbell::sealing {
namespace {

using crypto::ForgetErrors;
using crypto::OwnedBio;
using crypto::OwnedCertificate;
using OwnedCms = crypto::Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

enum class Match { kNo, kYes };

base::Result<OwnedCertificate> ReadOne(std::string_view der) {
  FB_ASSIGN_OR_RETURN(OwnedCertificate certificate, crypto::CertificateFromDer(der));
  const EVP_PKEY* const key = X509_get0_pubkey(certificate.get());
  if (key != nullptr && crypto::IsP256(key)) return certificate;
  ForgetErrors();
  return base::InvalidArgument("an opening certificate must be for a P-256 key");
}

base::Status AddRecipient(CMS_ContentInfo* cms, X509* certificate) {
  CMS_RecipientInfo* const info =
      CMS_add1_recipient_cert(cms, certificate, CMS_USE_KEYID | CMS_KEY_PARAM);
  ForgetErrors();
  if (info == nullptr) {
    return base::InvalidArgument("an opening certificate must have a subject key identifier");
  }
  EVP_PKEY_CTX* const context = CMS_RecipientInfo_get0_pkey_ctx(info);
  FB_CHECK(context != nullptr);
  // The digest alone: OpenSSL sets the X9.63 KDF itself, and refuses where it is set already.
  FB_CHECK(EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) == 1);
  return base::OkStatus();
}

Match Names(CMS_RecipientInfo* info, X509* certificate) {
  STACK_OF(CMS_RecipientEncryptedKey)* const keys = CMS_RecipientInfo_kari_get0_reks(info);
  for (int i = 0; i < sk_CMS_RecipientEncryptedKey_num(keys); ++i) {
    CMS_RecipientEncryptedKey* const key = sk_CMS_RecipientEncryptedKey_value(keys, i);
    if (CMS_RecipientEncryptedKey_cert_cmp(key, certificate) == 0) return Match::kYes;
  }
  return Match::kNo;
}

Match SealedTo(CMS_ContentInfo* cms, X509* certificate) {
  STACK_OF(CMS_RecipientInfo)* const infos = CMS_get0_RecipientInfos(cms);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); ++i) {
    if (Names(sk_CMS_RecipientInfo_value(infos, i), certificate) == Match::kYes) return Match::kYes;
  }
  return Match::kNo;
}

base::Status NotSealedToThisKey() {
  return base::PermissionDenied("this message is not sealed to this key");
}

// What OpenSSL writes before it has checked the tag never leaves this function unless the tag
// holds.
base::Result<base::Secret> Decrypt(CMS_ContentInfo* cms, EVP_PKEY* key, X509* certificate) {
  const OwnedBio out = crypto::MemoryWriter();
  const bool opened = CMS_decrypt(cms, key, certificate, nullptr, out.get(), CMS_BINARY) == 1;
  base::Secret plaintext = crypto::WrittenSecret(out.get());
  ForgetErrors();
  if (!opened) return base::DataLoss("the sealed message was altered");
  return plaintext;
}

}  // namespace

base::Result<OpeningCertificates> OpeningCertificates::Read(
    absl::Span<const std::string> certificates) {
  if (certificates.empty() || certificates.size() > limits::kRecipientsPerSchool) {
    return base::InvalidArgument("a message is sealed to 1 to " +
                                 std::to_string(limits::kRecipientsPerSchool) + " people");
  }
  OpeningCertificates recipients;
  for (const std::string& der : certificates) {
    FB_ASSIGN_OR_RETURN(OwnedCertificate certificate, ReadOne(der));
    recipients.certificates_.emplace_back(certificate.release(), X509_free);
  }
  return recipients;
}

base::Result<std::string> SealTo(const OpeningCertificates& recipients,
                                 std::string_view plaintext) {
  const OwnedCms cms(CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()));
  FB_CHECK(cms != nullptr);
  for (const std::shared_ptr<X509>& certificate : recipients.get()) {
    FB_RETURN_IF_ERROR(AddRecipient(cms.get(), certificate.get()));
  }
  const OwnedBio reader = crypto::ReaderOf(plaintext);
  FB_CHECK(CMS_set_detached(cms.get(), 0) == 1);
  FB_CHECK(CMS_final(cms.get(), reader.get(), nullptr, CMS_BINARY) == 1);
  std::string sealed = crypto::ToDer(i2d_CMS_ContentInfo, cms.get());
  if (sealed.size() <= limits::kFrameBytes) return sealed;
  return base::ResourceExhausted("a sealed message must fit a frame of the school link");
}

base::Result<base::Secret> Open(std::string_view cms, const crypto::PrivateKey& key,
                                std::string_view certificate) {
  FB_RETURN_IF_ERROR(CheckAlgorithms(cms));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate own, crypto::CertificateFromDer(certificate));
  const bool own_key = X509_check_private_key(own.get(), key.get()) == 1;
  const OwnedCms parsed = crypto::FromDer<OwnedCms>(d2i_CMS_ContentInfo, cms);
  ForgetErrors();
  if (!parsed) return base::DataLoss("the sealed message cannot be read");
  if (!own_key || SealedTo(parsed.get(), own.get()) == Match::kNo) return NotSealedToThisKey();
  return Decrypt(parsed.get(), key.get(), own.get());
}

}  // namespace firstbell::sealing
