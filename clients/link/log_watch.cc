#include "clients/link/log_watch.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "broker/audit/checkpoint.h"
#include "broker/audit/key_change.h"
#include "broker/audit/proof.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "clients/link/enrolment_proof.h"
#include "clients/link/witness_watch.h"

namespace firstbell::link {
namespace {

constexpr std::size_t kKeyIdBytes = 20;

// Whether there is a log of this broker's to hold it against.
bool HasLog(const LogTrust& trust) {
  return !trust.checkpoint.empty() || !trust.log_key.empty();
}

template <typename Repeated>
std::vector<std::string> Strings(const Repeated& repeated) {
  return {repeated.begin(), repeated.end()};
}

// --- The log itself -------------------------------------------------------------------------

enum class Course {
  kFollows,
  kUnclear,  // so it looks where a frame was lost or came late, and where the log was rolled back
  kForged,   // no loss explains it
};

// The log as a welcome shows it.
struct Shown {
  Course course = Course::kUnclear;
  std::string why;
  audit::Checkpoint checkpoint;  // where it follows
  std::string log_key;           // the same: by which it is known from now on
  std::uint64_t witnessed = 0;   // the same: so far witnesses bear it out
};

// The keys that count for whoever knows `known`. Notes that do not lead on from it change nothing.
std::vector<audit::VerifierKey> KeysFrom(const audit::VerifierKey& known,
                                         const v1::Welcome& welcome) {
  auto keys = audit::FollowKeyChanges(known, Strings(welcome.log_key_changes()));
  return keys.ok() ? *std::move(keys) : std::vector<audit::VerifierKey>{known};
}

// Both are signed by the log.
Course CompareHeads(const audit::Checkpoint& before, const audit::Checkpoint& now,
                    const v1::Welcome& welcome) {
  if (now.size == before.size) {
    return now.root == before.root ? Course::kFollows : Course::kForged;
  }
  if (now.size < before.size) return Course::kUnclear;
  const auto proof = Strings(welcome.consistency());
  const bool follows =
      audit::CheckConsistency(before.size, before.root, now.size, now.root, proof).ok();
  return follows ? Course::kFollows : Course::kUnclear;
}

Shown LookAtLog(const LogTrust& before, const v1::Welcome& welcome) {
  if (welcome.checkpoint().empty()) return {Course::kUnclear, "it is not shown any more", {}, {}};
  const bool pinned = !before.log_key.empty();
  const auto known = audit::VerifierKey::Parse(pinned ? before.log_key : welcome.log_key());
  if (!known.ok()) return {Course::kForged, "it is told without a key", {}, {}};
  const std::vector<audit::VerifierKey> keys = KeysFrom(*known, welcome);
  const auto remembered = audit::ParseSignedCheckpoint(before.checkpoint);
  if (pinned && remembered.ok() && welcome.checkpoint() == before.checkpoint) {
    return {Course::kFollows, "", remembered->checkpoint, keys.back().ToString()};
  }
  auto opened = audit::OpenCheckpoint(welcome.checkpoint(), keys);
  if (!opened.ok()) return {Course::kForged, "no known key signed it", {}, {}};
  Shown shown{Course::kFollows, "", opened->checkpoint, keys.back().ToString()};
  if (before.checkpoint.empty()) return shown;
  if (!remembered.ok()) return {Course::kUnclear, "what was remembered does not read", {}, {}};
  shown.course = CompareHeads(remembered->checkpoint, shown.checkpoint, welcome);
  if (shown.course != Course::kFollows) shown.why = "it does not continue what was shown before";
  return shown;
}

// What follows from what is remembered, and not from what witnesses have seen, is shown to nobody
// else.
void HoldAgainstWitnesses(const audit::TrustPolicy& policy, const v1::Welcome& welcome,
                          Shown& shown) {
  if (shown.course != Course::kFollows) return;
  const auto key = audit::VerifierKey::Parse(shown.log_key);
  if (!key.ok()) return;
  const WitnessWord word = LookAtWitnesses(policy, welcome, *key, shown.checkpoint);
  shown.witnessed = word.size;
  if (!word.contradicts) return;
  shown.course = Course::kForged;
  shown.why = "its witnesses have cosigned another one";
}

void TakeLog(const Shown& shown, const v1::Welcome& welcome, Occasion occasion, absl::Time now,
             Judged& judged) {
  LogTrust& trust = judged.trust;
  if (shown.course == Course::kFollows) {
    trust.log_key = shown.log_key;
    trust.checkpoint = welcome.checkpoint();
    trust.contradicted = 0;
    trust.fork.reset();
    return;
  }
  const std::string note = welcome.checkpoint().substr(0, audit::kMostNoteBytes);
  if (trust.fork) {
    trust.fork->newest = note;
    return;
  }
  if (occasion == Occasion::kAnswer || trust.contradicted == 0) ++trust.contradicted;
  if (shown.course != Course::kForged && trust.contradicted <= kAnswersBelieved) return;
  trust.fork = Fork{now, shown.why, note, note};
  judged.findings.push_back({Alarm::kLogForked, {}, shown.why});
}

void TakeWitnesses(const audit::TrustPolicy& policy, const Shown& shown, Occasion occasion,
                   absl::Time now, Judged& judged) {
  Unwitnessed& awaited = judged.trust.unwitnessed;
  if (policy.quorum() == "none") {
    awaited = {};
    return;
  }
  const bool follows = shown.course == Course::kFollows;
  const Waiting waiting =
      AwaitWitnesses(follows ? shown.checkpoint.size : 0, follows ? shown.witnessed : 0,
                     occasion == Occasion::kAnswer, now, awaited);
  if (waiting != Waiting::kAlarmsNow) return;
  judged.findings.push_back(
      {Alarm::kUnwitnessed, {}, "no quorum of witnesses has borne out for days what is shown"});
}

// --- Who is enrolled ------------------------------------------------------------------------

bool Names(std::string_view key_ids, std::string_view key_id) {
  for (std::size_t at = 0; at + kKeyIdBytes <= key_ids.size(); at += kKeyIdBytes) {
    if (key_ids.substr(at, kKeyIdBytes) == key_id) return true;
  }
  return false;
}

bool Overdue(const WatchedPerson& person, absl::Time now) {
  return person.standing == Standing::kWaiting && now - person.since >= kAwaitLog;
}

void Stand(Standing standing, absl::Time now, WatchedPerson& person) {
  person.standing = standing;
  person.since = now;
  person.answers = 0;
}

class PeopleJudge {
 public:
  PeopleJudge(base::Urn urn, const audit::Checkpoint* tree, Occasion occasion, absl::Time now)
      : urn_(urn), tree_(tree), occasion_(occasion), now_(now) {}

