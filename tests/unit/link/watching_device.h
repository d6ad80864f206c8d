#pragma once

// A device that judges what an invented log shows it and what is sealed to whom: for tests.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "clients/link/log_watch.h"
#include "tests/unit/link/invented_log.h"

namespace firstbell::link {

inline std::string KeyId(const Colleague& who) {
  return crypto::SubjectKeyIdOf(who.opening_key.PublicKey()).value();
}

inline v1::EnvelopeHeader HeaderFor(const std::vector<Colleague>& people) {
  v1::EnvelopeHeader header;
  header.set_alert_id(crypto::RandomId());
  for (const Colleague& one : people) header.add_recipient_ids(one.id.value());
  *header.mutable_deadline() = model::ToWire(kBell);
  return header;
}

class LogWatchTest : public testing::Test {
 protected:
  LogWatchTest() {
    log_.Add(5);
    Welcomed({log_.Proven(lead_, log_.Enrol(lead_))});
    EXPECT_TRUE(findings_.empty());
  }

  v1::Welcome Welcome(const std::vector<v1::EnrolledPerson>& people) const {
    v1::Welcome welcome = log_.Tell(known_);
    for (const v1::EnrolledPerson& one : people) *welcome.add_people() = one;
    return welcome;
  }
  void Judge(const v1::Welcome& welcome, Occasion occasion = Occasion::kAnswer) {
    Take(JudgeWelcome(trust_, kSchool, welcome, occasion, now_));
  }
  // Of the tree as it is now.
  void Welcomed(const std::vector<v1::EnrolledPerson>& people,
                Occasion occasion = Occasion::kAnswer) {
    Judge(Welcome(people), occasion);
    known_ = log_.size();
  }
  void Sealed(const v1::EnvelopeHeader& header, const std::vector<std::string>& key_ids) {
    Take(JudgeSealing(trust_, header, key_ids, now_));
  }
  void Take(Judged judged) {
    trust_ = std::move(judged.trust);
    findings_ = std::move(judged.findings);
  }
  // Alarms of the newest judgement.
  std::vector<std::pair<Alarm, base::RecipientId>> Alarms() const {
    std::vector<std::pair<Alarm, base::RecipientId>> alarms;
    for (const Finding& one : findings_) alarms.emplace_back(one.alarm, one.who);
    return alarms;
  }
  static std::pair<Alarm, base::RecipientId> Stranger(const Colleague& who) {
    return {Alarm::kStranger, who.id};
  }
  static std::pair<Alarm, base::RecipientId> Forked() { return {Alarm::kLogForked, {}}; }
  Standing StandingOf(const Colleague& who) const {
    for (const WatchedPerson& one : trust_.people) {
      if (one.id == who.id) return one.standing;
    }
    ADD_FAILURE() << "nobody";
    return Standing::kWaiting;
  }

  const InventedSchool school_;
  const Colleague lead_ = school_.lead, head_ = school_.Enrol();
  InventedLog log_;
  std::uint64_t known_ = 0;
  absl::Time now_ = kNight;
  LogTrust trust_;
  std::vector<Finding> findings_;
};

}  // namespace firstbell::link
