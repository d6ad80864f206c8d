// The part of x509.h that talks TLS: a client that trusts nobody and looks for one certificate, and
// one that only asks whether both sides accept each other.

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "broker/crypto/hash.h"
#include "broker/crypto/openssl.h"
#include "broker/crypto/x509.h"

namespace firstbell::crypto {
namespace {

using OwnedContext = Owned<SSL_CTX, SSL_CTX_free>;
using OwnedSession = Owned<SSL, SSL_free>;
using OwnedAddresses = Owned<addrinfo, freeaddrinfo>;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxHandshakeBytes = 256 * 1024;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

struct HostAndPort {
  std::string host;
  std::string port;
};

base::Result<HostAndPort> SplitAddress(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) {
    return base::InvalidArgument("an address is host:port, or [IPv6 address]:port");
  }
  std::string_view host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return HostAndPort{std::string(host), std::string(address.substr(colon + 1))};
}

base::Status NoConnection(std::string_view why) {
  return base::Unavailable("no TLS connection: " + std::string(why) +
                           "; is the address right, and is the broker running there?");
}

// Waits until the socket is ready for `events`; false where the time is over first.
bool WaitFor(const Socket& socket, short events, SteadyClock::time_point end) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd ready{.fd = socket.get(), .events = events, .revents = 0};
    const int count = ::poll(&ready, 1, static_cast<int>(left.count()));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

std::optional<Socket> ConnectTo(const addrinfo& address, SteadyClock::time_point end) {
  Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return std::nullopt;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS || !WaitFor(socket, POLLOUT, end)) return std::nullopt;
  int error = 0;
  socklen_t size = sizeof error;
  const bool known = ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0;
  if (!known || error != 0) return std::nullopt;
  return socket;
}

base::Result<Socket> Connect(const HostAndPort& to, SteadyClock::time_point end) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &found) != 0) {
    return NoConnection("the host's name has no address");
  }
  const OwnedAddresses addresses(found);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (std::optional<Socket> socket = ConnectTo(*each, end)) return std::move(*socket);
  }
  return NoConnection("nobody answers");
}

OwnedSession MakeSession(SSL_CTX* context, const std::string& host) {
  OwnedSession session(SSL_new(context));
  FB_CHECK(session != nullptr);
  // In memory rather than on the socket: OpenSSL's own writes would raise SIGPIPE.
  SSL_set_bio(session.get(), MemoryWriter().release(), MemoryWriter().release());
  SSL_set_connect_state(session.get());
  const OwnedString literal(a2i_IPADDRESS(host.c_str()));
  ForgetErrors();
  // RFC 6066 section 3: an address is not named.
  if (!literal) SSL_set_tlsext_host_name(session.get(), host.c_str());
  return session;
}

base::Status SendAll(const Socket& socket, std::string_view bytes, SteadyClock::time_point end) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return NoConnection("it broke off");
    } else if (!WaitFor(socket, POLLOUT, end)) {
      return NoConnection("it took too long");
    }
  }
  return base::OkStatus();
}

// Moves what came in on the socket to OpenSSL; the number of bytes.
base::Result<std::size_t> Receive(const Socket& socket, BIO* incoming,
                                  SteadyClock::time_point end) {
  if (!WaitFor(socket, POLLIN, end)) return NoConnection("it took too long");
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::size_t{0};
  if (count <= 0) return NoConnection("it broke off");
  FB_CHECK(BIO_write(incoming, buffer.data(), static_cast<int>(count)) == count);
  return static_cast<std::size_t>(count);
}

base::Status Handshake(SSL* session, const Socket& socket, SteadyClock::time_point end) {
  std::size_t received = 0;
  while (true) {
    const int done = SSL_do_handshake(session);
    const int why = SSL_get_error(session, done);
    BIO* const outgoing = SSL_get_wbio(session);
    FB_RETURN_IF_ERROR(SendAll(socket, Written(outgoing), end));
    (void)BIO_reset(outgoing);
    if (done == 1) return base::OkStatus();
    if (why != SSL_ERROR_WANT_READ || received > kMaxHandshakeBytes) {
      ForgetErrors();
      return NoConnection("the other side does not speak TLS 1.2 or 1.3 as we do");
    }
    FB_ASSIGN_OR_RETURN(const std::size_t more, Receive(socket, SSL_get_rbio(session), end));
    received += more;
  }
}

base::Status Refused() {
  return base::Unauthenticated("the server ends the connection when it sees our certificate");
}