  // Somebody the broker tells of, as they were remembered.
  void Told(const v1::EnrolledPerson& told, WatchedPerson& person) {
    person.gone_at.reset();
    if (Contradicts(told, person) || person.standing == Standing::kProven) return;
    if (!told.has_enrolment() || tree_ == nullptr) return Unproven(person);
    if (!ProvesEnrolment(told, urn_, *tree_)) {
      return Alarmed("the log does not bear out what was said of their enrolment", person);
    }
    Prove(person);
  }

  // Somebody who was removed, of whom it was asked: to them may be sealed what is from before.
  void Removed(const v1::EnrolledPerson& told, WatchedPerson& person) {
    if (person.standing == Standing::kProven || Contradicts(told, person)) return;
    if (!told.has_enrolment() || !told.has_removal() || tree_ == nullptr) return Unproven(person);
    const auto at = ProvenRemoval(told, urn_, *tree_);
    if (!at) return Alarmed("the log does not bear out that they were enrolled once", person);
    if (now_ - *at >= kRemovedLately) return Unproven(person);
    Prove(person);
    person.gone_at = std::min(*at, now_);
  }

  // Nothing is told of them, or no proof comes with it.
  void Unproven(WatchedPerson& person) {
    person.since = std::min(person.since, now_);  // the clock was set back
    if (!Overdue(person, now_)) return;
    if (occasion_ == Occasion::kAnswer) ++person.answers;
    if (person.answers >= kAnswersBelieved) {
      Alarmed("the log does not say that they were enrolled", person);
    }
  }

  std::vector<Finding> TakeFindings() { return std::move(findings_); }

 private:
  void Prove(WatchedPerson& person) {
    Stand(Standing::kProven, now_, person);
    person.sealed_to.clear();
  }

