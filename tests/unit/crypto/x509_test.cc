#include "broker/crypto/x509.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/file.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"

namespace firstbell::crypto {
namespace {

using base::Code;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kOrganisation = "Examplebury Encompass";

class X509Test : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(base::WriteFileDurably(directory_.File(name), bytes, base::kOwnerOnly).ok());
    return directory_.File(name);
  }
  CertificateRequest Request(Usage usage, const std::string& common_name) const {
    return {.common_name = common_name,
            .public_key = key_.PublicKey(),
            .usage = usage,
            .not_before = now_ - absl::Minutes(5),
            .not_after = now_ + absl::Hours(24)};
  }
  CertificateRequest ServerRequest(std::vector<std::string> names) const {
    CertificateRequest request = Request(Usage::kTlsServer, "broker");
    request.dns_names = std::move(names);
    return request;
  }
  std::string Issued(const CertificateRequest& request) const {
    return Issue(issuing_, request).value();
  }
  // What `openssl verify` says about a leaf under our root and issuing CA.
  support::CommandResult Verify(std::string_view leaf, std::vector<std::string> options = {}) {
    return VerifyUnder(issuing_, leaf, std::move(options));
  }
  support::CommandResult VerifyUnder(const Authority& issuing, std::string_view leaf,
                                     std::vector<std::string> options = {}) {
    const std::string root = Write("root.pem", CertificateToPem(root_.certificate));
    const std::string middle = Write("issuing.pem", CertificateToPem(issuing.certificate));
    const std::string last = Write("leaf.pem", CertificateToPem(leaf));
    std::vector<std::string> arguments = {"verify", "-x509_strict", "-CAfile",
                                          root,     "-untrusted",   middle};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(last);
    return support::Openssl(arguments);
  }
  std::string TextOf(std::string_view certificate) {
    const std::string file = Write("shown.pem", CertificateToPem(certificate));
    return support::Openssl({"x509", "-in", file, "-noout", "-text"}).output;
  }
  Authority MakeIssuingFor(const std::vector<std::string>& servers) const {
    return MakeIssuing(root_, kOrganisation, servers, begin_, end_).value();
  }

  // To the second, as certificates are; of today, because `openssl verify` knows no other day.
  const absl::Time now_ = absl::FromTimeT(absl::ToTimeT(absl::Now()));
  const absl::Time begin_ = now_ - absl::Hours(1);
  const absl::Time end_ = now_ + absl::Hours(24 * 365);
  const Authority root_ = MakeRoot(kOrganisation, begin_, end_).value();
  const Authority issuing_ = MakeIssuingFor({"broker.example", "127.0.0.1", "::1"});
  const PrivateKey key_ = PrivateKey::Generate();
  support::TempDirectory directory_;
};

TEST_F(X509Test, EveryUsageVerifiesByTheOpensslProgram) {
  for (const Usage usage : {Usage::kTlsClient, Usage::kSigning, Usage::kOpening}) {
    CertificateRequest request = Request(usage, "a person");
    request.uri = "urn:firstbell:school:100001:person:000g40r40m30e209185gr38e1w";
    const auto verdict = Verify(Issued(request));
    EXPECT_EQ(verdict.exit_code, 0) << verdict.output;
  }
  const std::string server = Issued(ServerRequest({"broker.example", "127.0.0.1", "::1"}));
  const auto verdict =
      Verify(server, {"-purpose", "sslserver", "-verify_hostname", "broker.example"});
  EXPECT_EQ(verdict.exit_code, 0) << verdict.output;
  EXPECT_EQ(Verify(server, {"-verify_ip", "127.0.0.1"}).exit_code, 0);
  EXPECT_EQ(Verify(server, {"-verify_ip", "::1"}).exit_code, 0);
  EXPECT_NE(Verify(server, {"-verify_hostname", "other.example"}).exit_code, 0);
}

TEST_F(X509Test, UsagesAreNarrow) {
  EXPECT_THAT(TextOf(Issued(Request(Usage::kOpening, "a"))),
              AllOf(HasSubstr("Key Agreement"), Not(HasSubstr("Digital Signature")),
                    HasSubstr("E-mail Protection"), HasSubstr("CA:FALSE")));
  EXPECT_THAT(TextOf(Issued(Request(Usage::kSigning, "a"))),
              AllOf(HasSubstr("Digital Signature"), Not(HasSubstr("Key Agreement")),
                    HasSubstr("E-mail Protection")));
  for (const Usage usage : {Usage::kOpening, Usage::kSigning}) {
    EXPECT_NE(Verify(Issued(Request(usage, "a")), {"-purpose", "sslclient"}).exit_code, 0);
    EXPECT_NE(Verify(Issued(Request(usage, "a")), {"-purpose", "sslserver"}).exit_code, 0);
  }
  const std::string client = Issued(Request(Usage::kTlsClient, "a"));
  EXPECT_EQ(Verify(client, {"-purpose", "sslclient"}).exit_code, 0);
  EXPECT_NE(Verify(client, {"-purpose", "sslserver"}).exit_code, 0);
  const std::string server = Issued(ServerRequest({"broker.example"}));
  EXPECT_NE(Verify(server, {"-purpose", "sslclient"}).exit_code, 0);
}

