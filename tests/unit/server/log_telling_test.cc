// What devices are told of the delivery log: by itself, and by a whole broker.

#include "broker/server/log_telling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/checkpoint.h"
#include "broker/audit/cosignature.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "clients/link/log_watch.h"
#include "clients/link/witness_watch.h"
#include "tests/support/invented.h"
#include "tests/support/log_options.h"
#include "tests/support/members.h"
#include "tests/support/temp_directory.h"
#include "tests/support/world.h"
#include "tests/unit/server/link_peer.h"

namespace firstbell::server {
namespace {

using support::kNight;
using support::kPrimary;
using testing::ElementsAre;
using testing::IsEmpty;

class LogTellingTest : public testing::Test {
 protected:
  LogTellingTest() { FB_CHECK(keeper_.Open(kNight).ok()); }

  base::RecipientId EnrolNow() {
    const support::Member lead = support::MakePerson(kPrimary);
    const model::Recipient& recipient = lead.recipient;
    const std::string secret = crypto::Sha256(recipient.id.value());
    FB_CHECK(
        world_.memory
            .AddEnrolmentGrant(
                {secret, recipient.urn, recipient.role, "Ms Invented", kNight + absl::Hours(1)}, {})
            .ok());
    const model::Event event =
        model::Event(model::EventKind::kRecipientEnrolled, kNight).With(recipient.id);
    FB_CHECK(world_.memory.Enrol(secret, recipient, kNight, {event}).ok());
    return recipient.id;
  }
  std::uint64_t Turn() {
    FB_CHECK(keeper_.Turn(kNight).ok());
    return keeper_.Newest().checkpoint.size;
  }
  // Of this tree, signed by this log.
  std::string Signed(std::uint64_t size, const std::string& root) {
    audit::Note note{audit::CheckpointText({keeper_.origin(), size, root}), {}};
    note.signatures.push_back(audit::SignNote(note.text, keeper_.origin(), options_.keys.front()));
    return audit::FormatNote(note);
  }

