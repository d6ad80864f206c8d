#include "clients/control/call_text.h"

#include <utility>

#include "broker/model/alert.h"

namespace firstbell::control {
namespace {

std::string Number(const v1::CaseSchool& school) {
  return school.telephone().empty() ? "no number in the register" : school.telephone();
}

// Whom an officer telephones in a school's place; empty: the school itself.
std::string_view InPlaceOfSchool(const v1::Call& call) {
  switch (call.ask_for()) {
    case v1::NOBODY_LEFT_TRUST:
      return "its trust";
    case v1::NOBODY_LEFT_AUTHORITY:
      return "its local authority";
    default:
      return "";
  }
}

std::string WhichNumber(const v1::Call& call) {
  const std::string_view other = InPlaceOfSchool(call);
  return other.empty() ? Number(call.school()) : "not the school: " + std::string(other);
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

std::string About(const v1::Call& call) {
  switch (call.about()) {
    case v1::CALL_ABOUT_ARRIVAL:
      return "has the child come?";
    case v1::CALL_ABOUT_ABSENCE:
      return "CHILD ABSENT";
    default:
      return "alert";
  }
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
    default:
      return "\"There is an alert in the inbox that nobody has opened. Will you take it now?\"";
  }
}

std::string Ending(const v1::Call& call) {
  const std::string record =
      "4. Keep what came of it:\n   firstbell-control calls record " + call.alert_id();
  if (call.about() == v1::CALL_ABOUT_ARRIVAL) {
    return record + " acknowledged --child seen | late | absent\n   or " +
           "not-reached | call-again --at TIME\n";
  }
  if (call.about() == v1::CALL_ABOUT_ABSENCE) {
    return record +
           " acknowledged\n   once it is decided what is done; with --child seen where it has "
           "come after all\n";
  }
  return record + " acknowledged | not-reached | call-again --at TIME\n";
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
  const std::string_view other = InPlaceOfSchool(call);
  if (!other.empty()) {
    return "1. \"This is the police, about Operation Encompass. May I speak to whoever is "
           "responsible for\n   safeguarding?\" Leave no message and no voicemail.\n"
           "2. There is no code. Ring off and telephone the switchboard of " +
           std::string(other) +
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
           "   telephone the number above anew.\n";
  }
  return text +
         (head ? "2. Nobody else there is in Firstbell" : "2. The school has nobody in Firstbell") +
         ", so there is no code. Ring off and telephone the\n"
         "   switchboard at the number above anew; ask to be put through to that person by role.\n";
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
              LastCall(call, london_), About(call), console::Printable(call.reference()),
              call.alert_id()});
}

std::string Script(const v1::Call& call, const console::LocalTime& london) {
  const std::string left = MinutesLeft(call);
  const std::string_view other = InPlaceOfSchool(call);
  std::string text =
      other.empty() ? "Telephone " + Place(call.school()) + ": " + Number(call.school()) + "\n"
                    : "About " + Place(call.school()) + ", telephone " + std::string(other) + "\n";
  text += "By " + london.Format(call.deadline()) +
          (left == "late" ? ": that has passed" : ": " + left + " left") + "\n";
  text += "Calls so far: " + LastCall(call, london) + "\n\n" + NotTo(call);
  return text + Caller(call) + WhatToSay(call) + Ending(call);
}

}  // namespace firstbell::control
