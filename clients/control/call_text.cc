#include "clients/control/call_text.h"

#include <map>
#include <utility>

#include "broker/model/alert.h"
#include "clients/control/call_subject.h"

namespace firstbell::control {
namespace {

std::string Number(const v1::CaseSchool& school) {
  return school.telephone().empty() ? "no number in the register"
                                    : console::Printable(school.telephone());
}

// Which to try first.
std::string FirstNumber(const v1::Call& call) {
  if (call.direct_lines().empty()) return Number(call.school());
  return console::Printable(call.direct_lines(0).telephone());
}

// Each number to try, in order.
std::string Numbers(const v1::Call& call) {
  if (call.direct_lines().empty()) return " " + Number(call.school()) + "\n";
  std::string text = "\n";
  for (const v1::DirectLine& line : call.direct_lines()) {
    text += (text.size() == 1 ? "  first " : "  then ") + console::Printable(line.name()) + ": " +
            console::Printable(line.telephone()) + "\n";
  }
  return text + "  then the school's number in the register: " + Number(call.school()) + "\n";
}

// Whom an officer telephones in a school's place; empty: the school itself.
std::string InPlaceOfSchool(const v1::Call& call) {
  const v1::CaseSchool& school = call.school();
  const auto named = [](std::string_view what, const std::string& name) {
    return std::string(what) + (name.empty() ? "" : " (" + console::Printable(name) + ")");
  };
  switch (call.ask_for()) {
    case v1::NOBODY_LEFT_TRUST:
      return named("its trust", school.trust_code());
    case v1::NOBODY_LEFT_AUTHORITY:
      return named("its local authority", school.local_authority());
    default:
      return "";
  }
}

std::string WhichNumber(const v1::Call& call) {
  const std::string other = InPlaceOfSchool(call);
  return other.empty() ? FirstNumber(call) : "not the school: " + other;
}

std::string Place(const v1::CaseSchool& school) {
  std::string text = school.name().empty() ? "a school that is in no register" : school.name();
  if (!school.town().empty()) text += ", " + school.town();
  return console::Printable(text);
}

std::string_view InWords(v1::CallOutcome outcome) {
  switch (outcome) {
    case v1::CALL_OUTCOME_ACKNOWLEDGED:
      return "acknowledged";
    case v1::CALL_OUTCOME_NOT_REACHED:
      return "not reached";
    case v1::CALL_OUTCOME_CALL_AGAIN:
      return "call again";
    default:
      return "none";
  }
}

std::string LastCall(const v1::Call& call, const console::LocalTime& london) {
  if (call.calls() == 0) return "none yet";
  std::string text = std::to_string(call.calls()) + ", last " + std::string(InWords(call.last())) +
                     " by " + console::Printable(call.last_by());
  if (call.has_call_again_at()) text += " at " + london.Format(call.call_again_at());
  return text;
}

std::string_view Why(int unready) {
  switch (unready) {
    case v1::UNREADY_NO_RECIPIENT:
      return "nobody or no machine enrolled";
    case v1::UNREADY_NO_LINK:
      return "no machine linked since its last school day";
    case v1::UNREADY_UNCONFIRMED:
      return "nobody there has signed anything for 30 days";
    case v1::UNREADY_NOBODY_ON_DUTY:
      return "everybody is away or off duty";
    default:
      return "for a reason that this program does not know";
  }
}

std::string WhyUnready(const v1::Call& call, std::string_view between) {
  std::string text;
  for (const int why : call.unready()) {
    text += (text.empty() ? "" : std::string(between)) + std::string(Why(why));
  }
  return text;
}

std::string About(const v1::Call& call) {
  switch (call.about()) {
    case v1::CALL_ABOUT_ARRIVAL:
      return "has the child come?";
    case v1::CALL_ABOUT_ABSENCE:
      return "CHILD ABSENT";
    case v1::CALL_ABOUT_UNREADY:
      return "not ready: " + WhyUnready(call, ", ");
    case v1::CALL_ABOUT_REPLY:
      return "reply from school";
    default:
      return "alert";
  }
}

// What the call is about, and whether the school has said something back beside that.
std::string Subjects(const v1::Call& call) {
  const bool beside = call.replies() > 0 && call.about() != v1::CALL_ABOUT_REPLY;
  return About(call) + (beside ? ", reply" : "");
}

std::string InFirstbell(const v1::Call& call) {
  if (call.ask_for() != v1::NOBODY_LEFT_UNSPECIFIED) return "nobody left";
  if (call.people() == 0) return "not enrolled";
  return call.devices() == 0 ? "no machine" : std::string(model::Word(call.state()));
}

std::string Question(const v1::Call& call) {
  switch (call.about()) {
    case v1::CALL_ABOUT_ARRIVAL:
      return "\"You have taken the alert. Has the child come to school this morning?\"";
    case v1::CALL_ABOUT_ABSENCE:
      return "\"You have told us that the child is absent. When was it last seen, and what do you "
             "know?\"\n   Decide about its welfare by your force's rules, now.";
    case v1::CALL_ABOUT_REPLY:
      return "\"You have sent us something about the alert.\" Then what your answer to it is.";
    default:
      return "\"There is an alert in the inbox that nobody has opened. Will you take it now?\"";
  }
}

// So that what came of the call settles nothing that came since.
std::string Of(const v1::Call& call) {
  const std::string subject = SubjectText(call);
  return subject.empty() ? "" : " --of " + subject;
}

std::string Ending(const v1::Call& call) {
  const std::string record =
      "4. Keep what came of it:\n   firstbell-control calls record " + call.alert_id() + Of(call);
  if (call.about() == v1::CALL_ABOUT_ARRIVAL) {
    return record + " acknowledged --child seen | late | absent\n   or " +
           "not-reached | call-again --at TIME\n";
  }
  if (call.about() == v1::CALL_ABOUT_ABSENCE) {
    return record +
           " acknowledged\n   once it is decided what is done; with --child seen where it has "
           "come after all\n";
  }
  if (call.about() == v1::CALL_ABOUT_REPLY) {
    return record + " acknowledged\n   once what it says is dealt with; else not-reached | " +
           "call-again --at TIME\n";
  }
  return record + " acknowledged | not-reached | call-again --at TIME\n";
}

// What the school has said back is read before anybody telephones.
std::string Replies(const v1::Call& call) {
  if (call.replies() == 0) return "";
  const std::string how_many =
      call.replies() == 1 ? "a reply" : std::to_string(call.replies()) + " replies";
  return "The school has sent " + how_many +
         " that nobody has dealt with. Read first what it says:\n"
         "  firstbell-control calls replies " +
         call.alert_id() + " --key DIR\n" +
         (call.about() == v1::CALL_ABOUT_REPLY ? "Telephone only where that is needed.\n" : "") +
         "\n";
}

std::string Above(const v1::Call& call) {
  return call.direct_lines().empty() ? "the number above" : "a number above";
}

std::string AskFor(const v1::Call& call) {
  switch (call.ask_for()) {
    case v1::NOBODY_LEFT_HEAD:
      return "Nobody else is enrolled there: ask for the head; if that is who, telephone the "
             "trust\n"
             "or the local authority.";
    case v1::NOBODY_LEFT_TRUST:
      return "Nobody else is enrolled there: telephone the trust that runs the\nschool, and not "
             "the "
             "school. Where its head office is in the school, its local authority.";
    case v1::NOBODY_LEFT_AUTHORITY:
      return "Nobody else is enrolled there: telephone the local authority of\nthe school, and not "
             "the school.";
    default:
      return "Do not say why.";
  }
}

// Who may be an adult in the incident.
std::string NotTo(const v1::Call& call) {
  if (call.not_to().empty()) return "";
  std::string names;
  for (const std::string& name : call.not_to()) {
    names += (names.empty() ? "" : ", ") + console::Printable(name);
  }
  return "DO NOT SPEAK TO " + names +
         ", who may be one of the adults in it, and let nobody put you through\nto them. " +
         AskFor(call) + "\n\n";
}

// Whom to ask for, and how to know that it is they.
std::string Caller(const v1::Call& call) {
  const std::string other = InPlaceOfSchool(call);
  if (!other.empty()) {
    return "1. \"This is the police, about Operation Encompass. May I speak to whoever is "
           "responsible for\n   safeguarding?\" Leave no message and no voicemail.\n"
           "2. There is no code. Ring off and telephone the switchboard of " +
           other +
           " at a number that you looked\n   up yourself; ask to be put through to that person by "
           "role.\n";
  }
  const bool head = call.ask_for() == v1::NOBODY_LEFT_HEAD;
  std::string text = "1. \"This is the police, about Operation Encompass. May I speak to the ";
  text +=
      head ? "head?\" Leave no message and no voicemail.\n"
           : "designated\n   safeguarding lead, a deputy, or the head?\" Leave no message and no "
             "voicemail.\n";
  if (call.people() > 0) {
    return text + "2. \"Please open your Firstbell inbox. My half of the code is " +
           call.code_of_officer() + ". What is\n   yours?\" It must be " + call.code_of_school() +
           ". If it is not, say nothing more, ring off, and\n"
           "   telephone " +
           Above(call) + " anew.\n";
  }
  return text +
         (head ? "2. Nobody else there is in Firstbell" : "2. The school has nobody in Firstbell") +
         ", so there is no code. Ring off and telephone the\n"
         "   switchboard anew, at the school's number in the register; ask to be put through to "
         "that\n"
         "   person by role.\n";
}

std::string WhatToSay(const v1::Call& call) {
  if (call.people() > 0) return "3. " + Question(call) + "\n";
  const std::string text = "3. To that person alone, say what your force's record of " +
                           console::Printable(call.reference()) + ", child " +
                           console::Printable(call.child_ref()) + ",\n   lets you say.";
  const bool enrolled = call.ask_for() != v1::NOBODY_LEFT_UNSPECIFIED;
  return text + (enrolled ? "\n" : " Offer to enrol the school.\n");
}

}  // namespace

std::string MinutesLeft(const v1::Call& call) {
  if (call.late()) return "late";
  const std::uint32_t minutes = call.minutes_left();
  if (minutes < 60) return std::to_string(minutes) + " min";
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

CallTable::CallTable(console::LocalTime london)
    : london_(std::move(london)),
      table_({"LEFT", "SCHOOL", "TELEPHONE", "IN FIRSTBELL", "CALLS", "ABOUT", "REFERENCE",
              "ALERT"}) {}

void CallTable::Add(const v1::Call& call) {
  table_.Add({MinutesLeft(call), Place(call.school()), WhichNumber(call), InFirstbell(call),
              LastCall(call, london_), Subjects(call), console::Printable(call.reference()),
              call.alert_id()});
}

namespace {

// Nothing is said of any child, so that no code is needed.
std::string ScriptBeforeMorning(const v1::Call& call) {
  return "Why: " + WhyUnready(call, "; ") + "\n\n" +
         "1. \"This is the police, about Operation Encompass. May I speak to the designated\n"
         "   safeguarding lead, a deputy, or the head?\" Leave no message and no voicemail.\n"
         "2. \"Something waits for you in Firstbell before school. Please switch your machine on, "
         "and tell\n   me who will take it.\" Say no more than that.\n"
         "3. Somebody who is back says so there: firstbell-school duty back.\n";
}

}  // namespace

std::string Script(const v1::Call& call, const console::LocalTime& london) {
  const std::string left = MinutesLeft(call);
  const std::string other = InPlaceOfSchool(call);
  std::string text = other.empty()
                         ? "Telephone " + Place(call.school()) + ":" + Numbers(call)
                         : "About " + Place(call.school()) + ", telephone " + other + "\n";
  text += "By " + london.Format(call.deadline()) +
          (left == "late" ? ": that has passed" : ": " + left + " left") + "\n";
  text += "Calls so far: " + LastCall(call, london) + "\n\n" + Replies(call) + NotTo(call);
  if (call.about() == v1::CALL_ABOUT_UNREADY && call.people() > 0) {
    return text + ScriptBeforeMorning(call) + Ending(call);
  }
  return text + Caller(call) + WhatToSay(call) + Ending(call);
}

std::string Sheet(const std::vector<v1::Call>& calls, const console::LocalTime& london) {
  std::map<std::uint32_t, std::vector<const v1::Call*>> schools;
  std::vector<std::uint32_t> order;  // by the earliest deadline, as the list has it
  for (const v1::Call& call : calls) {
    if (call.about() != v1::CALL_ABOUT_UNREADY) continue;
    auto& here = schools[call.school().urn()];
    if (here.empty()) order.push_back(call.school().urn());
    here.push_back(&call);
  }
  if (order.empty()) return "Every school is ready for what waits for it.\n";
  std::string text =
      "Schools to be telephoned before the morning: " + std::to_string(order.size()) +
      ". Name no child; leave no message and no voicemail.\n";
  for (const std::uint32_t urn : order) {
    const v1::Call& first = *schools[urn].front();
    text += "\n" + Place(first.school()) + " (URN " + std::to_string(urn) +
            ")\n  Telephone:" + Numbers(first) + "  Why:        " + WhyUnready(first, "; ") +
            "\n  By:         " + london.Format(first.deadline()) +
            "\n  Calls:      " + LastCall(first, london) + "\n";
    if (!first.not_to().empty()) text += "  Not to:     see calls show\n";
    for (const v1::Call* call : schools[urn]) {
      text += "  Record:     firstbell-control calls record " + call->alert_id() + Of(*call) +
              "\n              not-reached | call-again --at TIME | acknowledged\n";
    }
    text += "  Spoken to: ____________________  at ______  what: ____________________\n";
  }
  return text;
}

}  // namespace firstbell::control
