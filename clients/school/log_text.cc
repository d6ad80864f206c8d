#include "clients/school/log_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/audit/checkpoint.h"
#include "broker/audit/key_digits.h"
#include "clients/console/output.h"
#include "clients/school/page.h"
#include "clients/school/people_text.h"

namespace firstbell::school {
namespace {

using nlohmann::ordered_json;

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

std::string NameOf(const std::string& vkey) {
  const auto key = audit::VerifierKey::Parse(vkey);
  return key.ok() ? key->name : "a log without a key";
}

std::string DigitsOf(const std::string& vkey) {
  const auto key = audit::VerifierKey::Parse(vkey);
  return key.ok() ? audit::KeyDigits(*key) : "";
}

// A note as it came, in words.
std::string NoteText(const std::string& note) {
  if (note.empty()) return "nothing";
  const auto checkpoint = audit::ParseSignedCheckpoint(note);
  if (!checkpoint.ok()) return "something that is no log";
  return checkpoint->checkpoint.origin + ", " + std::to_string(checkpoint->checkpoint.size) +
         " entries";
}

ordered_json NoteJson(const std::string& note) {
  ordered_json json;
  const auto checkpoint = audit::ParseSignedCheckpoint(note);
  if (checkpoint.ok()) {
    json["origin"] = checkpoint->checkpoint.origin;
    json["size"] = checkpoint->checkpoint.size;
  }
  json["note"] = note;
  return json;
}

const char* StateOf(const link::LogTrust& trust) {
  if (trust.fork) return "forked";
  return trust.checkpoint.empty() ? "not_shown" : "as_it_was";
}

std::string StateText(const link::LogTrust& trust, const console::LocalTime& london) {
  if (trust.fork) {
    return "it forked: since " + london.Format(trust.fork->at) + " the broker shows another (" +
           trust.fork->why + ")";
  }
  if (trust.checkpoint.empty()) return "the broker has not shown it to this machine yet";
  return "it has only grown since this machine knows it";
}

constexpr char kForkedAdvice[] =
    "What comes in is kept and shown all the same. Either somebody hides what was done with your "
    "pupils' alerts, or your operator has lost data and begun another log. Telephone them, on a "
    "number that you had before, and ask which. If they have begun another, they give you its key, "
    "in writing, and read out its digits on the telephone: firstbell-school log trust --log-key "
    "KEY. Each machine of the school is to be told so. Take the key from nowhere else, and "
    "accept nothing that they know nothing of: then the force is to hear of it.";

// Those whom the broker tells of, and whoever else is known only by an alert.
std::string Watched(const LogView& view) {
  std::string text;
  if (!view.people.empty()) text += "\n" + PeopleText(view.people, view.trust);
  for (const link::WatchedPerson& one : view.trust.people) {
    const bool told = std::any_of(view.people.begin(), view.people.end(),
                                  [&](const link::Person& person) { return person.id == one.id; });
    if (told || one.standing == link::Standing::kProven) continue;
    text += "Not told of by the broker: " + one.id.value() +
            ", in the log: " + std::string(InLogText(one.id, view.trust)) + "\n";
  }
  return text;
}

std::string PastText(const link::PastFork& past, const console::LocalTime& london) {
  std::string text = london.Format(past.fork.at) + ": " + NameOf(past.log_key) +
                     " forked. This machine knew " + NoteText(past.checkpoint) +
                     "; the broker showed " + NoteText(past.fork.alarming) + ", and last " +
                     NoteText(past.fork.newest) + " (" + past.fork.why + "). ";
  if (past.accepted_key.empty()) return text + "It followed again.";
  return text + NameOf(past.accepted_key) + " was accepted in its place, as confirmed by " +
         past.confirmed_by + ".";
}

ordered_json ForkJson(const link::Fork& fork) {
  return {{"at", Rfc3339(fork.at)},
          {"why", fork.why},
          {"alarming", NoteJson(fork.alarming)},
          {"newest", NoteJson(fork.newest)}};
}

ordered_json PastJson(const link::PastFork& past) {
  ordered_json json = {{"log_key", past.log_key},
                       {"remembered", NoteJson(past.checkpoint)},
                       {"fork", ForkJson(past.fork)}};
  if (past.accepted_key.empty()) return json;
  json["accepted_key"] = past.accepted_key;
  json["confirmed_by"] = past.confirmed_by;
  return json;
}

}  // namespace

std::string LogText(const LogView& view, const console::LocalTime& london) {
  const link::LogTrust& trust = view.trust;
  Page page;
  page.Heading("The delivery log that this machine trusts");
  page.Field("Name", trust.log_key.empty() ? "none yet" : NameOf(trust.log_key));
  page.Field("Key", trust.log_key);
  page.Field("Digits of the key", DigitsOf(trust.log_key));
  page.Field("Remembered", NoteText(trust.checkpoint));
  page.Field("State", StateText(trust, london));
  if (trust.fork) {
    page.Field("Shown in its place, then", NoteText(trust.fork->alarming));
    page.Field("Shown in its place, last", NoteText(trust.fork->newest));
    page.Paragraph(kForkedAdvice);
  }
  if (!view.past.empty()) page.Heading("Before");
  for (const link::PastFork& past : view.past) page.Bullet(PastText(past, london));
  return page.text() + Watched(view);
}

std::string LogJson(const LogView& view) {
  const link::LogTrust& trust = view.trust;
  ordered_json json = {{"log_key", trust.log_key},
                       {"digits", DigitsOf(trust.log_key)},
                       {"state", StateOf(trust)},
                       {"remembered", NoteJson(trust.checkpoint)}};
  if (trust.fork) json["fork"] = ForkJson(*trust.fork);
  json["past"] = ordered_json::array();
  for (const link::PastFork& past : view.past) json["past"].push_back(PastJson(past));
  json["people"] = ordered_json::array();
  for (const link::WatchedPerson& one : trust.people) {
    json["people"].push_back({{"recipient_id", one.id.value()}, {"in_log", InLog(one.id, trust)}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string BeforeAcceptingText(const link::LogTrust& trust, const audit::VerifierKey& key) {
  Page page;
  page.Paragraph("Nothing has changed yet. This machine trusts " + NameOf(trust.log_key) +
                 ". To accept " + key.name +
                 " means: what the log before said is checked no more, and whom the new one bears "
                 "out is found anew. Where somebody hides what was done with your pupils' alerts, "
                 "this is what they want you to do.");
  page.Paragraph(
      "Telephone your operator, on a number that you had before and not one that came "
      "with the key. Ask whether they have begun another log, and why, and have its "
      "digits read out to you. They are to be:");
  page.Heading("      " + audit::KeyDigits(key));
  page.Paragraph(
      "If they are, give this command again with --confirmed-by and the name of whom "
      "you spoke to. If they are others, or your operator knows nothing of it, accept "
      "nothing, and telephone the force.");
  return page.text();
}

std::string AcceptedText(const audit::VerifierKey& key, const std::string& confirmed_by) {
  Page page;
  page.Paragraph("This machine trusts " + key.name + " from now on, by exactly that key, as " +
                 confirmed_by +
                 " confirmed. The inbox says so. What was remembered of the log before, and what "
                 "was shown in its place, is kept: firstbell-school log show. The school's other "
                 "machines are to be told each for itself.");
  return page.text();
}

}  // namespace firstbell::school