  // Takes the key that was told; whether that was alarmed.
  bool Contradicts(const v1::EnrolledPerson& told, WatchedPerson& person) {
    std::string why = Contradiction(told, person);
    person.opening_key_sha256 = told.opening_key_sha256();
    if (const auto id = crypto::SubjectKeyIdOf(told.opening_key()); id.ok()) person.key_id = *id;
    if (why.empty()) return false;
    Alarmed(std::move(why), person);
    return true;
  }

  // What no proof can mend. Empty: nothing. Without the key itself no sealing could be held against
  // it.
  static std::string Contradiction(const v1::EnrolledPerson& told, const WatchedPerson& person) {
    const auto id = crypto::SubjectKeyIdOf(told.opening_key());
    if (!id.ok()) return "they are told of without a key that reads";
    if (crypto::Sha256(told.opening_key()) != told.opening_key_sha256()) {
      return "their key is another than its digest says";
    }
    if (person.standing == Standing::kProven &&
        person.opening_key_sha256 != told.opening_key_sha256()) {
      return "their key is another than the one that the log bears out";
    }
    if (!person.sealed_to.empty() && !Names(person.sealed_to, *id)) {
      return "an alert was sealed to another key in their name";
    }
    return "";
  }

  void Alarmed(std::string why, WatchedPerson& person) {
    const bool is_new = person.standing != Standing::kStranger;
    if (is_new) findings_.push_back({Alarm::kStranger, person.id, std::move(why)});
    if (is_new) Stand(Standing::kStranger, now_, person);
  }

