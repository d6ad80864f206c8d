// The half of x509.h that makes certificates and requests.

#include <openssl/bn.h>

#include <algorithm>

#include "broker/crypto/openssl.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"

namespace firstbell::crypto {
namespace {

using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedName = Owned<X509_NAME, X509_NAME_free>;
using OwnedGeneralName = Owned<GENERAL_NAME, GENERAL_NAME_free>;
using OwnedGeneralNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedConstraints = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using OwnedSubtree = Owned<GENERAL_SUBTREE, GENERAL_SUBTREE_free>;
using OwnedAddress = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;
using OwnedInteger = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;

constexpr long kVersion3 = 2;
constexpr std::size_t kSerialBytes = 16;
// RFC 2606 keeps this top-level domain for names that nobody can have.
constexpr std::string_view kNobody = "invalid";

enum class Critical { kNo = 0, kYes = 1 };

// --- Names ---------------------------------------------------------------------------------

base::Status AddNamePart(X509_NAME* name, const char* field, std::string_view text) {
  const bool holds_nul = text.find('\0') != std::string_view::npos;
  if (text.empty() || holds_nul ||
      X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, Data(text),
                                 static_cast<int>(text.size()), -1, 0) != 1) {
    ForgetErrors();
    return base::InvalidArgument("a certificate's " + std::string(field) +
                                 " must be 1 to 64 characters of UTF-8");
  }
  return base::OkStatus();
}

base::Result<OwnedName> MakeName(std::string_view organisation, std::string_view common_name) {
  OwnedName name(X509_NAME_new());
  FB_CHECK(name != nullptr);
  FB_RETURN_IF_ERROR(AddNamePart(name.get(), "O", organisation));
  if (!common_name.empty()) FB_RETURN_IF_ERROR(AddNamePart(name.get(), "CN", common_name));
  return name;
}

// The issuer's name with another common name: the organisation is the issuer's.
base::Result<OwnedName> SubjectUnder(X509* issuer, std::string_view common_name) {
  OwnedName name(X509_NAME_dup(X509_get_subject_name(issuer)));
  FB_CHECK(name != nullptr);
  const int at = X509_NAME_get_index_by_NID(name.get(), NID_commonName, -1);
  if (at >= 0) X509_NAME_ENTRY_free(X509_NAME_delete_entry(name.get(), at));
  FB_RETURN_IF_ERROR(AddNamePart(name.get(), "CN", common_name));
  return name;
}

bool ReadsAsHost(std::string_view name) {
  return name.find('.') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

OwnedGeneralName TextName(int type, std::string_view text) {
  OwnedGeneralName name(GENERAL_NAME_new());
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  FB_CHECK(name && value);
  FB_CHECK(ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), type, value);
  return name;
}

OwnedGeneralName AddressName(std::string_view bytes) {
  OwnedGeneralName name(GENERAL_NAME_new());
  ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
  FB_CHECK(name && value);
  FB_CHECK(ASN1_OCTET_STRING_set(value, Data(bytes), static_cast<int>(bytes.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), GEN_IPADD, value);
  return name;
}

// 4 or 16 bytes; empty where the text is no address.
std::string AddressBytes(const std::string& text) {
  const OwnedAddress address(a2i_IPADDRESS(text.c_str()));
  ForgetErrors();
  if (!address) return "";
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(address.get())),
          static_cast<std::size_t>(ASN1_STRING_length(address.get()))};
}

base::Status CheckAscii(std::string_view text) {
  const bool printable = !text.empty() && std::all_of(text.begin(), text.end(),
                                                      [](char c) { return c > ' ' && c < 0x7f; });
  if (printable) return base::OkStatus();
  return base::InvalidArgument("a URI or host name in a certificate must be printable ASCII");
}

// --- Extensions ----------------------------------------------------------------------------

template <typename Target>
void AddExtension(Target* certificate, int nid, void* value, Critical critical) {
  FB_CHECK(X509_add1_ext_i2d(certificate, nid, value, static_cast<int>(critical),
                             X509V3_ADD_DEFAULT) == 1);
}

