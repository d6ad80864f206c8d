// Traps of the school link, set over real ZeroMQ.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/link/curve_dealer.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/unit/server/link_peer.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using support::kHigh;
using support::kPrimary;
using testing::HasSubstr;

class LinkTest : public testing::Test {
 protected:
  void Submit(const std::string& reference) {
    ASSERT_TRUE(broker_.Submit(support::IncidentOf(reference)).ok());
  }
  // The first event of a dealer of the product's own with these keys.
  link::LinkEvent::Kind FirstEvent(const crypto::CurveKeys& keys) {
    const auto dealer = link::CurveDealer::Connect(
        {broker_.config().link_listen, broker_.curve_public(), {keys.public_key, keys.secret_key}});
    FB_CHECK(dealer.ok());
    for (int i = 0; i < 100; ++i) {
      const auto events = (*dealer)->Wait(absl::Milliseconds(200));
      FB_CHECK(events.ok());
      if (!events->empty()) return events->front().kind;
    }
    ADD_FAILURE() << "nothing happened";
    return link::LinkEvent::Kind::kFrame;
  }

  RunningBroker broker_;
  const Enrolled lead_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled office_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
};

TEST_F(LinkTest, AKeyThatWasNeverEnrolledCannotJoin) {
  EXPECT_EQ(FirstEvent(crypto::MakeCurveKeys()), link::LinkEvent::Kind::kRefused);
  EXPECT_EQ(FirstEvent(office_.curve), link::LinkEvent::Kind::kUp);
}

TEST_F(LinkTest, AnotherSchoolsDeviceClaimingOursIsRefusedAndNeverGetsOurAlert) {
  const Enrolled thief = broker_.Enrol(kHigh, v1::RECIPIENT_ROLE_DEVICE);
  LinkPeer stealing(broker_, thief.curve);
  stealing.Hello(office_.id);
  const auto refused = stealing.Next();
  ASSERT_TRUE(refused && refused->has_refusal());
  EXPECT_THAT(refused->refusal().why(), HasSubstr("device id"));

  Submit("R1");
  LinkPeer office(broker_, office_.curve);
  office.Hello(office_.id);
  office.Await(v1::LinkMessage::kPush);
  // Frames keep their order: had an alert gone to the thief, it would lie before this welcome.
  stealing.Hello(thief.id);
  const auto next = stealing.Next();
  ASSERT_TRUE(next && next->has_welcome());
  EXPECT_EQ(next->welcome().urn(), kHigh.value());
}

// A router that trusted the ids its clients choose would hand the second the first's messages.
TEST_F(LinkTest, AChosenRoutingIdStealsNoMessages) {
  const Enrolled thief = broker_.Enrol(kHigh, v1::RECIPIENT_ROLE_DEVICE);
  LinkPeer office(broker_, office_.curve, "office");
  office.Hello(office_.id);
  office.Await(v1::LinkMessage::kWelcome);
  LinkPeer stealing(broker_, thief.curve, "office");
  stealing.Hello(thief.id);
  // One of the thief's that behaves is up: by then the other's hello has been dealt with as well.
  LinkPeer behaving(broker_, thief.curve);
  behaving.Hello(thief.id);
  behaving.Await(v1::LinkMessage::kWelcome);

  Submit("R1");
  office.Await(v1::LinkMessage::kPush);
  EXPECT_FALSE(stealing.Next(absl::Milliseconds(300)).has_value());
  // Welcomed to its own school again as the log grows, and no more.
  while (const auto next = behaving.Next(absl::Milliseconds(100))) {
    ASSERT_TRUE(next->has_welcome());
    EXPECT_EQ(next->welcome().urn(), kHigh.value());
  }
}

