#pragma once

// The few certificates we make and read (RFC 5280): P-256, ECDSA with SHA-256, identity in one URI
// subjectAltName. Threads: safe.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"

namespace firstbell::crypto {

// What a certificate is for: sets key usage and extended key usage.
enum class Usage {
  kRoot,       // CA, path length 1
  kIssuing,    // CA, path length 0, with the name constraints below
  kTlsServer,  // digitalSignature, serverAuth
  kTlsClient,  // digitalSignature, clientAuth
  kSigning,    // digitalSignature, emailProtection: receipts; never TLS
  kOpening,    // keyAgreement, emailProtection: CMS recipients; never TLS
};

struct CertificateRequest {
  std::string common_name;  // of the subject; the organisation is the issuer's
  std::string public_key;   // SubjectPublicKeyInfo DER
  Usage usage = Usage::kSigning;
  std::string uri;                     // the identity; empty for CAs and servers
  std::vector<std::string> dns_names;  // servers; an IPv4 or IPv6 address becomes an iPAddress
  absl::Time not_before;
  absl::Time not_after;
};

// A CA's certificate and key.
struct Authority {
  std::string certificate;  // DER
  PrivateKey key;
};

// A new root over its own key. `organisation` names this installation.
base::Result<Authority> MakeRoot(std::string_view organisation, absl::Time not_before,
                                 absl::Time not_after);
// An issuing CA under the root. Name constraints (RFC 5280 section 4.2.1.10): subjects within
// O=organisation; DNS and IP names within `server_names` alone; no e-mail names. URIs of the urn:
// scheme cannot be constrained (there is no host part): the broker's own table does that.
base::Result<Authority> MakeIssuing(const Authority& root, std::string_view organisation,
                                    const std::vector<std::string>& server_names,
                                    absl::Time not_before, absl::Time not_after);
// DER. Random 128-bit serial number. InvalidArgument: no P-256 key, names too long or with a NUL,
// dates the wrong way round, or, except for servers, a common name that reads as a host name (the
// name constraints would refuse it).
base::Result<std::string> Issue(const Authority& issuer, const CertificateRequest& request);

// DER, over its own key and signed with it: who trusts it was given it by a safe way. Nobody above
// it. The errors of Issue.
base::Result<std::string> MakeSelfSigned(const PrivateKey& key, std::string_view organisation,
                                         const CertificateRequest& request);

// A PKCS#10 request proving possession of the key; its names say nothing.
std::string MakeSigningRequest(const PrivateKey& key);
// The public key (SubjectPublicKeyInfo DER) of a request whose own signature verifies and that is
// P-256; InvalidArgument otherwise.
base::Result<std::string> CheckSigningRequest(std::string_view der);

struct CertificateFacts {
  std::string public_key;         // SubjectPublicKeyInfo DER
  std::vector<std::string> uris;  // every URI subjectAltName, in order
  std::string serial;             // lower-case hex
  std::string subject_key_id;     // CMS names its holder by it; empty: it says none
  absl::Time not_before;
  absl::Time not_after;
};
base::Result<CertificateFacts> ReadCertificate(std::string_view der);
// Its public key alone, SubjectPublicKeyInfo DER: found, not decoded, which costs a hundredth of
// the above. For certificates of our own issuing; nothing else of it is looked at.
base::Result<std::string> PublicKeyOf(std::string_view certificate_der);
// The subject key identifier that our certificates give this key (SubjectPublicKeyInfo DER): SHA-1
// of its bits, 20 bytes (RFC 5280 section 4.2.1.2, method 1). A name; it protects nothing.
// InvalidArgument: no such key.
base::Result<std::string> SubjectKeyIdOf(std::string_view public_key);
// DataLoss: the issuer's key did not sign this certificate, or one of them is damaged. Says nothing
// of their dates. A root is its own issuer.
base::Status CheckIssued(std::string_view certificate, std::string_view issuer);

std::string CertificateToPem(std::string_view der);
base::Result<std::string> CertificateFromPem(std::string_view pem);  // the first; DER
base::Result<std::vector<std::string>> CertificatesFromPem(std::string_view pem);

// Connects by TLS to `address` ("host:port"), takes the chain that the server shows without
// trusting any of it, and returns the certificate in it whose DER has this SHA-256: how an
// enrolling school gets the root that its code names. PermissionDenied: none has. Unavailable: no
// connection.
base::Result<std::string> FetchPinnedCertificate(std::string_view address, std::string_view sha256,
                                                 absl::Duration timeout);

// What a client of the broker shows and trusts.
struct TlsClient {
  std::string roots_pem;  // the authority it trusts
  std::string chain_pem;  // its certificate, then what leads to the authority
  std::string key_pem;
};

// Connects as such a client, waits for the server's first word over HTTP/2, and hangs up: tells a
// certificate that is refused, and a stranger, from a server that is away, which gRPC reports as
// one. PermissionDenied: the server's certificate is not of this authority, or not for this name:
// perhaps an impostor. Unauthenticated: it ends the connection once it has seen ours.
// FailedPrecondition: it asks for none, as no listener for callers does. Unavailable: no
// connection, or no answer in time. InvalidArgument: the client's own files hold no certificate and
// key.
base::Status CheckTls(std::string_view address, const TlsClient& client, absl::Duration timeout);

}  // namespace firstbell::crypto