// From OpenSSL's configuration syntax; for constant texts alone.
void AddConfigured(X509* certificate, X509* issuer, int nid, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const OwnedExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, text));
  FB_CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

struct Profile {
  const char* basic_constraints;
  const char* key_usage;
  const char* extended_key_usage;  // null: none
};

Profile ProfileOf(Usage usage) {
  constexpr const char* kLeaf = "critical,CA:FALSE";
  constexpr const char* kSigns = "critical,digitalSignature";
  // A purpose of its own for what is no TLS certificate: without one, any TLS server would take it.
  constexpr const char* kMessages = "emailProtection";
  switch (usage) {
    case Usage::kRoot:
      return {"critical,CA:TRUE,pathlen:1", "critical,keyCertSign,cRLSign", nullptr};
    case Usage::kIssuing:
      return {"critical,CA:TRUE,pathlen:0", "critical,keyCertSign,cRLSign", nullptr};
    case Usage::kTlsServer:
      return {kLeaf, kSigns, "serverAuth"};
    case Usage::kTlsClient:
      return {kLeaf, kSigns, "clientAuth"};
    case Usage::kSigning:
      return {kLeaf, kSigns, kMessages};
    case Usage::kOpening:
      return {kLeaf, "critical,keyAgreement", kMessages};
  }
  FB_CHECK(false);
  return {};
}

