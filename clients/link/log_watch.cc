#include "clients/link/log_watch.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "broker/audit/checkpoint.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/key_change.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/event.h"
#include "broker/model/text.h"

namespace firstbell::link {
namespace {

constexpr std::size_t kKeyIdBytes = 20;

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

void TakeLog(const Shown& shown, const v1::Welcome& welcome, Occasion occasion, Judged& judged) {
  LogTrust& trust = judged.trust;
  if (shown.course == Course::kFollows) {
    trust.log_key = shown.log_key;
    trust.checkpoint = welcome.checkpoint();
    trust.contradicted = 0;
    trust.forked = false;
    return;
  }
  if (trust.forked) return;
  if (occasion == Occasion::kAnswer || trust.contradicted == 0) ++trust.contradicted;
  trust.forked = shown.course == Course::kForged || trust.contradicted > kAnswersBelieved;
  if (trust.forked) judged.findings.push_back({Alarm::kLogForked, {}, shown.why});
}

// --- Who is enrolled ------------------------------------------------------------------------

// Of the event, by its fields: FORMATS.md.
bool TellsOf(const std::string& event, const v1::EnrolledPerson& person, base::Urn urn) {
  const auto json = nlohmann::json::parse(event, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto is = [&](const char* field, const std::string& expected) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() &&
           found->get_ref<const std::string&>() == expected;
  };
  const auto urn_field = json.find("urn");
  const bool here = urn_field != json.end() && urn_field->is_number_unsigned() &&
                    urn_field->get<std::uint64_t>() == urn.value();
  return here && is("kind", std::string(model::Word(model::EventKind::kRecipientEnrolled))) &&
         is("recipient", person.recipient_id()) &&
         is("opening_key_sha256", base::HexEncode(person.opening_key_sha256()));
}

bool Proves(const v1::EnrolledPerson& person, base::Urn urn, const audit::Checkpoint& tree) {
  const v1::LoggedEvent& logged = person.enrolment();
  const std::string leaf = audit::LeafHash(logged.entry());
  return audit::CheckInclusion(leaf, logged.position(), tree.size, Strings(logged.hashes()),
                               tree.root)
             .ok() &&
         audit::CheckEntry(logged.entry(), logged.event(), logged.salt()).ok() &&
         TellsOf(logged.event(), person, urn);
}

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
    const std::string why = Contradiction(told, person);
    person.opening_key_sha256 = told.opening_key_sha256();
    if (const auto id = crypto::SubjectKeyIdOf(told.opening_key()); id.ok()) person.key_id = *id;
    if (!why.empty()) return Alarmed(why, person);
    if (person.standing == Standing::kProven) return;
    if (!told.has_enrolment() || tree_ == nullptr) return Unproven(person);
    if (!Proves(told, urn_, *tree_)) {
      return Alarmed("the log does not bear out what was said of their enrolment", person);
    }
    Stand(Standing::kProven, now_, person);
    person.sealed_to.clear();
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
  // What no proof can mend. Empty: nothing.
  std::string Contradiction(const v1::EnrolledPerson& told, const WatchedPerson& person) const {
    const bool keyed = !told.opening_key().empty();
    if (keyed && crypto::Sha256(told.opening_key()) != told.opening_key_sha256()) {
      return "their key is another than its digest says";
    }
    if (person.standing == Standing::kProven &&
        person.opening_key_sha256 != told.opening_key_sha256()) {
      return "their key is another than the one that the log bears out";
    }
    const auto id = crypto::SubjectKeyIdOf(told.opening_key());
    if (id.ok() && !person.sealed_to.empty() && !Names(person.sealed_to, *id)) {
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

std::string Join(const std::vector<std::string>& key_ids) {
  std::string joined;
  for (const std::string& id : key_ids) joined += id;
  return joined;
}

}  // namespace

Judged JudgeWelcome(const LogTrust& before, base::Urn urn, const v1::Welcome& welcome,
                    Occasion occasion, absl::Time now) {
  Judged judged{before, {}};
  if (welcome.checkpoint().empty() && before.checkpoint.empty()) return judged;
  const Shown shown = LookAtLog(before, welcome);
  TakeLog(shown, welcome, occasion, judged);
  PeopleJudge judge(urn, shown.course == Course::kFollows ? &shown.checkpoint : nullptr, occasion,
                    now);
  std::vector<WatchedPerson>& people = judged.trust.people;
  std::set<std::string> told;
  for (const v1::EnrolledPerson& person : welcome.people()) {
    told.insert(person.recipient_id());
    const base::RecipientId id(person.recipient_id());
    const bool is_new = Find(people, id) == nullptr;
    if (is_new && people.size() >= kPeopleWatched) {
      judged.findings.push_back({Alarm::kStranger, id, "more people than can be remembered"});
      continue;
    }
    if (is_new) people.push_back({.id = id, .since = now});
    judge.Told(person, *Find(people, id));
  }
  for (WatchedPerson& person : people) {
    if (!told.contains(person.id.value())) judge.Unproven(person);
  }
  LetGo(told, now, people);
  for (Finding& finding : judge.TakeFindings()) judged.findings.push_back(std::move(finding));
  return judged;
}

// A sealing that comes after its deadline is history, which a machine that was off is sent: it may
// be to people who had left before this machine knew them.
Judged JudgeSealing(const LogTrust& before, const v1::EnvelopeHeader& header,
                    absl::Span<const std::string> key_ids, absl::Time now) {
  Judged judged{before, {}};
  if (before.checkpoint.empty()) return judged;
  std::vector<WatchedPerson>& people = judged.trust.people;
  std::vector<std::string> left(key_ids.begin(), key_ids.end());
  std::vector<base::RecipientId> unknown;
  bool fits = static_cast<std::size_t>(header.recipient_ids_size()) == key_ids.size();
  for (const std::string& text : header.recipient_ids()) {
    const base::RecipientId id(text);
    WatchedPerson* const person = Find(people, id);
    if (person == nullptr) unknown.push_back(id);
    if (person == nullptr || person->key_id.empty()) continue;
    fits &= Explain(left, person->key_id);
    const bool waiting = person->standing == Standing::kWaiting;
    if (waiting && person->sealed_to.empty()) person->sealed_to = person->key_id;
  }
  if (!fits) {
    judged.findings.push_back(
        {Alarm::kStranger, {}, "an alert is sealed to keys that are not those of its people"});
  }
  if (now >= model::FromWire(header.deadline())) return judged;
  for (const base::RecipientId& id : unknown) {
    if (people.size() >= kPeopleWatched) {
      judged.findings.push_back({Alarm::kStranger, id, "an alert is sealed to somebody unknown"});
      continue;
    }
    people.push_back({.id = id, .since = now - kAwaitLog, .sealed_to = Join(left)});
  }
  return judged;
}

bool MustAsk(const LogTrust& trust, absl::Time now) {
  if (trust.contradicted > 0 && !trust.forked) return true;
  return std::any_of(trust.people.begin(), trust.people.end(),
                     [&](const WatchedPerson& person) { return Overdue(person, now); });
}

}  // namespace firstbell::link
