// The half of x509.h that reads certificates, and their PEM form.

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "broker/base/bytes.h"
#include "broker/crypto/openssl.h"
#include "broker/crypto/x509.h"

namespace firstbell::crypto {
namespace {

using OwnedGeneralNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;

std::string_view TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

base::Result<std::vector<std::string>> UrisOf(const X509* certificate) {
  int found = 0;
  const OwnedGeneralNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &found, nullptr)));
  ForgetErrors();
  if (!names && found == -1) return std::vector<std::string>();
  if (!names) return base::InvalidArgument("the certificate's alternative names cannot be read");
  std::vector<std::string> uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const std::string_view uri = TextOf(name->d.uniformResourceIdentifier);
    if (uri.find('\0') != std::string_view::npos) {
      return base::InvalidArgument("the certificate's URI holds a NUL");
    }
    uris.emplace_back(uri);
  }
  return uris;
}

std::string SerialOf(const X509* certificate) {
  const OwnedNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  FB_CHECK(number != nullptr);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), Data(bytes));
  return base::HexEncode(bytes);
}

base::Result<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) == 1) return absl::FromTM(fields, absl::UTCTimeZone());
  ForgetErrors();
  return base::InvalidArgument("the certificate's dates cannot be read");
}

constexpr int kAnyTag = -1;
enum class Step { kInto, kOver };

// One step over the DER element at `at`, or into it. False where there is none with that tag.
bool Element(const unsigned char*& at, const unsigned char* end, int tag, Step step) {
  long size = 0;
  int found = 0, kind = 0;
  const unsigned char* content = at;
  const int form = ASN1_get_object(&content, &size, &found, &kind, end - at);
  if ((form & 0x80) != 0 || size > end - content) return false;
  if (tag != kAnyTag && found != tag) return false;
  at = step == Step::kInto ? content : content + size;
  return true;
}

}  // namespace

base::Result<CertificateFacts> ReadCertificate(std::string_view der) {
  FB_ASSIGN_OR_RETURN(const OwnedCertificate certificate, CertificateFromDer(der));
  CertificateFacts facts;
  facts.public_key = ToDer(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(certificate.get()));
  facts.serial = SerialOf(certificate.get());
  const ASN1_OCTET_STRING* const key_id = X509_get0_subject_key_id(certificate.get());
  if (key_id != nullptr) facts.subject_key_id = TextOf(key_id);
  FB_ASSIGN_OR_RETURN(facts.uris, UrisOf(certificate.get()));
  FB_ASSIGN_OR_RETURN(facts.not_before, TimeOf(X509_get0_notBefore(certificate.get())));
  FB_ASSIGN_OR_RETURN(facts.not_after, TimeOf(X509_get0_notAfter(certificate.get())));
  return facts;
}

// Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { version [0], serialNumber, signature,
// issuer, validity, subject, subjectPublicKeyInfo … } … } (RFC 5280, section 4.1)
base::Result<std::string> PublicKeyOf(std::string_view der) {
  constexpr int kBeforeTheKey = 6;
  const unsigned char* at = Data(der);
  const unsigned char* const end = at + der.size();
  const auto enter = [&](int tag) { return Element(at, end, tag, Step::kInto); };
  const auto skip = [&] { return Element(at, end, kAnyTag, Step::kOver); };
  bool good = enter(V_ASN1_SEQUENCE) && enter(V_ASN1_SEQUENCE);
  for (int i = 0; good && i < kBeforeTheKey; ++i) good = skip();
  const unsigned char* const key = at;
  good = good && Element(at, end, V_ASN1_SEQUENCE, Step::kOver);
  ForgetErrors();
  if (!good) return base::InvalidArgument("not an X.509 certificate in DER");
  return std::string(reinterpret_cast<const char*>(key), static_cast<std::size_t>(at - key));
}

// SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE, subjectPublicKey BIT STRING }, whose
// first byte counts unused bits and is no bit of it.
base::Result<std::string> SubjectKeyIdOf(std::string_view public_key) {
  const unsigned char* at = Data(public_key);
  const unsigned char* const end = at + public_key.size();
  const bool good = Element(at, end, V_ASN1_SEQUENCE, Step::kInto) &&
                    Element(at, end, V_ASN1_SEQUENCE, Step::kOver) &&
                    Element(at, end, V_ASN1_BIT_STRING, Step::kInto) && at < end && *at == 0;
  ForgetErrors();
  if (!good) return base::InvalidArgument("not a public key in DER");
  ++at;
  std::string id(SHA_DIGEST_LENGTH, '\0');
  FB_CHECK(EVP_Digest(at, static_cast<std::size_t>(end - at), Data(id), nullptr, EVP_sha1(),
                      nullptr) == 1);
  return id;
}

base::Status CheckIssued(std::string_view certificate, std::string_view issuer) {
  FB_ASSIGN_OR_RETURN(const OwnedCertificate subject, CertificateFromDer(certificate));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate signer, CertificateFromDer(issuer));
  EVP_PKEY* const key = X509_get0_pubkey(signer.get());
  const bool signed_by = key != nullptr && X509_verify(subject.get(), key) == 1;
  ForgetErrors();
  if (signed_by) return base::OkStatus();
  return base::DataLoss("the certificate is not signed by its issuer, or is damaged");
}

std::string CertificateToPem(std::string_view der) {
  const OwnedBio writer = MemoryWriter();
  FB_CHECK(PEM_write_bio(writer.get(), PEM_STRING_X509, "", Data(der),
                         static_cast<long>(der.size())) > 0);
  return Written(writer.get());
}

base::Result<std::string> CertificateFromPem(std::string_view pem) {
  FB_ASSIGN_OR_RETURN(std::vector<std::string> all, CertificatesFromPem(pem));
  return std::move(all.front());
}

base::Result<std::vector<std::string>> CertificatesFromPem(std::string_view pem) {
  const OwnedBio reader = ReaderOf(pem);
  std::vector<std::string> all;
  ForgetErrors();
  while (true) {
    const OwnedCertificate next(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    all.push_back(ToDer(i2d_X509, next.get()));
  }
  // Reading stops at the end of the text, or at a block that is damaged.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ForgetErrors();
  if (at_end && !all.empty()) return all;
  return base::InvalidArgument(
      "not certificates in PEM: give a file of blocks that begin with BEGIN CERTIFICATE");
}

}  // namespace firstbell::crypto
