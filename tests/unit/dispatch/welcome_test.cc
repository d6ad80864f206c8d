// What devices are told of the delivery log.

#include "broker/dispatch/welcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/checkpoint.h"
#include "broker/audit/merkle.h"
#include "broker/base/limits.h"
#include "broker/crypto/random.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string NoteOf(std::uint64_t size) {
  audit::Note note{audit::CheckpointText({"log.example", size, std::string(32, 'r')}), {}};
  note.signatures.push_back({"log.example", 7, "a signature that nobody checks here"});
  return audit::FormatNote(note);
}

// A log of so many entries; of each it says for what it was asked.
class FakeLog final : public LogView {
 public:
  void Compare(const std::string& checkpoint) override { compared.push_back(checkpoint); }
  base::Result<ToldOfLog> Tell(std::uint64_t old_size) override {
    if (before_told) std::exchange(before_told, {})();
    if (!tells) return base::Unavailable("the disk does not answer");
    ToldOfLog told{NoteOf(size), size, {"from " + std::to_string(old_size)}, "key", {"change"}};
    told.witnessed = "witnessed";
    told.witnessed_consistency = {"from there"};
    return told;
  }
  base::Result<std::optional<v1::LoggedEvent>> EnrolmentOf(const base::RecipientId& id,
                                                           std::uint64_t from,
                                                           std::uint64_t within) override {
    if (!proves) return base::Unavailable("the disk does not answer");
    const auto found = positions.find(id);
    if (found == positions.end() || found->second < from || within <= found->second) {
      return std::nullopt;
    }
    v1::LoggedEvent logged;
    logged.set_position(found->second);
    return logged;
  }
  base::Result<std::optional<v1::LoggedEvent>> RemovalOf(const base::RecipientId& id,
                                                         std::uint64_t within) override {
    const auto found = removals.find(id);
    if (found == removals.end() || within <= found->second) return std::nullopt;
    v1::LoggedEvent logged;
    logged.set_position(found->second);
    return logged;
  }

  std::vector<std::string> compared;
  std::map<base::RecipientId, std::uint64_t> positions, removals;
  std::function<void()> before_told;
  std::uint64_t size = 10;
  bool tells = true, proves = true;
};

class WelcomeTest : public SchoolLinksTest {
 protected:
  void SayHello(const SessionId& session, const Member& device, const std::string& checkpoint,
                const std::vector<std::string>& asked = {}) {
    v1::LinkMessage message;
    message.mutable_hello()->set_protocol(1);
    message.mutable_hello()->set_device_id(device.id().value());
    message.mutable_hello()->set_checkpoint(checkpoint);
    for (const std::string& id : asked) message.mutable_hello()->add_asked(id);
    telling_.OnFrame(session, device.curve.public_key, message.SerializeAsString());
  }
  // The one welcome among what was sent to a session.
  v1::Welcome Welcomed(const SessionId& session) {
    std::vector<v1::Welcome> welcomes;
    for (const v1::LinkMessage& message : link_.Take(session)) {
      if (message.has_welcome()) welcomes.push_back(message.welcome());
    }
    EXPECT_THAT(welcomes, SizeIs(1));
    return welcomes.empty() ? v1::Welcome() : welcomes.front();
  }

  FakeLog log_;
  SchoolLinks telling_{world_.store,    world_.ladders,
                       world_.policies, devices_,
                       sealer_,         desk_,
                       duties_,         nobody_,
                       link_,           [](std::function<void()> task) { task(); },
                       world_.clock,    {.simulated_clock = true, .log = &log_}};
};

TEST_F(WelcomeTest, ADeviceThatKnowsNothingIsToldAllOfIt) {
  log_.positions[lead_.id()] = 3;
  SayHello("s1", office_, "");
  const v1::Welcome welcome = Welcomed("s1");
  EXPECT_EQ(welcome.checkpoint(), NoteOf(10));
  EXPECT_THAT(welcome.consistency(), ElementsAre("from 0"));
  EXPECT_EQ(welcome.log_key(), "key");
  EXPECT_THAT(welcome.log_key_changes(), ElementsAre("change"));
  EXPECT_EQ(welcome.witnessed(), "witnessed");
  EXPECT_THAT(welcome.witnessed_consistency(), ElementsAre("from there"));
  ASSERT_EQ(welcome.people_size(), 1);
  EXPECT_EQ(welcome.people(0).opening_key(), lead_.opening.PublicKey());
  EXPECT_EQ(welcome.people(0).enrolment().position(), 3u);
  EXPECT_THAT(log_.compared, IsEmpty());
}

TEST_F(WelcomeTest, WhatADeviceKnowsIsComparedAndContinued) {
  log_.positions[lead_.id()] = 3;
  SayHello("s1", office_, NoteOf(4));
  const v1::Welcome welcome = Welcomed("s1");
  EXPECT_THAT(log_.compared, ElementsAre(NoteOf(4)));
  EXPECT_THAT(welcome.consistency(), ElementsAre("from 4"));
  EXPECT_FALSE(welcome.people(0).has_enrolment()) << "it was in the tree that the device knows";
}

TEST_F(WelcomeTest, ANoteThatDoesNotReadCountsAsNone) {
  log_.positions[lead_.id()] = 0;
  SayHello("s1", office_, "no note");
  const v1::Welcome welcome = Welcomed("s1");
  EXPECT_THAT(welcome.consistency(), ElementsAre("from 0"));
  EXPECT_TRUE(welcome.people(0).has_enrolment());
}

