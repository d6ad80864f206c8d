// What Prometheus and whoever asks for the broker's health are told: what happened and how it
// stands, and nothing of whom it was about.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "firstbell/v1/review_service.grpc.pb.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using support::kPrimary;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    registry::Config config = broker_.config();
    config.metrics_listen = "127.0.0.1:" + std::to_string(port_);
    broker_.Restart(config);
  }
  httplib::Result Get(const std::string& path) {
    return httplib::Client("127.0.0.1", port_).Get(path);
  }
  std::string Metrics() {
    const auto answer = Get("/metrics");
    return answer && answer->status == 200 ? answer->body : "no answer";
  }

  const int port_ = support::FreePorts(1)[0];
  RunningBroker broker_;
};

TEST_F(MetricsTest, CountWhatHappenedAndNameNobody) {
  const Enrolled lead = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
  EXPECT_THAT(Metrics(), HasSubstr("firstbell_alerts_open 1\n"));
  EXPECT_FALSE(CallRaw(broker_.ChannelAs(kForceUri), "/firstbell.v1.OperatorService/GetStatus", "")
                   .status.ok());
  LinkPeer school(broker_, device.curve);
  school.Hello(device.id);
  const auto push = school.Await(v1::LinkMessage::kPush).push().envelope();
  school.Receipts({ReceiptFor(push, device, v1::RECEIPT_KIND_RECEIVED),
                   ReceiptFor(push, lead, v1::RECEIPT_KIND_ACKNOWLEDGED),
                   ReceiptFor(push, device, v1::RECEIPT_KIND_OPENED)});
  school.Await(v1::LinkMessage::kReceiptAnswers);
  const std::string text = Metrics();
  for (const std::string line :
       {"firstbell_calls_total{code=\"OK\",method=\"SubmitIncident\"} 1\n",
        "firstbell_calls_total{code=\"PERMISSION_DENIED\",method=\"GetStatus\"} 1\n",
        "firstbell_call_seconds_count{method=\"SubmitIncident\"} 1\n",
        "firstbell_events_total{event=\"incident.accepted\"} 1\n",
        "firstbell_events_total{event=\"alert.accepted\"} 1\n",
        "firstbell_events_total{event=\"alert.sealed\"} 1\n",
        "firstbell_receipts_total{kind=\"received\",outcome=\"recorded\"} 1\n",
        "firstbell_receipts_total{kind=\"any\",outcome=\"bad_signature\"} 1\n",
        "firstbell_acknowledgements_total{in_time=\"yes\"} 1\n", "firstbell_links_up 1\n",
        "firstbell_devices_enrolled 1\n", "firstbell_alerts_open 0\n", "firstbell_alerts_late 0\n",
        "firstbell_schools_unattended 0\n", "firstbell_store_unclear 0\n",
        "firstbell_clock_held_back_seconds 0\n", "firstbell_serving 1\n",
        "firstbell_calls_waiting 0\n", "firstbell_build_info{version=\"0.0-test\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, HasSubstr("firstbell_commit_seconds_count"));
  EXPECT_THAT(text, HasSubstr("firstbell_commit_verbs_count"));
  for (const std::string word :
       {"examplebury", "\"10000", "R1", "Zo", lead.id.c_str(), device.id.c_str()}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

// Every label's name, and each value but for buckets and the version.
std::map<std::string, std::set<std::string>> LabelsIn(const std::string& text) {
  static const std::regex kLabel("([a-z_]+)=\"([^\"]*)\"");
  std::map<std::string, std::set<std::string>> labels;
  for (std::sregex_iterator at(text.begin(), text.end(), kLabel), end; at != end; ++at) {
    labels[(*at)[1]].insert((*at)[2]);
  }
  return labels;
}

TEST_F(MetricsTest, LabelsAreOurOwnWordsAndDoNotGrowWithWhatPasses) {
  const auto submit = [&](std::string_view force, const std::string& reference) {
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = support::IncidentOf(reference);
    v1::SubmitIncidentResponse response;
    Context context;
    return v1::IncidentService::NewStub(broker_.ChannelAs(force))
        ->SubmitIncident(&context, request, &response);
  };
  ASSERT_TRUE(submit(kForceUri, "R1").ok());
  const std::string before = Metrics();
  for (const std::string reference : {"R2", "R3", "R4", "R5"}) {
    ASSERT_TRUE(submit(kOtherForceUri, reference).ok());
  }
  CallRaw(broker_.ChannelAs(kForceUri), "/firstbell.v1.IncidentService/MadeUpByACaller", "");
  CallRaw(broker_.ChannelAs(kForceUri), "/made.up.Service/ByACaller", "");
  const std::string after = Metrics();
  EXPECT_THAT(after, HasSubstr("firstbell_events_total{event=\"incident.accepted\"} 5\n"));
  EXPECT_EQ(std::count(before.begin(), before.end(), '\n'),
            std::count(after.begin(), after.end(), '\n'));
  const auto labels = LabelsIn(after);
  EXPECT_EQ(labels, LabelsIn(before));
  for (const auto& [name, values] : labels) {
    EXPECT_THAT((std::set<std::string>{"code", "event", "kind", "in_time", "le", "method",
                                       "outcome", "reason", "version"}),
                testing::Contains(name));
  }
}

TEST_F(MetricsTest, WhatOfficersDecideIsCountedAndWhatIsUnusualAndNotWhoItWas) {
  v1::Incident incident = support::IncidentOf("R1");
  incident.mutable_children(0)->mutable_name()->set_given_names("Nobody");
  ASSERT_TRUE(broker_.Submit(incident).ok());
  EXPECT_THAT(Metrics(), HasSubstr("firstbell_cases_at_review 1\n"));
  const auto desk =
      v1::ReviewService::NewStub(broker_.ChannelAs("urn:firstbell:officer:examplebury:wren-7"));
  v1::GetCaseRequest which;
  which.set_reference("R1");
  which.set_child_ref("C1");
  for (std::size_t i = 0; i <= limits::kLooksPerHour; ++i) {
    v1::GetCaseResponse seen;
    Context context;
    EXPECT_EQ(desk->GetCase(&context, which, &seen).ok(), i < limits::kLooksPerHour);
  }
  v1::DecideCaseRequest decision;
  decision.set_reference("R1");
  decision.set_child_ref("C1");
  decision.set_outcome(v1::CHILD_OUTCOME_UNPLACEABLE);
  decision.set_reason(v1::DECISION_REASON_NO_SCHOOL_FOUND);
  v1::DecideCaseResponse decided;
  Context context;
  ASSERT_TRUE(desk->DecideCase(&context, decision, &decided).ok());
  const std::string after = Metrics();
  EXPECT_THAT(after, HasSubstr("firstbell_cases_at_review 0\n"));
  EXPECT_THAT(after, HasSubstr("firstbell_officer_alarms_total{kind=\"budget_spent\"} 1\n"));
  EXPECT_THAT(after, HasSubstr("firstbell_case_decisions_total{outcome=\"unplaceable\",reason="
                               "\"no_school_found\"} 1\n"));
  EXPECT_THAT(after, Not(HasSubstr("wren")));
}

// gRPC takes new files by itself, and says nothing where they do not belong together.
TEST_F(MetricsTest, TheCertificatesEndIsKnownAndAPairThatIsNoneIsSeen) {
  constexpr char kName[] = "\nfirstbell_certificate_ends_seconds ";
  const std::string well = Metrics();
  ASSERT_THAT(well, HasSubstr(kName));
  const double ends = std::stod(well.substr(well.find(kName) + sizeof kName - 1));
  EXPECT_GT(ends, static_cast<double>(absl::ToUnixSeconds(base::SystemClock().Now())));
  ASSERT_TRUE(base::WriteFileDurably(broker_.directory().keys / "server.key",
                                     crypto::PrivateKey::Generate().ToPem(), base::kOwnerOnly)
                  .ok());
  EXPECT_THAT(Metrics(), HasSubstr(kName + std::string("0\n")));
}

TEST_F(MetricsTest, HealthSaysWhyItDoesNotServe) {
  const auto force = broker_.ChannelAs(kForceUri);
  const auto well = Get("/healthz");
  ASSERT_TRUE(well);
  EXPECT_EQ(well->status, 200);
  EXPECT_EQ(well->body, "serving\n");
  EXPECT_EQ(CallRaw(force, kHealthCheck, "").bytes, kServing);
  EXPECT_EQ(Get("/other")->status, 404);
  EXPECT_TRUE(broker_.broker().Look(std::chrono::steady_clock::now()));

  broker_.FailNextCommit(store::CommitFault::kDiskFull);
  EXPECT_FALSE(broker_.Submit(support::IncidentOf("R1")).ok());
  const auto ill = Get("/healthz");
  ASSERT_TRUE(ill);
  EXPECT_EQ(ill->status, 503);
  EXPECT_THAT(ill->body, HasSubstr("free space"));
  EXPECT_EQ(CallRaw(force, kHealthCheck, "").bytes, kNotServing);
  EXPECT_THAT(Metrics(), HasSubstr("firstbell_store_unclear 1\n"));
  EXPECT_THAT(Metrics(), HasSubstr("firstbell_serving 0\n"));
  EXPECT_FALSE(broker_.broker().Look(std::chrono::steady_clock::now()))
      << "a watchdog must not be told that all is well";
}

TEST_F(MetricsTest, AnAddressThatIsTakenOrNoneIsNamed) {
  RunningBroker second;
  for (const auto& address :
       {broker_.config().metrics_listen, std::string("127.0.0.1"), std::string("127.0.0.1:x")}) {
    registry::Config config = second.config();
    second.End();
    config.metrics_listen = address;
    second.Configure(config);
    const auto refused = second.StartAgain();
    ASSERT_FALSE(refused.ok()) << address;
    EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("listen.metrics"));
    EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr(address));
  }
}

// The ports at which this process listens; sockets of the kernel's table that it has open.
std::set<std::string> ListeningPorts() {
  std::set<std::string> open, ports;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    open.insert(std::filesystem::read_symlink(entry.path(), ignored).string());
  }
  for (const char* table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >>
          timeout >> inode;
      const bool listens = state == "0A" && open.contains("socket:[" + inode + "]");
      if (listens) ports.insert(local.substr(local.find(':') + 1));
    }
  }
  return ports;
}

// All of its threads wait for them, for as long as a request may take to come.
TEST_F(MetricsTest, WhoConnectsAndSaysNothingKeepsNobodyOut) {
  std::vector<int> silent;
  for (std::size_t i = 0; i < limits::kMetricsThreads; ++i) {
    silent.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(silent.back(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  const auto answer = Get("/healthz");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  for (const int socket : silent) ::close(socket);
}

TEST_F(MetricsTest, WithoutAnAddressThereIsNoPort) {
  EXPECT_THAT(ListeningPorts(), SizeIs(4));  // gRPC, enrolment, link, metrics
  registry::Config config = broker_.config();
  config.metrics_listen.clear();
  broker_.Restart(config);
  EXPECT_THAT(ListeningPorts(), SizeIs(3));
  EXPECT_FALSE(Get("/healthz"));
  EXPECT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
}

}  // namespace
}  // namespace firstbell::server