void AddProfile(X509* certificate, X509* issuer, Usage usage) {
  const Profile profile = ProfileOf(usage);
  AddConfigured(certificate, issuer, NID_basic_constraints, profile.basic_constraints);
  AddConfigured(certificate, issuer, NID_key_usage, profile.key_usage);
  if (profile.extended_key_usage != nullptr) {
    AddConfigured(certificate, issuer, NID_ext_key_usage, profile.extended_key_usage);
  }
  AddConfigured(certificate, issuer, NID_subject_key_identifier, "hash");
  AddConfigured(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

base::Status AddAlternativeNames(X509* certificate, const CertificateRequest& request) {
  const OwnedGeneralNames names(GENERAL_NAMES_new());
  FB_CHECK(names != nullptr);
  const auto add = [&](OwnedGeneralName name) {
    FB_CHECK(sk_GENERAL_NAME_push(names.get(), name.release()) > 0);
  };
  if (!request.uri.empty()) {
    FB_RETURN_IF_ERROR(CheckAscii(request.uri));
    add(TextName(GEN_URI, request.uri));
  }
  for (const std::string& host : request.dns_names) {
    FB_RETURN_IF_ERROR(CheckAscii(host));
    const std::string address = AddressBytes(host);
    add(address.empty() ? TextName(GEN_DNS, host) : AddressName(address));
  }
  if (sk_GENERAL_NAME_num(names.get()) > 0) {
    AddExtension(certificate, NID_subject_alt_name, names.get(), Critical::kNo);
  }
  return base::OkStatus();
}

// --- Name constraints ----------------------------------------------------------------------

void AddSubtree(STACK_OF(GENERAL_SUBTREE) * *list, OwnedGeneralName name) {
  if (*list == nullptr) *list = sk_GENERAL_SUBTREE_new_null();
  OwnedSubtree subtree(GENERAL_SUBTREE_new());
  FB_CHECK(*list != nullptr && subtree != nullptr);
  GENERAL_NAME_free(subtree->base);
  subtree->base = name.release();
  FB_CHECK(sk_GENERAL_SUBTREE_push(*list, subtree.release()) > 0);
}

OwnedGeneralName DirectoryName(OwnedName directory) {
  OwnedGeneralName name(GENERAL_NAME_new());
  FB_CHECK(name != nullptr);
  GENERAL_NAME_set0_value(name.get(), GEN_DIRNAME, directory.release());
  return name;
}

// A kind of name without any constraint would be free for all of that kind; where no server has
// one, only a name that nobody can have is permitted.
base::Status ConstrainServers(NAME_CONSTRAINTS* constraints,
                              const std::vector<std::string>& server_names) {
  bool any_host = false;
  bool any_address = false;
  for (const std::string& server : server_names) {
    FB_RETURN_IF_ERROR(CheckAscii(server));
    const std::string address = AddressBytes(server);
    (address.empty() ? any_host : any_address) = true;
    AddSubtree(&constraints->permittedSubtrees,
               address.empty() ? TextName(GEN_DNS, server)
                               : AddressName(address + std::string(address.size(), '\xff')));
  }
  if (!any_host) AddSubtree(&constraints->permittedSubtrees, TextName(GEN_DNS, kNobody));
  if (!any_address) {
    AddSubtree(&constraints->excludedSubtrees, AddressName(std::string(8, '\0')));
    AddSubtree(&constraints->excludedSubtrees, AddressName(std::string(32, '\0')));
  }
  return base::OkStatus();
}

base::Status AddNameConstraints(X509* certificate, std::string_view organisation,
                                const std::vector<std::string>& server_names) {
  const OwnedConstraints constraints(NAME_CONSTRAINTS_new());
  FB_CHECK(constraints != nullptr);
  FB_ASSIGN_OR_RETURN(OwnedName directory, MakeName(organisation, ""));
  AddSubtree(&constraints->permittedSubtrees, DirectoryName(std::move(directory)));
  FB_RETURN_IF_ERROR(ConstrainServers(constraints.get(), server_names));
  AddSubtree(&constraints->permittedSubtrees, TextName(GEN_EMAIL, kNobody));
  AddExtension(certificate, NID_name_constraints, constraints.get(), Critical::kYes);
  return base::OkStatus();
}

// --- The certificate -----------------------------------------------------------------------

OwnedInteger RandomSerial() {
  std::string bytes = RandomBytes(kSerialBytes);
  bytes[0] = static_cast<char>((bytes[0] & 0x7f) | 0x40);  // never zero, always 16 bytes long
  const OwnedNumber number(BN_bin2bn(Data(bytes), static_cast<int>(bytes.size()), nullptr));
  OwnedInteger serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  FB_CHECK(serial != nullptr);
  return serial;
}

base::Status SetValidity(X509* certificate, absl::Time not_before, absl::Time not_after) {
  if (not_before >= not_after) {
    return base::InvalidArgument("a certificate must end after it begins");
  }
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after)) == nullptr) {
    ForgetErrors();
    return base::InvalidArgument("a certificate's dates must lie in the years 1950 to 9999");
  }
  return base::OkStatus();
}

// Everything but the extensions and the signature.
base::Result<OwnedCertificate> Draft(X509_NAME* subject, X509_NAME* issuer,
                                     const CertificateRequest& request) {
  FB_ASSIGN_OR_RETURN(const OwnedKey key, PublicKeyFromDer(request.public_key));
  OwnedCertificate draft(X509_new());
  FB_CHECK(draft && X509_set_version(draft.get(), kVersion3) == 1);
  FB_CHECK(X509_set_serialNumber(draft.get(), RandomSerial().get()) == 1);
  FB_CHECK(X509_set_subject_name(draft.get(), subject) == 1);
  FB_CHECK(X509_set_issuer_name(draft.get(), issuer) == 1);
  FB_CHECK(X509_set_pubkey(draft.get(), key.get()) == 1);
  FB_RETURN_IF_ERROR(SetValidity(draft.get(), request.not_before, request.not_after));
  return draft;
}

std::string SignAndEncode(X509* draft, const PrivateKey& key) {
  FB_CHECK(X509_sign(draft, key.get(), EVP_sha256()) > 0);
  return ToDer(i2d_X509, draft);
}

