// Starting and stopping, and what the program itself asks of TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "tests/support/invented.h"
#include "tests/support/openssl_command.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using support::IncidentOf;
using testing::HasSubstr;
using testing::Not;

std::string Why(const base::Result<std::unique_ptr<Broker>>& broker) {
  return std::string(base::Message(broker.status()));
}

TEST(LifeTest, ASecondBrokerOnTheSameDirectoryIsRefusedClearly) {
  RunningBroker running;
  const auto second = running.StartAgain();
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_THAT(Why(second), HasSubstr("open"));
  running.End();
  EXPECT_TRUE(running.StartAgain().ok());
}

TEST(LifeTest, SimulatedAndRealAreNeverMixed) {
  RunningBroker running;
  running.End();
  const auto real = running.StartAgain(false);
  EXPECT_TRUE(absl::IsFailedPrecondition(real.status()));
  EXPECT_THAT(Why(real), HasSubstr("--simulated-clock"));
}

TEST(LifeTest, ADirectoryThatIsNoneAndAKeyThatIsGone) {
  support::TempDirectory empty;
  const auto none = Broker::Start({registry::At(empty.path() / "none", {}), {}, true, "0"});
  EXPECT_TRUE(absl::IsNotFound(none.status()));
  EXPECT_THAT(Why(none), HasSubstr("firstbell-admin init"));

  RunningBroker running;
  running.End();
  std::filesystem::remove(running.directory().keys / "envelope.key");
  EXPECT_TRUE(absl::IsNotFound(running.StartAgain().status()));
}

TEST(LifeTest, AnAddressThatIsTakenIsNamed) {
  RunningBroker first, second;
  second.End();
  for (int which = 0; which < 3; ++which) {
    registry::Config config = second.config();
    if (which == 0) config.grpc_listen = first.config().grpc_listen;
    if (which == 1) config.enrolment_listen = first.config().enrolment_listen;
    if (which == 2) config.link_listen = first.config().link_listen;
    const auto refused = Broker::Start({second.directory(), config, true, "0"});
    EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << which;
    EXPECT_THAT(Why(refused), HasSubstr("127.0.0.1")) << which;
  }
}

TEST(LifeTest, StopFinishesTheCallUnderWayAndTakesNoOther) {
  RunningBroker running;
  const auto force = v1::IncidentService::NewStub(running.ChannelAs(kForceUri));
  Context context;
  const auto stream = force->SubmitIncidents(&context);
  v1::SubmitIncidentsRequest request;
  v1::SubmitIncidentsResponse response;
  *request.mutable_incident() = IncidentOf("R1");
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));

  std::thread stopping([&] { running.broker().Stop(); });
  // Until the door is shut for others.
  const auto later = running.ChannelAs(kForceUri);
  const std::string health = "/grpc.health.v1.Health/Check";
  while (CallRaw(running.ChannelAs(kForceUri), health, "").status.ok()) std::this_thread::yield();
  EXPECT_EQ(CallRaw(later, health, "").status.error_code(), StatusCode::UNAVAILABLE);

  *request.mutable_incident() = IncidentOf("R2");
  EXPECT_TRUE(stream->Write(request));
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.answer().reference(), "R2");
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  stopping.join();
  running.End();

  const auto again = running.StartAgain();
  ASSERT_TRUE(again.ok()) << again.status();
  Context asking;
  v1::GetIncidentRequest get;
  get.set_reference("R2");
  v1::GetIncidentResponse got;
  EXPECT_TRUE(v1::IncidentService::NewStub(running.ChannelAs(kForceUri))
                  ->GetIncident(&asking, get, &got)
                  .ok());
}

// It would otherwise end with the drain, cancelled.
TEST(LifeTest, StopEndsAWatchAtOnceAndSaysWhy) {
  RunningBroker running;
  const auto force = v1::IncidentService::NewStub(running.ChannelAs(kForceUri));
  v1::SubmitIncidentRequest submit;
  *submit.mutable_incident() = IncidentOf("R1");
  v1::SubmitIncidentResponse submitted;
  Context submitting, watching;
  ASSERT_TRUE(force->SubmitIncident(&submitting, submit, &submitted).ok());
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  const auto watch = force->WatchIncident(&watching, request);
  v1::WatchIncidentResponse notice;
  ASSERT_TRUE(watch->Read(&notice));
  running.broker().Stop();
  EXPECT_FALSE(watch->Read(&notice));
  const grpc::Status status = watch->Finish();
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), HasSubstr("stopping"));
}

// --- A commit that fails ------------------------------------------------------------------