// The first to choose an id is the thief; the school's own daemon chooses none.
TEST_F(LinkTest, AnIdTakenByAThiefKeepsNobodyOut) {
  const Enrolled thief = broker_.Enrol(kHigh, v1::RECIPIENT_ROLE_DEVICE);
  LinkPeer stealing(broker_, thief.curve, "office");
  stealing.Hello(thief.id);
  stealing.Await(v1::LinkMessage::kWelcome);
  Submit("R1");
  LinkPeer office(broker_, office_.curve);
  office.Hello(office_.id);
  office.Await(v1::LinkMessage::kPush);
}

TEST_F(LinkTest, ARevokedDeviceIsCutOffAndStaysOut) {
  LinkPeer office(broker_, office_.curve);
  office.Hello(office_.id);
  office.Await(v1::LinkMessage::kWelcome);
  ASSERT_TRUE(broker_.Revoke(office_.id).ok());
  EXPECT_THAT(office.Await(v1::LinkMessage::kRefusal).refusal().why(), HasSubstr("revoked"));
  Submit("R1");
  office.Hello(office_.id);  // on the connection that still stands
  const auto next = office.Next();
  ASSERT_TRUE(next && next->has_refusal());
  EXPECT_EQ(FirstEvent(office_.curve), link::LinkEvent::Kind::kRefused);
}

TEST_F(LinkTest, TheNewestConnectionOfADeviceGetsTheAlert) {
  LinkPeer first(broker_, office_.curve);
  first.Hello(office_.id);
  first.Await(v1::LinkMessage::kWelcome);
  LinkPeer second(broker_, office_.curve);
  second.Hello(office_.id);
  second.Await(v1::LinkMessage::kWelcome);
  Submit("R1");
  second.Await(v1::LinkMessage::kPush);
  EXPECT_FALSE(first.Next(absl::Milliseconds(100)).has_value());
}

TEST_F(LinkTest, WhatIsNotAMessageIsRefusedAndTheNextHelloIsHeard) {
  LinkPeer office(broker_, office_.curve);
  office.Receipts({});
  EXPECT_THAT(office.Await(v1::LinkMessage::kRefusal).refusal().why(), HasSubstr("hello"));
  office.Hello(office_.id);
  office.Await(v1::LinkMessage::kWelcome);
}

// The log must not say that an alert went out to a machine that was switched off hours ago.
TEST_F(LinkTest, ADeviceThatLeftIsNotLinkedAndNothingIsSentToIt) {
  {
    LinkPeer office(broker_, office_.curve);
    office.Hello(office_.id);
    office.Await(v1::LinkMessage::kWelcome);
  }
  const auto operators = v1::OperatorService::NewStub(broker_.ChannelAs(kOperatorUri));
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] {
    Context context;
    v1::GetStatusResponse status;
    FB_CHECK(operators->GetStatus(&context, {}, &status).ok());
    return status.linked_devices() == 0;
  }));
  Submit("R1");
  Context context;
  v1::GetIncidentRequest request;
  request.set_reference("R1");
  v1::GetIncidentResponse response;
  ASSERT_TRUE(v1::IncidentService::NewStub(broker_.ChannelAs(kForceUri))
                  ->GetIncident(&context, request, &response)
                  .ok());
  EXPECT_EQ(response.incident().notices(0).state(), v1::ALERT_STATE_ACCEPTED);
}

// What was pushed before the crash is pushed again after it, byte for byte.
TEST_F(LinkTest, AfterARestartTheSameBytesArePushedAgain) {
  Submit("R1");
  v1::SealedEnvelope before;
  {
    LinkPeer office(broker_, office_.curve);
    office.Hello(office_.id);
    before = office.Await(v1::LinkMessage::kPush).push().envelope();
  }
  broker_.End();
  const auto again = broker_.StartAgain();
  ASSERT_TRUE(again.ok()) << again.status();
  LinkPeer office(broker_, office_.curve);
  office.Hello(office_.id);
  EXPECT_EQ(office.Await(v1::LinkMessage::kPush).push().envelope().SerializeAsString(),
            before.SerializeAsString());
}

}  // namespace
}  // namespace firstbell::server