TEST_F(X509Test, OnlyTheIssuingAuthorityIsOne) {
  EXPECT_THAT(TextOf(issuing_.certificate),
              AllOf(HasSubstr("CA:TRUE, pathlen:0"), HasSubstr("Name Constraints: critical")));
  EXPECT_THAT(TextOf(root_.certificate), HasSubstr("CA:TRUE, pathlen:1"));
  // A leaf that signs another leaf.
  const Authority leaf{Issued(Request(Usage::kSigning, "a")), key_};
  const std::string below = Issue(leaf, Request(Usage::kTlsClient, "b")).value();
  const std::string middle =
      CertificateToPem(leaf.certificate) + CertificateToPem(issuing_.certificate);
  const auto verdict = support::Openssl(
      {"verify", "-CAfile", Write("root.pem", CertificateToPem(root_.certificate)), "-untrusted",
       Write("middle.pem", middle), Write("below.pem", CertificateToPem(below))});
  EXPECT_NE(verdict.exit_code, 0);
  EXPECT_THAT(verdict.output, HasSubstr("invalid CA certificate"));
}

// --- The issuing key, stolen: what the name constraints still refuse ------------------------

TEST_F(X509Test, ConstraintsRefuseOtherServers) {
  for (const std::string name :
       {"other.example", "www.gov.uk", "broker.example.org", "127.0.0.2", "10.0.0.1", "::2"}) {
    const auto verdict = Verify(Issued(ServerRequest({name})));
    EXPECT_NE(verdict.exit_code, 0) << name;
    EXPECT_THAT(verdict.output, HasSubstr("permitted subtree violation")) << name;
  }
}

// Issue() takes the organisation from its issuer, so the thief uses the openssl program.
TEST_F(X509Test, ConstraintsRefuseAnotherOrganisation) {
  const std::string ca = Write("ca.pem", CertificateToPem(issuing_.certificate));
  const std::string ca_key = Write("ca.key", issuing_.key.ToPem());
  const std::string key = Write("leaf.key", key_.ToPem());
  const auto sign = [&](const std::string& subject) {
    const auto asked = support::Openssl(
        {"req", "-new", "-key", key, "-subj", subject, "-out", directory_.File("asked.pem")});
    EXPECT_EQ(asked.exit_code, 0) << asked.output;
    const auto made =
        support::Openssl({"x509", "-req", "-in", directory_.File("asked.pem"), "-CA", ca, "-CAkey",
                          ca_key, "-set_serial", "7", "-out", directory_.File("stolen.pem")});
    EXPECT_EQ(made.exit_code, 0) << made.output;
    const std::string root = Write("root.pem", CertificateToPem(root_.certificate));
    return support::Openssl(
        {"verify", "-CAfile", root, "-untrusted", ca, directory_.File("stolen.pem")});
  };
  EXPECT_EQ(sign("/O=Examplebury Encompass/CN=a").exit_code, 0);
  for (const std::string subject :
       {"/O=Another Organisation/CN=a", "/CN=a", "/O=Examplebury Encompass Ltd/CN=a",
        "/O=Examplebury Encompass/emailAddress=a@examplebury.example"}) {
    const auto verdict = sign(subject);
    EXPECT_NE(verdict.exit_code, 0) << subject;
    EXPECT_THAT(verdict.output, HasSubstr("permitted subtree violation")) << subject;
  }
}

TEST_F(X509Test, AnAuthorityForAnotherOrganisationIssuesNothingHere) {
  const Authority other =
      MakeIssuing(root_, "Another Organisation", {"broker.example"}, begin_, end_).value();
  const auto verdict = VerifyUnder(other, Issue(other, Request(Usage::kTlsClient, "a")).value());
  EXPECT_NE(verdict.exit_code, 0);
  EXPECT_THAT(verdict.output, HasSubstr("permitted subtree violation"));
}