// The first bytes that the server sends inside the connection. With TLS 1.3 it sees our certificate
// only after our side of the handshake is done, and gRPC's ends a connection without an alert.
base::Status AwaitFirstWord(SSL* session, const Socket& socket, SteadyClock::time_point end) {
  while (true) {
    char byte = 0;
    const int count = SSL_read(session, &byte, 1);
    if (count == 1) return base::OkStatus();
    const int why = SSL_get_error(session, count);
    ForgetErrors();
    if (why != SSL_ERROR_WANT_READ) return Refused();
    if (!WaitFor(socket, POLLIN, end)) return NoConnection("it took too long");
    if (!Receive(socket, SSL_get_rbio(session), end).ok()) return Refused();
  }
}

OwnedContext ContextOf(const TlsClient& client) {
  OwnedContext context(SSL_CTX_new(TLS_client_method()));
  FB_CHECK(context && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  const auto roots = CertificatesFromPem(client.roots_pem);
  const auto chain = CertificatesFromPem(client.chain_pem);
  const OwnedKey key(
      PEM_read_bio_PrivateKey(ReaderOf(client.key_pem).get(), nullptr, nullptr, nullptr));
  if (!roots.ok() || !chain.ok() || chain->empty() || !key) return nullptr;
  for (const std::string& root : *roots) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                        CertificateFromDer(root).value().get());
  }
  SSL_CTX_use_certificate(context.get(), CertificateFromDer(chain->front()).value().get());
  for (std::size_t i = 1; i < chain->size(); ++i) {
    SSL_CTX_add1_chain_cert(context.get(), CertificateFromDer((*chain)[i]).value().get());
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

// As gRPC does: the name or address that was dialled, and HTTP/2.
void ExpectServer(SSL* session, const std::string& host) {
  X509_VERIFY_PARAM* const expected = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
  }
  constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  SSL_set_alpn_protos(session, kHttp2.data(), kHttp2.size());
  ForgetErrors();
}

base::Result<std::string> FindPinned(SSL* session, std::string_view sha256) {
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(session);
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
    std::string der = ToDer(i2d_X509, sk_X509_value(chain, i));
    if (ConstantTimeEqual(Sha256(der), sha256)) return der;
  }
  return base::PermissionDenied(
      "the server does not show the certificate that was named: ask the operator for a new code, "
      "and do not go on");
}

}  // namespace

base::Result<std::string> FetchPinnedCertificate(std::string_view address, std::string_view sha256,
                                                 absl::Duration timeout) {
  const auto end = SteadyClock::now() + absl::ToChronoNanoseconds(timeout);
  FB_ASSIGN_OR_RETURN(const HostAndPort to, SplitAddress(address));
  FB_ASSIGN_OR_RETURN(const Socket socket, Connect(to, end));
  const OwnedContext context(SSL_CTX_new(TLS_client_method()));
  FB_CHECK(context && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);  // the pin below decides
  const OwnedSession session = MakeSession(context.get(), to.host);
  FB_RETURN_IF_ERROR(Handshake(session.get(), socket, end));
  return FindPinned(session.get(), sha256);
}

base::Status CheckTls(std::string_view address, const TlsClient& client, absl::Duration timeout) {
  const auto end = SteadyClock::now() + absl::ToChronoNanoseconds(timeout);
  const OwnedContext context = ContextOf(client);
  ForgetErrors();
  if (!context) return base::InvalidArgument("these are not a certificate and its key");
  bool asked = false;
  SSL_CTX_set_cert_cb(
      context.get(),
      [](SSL*, void* seen) {
        *static_cast<bool*>(seen) = true;
        return 1;
      },
      &asked);
  FB_ASSIGN_OR_RETURN(const HostAndPort to, SplitAddress(address));
  FB_ASSIGN_OR_RETURN(const Socket socket, Connect(to, end));
  const OwnedSession session = MakeSession(context.get(), to.host);
  ExpectServer(session.get(), to.host);
  const base::Status shaken = Handshake(session.get(), socket, end);
  if (SSL_get_verify_result(session.get()) != X509_V_OK) {
    return base::PermissionDenied(
        "the server's certificate is not of this authority, or not for this name");
  }
  if (!asked && shaken.ok()) return base::FailedPrecondition("the server asks for no certificate");
  // TLS 1.2: the server has seen ours within the handshake.
  if (!shaken.ok() && asked) return Refused();
  FB_RETURN_IF_ERROR(shaken);
  return AwaitFirstWord(session.get(), socket, end);
}

}  // namespace firstbell::crypto
