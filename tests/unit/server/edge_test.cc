// What a hostile or broken caller sends, over real mutual TLS: every role at every method, bad
// certificates, messages beyond every bound, more streams than are served.

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/base/limits.h"
#include "broker/base/mutex.h"
#include "broker/crypto/x509.h"
#include "broker/server/authorisation.h"
#include "firstbell/v1/review_service.pb.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"
#include "tests/unit/server/silent_proxy.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using support::IncidentOf;
using testing::HasSubstr;

constexpr char kSubmit[] = "/firstbell.v1.IncidentService/SubmitIncident";

class EdgeTest : public testing::Test {
 protected:
  grpc::Status Submit(const v1::Incident& incident) {
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = incident;
    return CallRaw(force_, kSubmit, request.SerializeAsString()).status;
  }
  StatusCode StatusBy(const std::string& chain, const crypto::PrivateKey& key) {
    return CallRaw(broker_.Channel({chain, key.ToPem()}), "/firstbell.v1.OperatorService/GetStatus",
                   "")
        .status.error_code();
  }

  RunningBroker broker_;
  const std::shared_ptr<grpc::Channel> force_ = broker_.ChannelAs(kForceUri);
};

// --- Who ----------------------------------------------------------------------------------

// "/service/method" of every method on the main listener, by its name.
std::map<std::string, std::string> PathsOfMethods() {
  std::map<std::string, std::string> paths;
  for (const auto* file :
       {v1::SubmitIncidentRequest::descriptor()->file(), v1::CaseSummary::descriptor()->file(),
        v1::Checkpoint::descriptor()->file(), v1::GetStatusRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const std::string& name = file->service(s)->method(m)->name();
        paths[name] = "/" + file->service(s)->full_name() + "/" + name;
      }
    }
  }
  return paths;
}

TEST_F(EdgeTest, EveryRoleAtEveryMethod) {
  using registry::Role;
  const std::map<Role, std::string> callers = {
      {Role::kForce, std::string(kForceUri)},
      {Role::kOfficer, "urn:firstbell:officer:examplebury:7"},
      {Role::kAuditor, std::string(kAuditorUri)},
      {Role::kOperator, std::string(kOperatorUri)},
      {Role::kAuthority, "urn:firstbell:authority:383"},
      {Role::kDevice, "urn:firstbell:school:100001:device:x"},
      {Role::kPerson, "urn:firstbell:school:100001:person:x"}};
  const auto paths = PathsOfMethods();
  const auto methods = static_cast<int>(Method::kAdvanceClock) + 1;
  EXPECT_EQ(static_cast<std::size_t>(methods), paths.size()) << "a method that no table knows";
  for (const auto& [role, uri] : callers) {
    const auto channel = broker_.ChannelAs(uri);
    for (int m = 0; m < methods; ++m) {
      const auto method = static_cast<Method>(m);
      const auto path = paths.find(std::string(Name(method)));
      ASSERT_NE(path, paths.end()) << Name(method);
      const RawAnswer answer = CallRaw(channel, path->second, "");
      EXPECT_EQ(answer.status.error_code() == StatusCode::PERMISSION_DENIED, !Allowed(role, method))
          << path->second << " by " << uri << ": " << answer.status.error_message();
    }
  }
}

TEST_F(EdgeTest, ACertificateOutOfItsTimeOrOfNoAuthorityOpensNothing) {
  const absl::Time now = base::SystemClock().Now();
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  const auto certificate = [&](const crypto::Authority& issuer, crypto::Usage usage,
                               absl::Time from, absl::Time until) {
    return crypto::CertificateToPem(crypto::Issue(issuer, {.common_name = "a caller",
                                                           .public_key = key.PublicKey(),
                                                           .usage = usage,
                                                           .uri = std::string(kOperatorUri),
                                                           .not_before = from,
                                                           .not_after = until})
                                        .value());
  };
  const crypto::Authority& issuing = broker_.issuing();
  const std::string chain = crypto::CertificateToPem(issuing.certificate);
  const absl::Duration hour = absl::Hours(1);
  using crypto::Usage;
  EXPECT_EQ(StatusBy(certificate(issuing, Usage::kTlsClient, now - hour, now + hour) + chain, key),
            StatusCode::OK);
  const std::map<std::string, std::string> bad = {
      {"expired", certificate(issuing, Usage::kTlsClient, now - 2 * hour, now - hour) + chain},
      {"not yet", certificate(issuing, Usage::kTlsClient, now + hour, now + 2 * hour) + chain},
      {"a receipt's", certificate(issuing, Usage::kSigning, now - hour, now + hour) + chain},
      {"an opening one", certificate(issuing, Usage::kOpening, now - hour, now + hour) + chain},
      {"self-signed", crypto::CertificateToPem(
                          crypto::MakeRoot("operator", now - hour, now + hour)->certificate)}};
  for (const auto& [what, pem] : bad) {
    EXPECT_NE(StatusBy(pem, key), StatusCode::OK) << what;
  }
}