TEST_F(X509Test, WithoutAddressesNoAddressIsPermitted) {
  const Authority hosts_only = MakeIssuingFor({"broker.example"});
  const auto leaf = [&](const std::string& name) {
    return VerifyUnder(hosts_only, Issue(hosts_only, ServerRequest({name})).value()).exit_code;
  };
  EXPECT_EQ(leaf("broker.example"), 0);
  for (const std::string name : {"127.0.0.1", "192.0.2.7", "::1", "2001:db8::7"}) {
    EXPECT_NE(leaf(name), 0) << name;
  }
}

TEST_F(X509Test, WithoutHostsNoHostIsPermitted) {
  const Authority addresses_only = MakeIssuingFor({"127.0.0.1"});
  const auto leaf = [&](const std::string& name) {
    return VerifyUnder(addresses_only, Issue(addresses_only, ServerRequest({name})).value())
        .exit_code;
  };
  EXPECT_EQ(leaf("127.0.0.1"), 0);
  EXPECT_NE(leaf("localhost"), 0);
  EXPECT_NE(leaf("broker.example"), 0);
  EXPECT_NE(leaf("::1"), 0);
}

// --- Refusals of ours -----------------------------------------------------------------------

TEST_F(X509Test, IssueRefusesWhatWouldNotVerify) {
  const auto code = [&](const CertificateRequest& request) {
    return Issue(issuing_, request).status().code();
  };
  EXPECT_EQ(code(Request(Usage::kTlsClient, "force.examplebury")), Code::kInvalidArgument);
  EXPECT_EQ(code(Request(Usage::kTlsClient, "")), Code::kInvalidArgument);
  EXPECT_EQ(code(Request(Usage::kTlsClient, std::string(65, 'a'))), Code::kInvalidArgument);
  EXPECT_EQ(code(Request(Usage::kTlsClient, std::string("a\0b", 3))), Code::kInvalidArgument);
  EXPECT_EQ(code(Request(Usage::kTlsClient, "\xff\xfe")), Code::kInvalidArgument);
  CertificateRequest backwards = Request(Usage::kTlsClient, "a");
  backwards.not_after = backwards.not_before;
  EXPECT_EQ(code(backwards), Code::kInvalidArgument);
  CertificateRequest without_key = Request(Usage::kTlsClient, "a");
  without_key.public_key = "not a key";
  EXPECT_EQ(code(without_key), Code::kInvalidArgument);
  CertificateRequest odd_uri = Request(Usage::kTlsClient, "a");
  odd_uri.uri = std::string("urn:firstbell:force:examplebury\0.evil", 37);
  EXPECT_EQ(code(odd_uri), Code::kInvalidArgument);
  EXPECT_TRUE(Issue(issuing_, Request(Usage::kSigning, "Dr. A. Beispiel")).ok());
}

// --- Reading --------------------------------------------------------------------------------

TEST_F(X509Test, ReadsBackWhatItIssued) {
  CertificateRequest request = Request(Usage::kTlsClient, "examplebury");
  request.uri = "urn:firstbell:force:examplebury";
  request.dns_names = {"force.example"};
  const CertificateFacts facts = ReadCertificate(Issued(request)).value();
  EXPECT_EQ(facts.public_key, key_.PublicKey());
  EXPECT_THAT(facts.uris, ElementsAre("urn:firstbell:force:examplebury"));
  EXPECT_EQ(facts.serial.size(), 32U);
  EXPECT_EQ(facts.not_before, request.not_before);
  EXPECT_EQ(facts.not_after, request.not_after);
  EXPECT_THAT(ReadCertificate(root_.certificate)->uris, IsEmpty());
  EXPECT_NE(ReadCertificate(Issued(request))->serial, facts.serial);
}

TEST_F(X509Test, AKeysIdentifierIsTheOneInItsCertificate) {
  for (const Usage usage : {Usage::kOpening, Usage::kSigning}) {
    const CertificateFacts facts = ReadCertificate(Issued(Request(usage, "a person"))).value();
    EXPECT_EQ(facts.subject_key_id.size(), 20u);
    EXPECT_EQ(SubjectKeyIdOf(facts.public_key).value(), facts.subject_key_id);
  }
  EXPECT_NE(SubjectKeyIdOf(PrivateKey::Generate().PublicKey()).value(),
            SubjectKeyIdOf(key_.PublicKey()).value());
  const std::string key = key_.PublicKey();
  for (const std::string& bad : {std::string(), key.substr(0, 30), std::string("\x30\x00", 2)}) {
    EXPECT_EQ(SubjectKeyIdOf(bad).status().code(), Code::kInvalidArgument);
  }
}