// A frame may be lost: who was enrolled since the hello comes with the proof each time.
TEST_F(WelcomeTest, TheNextWelcomeContinuesTheOneBeforeAndProvesEverybodySinceTheHello) {
  SayHello("s1", office_, NoteOf(4));
  EXPECT_FALSE(Welcomed("s1").people(0).has_enrolment()) << "it is not in the tree yet";
  log_.positions[lead_.id()] = 11;
  log_.size = 12;
  telling_.RecipientsChanged(kPrimary);
  const v1::Welcome covered = Welcomed("s1");
  EXPECT_THAT(covered.consistency(), ElementsAre("from 10"));
  EXPECT_TRUE(covered.people(0).has_enrolment());
  telling_.RecipientsChanged(kPrimary);
  const v1::Welcome again = Welcomed("s1");
  EXPECT_THAT(again.consistency(), ElementsAre("from 12"));
  EXPECT_TRUE(again.people(0).has_enrolment());
  SayHello("s1", office_, NoteOf(12));
  EXPECT_FALSE(Welcomed("s1").people(0).has_enrolment());
}

TEST_F(WelcomeTest, EachDeviceIsToldByWhatItKnows) {
  const Member second = MakeDevice(kPrimary);
  EnrolNow(second);
  SayHello("s1", office_, NoteOf(4));
  SayHello("s2", second, NoteOf(6));
  link_.Take("s1");
  link_.Take("s2");
  log_.size = 15;
  telling_.RecipientsChanged(kPrimary);
  EXPECT_THAT(Welcomed("s1").consistency(), ElementsAre("from 10"));
  SayHello("s2", second, NoteOf(6));
  EXPECT_THAT(link_.Take("s2").back().welcome().consistency(), ElementsAre("from 6"));
}

// Who was removed is told of to whoever asks, of this school's people alone, until it says hello
// anew.
TEST_F(WelcomeTest, WhoIsAskedAboutIsProvenFromTheWholeLogAlsoWhereTheyWereRemoved) {
  const Member head = MakePerson(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  const Member elsewhere = MakePerson(base::Urn(100002), v1::RECIPIENT_ROLE_HEAD);
  EnrolNow(head);
  ASSERT_TRUE(world_.memory.Revoke(head.id(), world_.clock.Now(), {}).ok());
  log_.positions = {{lead_.id(), 2}, {head.id(), 3}, {elsewhere.id(), 1}};
  log_.removals = {{head.id(), 6}, {elsewhere.id(), 4}};
  SayHello("s1", office_, NoteOf(4));
  EXPECT_EQ(Welcomed("s1").removed_size(), 0) << "nobody asked";
  SayHello("s1", office_, NoteOf(7),
           {head.id().value(), lead_.id().value(), elsewhere.id().value(), office_.id().value(),
            "no id"});
  for (int i = 0; i < 2; ++i) {
    const v1::Welcome welcome = Welcomed("s1");
    ASSERT_EQ(welcome.removed_size(), 1);
    EXPECT_EQ(welcome.removed(0).recipient_id(), head.id().value());
    EXPECT_EQ(welcome.removed(0).opening_key(), head.opening.PublicKey());
    EXPECT_EQ(welcome.removed(0).display_name(), "");
    EXPECT_EQ(welcome.removed(0).enrolment().position(), 3u);
    EXPECT_EQ(welcome.removed(0).removal().position(), 6u);
    ASSERT_EQ(welcome.people_size(), 1);
    EXPECT_EQ(welcome.people(0).enrolment().position(), 2u);
    telling_.RecipientsChanged(kPrimary);
  }
}

TEST_F(WelcomeTest, ADeviceAsksAboutNoMoreThanSoMany) {
  v1::Hello hello;
  for (std::size_t i = 0; i <= limits::kPeopleAsked; ++i) hello.add_asked(crypto::RandomId());
  EXPECT_THAT(KnownBy(hello).asked, SizeIs(limits::kPeopleAsked));
}

// Otherwise they would be in the tree that the device knows from then on, and never be proven.
TEST_F(WelcomeTest, WhoIsEnrolledWhileTheLogIsAskedIsAmongThePeople) {
  const Member head = MakePerson(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  log_.before_told = [&] { ASSERT_TRUE(Enrol(world_.memory, head).ok()); };
  SayHello("s1", office_, "");
  EXPECT_EQ(Welcomed("s1").people_size(), 2);
}

TEST_F(WelcomeTest, ALogThatDoesNotAnswerKeepsNoAlertBack) {
  Incident("R1");
  log_.tells = false;
  SayHello("s1", office_, NoteOf(4));
  const auto sent = link_.Take("s1");
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].welcome().checkpoint(), "");
  EXPECT_EQ(sent[0].welcome().people_size(), 1);
  EXPECT_TRUE(sent[1].has_push());
  log_.tells = true;
  telling_.RecipientsChanged(kPrimary);
  EXPECT_THAT(Welcomed("s1").consistency(), ElementsAre("from 4"));
}

// With the checkpoint alone the device would have it for known that they were proven.
TEST_F(WelcomeTest, WithoutTheProofsTheCheckpointIsNotToldEither) {
  log_.positions[lead_.id()] = 8;
  log_.proves = false;
  SayHello("s1", office_, NoteOf(4));
  EXPECT_EQ(Welcomed("s1").checkpoint(), "");
  log_.proves = true;
  telling_.RecipientsChanged(kPrimary);
  const v1::Welcome welcome = Welcomed("s1");
  EXPECT_THAT(welcome.consistency(), ElementsAre("from 4"));
  EXPECT_TRUE(welcome.people(0).has_enrolment());
}

}  // namespace
}  // namespace firstbell::dispatch
