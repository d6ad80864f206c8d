// FetchPinnedCertificate against a TLS server in this process.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "broker/crypto/hash.h"
#include "broker/crypto/openssl.h"
#include "broker/crypto/x509.h"

namespace firstbell::crypto {
namespace {

using base::Code;

// Takes one connection on a port of 127.0.0.1 and does with it what it is told.
class OneConnection {
 public:
  explicit OneConnection(std::function<void(int)> serve)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this, serve = std::move(serve)] {
      // Of this thread alone, so that the client has to look after itself.
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
      const int connection = ::accept(listener_, nullptr, nullptr);
      serve(connection);
      ::close(connection);
    });
  }
  ~OneConnection() {
    thread_.join();
    ::close(listener_);
  }
  const std::string& address() const { return address_; }

 private:
  int listener_;
  std::string address_;
  std::thread thread_;
};

class PinnedFetchTest : public ::testing::Test {
 protected:
  // Serves leaf, issuing CA and root, up to `newest` of TLS.
  void ServeTls(int connection, int newest) const {
    const Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), newest);
    SSL_CTX_use_certificate(context.get(), CertificateFromDer(leaf_).value().get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    for (const std::string& der : {issuing_.certificate, root_.certificate}) {
      SSL_CTX_add1_chain_cert(context.get(), CertificateFromDer(der).value().get());
    }
    const Owned<SSL, SSL_free> session(SSL_new(context.get()));
    SSL_set_fd(session.get(), connection);
    (void)SSL_accept(session.get());
    ForgetErrors();
  }
  // Serves as the broker does: asks for a certificate of `trusted` (none: asks for none), says a
  // first word to who has one and hangs up on who has not.
  void ServeCallers(int connection, const std::string& trusted, int newest) const {
    const Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_max_proto_version(context.get(), newest);
    SSL_CTX_use_certificate(context.get(), CertificateFromDer(leaf_).value().get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    SSL_CTX_add1_chain_cert(context.get(), CertificateFromDer(issuing_.certificate).value().get());
    if (!trusted.empty()) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                          CertificateFromDer(trusted).value().get());
      SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    const Owned<SSL, SSL_free> session(SSL_new(context.get()));
    SSL_set_fd(session.get(), connection);
    char byte = 'x';
    if (SSL_accept(session.get()) == 1) {
      SSL_write(session.get(), &byte, 1);
      while (::recv(connection, &byte, 1, 0) > 0) {  // until the client goes
      }
    }
    ForgetErrors();
  }
  TlsClient ClientOf(const Authority& root, const Authority& issuing) const {
    const PrivateKey key = PrivateKey::Generate();
    const std::string certificate = Issue(issuing, {.common_name = "a caller",
                                                    .public_key = key.PublicKey(),
                                                    .usage = Usage::kTlsClient,
                                                    .uri = "urn:firstbell:operator:night-desk",
                                                    .not_before = now_,
                                                    .not_after = now_ + absl::Hours(1)})
                                        .value();
    return {CertificateToPem(root.certificate),
            CertificateToPem(certificate) + CertificateToPem(issuing.certificate), key.ToPem()};
  }
  Code Check(const TlsClient& client, const std::string& trusted,
             int newest = TLS1_3_VERSION) const {
    const OneConnection server([&](int connection) { ServeCallers(connection, trusted, newest); });
    return CheckTls(server.address(), client, absl::Seconds(10)).code();
  }
  base::Result<std::string> Fetch(std::string_view pinned, int newest = TLS1_3_VERSION) const {
    const OneConnection server([&](int connection) { ServeTls(connection, newest); });
    return FetchPinnedCertificate(server.address(), Sha256(pinned), absl::Seconds(10));
  }

  const absl::Time now_ = absl::Now();
  const Authority root_ = MakeRoot("Examplebury", now_, now_ + absl::Hours(2)).value();
  const Authority issuing_ =
      MakeIssuing(root_, "Examplebury", {"127.0.0.1"}, now_, now_ + absl::Hours(2)).value();
  const PrivateKey key_ = PrivateKey::Generate();
  const std::string leaf_ = Issue(issuing_, {.common_name = "broker",
                                             .public_key = key_.PublicKey(),
                                             .usage = Usage::kTlsServer,
                                             .dns_names = {"127.0.0.1"},
                                             .not_before = now_,
                                             .not_after = now_ + absl::Hours(1)})
                                .value();
};