  support::World world_;
  const inquiry::LogKeeper::Options options_ = support::LogOptions(world_.memory);
  inquiry::LogKeeper keeper_{world_.memory, options_};
  LogTelling telling_{world_.memory, keeper_};
};

TEST_F(LogTellingTest, AnEnrolmentIsToldFromTheTurnOnThatCoversIt) {
  const std::uint64_t before = Turn();
  const base::RecipientId lead = EnrolNow();
  telling_.PeopleChanged(kPrimary);
  EXPECT_THAT(telling_.TakeCovered(), IsEmpty());
  EXPECT_FALSE(telling_.EnrolmentOf(lead, 0, before).value().has_value());
  const std::uint64_t size = Turn();
  EXPECT_THAT(telling_.TakeCovered(), ElementsAre(kPrimary));
  EXPECT_THAT(telling_.TakeCovered(), IsEmpty());
  const v1::LoggedEvent logged = telling_.EnrolmentOf(lead, before, size).value().value();
  EXPECT_TRUE(audit::CheckEntry(logged.entry(), logged.event(), logged.salt()).ok());
  const std::vector<std::string> hashes(logged.hashes().begin(), logged.hashes().end());
  EXPECT_TRUE(audit::CheckInclusion(audit::LeafHash(logged.entry()), logged.position(), size,
                                    hashes, keeper_.Newest().checkpoint.root)
                  .ok());
  EXPECT_FALSE(telling_.EnrolmentOf(lead, size, size).value().has_value());
  EXPECT_FALSE(telling_.EnrolmentOf(lead, logged.position() + 1, size + 1).value().has_value());
  EXPECT_FALSE(telling_.EnrolmentOf(base::RecipientId("nobody"), 0, size).value().has_value());
}

TEST_F(LogTellingTest, ARemovalIsToldOnceTheTreeHoldsIt) {
  const base::RecipientId lead = EnrolNow();
  EXPECT_FALSE(telling_.RemovalOf(lead, Turn()).value().has_value());
  const model::Event event = model::Event(model::EventKind::kRecipientRevoked, kNight).With(lead);
  FB_CHECK(world_.memory.Revoke(lead, kNight, {event}).ok());
  const std::uint64_t before = keeper_.Newest().checkpoint.size, size = Turn();
  EXPECT_FALSE(telling_.RemovalOf(lead, before).value().has_value());
  const v1::LoggedEvent logged = telling_.RemovalOf(lead, size).value().value();
  EXPECT_TRUE(audit::CheckEntry(logged.entry(), logged.event(), logged.salt()).ok());
  EXPECT_EQ(logged.event(), audit::EncodeEvent(event));
  EXPECT_FALSE(telling_.RemovalOf(base::RecipientId("nobody"), size).value().has_value());
}

TEST_F(LogTellingTest, TheCheckpointIsShownToFollowWhereItCan) {
  EnrolNow();
  const audit::Checkpoint old = [&] {
    Turn();
    return keeper_.Newest().checkpoint;
  }();
  EnrolNow();
  const std::uint64_t size = Turn();
  const dispatch::ToldOfLog told = telling_.Tell(old.size).value();
  const auto now = audit::ParseSignedCheckpoint(told.checkpoint).value().checkpoint;
  EXPECT_EQ(told.size, size);
  EXPECT_TRUE(
      audit::CheckConsistency(old.size, old.root, now.size, now.root, told.consistency).ok());
  EXPECT_THAT(telling_.Tell(0).value().consistency, IsEmpty());
  EXPECT_THAT(telling_.Tell(size).value().consistency, IsEmpty());
  EXPECT_THAT(telling_.Tell(size + 7).value().consistency, IsEmpty());
}

TEST_F(LogTellingTest, WhereNoWitnessIsAskedNoneIsToldOf) {
  Turn();
  EXPECT_EQ(telling_.Tell(0).value().witnessed, "");
}

// Kept with a policy; what it tells is held against it as a device does that.
class WitnessedTellingTest : public LogTellingTest {
 protected:
  WitnessedTellingTest() { FB_CHECK(witnessed_.Open(kNight).ok()); }
  inquiry::LogKeeper::Options WithPolicy() {
    inquiry::LogKeeper::Options options = support::LogOptions(world_.memory);
    options.policy = policy_;
    return options;
  }
  void Cosign() {
    const audit::SignedCheckpoint waiting = witnessed_.ToWitness();
    const auto line = audit::Cosign(waiting.note.text, "w.example", witness_, kNight);
    FB_CHECK(witnessed_
                 .AddCosignature(waiting.checkpoint.size,
                                 audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1)))
                 .value());
  }
  link::WitnessWord Word() {
    const dispatch::ToldOfLog told = telling_.Tell(0).value();
    v1::Welcome welcome;
    welcome.set_witnessed(told.witnessed);
    for (const std::string& hash : told.witnessed_consistency) {
      welcome.add_witnessed_consistency(hash);
    }
    return link::LookAtWitnesses(policy_, welcome, audit::VerifierKey::Parse(told.log_key).value(),
                                 audit::ParseSignedCheckpoint(told.checkpoint).value().checkpoint);
  }

  const crypto::Ed25519Key witness_ = crypto::Ed25519Key::Generate();
  const audit::TrustPolicy policy_ =
      audit::TrustPolicy::Parse(
          "witness w " +
          audit::VerifierKey{"w.example", audit::KeyKind::kWitness, witness_.PublicKey()}
              .ToString() +
          "\nquorum w\n")
          .value();
  inquiry::LogKeeper witnessed_{world_.memory, WithPolicy()};
  LogTelling telling_{world_.memory, witnessed_};
};

TEST_F(WitnessedTellingTest, TheNewestThatWitnessesCosignedIsToldAndThatTheNewestFollowsFromIt) {
  EXPECT_EQ(Word().size, 0u) << "they have not signed yet";
  EXPECT_FALSE(Word().contradicts);
  EnrolNow();
  FB_CHECK(witnessed_.Turn(kNight).ok());
  FB_CHECK(witnessed_.Turn(kNight + limits::kAwaitWitnesses).ok());
  Cosign();
  const std::uint64_t size = witnessed_.Newest().checkpoint.size;
  EXPECT_EQ(Word().size, size);
  for (int i = 0; i < 3; ++i) EnrolNow();
  FB_CHECK(witnessed_.Turn(kNight + 2 * limits::kAwaitWitnesses).ok());
  ASSERT_GT(witnessed_.Newest().checkpoint.size, size);
  EXPECT_EQ(Word().size, size);
  EXPECT_FALSE(Word().contradicts);
}