// The force cannot be told whether its incident was kept, and may always ask again.
TEST(LifeTest, AfterAnUnclearCommitTheRetryFindsWhatStands) {
  for (const auto fault : {store::CommitFault::kFailBefore, store::CommitFault::kFailAfter}) {
    RunningBroker running;
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = IncidentOf("R1");
    const auto submit = [&] {
      Context context;
      v1::SubmitIncidentResponse response;
      return v1::IncidentService::NewStub(running.ChannelAs(kForceUri))
          ->SubmitIncident(&context, request, &response);
    };
    running.FailNextCommit(fault);
    EXPECT_EQ(submit().error_code(), StatusCode::UNAVAILABLE);
    EXPECT_TRUE(running.broker().MustRestart());
    running.End();
    auto again = running.StartAgain();
    ASSERT_TRUE(again.ok()) << again.status();
    running.Adopt(*std::move(again));
    EXPECT_TRUE(submit().ok());
  }
}

// Nothing can be kept any more, so that nobody is given the time to hand in more.
TEST(LifeTest, AfterAnUnclearCommitTheBrokerEndsSoon) {
  RunningBroker running;
  Context context;
  const auto force = v1::IncidentService::NewStub(running.ChannelAs(kForceUri));
  const auto never_ended = force->SubmitIncidents(&context);
  v1::SubmitIncidentsRequest request;
  *request.mutable_incident() = IncidentOf("R1");
  v1::SubmitIncidentsResponse response;
  ASSERT_TRUE(never_ended->Write(request));
  ASSERT_TRUE(never_ended->Read(&response));
  running.FailNextCommit(store::CommitFault::kFailAfter);
  EXPECT_EQ(running.Submit(IncidentOf("R2")).error_code(), StatusCode::UNAVAILABLE);
  const auto asked = std::chrono::steady_clock::now();
  running.End();
  const absl::Duration took = absl::FromChrono(std::chrono::steady_clock::now() - asked);
  EXPECT_GE(took, limits::kDrainUnclear) << "the stream has its moment";
  EXPECT_LT(took, limits::kDrain / 2);
}

// --- The program --------------------------------------------------------------------------

// firstbell-broker itself, on a directory that was made for it.
class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    made_.End();
    std::string path = FIRSTBELL_BIN "/firstbell-broker";
    std::string data = made_.directory().root.string();
    std::string flag = "--data", simulated = "--simulated-clock";
    char* argv[] = {path.data(), flag.data(), data.data(), simulated.data(), nullptr};
    ASSERT_EQ(::posix_spawn(&child_, path.c_str(), nullptr, nullptr, argv, environ), 0);
    ASSERT_TRUE(made_.EnrolmentChannel()->WaitForConnected(std::chrono::system_clock::now() +
                                                           std::chrono::seconds(30)));
  }
  void TearDown() override {
    ASSERT_EQ(::kill(child_, SIGTERM), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child_, &status, 0), child_);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  std::string Handshake(std::vector<std::string> options) {
    std::vector<std::string> arguments = {"s_client", "-connect", made_.config().enrolment_listen};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return support::Openssl(arguments).output;
  }

  RunningBroker made_;
  pid_t child_ = -1;
};

// The client said hello and the broker hung up. gRPC closes without the alert; whether the client
// sees an end of file or a reset depends on what was still unread.
void ExpectHungUp(const std::string& output) {
  EXPECT_THAT(output, HasSubstr("CONNECTED"));
  EXPECT_THAT(output, HasSubstr("Cipher is (NONE)"));
  EXPECT_THAT(output, Not(HasSubstr("written 0 bytes")));
}

TEST_F(ProgramTest, SpeaksOnlyTls13AndTls12WithEcdheAndAead) {
  EXPECT_THAT(Handshake({"-tls1_3"}), HasSubstr("Cipher is TLS_AES"));
  EXPECT_THAT(Handshake({"-tls1_2"}), HasSubstr("Cipher is ECDHE-ECDSA-"));
  ExpectHungUp(Handshake({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}));
  for (const std::string suite : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384",
                                  "ECDHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256"}) {
    SCOPED_TRACE(suite);
    ExpectHungUp(Handshake({"-tls1_2", "-cipher", suite + ":@SECLEVEL=0"}));
  }
}

TEST_F(ProgramTest, TheMainListenerDemandsACertificate) {
  const auto shown =
      support::Openssl({"s_client", "-connect", made_.config().grpc_listen, "-tls1_2"});
  // A server that is content ends its handshake with a ticket.
  EXPECT_THAT(shown.output, HasSubstr("Certificate chain"));
  EXPECT_THAT(shown.output, Not(HasSubstr("TLS session ticket:")));
  EXPECT_THAT(Handshake({"-tls1_2"}), HasSubstr("TLS session ticket:"));
}

}  // namespace
}  // namespace firstbell::server
