// What a device concludes from the word of the witnesses that it pinned, and from their silence.

#include "clients/link/witness_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/cosignature.h"
#include "tests/unit/link/watching_device.h"

namespace firstbell::link {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::pair<Alarm, base::RecipientId> kNobodySaw{Alarm::kUnwitnessed, {}};

struct Witness {
  std::string name;
  crypto::Ed25519Key key = crypto::Ed25519Key::Generate();
  std::string Line() const {
    return "witness " + name.substr(name.size() - 1) + " " +
           audit::VerifierKey{name, audit::KeyKind::kWitness, key.PublicKey()}.ToString() + "\n";
  }
};

class WitnessWatchTest : public LogWatchTest {
 protected:
  // The tree as it is now, cosigned.
  struct Cosigned {
    std::string note;
    std::uint64_t size = 0;
  };
  static Cosigned Cosign(const InventedLog& log, const std::vector<Witness>& witnesses) {
    audit::Note note = audit::ParseNote(log.Checkpoint()).value();
    for (const Witness& one : witnesses) {
      note.signatures.push_back(audit::Cosign(note.text, one.name, one.key, kNight));
    }
    return {audit::FormatNote(note), log.size()};
  }
  v1::Welcome WelcomeWith(const Cosigned& cosigned) const {
    v1::Welcome welcome = Welcome({log_.Unproven(lead_)});
    welcome.set_witnessed(cosigned.note);
    if (cosigned.size >= log_.size()) return welcome;
    for (const std::string& hash : log_.Continues(cosigned.size)) {
      welcome.add_witnessed_consistency(hash);
    }
    return welcome;
  }
  void Shown(const Cosigned& cosigned, Occasion occasion = Occasion::kAnswer) {
    Take(JudgeWelcome(trust_, kSchool, WelcomeWith(cosigned), occasion, now_, policy_));
    known_ = log_.size();
  }
  // They have not said a word since, for as long as that is borne with.
  void Fallen(const Cosigned& cosigned) {
    now_ += kWitnessedWithin;
    EXPECT_TRUE(MustAsk(trust_, now_));
    Shown(cosigned, Occasion::kNews);
    for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
      EXPECT_THAT(Alarms(), IsEmpty());
      Shown(cosigned);
    }
    EXPECT_THAT(Alarms(), ElementsAre(kNobodySaw));
  }

  const Witness north_{"w.example/n"}, south_{"w.example/s"};
  const audit::TrustPolicy policy_ =
      audit::TrustPolicy::Parse(north_.Line() + south_.Line() + "group b all n s\nquorum b\n")
          .value();
};

TEST_F(WitnessWatchTest, WhatTheyHaveBorneOutWaitsForNobody) {
  Shown(Cosign(log_, {north_, south_}));
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(trust_.unwitnessed, Unwitnessed());
  EXPECT_FALSE(MustAsk(trust_, now_ + absl::Hours(24 * 365)));
}

TEST_F(WitnessWatchTest, TheyMayBeDownForDaysAndThenBearItOut) {
  const Cosigned before = Cosign(log_, {north_, south_});
  log_.Add(7);
  Shown(before);
  EXPECT_EQ(trust_.unwitnessed.size, log_.size());
  now_ += kWitnessedWithin - absl::Seconds(1);
  EXPECT_FALSE(MustAsk(trust_, now_));
  const Cosigned later = Cosign(log_, {north_, south_});
  log_.Add(3);
  now_ += absl::Seconds(1);
  EXPECT_TRUE(MustAsk(trust_, now_)) << "a machine that has not heard for so long asks first";
  Shown(later);
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(trust_.unwitnessed.size, log_.size()) << "now they are waited for anew";
  EXPECT_EQ(trust_.unwitnessed.since, now_);
}

TEST_F(WitnessWatchTest, WhatNobodyElseHasBorneOutForLongIsAlarmedOnceUntilSomebodyDoes) {
  const Cosigned before = Cosign(log_, {north_, south_});
  log_.Add(7);
  Shown(before);
  Fallen(before);
  Shown(before);
  EXPECT_THAT(Alarms(), IsEmpty()) << "said once";
  EXPECT_FALSE(MustAsk(trust_, now_));
  EXPECT_EQ(StandingOf(lead_), Standing::kProven);
  Shown(Cosign(log_, {north_, south_}));
  EXPECT_FALSE(trust_.unwitnessed.alarmed);
  const Cosigned then = Cosign(log_, {north_, south_});
  log_.Add(7);
  Shown(then);
  Fallen(then);
}

