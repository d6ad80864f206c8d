// Whether the broker serves: what an unclear commit does, whichever path it was on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "broker/base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/support/program.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using store::CommitFault;
using support::Eventually;
using support::kPrimary;
using testing::HasSubstr;

// HealthCheckRequest{service}.
std::string Ask(const std::string& service) {
  return "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
}

grpc::Status Submit(const std::shared_ptr<grpc::Channel>& force, const std::string& reference) {
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = support::IncidentOf(reference);
  v1::SubmitIncidentResponse response;
  Context context;
  return v1::IncidentService::NewStub(force)->SubmitIncident(&context, request, &response);
}

class StandingTest : public testing::TestWithParam<CommitFault> {
 protected:
  void ExpectStopped() {
    EXPECT_TRUE(broker_.broker().MustRestart());
    EXPECT_EQ(CallRaw(force_, kHealthCheck, "").bytes, kNotServing);
    EXPECT_EQ(CallRaw(force_, kHealthCheck, Ask("firstbell.v1.IncidentService")).bytes,
              kNotServing);
    EXPECT_EQ(CallRaw(broker_.EnrolmentChannel(), kHealthCheck, "").bytes, kNotServing);
    EXPECT_EQ(Submit(force_, "R9").error_code(), StatusCode::UNAVAILABLE);
  }

  RunningBroker broker_;
  const std::shared_ptr<grpc::Channel> force_ = broker_.ChannelAs(kForceUri);
};

TEST_P(StandingTest, ACallWhoseCommitIsUnclearStopsTheBroker) {
  broker_.FailNextCommit(GetParam());
  EXPECT_FALSE(Submit(force_, "R1").ok());
  ExpectStopped();
}

// Nobody calls; a device's receipts come over the link, and get no answer.
TEST_P(StandingTest, AReceiptWhoseCommitIsUnclearStopsTheBroker) {
  broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(Submit(force_, "R1").ok());
  LinkPeer school(broker_, device.curve);
  school.Hello(device.id);
  const auto push = school.Await(v1::LinkMessage::kPush).push().envelope();
  const auto sent = [&] {
    const auto state = CallRaw(force_, "/firstbell.v1.IncidentService/GetIncident",
                               "\x0a\x02R1");  // GetIncidentRequest{reference}
    v1::GetIncidentResponse response;
    return response.ParseFromString(state.bytes) &&
           response.incident().notices(0).state() == v1::ALERT_STATE_SENT;
  };
  ASSERT_TRUE(Eventually(absl::Seconds(20), sent));  // the last commit of the push
  EXPECT_FALSE(broker_.broker().MustRestart());
  broker_.FailNextCommit(GetParam());
  school.Receipts({ReceiptFor(push, device, v1::RECEIPT_KIND_RECEIVED)});
  EXPECT_TRUE(Eventually(absl::Seconds(20), [&] { return broker_.broker().MustRestart(); }));
  ExpectStopped();
  // Nothing is said of a receipt whose fate is unclear, so that it comes again.
  EXPECT_EQ(school.Await(v1::LinkMessage::kReceiptAnswers).receipt_answers().answers_size(), 0);
}

INSTANTIATE_TEST_SUITE_P(Faults, StandingTest,
                         testing::Values(CommitFault::kFailBefore, CommitFault::kFailAfter,
                                         CommitFault::kDiskFull));

TEST(StandingOfServicesTest, HealthKnowsEachServiceByItsName) {
  RunningBroker running;
  const auto main = running.ChannelAs(kForceUri);
  for (const std::string name : {"IncidentService", "DeliveryLogService", "OperatorService"}) {
    EXPECT_EQ(CallRaw(main, kHealthCheck, Ask("firstbell.v1." + name)).bytes, kServing) << name;
  }
  EXPECT_EQ(
      CallRaw(running.EnrolmentChannel(), kHealthCheck, Ask("firstbell.v1.EnrolmentService")).bytes,
      kServing);
  EXPECT_EQ(CallRaw(main, kHealthCheck, Ask("firstbell.v1.Other")).status.error_code(),
            StatusCode::NOT_FOUND);
}

// A file may not grow beyond 64 KiB: to the program, a write that fails sooner or later.
TEST(StandingOfTheProgramTest, EndsWithOneAndSaysWhatToDo) {
  RunningBroker made;
  made.End();
  support::TempDirectory scratch;
  const auto log = scratch.path() / "broker.log";
  support::Running program({FIRSTBELL_BIN "/firstbell-broker", "--data",
                            made.directory().root.string(), "--simulated-clock"},
                           log);
  ASSERT_TRUE(made.EnrolmentChannel()->WaitForConnected(std::chrono::system_clock::now() +
                                                        std::chrono::seconds(30)));
  const auto force = made.ChannelAs(kForceUri);
  const rlimit limit{64 * 1024, 64 * 1024};
  ASSERT_EQ(::prlimit(program.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  grpc::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) status = Submit(force, "F" + std::to_string(i));
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Eventually(absl::Seconds(20), [&] { return !program.alive(); }));
  EXPECT_EQ(program.Stop(), 1);
  const std::string said = base::ReadFile(log).value();
  EXPECT_THAT(said, HasSubstr("free space"));
  EXPECT_THAT(said, HasSubstr("start the broker again"));
}

}  // namespace
}  // namespace firstbell::server