TEST_F(EdgeTest, GuessingCodesLocksTheGuessersDoorForAMinuteAndNoOther) {
  const Enrolled who;
  const v1::EnrolmentCode code = broker_.Code(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  const v1::EnrolRequest good = broker_.RequestFor(who, code);
  v1::EnrolRequest wrong = good;
  wrong.set_secret(std::string(16, 'x'));
  const auto here = broker_.EnrolmentChannel();
  const auto enrol = [&](const v1::EnrolRequest& request, std::shared_ptr<grpc::Channel> from) {
    Context context;
    v1::EnrolResponse response;
    return v1::EnrolmentService::NewStub(from)->Enrol(&context, request, &response).error_code();
  };
  for (std::uint32_t i = 0; i < limits::kEnrolFailuresPerMinute; ++i) {
    ASSERT_EQ(enrol(wrong, here), StatusCode::PERMISSION_DENIED);
  }
  EXPECT_EQ(enrol(wrong, here), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(enrol(good, here), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(enrol(good, broker_.EnrolmentChannel()), StatusCode::RESOURCE_EXHAUSTED)
      << "another connection from there";

  const std::string& listening = broker_.config().enrolment_listen;
  SilentProxy elsewhere(std::stoi(listening.substr(listening.rfind(':') + 1)), "127.0.0.2");
  const Enrolled other;
  const v1::EnrolRequest theirs =
      broker_.RequestFor(other, broker_.Code(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE));
  EXPECT_EQ(enrol(theirs, broker_.ChannelTo(elsewhere.address(), {})), StatusCode::OK);
  v1::AdvanceClockRequest minute;
  minute.set_by("61s");
  ASSERT_TRUE(CallRaw(broker_.ChannelAs(kOperatorUri), "/firstbell.v1.OperatorService/AdvanceClock",
                      minute.SerializeAsString())
                  .status.ok());
  EXPECT_EQ(enrol(good, here), StatusCode::OK);
}

// --- What ---------------------------------------------------------------------------------

constexpr std::size_t kMegabyte = 1024 * 1024;

// A message of `megabytes` that costs the sender one: every piece is the same.
grpc::Status SendMegabytes(const std::shared_ptr<grpc::Channel>& channel, std::size_t megabytes) {
  const grpc::Slice piece(std::string(kMegabyte, 'x'));
  const std::vector<grpc::Slice> pieces(megabytes, piece);
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  Context context;
  const auto call = stub.PrepareUnaryCall(&context, kSubmit,
                                          grpc::ByteBuffer(pieces.data(), pieces.size()), &queue);
  grpc::ByteBuffer response;
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  FB_CHECK(queue.Next(&tag, &ok));
  queue.Shutdown();
  return status;
}

TEST_F(EdgeTest, AMessageBeyondTheBoundIsRefusedAndTheNextIsTaken) {
  v1::Incident large = IncidentOf("R1");
  large.mutable_children(0)->set_account(std::string(5 * kMegabyte, 'x'));
  EXPECT_EQ(Submit(large).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(SendMegabytes(force_, limits::kMessageBytes / kMegabyte + 1).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  // The connection may be gone with it; the client's next call makes another.
  const StatusCode of_giant = SendMegabytes(broker_.ChannelAs(kForceUri), 1024).error_code();
  EXPECT_THAT(of_giant, testing::AnyOf(StatusCode::RESOURCE_EXHAUSTED, StatusCode::UNAVAILABLE));
  EXPECT_TRUE(Submit(IncidentOf("R1")).ok());
}

TEST_F(EdgeTest, AThousandChildrenAreToldTheirNumber) {
  v1::Incident incident = IncidentOf("R1");
  const v1::Child child = incident.children(0);
  for (int i = 1; i < 1000; ++i) {
    *incident.add_children() = child;
    incident.mutable_children(i)->set_child_ref("X" + std::to_string(i));
  }
  const grpc::Status status = Submit(incident);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FaultyFields(status.error_details()), HasSubstr("incident.children"));
}

TEST_F(EdgeTest, TextsThatDeceiveAreRefusedByField) {
  const std::map<std::string, std::string> texts = {{"NUL", std::string("Zo\0e", 4)},
                                                    {"override",
                                                     "Zo\xe2\x80\xae"
                                                     "e"},
                                                    {"isolate",
                                                     "Zo\xe2\x81\xa6"
                                                     "e"},
                                                    {"escape", "Zo\x1b[2Je"},
                                                    {"line break", "Zo\ne"}};
  for (const auto& [what, text] : texts) {
    v1::Incident incident = IncidentOf("R1");
    incident.mutable_children(0)->mutable_name()->set_given_names(text);
    const grpc::Status status = Submit(incident);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << what;
    EXPECT_EQ(FaultyFields(status.error_details()), "incident.children[0].name.given_names")
        << what;
  }
}

TEST_F(EdgeTest, AWordThatIsNotInAClosedListIsRefusedByField) {
  v1::Incident incident = IncidentOf("R1");
  incident.set_legal_basis(static_cast<v1::LegalBasis>(99));
  incident.mutable_children(0)->set_presence(static_cast<v1::Presence>(99));
  const grpc::Status status = Submit(incident);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FaultyFields(status.error_details()),
            "incident.legal_basis,incident.children[0].presence");
}

// --- How many -----------------------------------------------------------------------------

// A watch that is opened and read no further than its first notice, then not at all.
class IdleWatch final : public grpc::ClientReadReactor<v1::WatchIncidentResponse> {
 public:
  IdleWatch(v1::IncidentService::Stub& stub, const v1::WatchIncidentRequest& request) {
    stub.async()->WatchIncident(&context_, &request, this);
    StartRead(&first_);
    StartCall();
  }
  void Cancel() { context_.TryCancel(); }
  void OnReadDone(bool ok) override {
    base::MutexLock lock(mutex_);
    begun_ = ok;
    changed_.NotifyAll();
  }
  void OnDone(const grpc::Status& status) override {
    base::MutexLock lock(mutex_);
    status_ = status;
    done_ = true;
    changed_.NotifyAll();
  }
  // Whether it is served; otherwise it has ended.
  bool Begun() {
    base::MutexLock lock(mutex_);
    while (!begun_ && !done_) changed_.Wait(mutex_);
    return begun_;
  }
  grpc::Status End() {
    base::MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
    return status_;
  }

 private:
  grpc::ClientContext context_;
  v1::WatchIncidentResponse first_;
  base::Mutex mutex_;
  base::CondVar changed_;
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
};

// One connection cannot take the room of all: its calls beyond the bound wait for their turn.
TEST_F(EdgeTest, AConnectionHasSoManyCallsOpen) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  const auto channel = broker_.ChannelAs(kForceUri);
  const auto stub = v1::IncidentService::NewStub(channel);
  std::vector<std::unique_ptr<IdleWatch>> watches;
  for (int i = 0; i < limits::kCallsPerConnection; ++i) {
    watches.push_back(std::make_unique<IdleWatch>(*stub, request));
    EXPECT_TRUE(watches.back()->Begun());
  }
  const auto ask = [](v1::IncidentService::Stub& by, std::chrono::seconds patience) {
    v1::GetIncidentRequest get;
    get.set_reference("R1");
    v1::GetIncidentResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    return by.GetIncident(&context, get, &response).error_code();
  };
  EXPECT_EQ(ask(*stub, std::chrono::seconds(1)), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(ask(*v1::IncidentService::NewStub(force_), std::chrono::seconds(20)), StatusCode::OK);
  watches.back()->Cancel();
  watches.back()->End();
  EXPECT_EQ(ask(*stub, std::chrono::seconds(20)), StatusCode::OK);
  for (const auto& watch : watches) watch->Cancel();
  for (const auto& watch : watches) watch->End();
}

TEST_F(EdgeTest, TenThousandWatchesThatReadNothingHoldNobodyUp) {
  constexpr std::size_t kForces = limits::kWatchers / limits::kWatchersPerCaller;
  v1::WatchIncidentRequest request;
  request.set_reference("R1");
  std::vector<std::unique_ptr<v1::IncidentService::Stub>> stubs;  // two connections a force
  const auto connect = [&](const std::string& uri) {
    const auto channel = broker_.ChannelAs(uri);
    v1::SubmitIncidentRequest submit;
    *submit.mutable_incident() = IncidentOf("R1");
    EXPECT_TRUE(CallRaw(channel, kSubmit, submit.SerializeAsString()).status.ok());
    stubs.push_back(v1::IncidentService::NewStub(channel));
    stubs.push_back(v1::IncidentService::NewStub(broker_.ChannelAs(uri)));
  };
  std::vector<std::unique_ptr<IdleWatch>> watches;
  const auto refused = [&](v1::IncidentService::Stub& stub) {
    IdleWatch surplus(stub, request);
    EXPECT_FALSE(surplus.Begun());
    EXPECT_EQ(surplus.End().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  };
  for (std::size_t force = 0; force < kForces; ++force) {
    connect("urn:firstbell:force:f" + std::to_string(force));
    for (std::size_t i = 0; i < limits::kWatchersPerCaller; ++i) {
      watches.push_back(std::make_unique<IdleWatch>(*stubs[2 * force + i % 2], request));
    }
    std::size_t begun = 0;
    for (const auto& watch : watches) begun += watch->Begun() ? 1u : 0u;
    EXPECT_EQ(begun, watches.size());
    refused(*stubs.back());
  }
  connect(std::string(kOtherForceUri));
  refused(*stubs.back());

  EXPECT_TRUE(Submit(IncidentOf("R2")).ok());
  for (const auto& watch : watches) watch->Cancel();
  for (const auto& watch : watches) watch->End();
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] {
    IdleWatch next(*stubs[0], request);
    const bool served = next.Begun();
    next.Cancel();
    next.End();
    return served;
  }));
}

}  // namespace
}  // namespace firstbell::server
