// What those who run the program see of it: that systemd is told the truth, that a drain has an
// end, that certificates are replaced while it runs.

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/crypto/x509.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/support/openssl_command.h"
#include "tests/support/program.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using support::Eventually;
using testing::HasSubstr;

// Where systemd would listen.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    FB_CHECK(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    FB_CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    FB_CHECK(::setenv("NOTIFY_SOCKET", path.c_str(), 1) == 0);
  }
  ~NotifySocket() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Whether it is told so within 30 seconds.
  bool Hears(const std::string& word) {
    return Eventually(absl::Seconds(30), [&] {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 0) <= 0) return false;
      char bytes[1024];
      const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      return count > 0 &&
             std::string(bytes, static_cast<std::size_t>(count)).find(word) != std::string::npos;
    });
  }

 private:
  const int socket_;
};

// A stream of a force that never ends it by itself.
class OpenStream {
 public:
  explicit OpenStream(const RunningBroker& broker)
      : stub_(v1::IncidentService::NewStub(broker.ChannelAs(kForceUri))),
        stream_(stub_->SubmitIncidents(&context_)) {}

  // Whether it was taken on.
  bool Submit(const std::string& reference) {
    v1::SubmitIncidentsRequest request;
    v1::SubmitIncidentsResponse response;
    *request.mutable_incident() = support::IncidentOf(reference);
    return stream_->Write(request) && stream_->Read(&response) &&
           response.answer().reference() == reference;
  }
  grpc::Status End() {
    stream_->WritesDone();
    return stream_->Finish();
  }

 private:
  const std::unique_ptr<v1::IncidentService::Stub> stub_;
  grpc::ClientContext context_;
  const std::unique_ptr<
      grpc::ClientReaderWriter<v1::SubmitIncidentsRequest, v1::SubmitIncidentsResponse>>
      stream_;
};

// grpc.health.v1.Health.Watch, as a load balancer has it open.
class HealthWatch {
 public:
  explicit HealthWatch(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel),
        call_(stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch", &queue_)) {
    call_->StartCall(nullptr);
    FB_CHECK(Done());
    call_->WriteLast(grpc::ByteBuffer(&none_, 1), {}, nullptr);
    FB_CHECK(Done());
  }
  ~HealthWatch() {
    context_.TryCancel();
    queue_.Shutdown();
    Done();
  }
  HealthWatch(const HealthWatch&) = delete;
  HealthWatch& operator=(const HealthWatch&) = delete;

  // The next HealthCheckResponse; empty at the end.
  std::string Next() {
    grpc::ByteBuffer bytes;
    grpc::Slice slice;
    call_->Read(&bytes, nullptr);
    if (!Done() || !bytes.DumpToSingleSlice(&slice).ok()) return "";
    return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
  }

 private:
  bool Done() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  const grpc::Slice none_{""};
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  const std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

class OperatedProgramTest : public testing::Test {
 protected:
  OperatedProgramTest() {
    made_.End();
    registry::Config config = made_.config();
    config.metrics_listen = "127.0.0.1:" + std::to_string(metrics_port_);
    made_.Configure(config);
    Start();
  }
  void Start() {
    program_.emplace(support::Arguments{FIRSTBELL_BIN "/firstbell-broker", "--data",
                                        made_.directory().root.string(), "--simulated-clock"},
                     scratch_.path() / "log");
    FB_CHECK(systemd_.Hears("READY=1"));
  }
  std::string Healthz() {
    const auto answer = httplib::Client("127.0.0.1", metrics_port_).Get("/healthz");
    return answer ? std::to_string(answer->status) + " " + answer->body : "no answer";
  }
  bool Stored(const std::string& reference) {
    v1::GetIncidentRequest request;
    request.set_reference(reference);
    v1::GetIncidentResponse response;
    Context context;
    return v1::IncidentService::NewStub(made_.ChannelAs(kForceUri))
        ->GetIncident(&context, request, &response)
        .ok();
  }

