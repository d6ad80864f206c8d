#include "tests/scenarios/verbs.h"

#include <array>
#include <map>
#include <regex>

namespace firstbell::scenarios {
namespace {

using S = Story;
using W = Words;

constexpr std::array kVerbs = {
    // --- Who is there ---
    Verb{"a school {school} in (England|Wales)",
         "It stands in the register; its machine is enrolled and runs.",
         [](S& s, const W& w) { return s.AddSchool(w[0], w[1]); }},
    Verb{"a second machine at {school}", "Enrolled too, and running. Nobody keeps keys on it.",
         [](S& s, const W& w) { return s.AddSecondMachine(w[0]); }},
    Verb{"{school} shows from {time}, rings at {time} and closes at {time}",
         "Its own notice window, bell and closing, instead of 07:30, 08:45 and 15:30.",
         [](S& s, const W& w) { return s.SetHours(w[0], w[1], w[2], w[3]); }},
    Verb{"{date} is a bank holiday", "In England and Wales.",
         [](S& s, const W& w) { return s.AddBankHoliday(w[0]); }},
    Verb{"a pupil {name} born {date} at {school}[ postcode {postcode}][, UPN {upn}]"
         "[, (main|subsidiary|guest) registration][, (protected)]",
         "On the school's roll.",
         [](S& s, const W& w) {
           return s.AddPupil({w[0], w[1], w[3], w[4], !w[6].empty()}, w[2], w[5]);
         }},
    Verb{"{name} has left {school}", "Yesterday was the last day on its roll.",
         [](S& s, const W& w) { return s.Leaves(w[0], w[1]); }},
    Verb{"a (lead|deputy|head) {person}[ and a (lead|deputy|head) {person}] at {school}",
         "They enrol with a code, on the school's first machine, under a passphrase.",
         [](S& s, const W& w) {
           return s.AddPeople(w[4], {{w[0], w[1]}, {w[2], w[3]}});
         }},
    Verb{"a local authority {school}, whom {force} tells of children at no school",
         "In the register and enrolled like a school; home education and missing education go "
         "there.",
         [](S& s, const W& w) { return s.AddAuthority(w[0], w[1]); }},
    Verb{"the force {force} (withholds accounts|tells impact alone|asks every school first|"
         "pushes at the window|tells no guests' schools)",
         "Its policy, from then on.", [](S& s, const W& w) { return s.Decides(w[0], w[1]); }},
    Verb{"the operator revokes {person} at {school}", "Their keys count no more.",
         [](S& s, const W& w) { return s.Revoke(w[0], w[1]); }},
    Verb{"{school} is told that {person} (was enrolled|was removed)",
         "The inbox says so to everyone there.",
         [](S& s, const W& w) { return s.ToldOf(w[0], w[1], w[2]); }},
    Verb{"{school} is telephoned at {text} first", "Its direct line, before the register's number.",
         [](S& s, const W& w) { return s.IsTelephonedAt(w[0], w[1]); }},
    Verb{"{school}'s machine has its own roll with {name} born {date}[ postcode {postcode}]",
         "One pupil alone; it answers by itself whether a child is theirs.",
         [](S& s, const W& w) {
           return s.HasOwnRoll(w[0], {w[1], w[2], w[3], "", false});
         }},
    Verb{"the force {force} reads what schools say back",
         "Its desk has a key, and its policy the certificate.",
         [](S& s, const W& w) { return s.ReadsReplies(w[0]); }},
    Verb{"{school} is woken at {text}",
         "The mailbox that is told that something waits, and never more.",
         [](S& s, const W& w) { return s.IsWokenAt(w[0], w[1]); }},
    Verb{"the mailbox {text} holds {number} (message|messages)",
         "So many; none names a child or a school.",
         [](S& s, const W& w) { return s.MailboxHolds(w[0], std::stoul(w[1])); }},
    // --- Time and trouble ---
    Verb{"it is[ {date}] {time}", "In London; without a date, the next such time. Never back.",
         [](S& s, const W& w) { return s.SetTime(w[0], w[1]); }},
    Verb{"restart the broker", "It dies at once, as in a power cut, and is started again.",
         [](S& s, const W&) { return s.RestartBroker(); }},
    Verb{"the broker (goes down|comes back)", "The same in two steps.",
         [](S& s, const W& w) { return s.SetBroker(w[0] == "comes back"); }},
    Verb{"restart {school}'s machine", "It dies at once and is started again.",
         [](S& s, const W& w) { return s.RestartMachine(w[0]); }},
    Verb{"{school} switches its[ (second)] machine (off|on)",
         "Without warning. Off, it has no link.",
         [](S& s, const W& w) { return s.Switch(w[0], w[1].empty() ? 1 : 2, w[2] == "on"); }},
    Verb{"{school}'s machine (hangs|goes on)",
         "It stands still with its link open, and goes on where it stood.",
         [](S& s, const W& w) { return s.SetHanging(w[0], w[1] == "hangs"); }},
    // --- The force ---
    Verb{"the force {force} reports incident {reference} about {children}",
         "The broker takes it on. {children}: see below.",
         [](S& s, const W& w) { return s.Report(w[0], w[1], w[2]); }},
    Verb{"the force {force} reports incident {reference} again and gets the same answer",
         "The very same bytes; the first answer, to the last of its bytes.",
         [](S& s, const W& w) { return s.ReportAgain(w[0], w[1]); }},
    Verb{"the force {force} corrects incident {reference} about {children}",
         "Its next revision, which says everything anew. A child it leaves out is withdrawn.",
         [](S& s, const W& w) { return s.Correct(w[0], w[1], w[2]); }},
    Verb{"the force {force} withdraws incident {reference}[ as to {child}]: {reason}",
         "No school has it any more: mistaken, out of scope, unsafe to tell, duplicate.",
         [](S& s, const W& w) { return s.Withdraw(w[0], w[1], w[2], w[3]); }},
    Verb{"the force {force} cannot report incident {reference} about {children}: {text}",
         "It is refused, in words that hold the text.",
         [](S& s, const W& w) { return s.CannotReport(w[0], w[1], w[2], w[3]); }},
    Verb{"the answer for {child} is accepted, shown from[ {date}] {time}, deadline[ {date}] {time}",
         "As the force read it. Without a date: today; the deadline on the same day.",
         [](S& s, const W& w) {
           return s.Accepted(w[0], {w[1], w[2]}, {w[3], w[4]});
         }},
    Verb{"the answer for {child} is (at review|withheld), {reason}", "As the force read it.",
         [](S& s, const W& w) { return s.NotPlaced(w[0], w[1], w[2]); }},
    Verb{"no answer names a school",
         "Nothing that a force was ever told holds a school's name or URN.",
         [](S& s, const W&) { return s.NoAnswerNamesASchool(); }},
    Verb{"the alert about {child}[ at {school}] is "
         "(accepted|sent|received|shown|opened|redirected|withdrawn)[ and "
         "(late)]",
         "As force and auditor see it. Name the school where there are two alerts.",
         [](S& s, const W& w) { return s.AlertIs(w[0], w[1], w[2], !w[3].empty()); }},
    Verb{"the alert about {child}[ at {school}] is acknowledged (in time|late)",
         "The same; the broker's clock judges.",
         [](S& s, const W& w) { return s.AlertIs(w[0], w[1], "acknowledged", w[2] == "late"); }},
    Verb{"the force is told that {child} was (placed|withheld|unplaceable)[, {reason}]",
         "By an officer of its own, and why where no school is told.",
         [](S& s, const W& w) { return s.ToldOfDecision(w[0], w[1], w[2]); }},
    // --- The review desk ---
    Verb{"officer {officer} of {force} has {number} (case|cases)",
         "So many wait on the list of the force's desk.",
         [](S& s, const W& w) { return s.HasCases(w[0], w[1], std::stoul(w[2])); }},
    Verb{"officer {officer} of {force} is to telephone (nobody|{school})",
         "The one school on the force's call list, with its name and number.",
         [](S& s, const W& w) { return s.ToTelephone(w[0], w[1], w[2]); }},
    Verb{"officer {officer} of {force} is to telephone {school} at {text} first",
         "The number that the list has above all others.",
         [](S& s, const W& w) { return s.ToTelephoneAt(w[0], w[1], w[2], w[3]); }},
    Verb{"officer {officer} of {force} reads {text} from {school}",
         "What it said back, opened with the desk's key.",
         [](S& s, const W& w) { return s.ReadsReply(w[0], w[1], w[3], w[2]); }},
    Verb{"officer {officer} of {force} telephones {school}: (acknowledged|not reached)"
         "[, the child is (seen|late|absent)]",
         "What came of the call is kept in the officer's name.",
         [](S& s, const W& w) { return s.Telephones(w[0], w[1], w[2], {w[3], w[4]}); }},
    Verb{"officer {officer} of {force} is to telephone {school} before the morning",
         "Its people may not hear of what waits; the night call sheet names it.",
         [](S& s, const W& w) { return s.IsNotReady(w[0], w[1], w[2]); }},
    Verb{"officer {officer} of {force} hears that a child at {school} is absent",
         "It stands on the call list at once, for a welfare decision.",
         [](S& s, const W& w) { return s.HearsOfAbsence(w[0], w[1], w[2]); }},
    Verb{"officer {officer} of {force} looks at {child} and sees (nobody|{school})",
         "A candidate's school. Nothing of any pupil is shown.",
         [](S& s, const W& w) { return s.LooksAt(w[0], w[1], w[2], w[3]); }},
    Verb{"officer {officer} of {force} places {child} at {school}: {reason}",
         "By hand, and for good.",
         [](S& s, const W& w) { return s.Places(w[0], w[1], w[2], w[3], w[4]); }},
    Verb{"officer {officer} of {force} (withholds|finds unplaceable) {child}: {reason}",
         "No school is told.",
         [](S& s, const W& w) { return s.Closes(w[0], w[1], w[2], w[3], w[4]); }},
    Verb{"officer {officer} of {force} cannot place {child} at {school}: {text}",
         "In words that hold the text.",
         [](S& s, const W& w) { return s.CannotPlace(w[0], w[1], w[2], w[3], w[4]); }},
    // --- The school ---
    Verb{"{school} sees nothing[ (on its second machine)]", "No alert is shown there.",
         [](S& s, const W& w) { return s.Sees(w[0], 0, !w[1].empty()); }},
    Verb{"{school} sees {number} (alert|alerts)[ (on its second machine)]", "So many are shown.",
         [](S& s, const W& w) { return s.Sees(w[0], std::stoul(w[1]), !w[3].empty()); }},
    Verb{"{school} has {number} (alert|alerts) to take[ (on its second machine)]",
         "Shown, and neither acknowledged nor over by the broker's word.",
         [](S& s, const W& w) { return s.HasToTake(w[0], std::stoul(w[1]), !w[3].empty()); }},
    Verb{"{person} at {school} opens the alert[ about {child}] and reads {text}",
         "With their own key. Name the child where several alerts are shown.",
         [](S& s, const W& w) { return s.Opens(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} cannot open the alert[ about {child}]: {text}",
         "In words that hold the text.",
         [](S& s, const W& w) { return s.CannotOpen(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} reads nothing of {text}",
         "They open every alert that is shown; none holds the text.",
         [](S& s, const W& w) { return s.ReadsNothingOf(w[0], w[1], w[2]); }},
    Verb{"{person} at {school} acknowledges[ the alert about {child}]",
         "“I am in school and have this”, signed.",
         [](S& s, const W& w) { return s.Acknowledges(w[0], w[1], w[2], ""); }},
    Verb{"{person} at {school} hands the alert[ about {child}] to {person}",
         "Acknowledged too: handed to a named colleague who accepted.",
         [](S& s, const W& w) { return s.Acknowledges(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} asks {person} to take the alert[ about {child}]",
         "It is not acknowledged before the colleague does so.",
         [](S& s, const W& w) { return s.Offers(w[0], w[1], w[3], w[2]); }},
    Verb{"{person} at {school} says that the child[ {child}] is (seen|late|absent)",
         "Safe arrival, by the close of registration.",
         [](S& s, const W& w) { return s.SaysArrival(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} replies to the alert[ about {child}]: {text}",
         "To the force's desk alone: a further concern.",
         [](S& s, const W& w) { return s.Replies(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} is away from {date} to {date}", "Both days included; signed.",
         [](S& s, const W& w) { return s.IsAway(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} is back", "And still the person to reach.",
         [](S& s, const W& w) { return s.IsBack(w[0], w[1]); }},
    Verb{"{person} at {school} says that the child[ {child}] is theirs",
         "Asked by identity alone: what happened is then sent.",
         [](S& s, const W& w) { return s.SaysOurs(w[0], w[1], w[2]); }},
    Verb{"{person} at {school} refuses the alert[ about {child}]: "
         "(never here|left|duplicate|other)",
         "The child is not their pupil; their copy is destroyed.",
         [](S& s, const W& w) { return s.Refuses(w[0], w[1], w[2], w[3]); }},
    Verb{"{person} at {school} cannot acknowledge the alert[ about {child}]: {text}",
         "In words that hold the text; nothing is signed.",
         [](S& s, const W& w) { return s.CannotAcknowledge(w[0], w[1], w[2], w[3]); }},
    // --- The auditor ---
    Verb{"the log verifies", "An auditor recomputes it. Every story ends with this, unasked.",
         [](S& s, const W&) { return s.LogVerifies(); }},
};

// What may stand in a place.
const std::map<std::string, std::string, std::less<>>& Places() {
  static const std::string names = "([A-Z][A-Za-z'-]*(?: [A-Z][A-Za-z'-]*)*)";
  static const std::map<std::string, std::string, std::less<>> places = {
      {"school", "([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*)"},
      {"person", "([A-Z][a-z]+(?: [A-Z][a-z]+)?)"},
      {"child", "([A-Z][a-z]+)"},
      {"name", names},
      {"date", "(\\d{4}-\\d\\d-\\d\\d)"},
      {"time", "(\\d\\d:\\d\\d)"},
      {"number", "(\\d{1,3})"},
      {"force", "([a-z-]+)"},
      {"officer", "([a-z0-9-]+)"},
      {"reference", "([\\w-]+)"},
      {"postcode", "([A-Z0-9]+ [A-Z0-9]+)"},
      {"upn", "([A-Z]\\w+)"},
      {"children", "(.+)"},
      {"reason", "([a-z ]+)"},
      {"text", "\"([^\"]+)\""},
  };
  return places;
}

std::regex Compile(std::string_view form) {
  std::string pattern;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '{') {
      const std::size_t end = form.find('}', i);
      pattern += Places().at(std::string(form.substr(i + 1, end - i - 1)));
      i = end;
    } else if (form[i] == '[') {
      pattern += "(?:";
    } else if (form[i] == ']') {
      pattern += ")?";
    } else {
      pattern += form[i];
    }
  }
  return std::regex(pattern);
}

}  // namespace

absl::Span<const Verb> Verbs() {
  return kVerbs;
}

std::optional<Words> Fit(std::string_view form, const std::string& line) {
  static std::map<std::string, std::regex, std::less<>> compiled;
  auto found = compiled.find(form);
  if (found == compiled.end()) found = compiled.emplace(std::string(form), Compile(form)).first;
  std::smatch match;
  if (!std::regex_match(line, match, found->second)) return std::nullopt;
  Words words;
  for (std::size_t i = 1; i < match.size(); ++i) words.push_back(match[i].str());
  return words;
}

base::Status Perform(Story& story, const std::string& line) {
  for (const Verb& verb : Verbs()) {
    if (const auto words = Fit(verb.form, line)) return verb.act(story, *words);
  }
  return base::InvalidArgument("no verb reads so: tests/scenarios/README.md lists them");
}

}  // namespace firstbell::scenarios