// Otherwise a log that grows would never be late.
TEST_F(WitnessWatchTest, WhatIsShownLaterIsNotWaitedForLonger) {
  const Cosigned before = Cosign(log_, {north_, south_});
  const absl::Time began = now_;
  for (; now_ < began + kWitnessedWithin; now_ += absl::Hours(24)) {
    log_.Add(7);
    Shown(before);
  }
  EXPECT_TRUE(MustAsk(trust_, now_));
}

TEST_F(WitnessWatchTest, AWordThatCountsForNothingIsNone) {
  const Witness stranger{"w.example/s"};
  const std::vector<std::vector<Witness>> signers = {{}, {north_}, {north_, stranger}};
  for (const auto& few : signers) {
    trust_.unwitnessed = {};
    log_.Add(1);
    Shown(Cosign(log_, few));
    EXPECT_THAT(Alarms(), IsEmpty());
    EXPECT_EQ(trust_.unwitnessed.size, log_.size());
  }
  trust_.unwitnessed = {};
  InventedLog other;
  other.Add(3);
  Shown(Cosign(other, {north_, south_}));
  EXPECT_THAT(Alarms(), IsEmpty()) << "of another log";
  EXPECT_EQ(trust_.unwitnessed.size, log_.size());
  InventedLog ahead = log_;
  ahead.Add(5);
  Shown(Cosign(ahead, {north_, south_}));
  EXPECT_THAT(Alarms(), IsEmpty()) << "of more than is shown";
  EXPECT_EQ(trust_.unwitnessed.size, log_.size());
}

// The broker keeps another log for everybody else, under the same key. In the one that is shown
// here a stranger stands.
TEST_F(WitnessWatchTest, ALogThatIsKeptForThisSchoolAloneIsFound) {
  InventedLog public_log = log_;
  const Cosigned common = Cosign(public_log, {north_, south_});
  public_log.Add(9);
  const std::uint64_t position = log_.Enrol(head_);
  Shown(common);
  EXPECT_THAT(Alarms(), IsEmpty()) << "they bear out what is before it";
  log_.Add(20);
  Shown(common);
  Fallen(common);
  log_.Add(1);
  const std::string known = trust_.checkpoint;
  v1::Welcome welcome = WelcomeWith(Cosign(public_log, {north_, south_}));
  *welcome.add_people() = log_.Proven(head_, position);
  Take(JudgeWelcome(trust_, kSchool, welcome, Occasion::kNews, now_, policy_));
  EXPECT_THAT(Alarms(), ElementsAre(Forked())) << "at once: no frame that was lost explains it";
  EXPECT_EQ(trust_.checkpoint, known);
  EXPECT_EQ(StandingOf(head_), Standing::kWaiting) << "what it proves counts for nothing";
}

TEST_F(WitnessWatchTest, AnotherTreeOfTheSameSizeIsFoundAtOnce) {
  InventedLog other;
  other.key = log_.key;
  other.Add(static_cast<int>(log_.size()));
  Shown(Cosign(other, {north_, south_}));
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
}

TEST_F(WitnessWatchTest, AClockThatWasSetBackDoesNotMakeItWaitLonger) {
  const Cosigned before = Cosign(log_, {north_, south_});
  log_.Add(7);
  Shown(before);
  now_ -= absl::Hours(24 * 365);
  Shown(before);
  EXPECT_TRUE(MustAsk(trust_, now_ + kWitnessedWithin));
}

TEST_F(WitnessWatchTest, WhereNoPolicyWasPinnedNobodyIsWaitedFor) {
  for (const audit::TrustPolicy& none :
       {audit::TrustPolicy::None(),
        audit::TrustPolicy::Parse(north_.Line() + "quorum none\n").value()}) {
    log_.Add(7);
    trust_.unwitnessed = {.size = 3, .since = now_, .answers = 2, .alarmed = true};
    Take(JudgeWelcome(trust_, kSchool, Welcome({}), Occasion::kAnswer, now_, none));
    known_ = log_.size();
    EXPECT_THAT(Alarms(), IsEmpty());
    EXPECT_EQ(trust_.unwitnessed, Unwitnessed());
  }
}

}  // namespace
}  // namespace firstbell::link