  const int metrics_port_ = support::FreePorts(1)[0];
  support::TempDirectory scratch_;
  NotifySocket systemd_{(scratch_.path() / "notify").string()};
  RunningBroker made_;
  std::optional<support::Running> program_;
};

TEST_F(OperatedProgramTest, SystemdIsToldReadyAliveAndStopping) {
  EXPECT_TRUE(made_.Submit(support::IncidentOf("R1")).ok()) << "ready means that it serves";
  EXPECT_TRUE(systemd_.Hears("STATUS=serving"));
  EXPECT_TRUE(systemd_.Hears("WATCHDOG=1"));
  EXPECT_TRUE(systemd_.Hears("WATCHDOG=1"));
  program_->Signal(SIGTERM);
  EXPECT_TRUE(systemd_.Hears("STOPPING=1"));
  EXPECT_EQ(program_->Stop(), 0);
}

// A stream and a watch that their callers never end.
TEST_F(OperatedProgramTest, ADrainSaysSoHasAnEndAndKeepsWhatWasTakenOn) {
  OpenStream stream(made_);
  ASSERT_TRUE(stream.Submit("R1"));
  const auto force = v1::IncidentService::NewStub(made_.ChannelAs(kForceUri));
  v1::WatchIncidentRequest watched;
  watched.set_reference("R1");
  grpc::ClientContext watching;
  const auto watch = force->WatchIncident(&watching, watched);
  v1::WatchIncidentResponse notice;
  ASSERT_TRUE(watch->Read(&notice));
  HealthWatch health(made_.ChannelAs(kForceUri));
  EXPECT_EQ(health.Next(), kServing);
  EXPECT_EQ(Healthz(), "200 serving\n");

  const auto asked = std::chrono::steady_clock::now();
  program_->Signal(SIGTERM);
  EXPECT_EQ(health.Next(), kNotServing);
  EXPECT_THAT(Healthz(), HasSubstr("503 the broker is stopping"));
  EXPECT_FALSE(watch->Read(&notice));
  EXPECT_TRUE(stream.Submit("R2")) << "what is under way is finished";
  EXPECT_EQ(program_->Stop(), 0);
  const absl::Duration took = absl::FromChrono(std::chrono::steady_clock::now() - asked);
  EXPECT_LT(took, limits::kDrain + absl::Seconds(5));
  EXPECT_GT(took, limits::kDrain / 2) << "the stream was given its time";
  EXPECT_FALSE(stream.Submit("R3"));

  Start();
  EXPECT_TRUE(Stored("R1"));
  EXPECT_TRUE(Stored("R2"));
}

// --- Certificates -------------------------------------------------------------------------

class CertificatesTest : public OperatedProgramTest {
 protected:
  // Puts a new certificate and its key into the place of the old ones.
  void Replace(const std::string& name) {
    const absl::Time now = base::SystemClock().Now();
    const crypto::PrivateKey key = crypto::PrivateKey::Generate();
    const auto made = crypto::Issue(made_.issuing(), {.common_name = name,
                                                      .public_key = key.PublicKey(),
                                                      .usage = crypto::Usage::kTlsServer,
                                                      .dns_names = {"localhost", "127.0.0.1"},
                                                      .not_before = now - absl::Hours(1),
                                                      .not_after = now + absl::Hours(1)});
    ASSERT_TRUE(made.ok()) << made.status();
    const std::string chain =
        crypto::CertificateToPem(*made) + crypto::CertificateToPem(made_.issuing().certificate);
    const auto& keys = made_.directory().keys;
    ASSERT_TRUE(base::WriteFileDurably(keys / "server.key", key.ToPem(), base::kOwnerOnly).ok());
    ASSERT_TRUE(base::WriteFileDurably(keys / "server.crt", chain, base::kOwnerOnly).ok());
  }
  // Whether both listeners show it.
  bool Shown(const std::string& name) {
    const auto shows = [&](const std::string& address) {
      const auto said = support::Openssl({"s_client", "-connect", address}).output;
      return said.find(name) != std::string::npos;
    };
    return shows(made_.config().enrolment_listen) && shows(made_.config().grpc_listen);
  }
};

TEST_F(CertificatesTest, ReplacedOnesAreShownAndAnOpenStreamGoesOn) {
  OpenStream stream(made_);
  ASSERT_TRUE(stream.Submit("R1"));
  EXPECT_FALSE(Shown("the new one"));
  Replace("the new one");
  EXPECT_TRUE(Eventually(
      3 * limits::kReloadCertificates, [&] { return Shown("the new one"); },
      std::chrono::milliseconds(500)));
  EXPECT_TRUE(stream.Submit("R2"));
  EXPECT_TRUE(made_.Submit(support::IncidentOf("R3")).ok()) << "over a new connection";
  EXPECT_TRUE(stream.End().ok());
}

}  // namespace
}  // namespace firstbell::server