TEST_F(LogTellingTest, ACheckpointOfOursThatIsNotBorneOutEndsAllSigning) {
  EnrolNow();
  const std::uint64_t size = Turn();
  const audit::SignedCheckpoint newest = keeper_.Newest();
  const std::string other(32, 'r');
  telling_.Compare("no note");
  telling_.Compare(audit::FormatNote(newest.note));
  std::string foreign = Signed(size, other);
  foreign[foreign.size() - 5] ^= 1;
  telling_.Compare(foreign);
  EXPECT_EQ(keeper_.Doubt(), "") << "nobody of ours signed it";
  telling_.Compare(Signed(size, other));
  EXPECT_NE(keeper_.Doubt(), "");
}

// A device of its own, over real ZeroMQ.
class ToldByBrokerTest : public testing::Test {
 protected:
  // Until the log bears this person out.
  testing::AssertionResult Proven(LinkPeer& peer, const std::string& id) {
    for (int i = 0; i < 20; ++i) {
      const v1::Welcome welcome = peer.Await(v1::LinkMessage::kWelcome).welcome();
      auto judged = link::JudgeWelcome(trust_, kPrimary, welcome, link::Occasion::kNews, kNight);
      for (const link::Finding& finding : judged.findings) {
        return testing::AssertionFailure() << finding.why;
      }
      trust_ = std::move(judged.trust);
      for (const link::WatchedPerson& one : trust_.people) {
        if (one.id.value() == id && one.standing == link::Standing::kProven) {
          return testing::AssertionSuccess();
        }
      }
    }
    return testing::AssertionFailure() << "never proven";
  }

  RunningBroker broker_;
  const Enrolled lead_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled office_ = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  link::LogTrust trust_;
};

TEST_F(ToldByBrokerTest, WhoEnrolsIsProvenByTheNextTurnAndTheKeyIsTheOneOfTheEnrolment) {
  LinkPeer office(broker_, office_.curve);
  office.Hello(office_.id);
  EXPECT_TRUE(Proven(office, lead_.id));
  EXPECT_EQ(trust_.log_key, office_.answer.broker().log_key());
  const Enrolled head = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  EXPECT_TRUE(Proven(office, head.id));
}

TEST_F(ToldByBrokerTest, WhoEnrolsIsHandedThePolicyWhereItAsksForWitnesses) {
  EXPECT_EQ(office_.answer.broker().witness_policy(), "") << "none is configured";
  const audit::VerifierKey key{"w.example", audit::KeyKind::kWitness,
                               crypto::Ed25519Key::Generate().PublicKey()};
  const support::TempDirectory directory;
  registry::Config config = broker_.config();
  config.witness_policy_file = directory.File("policy");
  for (const std::string quorum : {"w", "none"}) {
    const std::string text = "witness w " + key.ToString() + "\nquorum " + quorum + "\n";
    ASSERT_TRUE(base::WriteFileDurably(config.witness_policy_file, text, base::kOwnerOnly).ok());
    broker_.Restart(config);
    const Enrolled device = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_DEVICE);
    EXPECT_EQ(device.answer.broker().witness_policy(), quorum == "none" ? "" : text);
  }
}

TEST_F(ToldByBrokerTest, ALaterHelloIsContinuedFromWhereTheDeviceStands) {
  {
    LinkPeer office(broker_, office_.curve);
    office.Hello(office_.id);
    ASSERT_TRUE(Proven(office, lead_.id));
  }
  const Enrolled head = broker_.Enrol(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  LinkPeer office(broker_, office_.curve);
  v1::LinkMessage message;
  message.mutable_hello()->set_protocol(1);
  message.mutable_hello()->set_device_id(office_.id);
  message.mutable_hello()->set_checkpoint(trust_.checkpoint);
  office.Send(message);
  EXPECT_TRUE(Proven(office, head.id));
  EXPECT_EQ(trust_.people.size(), 2u);
}

}  // namespace
}  // namespace firstbell::server
