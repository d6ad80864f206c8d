// Many links at once, and links that behave badly beside those that do not. FIRSTBELL_CROWD is how
// many.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "tests/support/device_crowd.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/support/members.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/silent_proxy.h"

namespace firstbell::server {
namespace {

using support::kPrimary;
using support::Member;

// --- A crowd ------------------------------------------------------------------------------

constexpr std::uint32_t kFirstUrn = 200'000;
constexpr std::size_t kDevicesPerSchool = 50;

// So many devices, fifty a school.
std::vector<Member> MakeCrowd(std::size_t size) {
  std::vector<Member> crowd;
  for (std::size_t i = 0; i < size; ++i) {
    const auto school = static_cast<std::uint32_t>(i / kDevicesPerSchool);
    crowd.push_back(support::MakeDevice(base::Urn(kFirstUrn + school)));
  }
  return crowd;
}

void EnrolCrowd(store::Store& store, const std::vector<Member>& crowd) {
  std::vector<model::School> schools;
  for (const Member& device : crowd) {
    const base::Urn urn = device.recipient.urn;
    if (schools.empty() || schools.back().urn != urn) schools.push_back(support::SchoolOf(urn));
  }
  FB_CHECK(store.ImportSchools(schools, {}).ok());
  for (const Member& device : crowd) FB_CHECK(support::Enrol(store, device).ok());
}

// How many of the crowd, all switched on at once, were welcomed before patience ran out.
std::size_t Welcomed(support::DeviceCrowd& machines, const std::vector<Member>& crowd) {
  std::vector<bool> greeted(crowd.size());
  std::size_t welcomed = 0;
  const auto greet = [&] {
    for (std::size_t i = 0; i < crowd.size(); ++i) {
      if (greeted[i] || !machines.Connected(i)) continue;
      const std::string hello = support::HelloOf(crowd[i].id().value()).SerializeAsString();
      greeted[i] = machines.Send(i, hello);
    }
  };
  support::Eventually(absl::Seconds(100), [&] {
    greet();
    machines.Receive(absl::Milliseconds(50), [&](std::size_t, std::string_view frame) {
      v1::LinkMessage message;
      FB_CHECK(message.ParseFromArray(frame.data(), static_cast<int>(frame.size())));
      FB_CHECK(message.has_welcome());
      ++welcomed;
    });
    return welcomed == crowd.size();
  });
  return welcomed;
}

std::uint64_t LinkedDevices(RunningBroker& broker) {
  Context context;
  v1::GetStatusResponse status;
  FB_CHECK(v1::OperatorService::NewStub(broker.ChannelAs(kOperatorUri))
               ->GetStatus(&context, {}, &status)
               .ok());
  return status.linked_devices();
}

TEST(CrowdTest, AllComeInAtOnceAndAgainAfterARestart) {
  // Broker and machines are one process here: three descriptors a link.
  if (support::RaiseDescriptorLimit() < 3 * FIRSTBELL_CROWD + 2000) {
    GTEST_SKIP() << "too few file descriptors";
  }
  const std::vector<Member> crowd = MakeCrowd(FIRSTBELL_CROWD);
  RunningBroker broker([&](store::Store& store) { EnrolCrowd(store, crowd); });
  for (int round = 0; round < 2; ++round) {
    {
      support::DeviceCrowd machines(broker.config().link_listen, broker.curve_public());
      for (const Member& device : crowd) machines.Add(device.curve);
      EXPECT_EQ(Welcomed(machines, crowd), crowd.size());
      EXPECT_EQ(LinkedDevices(broker), crowd.size());
    }
    broker.End();
    auto again = broker.StartAgain();
    ASSERT_TRUE(again.ok()) << again.status();
    broker.Adopt(*std::move(again));
  }
}

// --- Bad neighbours -----------------------------------------------------------------------

class NeighboursTest : public testing::Test {
 protected:
  void Submit(const std::string& reference) {
    ASSERT_TRUE(broker_.Submit(support::IncidentOf(reference)).ok());
  }
  // Takes pushes, answering each, until `count` different alerts came.
  std::size_t Collect(LinkPeer& peer, const Enrolled& device, std::size_t count) {
    std::set<std::string> alerts;
    while (alerts.size() < count) {
      const auto message = peer.Next();
      if (!message) break;
      if (!message->has_push()) continue;
      v1::EnvelopeHeader header;
      FB_CHECK(header.ParseFromString(message->push().envelope().header()));
      alerts.insert(header.alert_id());
      peer.Receipts({ReceiptFor(message->push().envelope(), device, v1::RECEIPT_KIND_RECEIVED)});
    }
    return alerts.size();
  }

  RunningBroker broker_;
  const Enrolled lead_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled office_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  const Enrolled other_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
};

TEST_F(NeighboursTest, OneThatNeverReadsKeepsNothingFromTheNext) {
  LinkPeer stalled(broker_, other_.curve);
  stalled.Hello(other_.id);
  stalled.Await(v1::LinkMessage::kWelcome);
  LinkPeer good(broker_, office_.curve);
  good.Hello(office_.id);
  constexpr std::size_t kMore = 100;  // than are ever in flight to one device
  for (std::size_t i = 0; i < kMore; ++i) Submit("R" + std::to_string(i));
  EXPECT_EQ(Collect(good, office_, kMore), kMore);
}

TEST_F(NeighboursTest, OneThatFloodsKeepsNothingFromTheNext) {
  LinkPeer flooding(broker_, other_.curve);
  LinkPeer good(broker_, office_.curve);
  good.Hello(office_.id);
  good.Await(v1::LinkMessage::kWelcome);
  std::atomic<bool> over{false};
  std::thread flood([&] {
    while (!over) flooding.TryHello(other_.id);
  });
  for (int i = 0; i < 20; ++i) Submit("R" + std::to_string(i));
  EXPECT_EQ(Collect(good, office_, 20), 20u);
  over = true;
  flood.join();
}

// The cable is pulled: nobody hears of it. The machine comes back another way, and then the broker
// notices that the first way is dead.
TEST_F(NeighboursTest, ALinkThatFellSilentIsReplacedAndThenForgotten) {
  const std::string listen = broker_.config().link_listen;
  SilentProxy proxy(std::stoi(listen.substr(listen.rfind(':') + 1)));
  LinkPeer first(broker_, office_.curve, "", "tcp://" + proxy.address());
  first.Hello(office_.id);
  first.Await(v1::LinkMessage::kWelcome);
  LinkPeer silent(broker_, other_.curve, "", "tcp://" + proxy.address());
  silent.Hello(other_.id);
  silent.Await(v1::LinkMessage::kWelcome);
  EXPECT_EQ(LinkedDevices(broker_), 2u);
  proxy.FallSilent();
  Submit("R1");
  LinkPeer second(broker_, office_.curve);
  second.Hello(office_.id);
  EXPECT_EQ(Collect(second, office_, 1), 1u);
  // The other device's connection is given up when its heartbeats stay away.
  EXPECT_TRUE(support::Eventually(absl::Seconds(90), [&] { return LinkedDevices(broker_) == 1; }));
}

}  // namespace
}  // namespace firstbell::server