// The draft of a certificate below `issuer`, with every extension but name constraints.
base::Result<OwnedCertificate> DraftUnder(X509* issuer, const CertificateRequest& request) {
  FB_ASSIGN_OR_RETURN(const OwnedName subject, SubjectUnder(issuer, request.common_name));
  FB_ASSIGN_OR_RETURN(OwnedCertificate draft,
                      Draft(subject.get(), X509_get_subject_name(issuer), request));
  AddProfile(draft.get(), issuer, request.usage);
  FB_RETURN_IF_ERROR(AddAlternativeNames(draft.get(), request));
  return draft;
}

}  // namespace

base::Result<Authority> MakeRoot(std::string_view organisation, absl::Time not_before,
                                 absl::Time not_after) {
  PrivateKey key = PrivateKey::Generate();
  CertificateRequest request{.public_key = key.PublicKey(), .usage = Usage::kRoot};
  request.not_before = not_before;
  request.not_after = not_after;
  FB_ASSIGN_OR_RETURN(const OwnedName name, MakeName(organisation, "Firstbell root"));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate draft, Draft(name.get(), name.get(), request));
  AddProfile(draft.get(), draft.get(), Usage::kRoot);
  std::string certificate = SignAndEncode(draft.get(), key);
  return Authority{std::move(certificate), std::move(key)};
}

base::Result<Authority> MakeIssuing(const Authority& root, std::string_view organisation,
                                    const std::vector<std::string>& server_names,
                                    absl::Time not_before, absl::Time not_after) {
  PrivateKey key = PrivateKey::Generate();
  CertificateRequest request{.common_name = "Firstbell issuing", .public_key = key.PublicKey()};
  request.usage = Usage::kIssuing;
  request.not_before = not_before;
  request.not_after = not_after;
  FB_ASSIGN_OR_RETURN(const OwnedCertificate issuer, CertificateFromDer(root.certificate));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate draft, DraftUnder(issuer.get(), request));
  FB_RETURN_IF_ERROR(AddNameConstraints(draft.get(), organisation, server_names));
  std::string certificate = SignAndEncode(draft.get(), root.key);
  return Authority{std::move(certificate), std::move(key)};
}

base::Result<std::string> Issue(const Authority& issuer, const CertificateRequest& request) {
  if (request.usage != Usage::kTlsServer && ReadsAsHost(request.common_name)) {
    return base::InvalidArgument("this common name reads as a host name: leave out the dots");
  }
  FB_ASSIGN_OR_RETURN(const OwnedCertificate above, CertificateFromDer(issuer.certificate));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate draft, DraftUnder(above.get(), request));
  return SignAndEncode(draft.get(), issuer.key);
}

base::Result<std::string> MakeSelfSigned(const PrivateKey& key, std::string_view organisation,
                                         const CertificateRequest& request) {
  CertificateRequest own = request;
  own.public_key = key.PublicKey();
  FB_ASSIGN_OR_RETURN(const OwnedName name, MakeName(organisation, own.common_name));
  FB_ASSIGN_OR_RETURN(const OwnedCertificate draft, Draft(name.get(), name.get(), own));
  AddProfile(draft.get(), draft.get(), own.usage);
  FB_RETURN_IF_ERROR(AddAlternativeNames(draft.get(), own));
  return SignAndEncode(draft.get(), key);
}

std::string MakeSigningRequest(const PrivateKey& key) {
  const OwnedRequest request(X509_REQ_new());
  FB_CHECK(request && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1);
  FB_CHECK(X509_REQ_set_pubkey(request.get(), key.get()) == 1);
  FB_CHECK(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
  return ToDer(i2d_X509_REQ, request.get());
}

base::Result<std::string> CheckSigningRequest(std::string_view der) {
  const OwnedRequest request = FromDer<OwnedRequest>(d2i_X509_REQ, der);
  EVP_PKEY* const key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  const bool good = key != nullptr && IsP256(key) && X509_REQ_verify(request.get(), key) == 1;
  ForgetErrors();
  if (good) return ToDer(i2d_PUBKEY, key);
  return base::InvalidArgument(
      "not a PKCS#10 request of a P-256 key, signed with that key: make it again");
}

}  // namespace firstbell::crypto