TEST_F(PinnedFetchTest, FindsTheNamedCertificateAnywhereInTheChain) {
  EXPECT_EQ(Fetch(root_.certificate).value(), root_.certificate);
  EXPECT_EQ(Fetch(leaf_).value(), leaf_);
  EXPECT_EQ(Fetch(root_.certificate, TLS1_2_VERSION).value(), root_.certificate);
}

TEST_F(PinnedFetchTest, RefusesAServerThatShowsAnother) {
  const Authority other = MakeRoot("Examplebury", now_, now_ + absl::Hours(2)).value();
  EXPECT_EQ(Fetch(other.certificate).status().code(), Code::kPermissionDenied);
}

TEST_F(PinnedFetchTest, RefusesOldTls) {
  EXPECT_EQ(Fetch(root_.certificate, TLS1_1_VERSION).status().code(), Code::kUnavailable);
}

TEST_F(PinnedFetchTest, RefusesWhatSpeaksNoTls) {
  const OneConnection server([](int connection) {
    EXPECT_EQ(::send(connection, "220 mail.example ready\r\n", 24, MSG_NOSIGNAL), 24);
  });
  EXPECT_EQ(
      FetchPinnedCertificate(server.address(), Sha256("x"), absl::Seconds(10)).status().code(),
      Code::kUnavailable);
}

TEST_F(PinnedFetchTest, GivesUpOnASilentServer) {
  char byte = 0;
  const OneConnection server([&](int connection) {
    while (::recv(connection, &byte, 1, 0) > 0) {  // until the client goes
    }
  });
  EXPECT_EQ(FetchPinnedCertificate(server.address(), Sha256("x"), absl::Milliseconds(100))
                .status()
                .code(),
            Code::kUnavailable);
}

TEST_F(PinnedFetchTest, NobodyThereAndBadAddresses) {
  std::string address;
  {
    const OneConnection server([](int) {});
    address = server.address();
    (void)FetchPinnedCertificate(address, Sha256("x"), absl::Seconds(10));
  }
  const auto code = [](std::string_view to) {
    return FetchPinnedCertificate(to, Sha256("x"), absl::Seconds(10)).status().code();
  };
  EXPECT_EQ(code(address), Code::kUnavailable);
  for (const std::string_view bad : {"", "127.0.0.1", ":443", "127.0.0.1:"}) {
    EXPECT_EQ(code(bad), Code::kInvalidArgument) << bad;
  }
}

TEST_F(PinnedFetchTest, ARefusedCertificateAndAStrangerAreToldFromABrokerThatIsAway) {
  const Authority other_root = MakeRoot("Otherbury", now_, now_ + absl::Hours(2)).value();
  const Authority other =
      MakeIssuing(other_root, "Otherbury", {"127.0.0.1"}, now_, now_ + absl::Hours(2)).value();
  for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(Check(ClientOf(root_, issuing_), root_.certificate, newest), Code::kOk);
    EXPECT_EQ(Check(ClientOf(root_, other), root_.certificate, newest), Code::kUnauthenticated);
    EXPECT_EQ(Check(ClientOf(other_root, other), root_.certificate, newest),
              Code::kPermissionDenied);
    EXPECT_EQ(Check(ClientOf(root_, issuing_), "", newest), Code::kFailedPrecondition);
  }
  EXPECT_EQ(CheckTls("127.0.0.1:1", ClientOf(root_, issuing_), absl::Seconds(10)).code(),
            Code::kUnavailable);
  EXPECT_EQ(CheckTls("127.0.0.1:1", {"x", "y", "z"}, absl::Seconds(10)).code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::crypto