  const base::Urn urn_;
  const audit::Checkpoint* const tree_;  // null: it shows nothing that may be built on
  const Occasion occasion_;
  const absl::Time now_;
  std::vector<Finding> findings_;
};

WatchedPerson* Find(std::vector<WatchedPerson>& people, const base::RecipientId& id) {
  const auto found = std::find_if(people.begin(), people.end(),
                                  [&](const WatchedPerson& person) { return person.id == id; });
  return found == people.end() ? nullptr : &*found;
}

// Sealings from before they left are still on their way for a while. For the log's word on somebody
// to whom nothing was sealed, nobody waits any more; where something was, it would else be enough
// to take them out again in time.
void LetGo(const std::set<std::string>& told, absl::Time now, std::vector<WatchedPerson>& people) {
  std::erase_if(people, [&](WatchedPerson& person) {
    if (told.contains(person.id.value())) return false;
    if (person.standing == Standing::kWaiting) return person.sealed_to.empty();
    if (!person.gone_at) person.gone_at = now;
    return now - *person.gone_at >= limits::kSealingLife;
  });
}

// --- A sealing ------------------------------------------------------------------------------

// Takes one such identifier out of `left`; whether there was one.
bool Explain(std::vector<std::string>& left, const std::string& key_id) {
  const auto found = std::find(left.begin(), left.end(), key_id);
  if (found == left.end()) return false;
  left.erase(found);
  return true;
}

// One of these keys has to be theirs, and of those to which earlier alerts were sealed in their
// name; whether one is.
bool Narrow(const std::vector<std::string>& key_ids, std::string& sealed_to) {
  std::string both;
  for (const std::string& id : key_ids) {
    if (sealed_to.empty() || Names(sealed_to, id)) both += id;
  }
  if (both.empty()) return false;
  sealed_to = std::move(both);
  return true;
}

// Those of whom no key is known here, and the keys that nobody else's explain; whether these may be
// theirs.
bool TakeUnknown(const std::vector<base::RecipientId>& unknown,
                 const std::vector<std::string>& left, absl::Time now, Judged& judged) {
  std::vector<WatchedPerson>& people = judged.trust.people;
  bool fits = true;
  for (const base::RecipientId& id : unknown) {
    if (Find(people, id) == nullptr) {
      if (people.size() >= kPeopleWatched) {
        judged.findings.push_back({Alarm::kStranger, id, "an alert is sealed to somebody unknown"});
        continue;
      }
      people.push_back({.id = id, .since = now - kAwaitLog});
    }
    fits &= Narrow(left, Find(people, id)->sealed_to);
  }
  return fits;
}

void TakeCrowd(const v1::Welcome& welcome, Judged& judged) {
  const bool crowded =
      static_cast<std::size_t>(welcome.people_size()) > limits::kRecipientsPerSchool;
  if (crowded && !judged.trust.crowded) {
    judged.findings.push_back(
        {Alarm::kStranger, {}, "more people are told than a school may have"});
  }
  judged.trust.crowded = crowded;
}

// Each as it was remembered. Those who are told of now.
std::set<std::string> TakePeople(const v1::Welcome& welcome, absl::Time now, PeopleJudge& judge,
                                 Judged& judged) {
  std::vector<WatchedPerson>& people = judged.trust.people;
  std::set<std::string> told;
  bool full = false;
  for (const v1::EnrolledPerson& person : welcome.people()) {
    told.insert(person.recipient_id());
    const base::RecipientId id(person.recipient_id());
    const bool is_new = Find(people, id) == nullptr;
    if (is_new && people.size() >= kPeopleWatched) {
      if (std::exchange(full, true)) continue;
      judged.findings.push_back({Alarm::kStranger, id, "more people than can be remembered"});
      continue;
    }
    if (is_new) people.push_back({.id = id, .since = now});
    judge.Told(person, *Find(people, id));
  }
  return told;
}

// Those who are told of no more. Of `removed` nobody counts who is not remembered here.
void TakeOthers(const v1::Welcome& welcome, const std::set<std::string>& told, PeopleJudge& judge,
                std::vector<WatchedPerson>& people) {
  std::map<std::string, const v1::EnrolledPerson*> removed;
  for (const v1::EnrolledPerson& one : welcome.removed()) removed[one.recipient_id()] = &one;
  for (WatchedPerson& person : people) {
    if (told.contains(person.id.value())) continue;
    const auto found = removed.find(person.id.value());
    found == removed.end() ? judge.Unproven(person) : judge.Removed(*found->second, person);
  }
}

}  // namespace

Judged JudgeWelcome(const LogTrust& before, base::Urn urn, const v1::Welcome& welcome,
                    Occasion occasion, absl::Time now, const audit::TrustPolicy& witnesses) {
  Judged judged{before, {}};
  if (welcome.checkpoint().empty() && !HasLog(before)) return judged;
  Shown shown = LookAtLog(before, welcome);
  HoldAgainstWitnesses(witnesses, welcome, shown);
  TakeLog(shown, welcome, occasion, now, judged);
  TakeWitnesses(witnesses, shown, occasion, now, judged);
  PeopleJudge judge(urn, shown.course == Course::kFollows ? &shown.checkpoint : nullptr, occasion,
                    now);
  TakeCrowd(welcome, judged);
  const std::set<std::string> told = TakePeople(welcome, now, judge, judged);
  TakeOthers(welcome, told, judge, judged.trust.people);
  LetGo(told, now, judged.trust.people);
  for (Finding& finding : judge.TakeFindings()) judged.findings.push_back(std::move(finding));
  return judged;
}

Judged JudgeSealing(const LogTrust& before, const v1::EnvelopeHeader& header,
                    absl::Span<const std::string> key_ids, absl::Time now) {
  Judged judged{before, {}};
  if (!HasLog(before)) return judged;
  std::vector<std::string> left(key_ids.begin(), key_ids.end());
  std::vector<base::RecipientId> unknown;
  bool fits = static_cast<std::size_t>(header.recipient_ids_size()) == key_ids.size();
  for (const std::string& text : header.recipient_ids()) {
    const base::RecipientId id(text);
    WatchedPerson* const person = Find(judged.trust.people, id);
    if (person == nullptr || person->key_id.empty()) {
      unknown.push_back(id);
      continue;
    }
    fits &= Explain(left, person->key_id);
    const bool waiting = person->standing == Standing::kWaiting;
    if (waiting && person->sealed_to.empty()) person->sealed_to = person->key_id;
  }
  fits &= TakeUnknown(unknown, left, now, judged);
  if (!fits) {
    judged.findings.push_back(
        {Alarm::kStranger, {}, "an alert is sealed to keys that are not those of its people"});
  }
  return judged;
}

bool MustAsk(const LogTrust& trust, absl::Time now) {
  if (trust.contradicted > 0 && !trust.fork) return true;
  if (Overdue(trust.unwitnessed, now)) return true;
  return std::any_of(trust.people.begin(), trust.people.end(),
                     [&](const WatchedPerson& person) { return Overdue(person, now); });
}

std::vector<base::RecipientId> AskedAbout(const LogTrust& trust, absl::Time now) {
  std::vector<base::RecipientId> asked;
  for (const WatchedPerson& person : trust.people) {
    if (Overdue(person, now)) asked.push_back(person.id);
  }
  return asked;
}

}  // namespace firstbell::link