TEST_F(X509Test, ASelfSignedOneIsItsOwnIssuerAndNoAuthority) {
  const std::string own =
      MakeSelfSigned(key_, kOrganisation, Request(Usage::kOpening, "a desk")).value();
  EXPECT_TRUE(CheckIssued(own, own).ok());
  const CertificateFacts facts = ReadCertificate(own).value();
  EXPECT_EQ(facts.public_key, key_.PublicKey());
  EXPECT_EQ(facts.subject_key_id.size(), 20u);
  EXPECT_THAT(TextOf(own),
              AllOf(HasSubstr("CA:FALSE"), HasSubstr("Key Agreement"), HasSubstr("CN = a desk")));
  CertificateRequest backwards = Request(Usage::kOpening, "a desk");
  std::swap(backwards.not_before, backwards.not_after);
  EXPECT_EQ(MakeSelfSigned(key_, kOrganisation, backwards).status().code(), Code::kInvalidArgument);
}

TEST_F(X509Test, SerialIsAsTheOpensslProgramShowsIt) {
  const std::string leaf = Issued(Request(Usage::kSigning, "a"));
  const auto shown = support::Openssl(
      {"x509", "-in", Write("leaf.pem", CertificateToPem(leaf)), "-noout", "-serial"});
  std::string serial = ReadCertificate(leaf)->serial;
  for (char& digit : serial) digit = static_cast<char>(std::toupper(digit));
  EXPECT_EQ(shown.output, "serial=" + serial + "\n");
}

TEST_F(X509Test, ReadsEveryUriOfAForeignCertificate) {
  const auto made = support::Openssl(
      {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
       "/CN=x", "-addext", "subjectAltName=DNS:a.example,URI:urn:first,email:a@b.example,URI:urn:2",
       "-keyout", directory_.File("k.pem"), "-outform", "DER", "-out", directory_.File("c.der")});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const std::string der = base::ReadFile(directory_.File("c.der")).value();
  EXPECT_THAT(ReadCertificate(der)->uris, ElementsAre("urn:first", "urn:2"));
}

TEST_F(X509Test, RefusesWhatIsNoCertificate) {
  const std::string leaf = Issued(Request(Usage::kSigning, "a"));
  for (const std::string& bad : {std::string(), std::string("text"), leaf + "x",
                                 leaf.substr(0, leaf.size() - 1), leaf.substr(1)}) {
    EXPECT_EQ(ReadCertificate(bad).status().code(), Code::kInvalidArgument);
  }
}

TEST_F(X509Test, PemHoldsOneOrMany) {
  const std::string chain =
      CertificateToPem(issuing_.certificate) + "a comment\n" + CertificateToPem(root_.certificate);
  EXPECT_EQ(CertificateFromPem(chain).value(), issuing_.certificate);
  EXPECT_THAT(CertificatesFromPem(chain).value(),
              ElementsAre(issuing_.certificate, root_.certificate));
  for (const std::string& bad :
       {std::string(), std::string("text"), key_.ToPem(), chain.substr(0, chain.size() - 40)}) {
    EXPECT_EQ(CertificatesFromPem(bad).status().code(), Code::kInvalidArgument);
    EXPECT_EQ(CertificateFromPem(bad).status().code(), Code::kInvalidArgument);
  }
}

// --- Requests -------------------------------------------------------------------------------

TEST_F(X509Test, RequestProvesItsKey) {
  const std::string request = MakeSigningRequest(key_);
  EXPECT_EQ(CheckSigningRequest(request).value(), key_.PublicKey());
  const auto verdict = support::Openssl(
      {"req", "-inform", "DER", "-in", Write("request.der", request), "-noout", "-verify"});
  EXPECT_EQ(verdict.exit_code, 0) << verdict.output;
}

TEST_F(X509Test, RequestWithAnyByteAlteredIsRefused) {
  const std::string request = MakeSigningRequest(key_);
  for (std::size_t i = 0; i < request.size(); ++i) {
    std::string altered = request;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_EQ(CheckSigningRequest(altered).status().code(), Code::kInvalidArgument) << i;
  }
  EXPECT_EQ(CheckSigningRequest(request + "x").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckSigningRequest("").status().code(), Code::kInvalidArgument);
}

TEST_F(X509Test, RequestOfAnotherKindOfKeyIsRefused) {
  const auto made = support::Openssl({"req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj",
                                      "/CN=x", "-keyout", directory_.File("k.pem"), "-outform",
                                      "DER", "-out", directory_.File("r.der")});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const std::string der = base::ReadFile(directory_.File("r.der")).value();
  EXPECT_EQ(CheckSigningRequest(der).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::crypto
