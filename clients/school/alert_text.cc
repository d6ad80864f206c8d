#include "clients/school/alert_text.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "clients/console/output.h"
#include "clients/school/inbox_text.h"
#include "clients/school/page.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& parts,
                   std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

std::string AddressText(const v1::Address& address) {
  std::string text = Joined(address.lines(), ", ");
  if (!address.postcode().empty()) text += (text.empty() ? "" : ", ") + address.postcode();
  return text;
}

std::string NameText(const v1::PersonName& name) {
  std::string text = name.given_names();
  if (!name.family_name().empty()) text += (text.empty() ? "" : " ") + name.family_name();
  if (!name.preferred_given_name().empty()) {
    text += " (called " + name.preferred_given_name() + ")";
  }
  if (!name.former_family_name().empty()) text += " (formerly " + name.former_family_name() + ")";
  return text;
}

std::string InstantText(bool present, const google::protobuf::Timestamp& at,
                        const console::LocalTime& london) {
  return present ? london.Format(at) : "";
}

void TimesOf(Page& page, const HeldAlert& alert, absl::Time now, const console::LocalTime& london) {
  if (const auto over_at = OverAt(alert)) {
    page.Paragraph("Over for this school: " + StateText(alert) + ", " + london.Format(*over_at) +
                   (IsLate(alert, now) ? ", late." : "."));
  } else if (IsLate(alert, now)) {
    page.Paragraph("LATE: it was to be acknowledged by " + london.Format(alert.deadline) + ".");
  } else {
    page.Paragraph("To be acknowledged by " + london.Format(alert.deadline) + ": " +
                   TimeLeft(alert.deadline, now) + " left.");
  }
}

// What is not said, or said in a way that this program does not know, protects.
std::string_view ParentContactText(const v1::HandlingInstructions& handling) {
  switch (handling.parent_contact()) {
    case v1::PARENT_CONTACT_ALLOWED:
      return "The parents or carers may be contacted about this.";
    case v1::PARENT_CONTACT_NAMED_ONLY:
      if (handling.further().empty()) break;
      return "Do not contact the parents or carers about this, except as said below.";
    default:
      break;
  }
  return "Do not contact the parents or carers about this.";
}

std::string_view ChildAwarenessText(const v1::HandlingInstructions& handling) {
  return handling.child_awareness() == v1::CHILD_AWARENESS_MAY_TALK
             ? "The child may be told that the school knows."
             : "Do not let the child sense that you know.";
}

void HandlingOf(Page& page, const v1::AlertContent& content) {
  const v1::HandlingInstructions& handling = content.child().handling();
  page.Heading("WHAT TO DO, AND WHAT NOT TO DO");
  if (content.urgent()) page.Bullet("URGENT: act on this at once.");
  page.Bullet(ParentContactText(handling));
  page.Bullet(ChildAwarenessText(handling));
  for (const std::string& instruction : handling.further()) page.Bullet(instruction);
  if (content.address_differs()) {
    page.Bullet(
        "The child is not at the home address. Where it is, the force tells by telephone alone; do "
        "not ask the child, and do not write it down.");
  }
}

void CollectionOf(Page& page, const v1::Collection& collection) {
  page.Heading("WHO MAY COLLECT THE CHILD");
  for (const std::string& person : collection.may_collect()) page.Bullet("May collect: " + person);
  for (const std::string& person : collection.may_not_collect()) {
    page.Bullet("MUST NOT collect: " + person);
  }
  for (const std::string& order : collection.orders_in_force()) {
    page.Bullet("Order in force: " + order);
  }
  if (collection.may_collect().empty()) {
    page.Bullet(
        "Nobody is named who may collect the child: let it go only with someone of whom the school "
        "already knows that they may, and telephone the force in any doubt.");
  }
}

std::string_view PresenceText(v1::Presence presence) {
  switch (presence) {
    case v1::PRESENCE_PRESENT:
      return "yes";
    case v1::PRESENCE_NOT_PRESENT:
      return "no";
    case v1::PRESENCE_NOT_KNOWN:
      return "not known";
    default:
      return "";
  }
}

void ChildOf(Page& page, const v1::Child& child) {
  page.Heading("THE CHILD");
  page.Field("Name", NameText(child.name()));
  page.Field("Date of birth", child.date_of_birth());
  if (child.has_age()) page.Field("Age", "about " + std::to_string(child.age()) + " years");
  page.Field("Home", AddressText(child.home_address()));
  page.Field("There when it happened", PresenceText(child.presence()));
  page.Field("Where in the home", child.where_in_home());
}

std::string_view SpokenToText(v1::SpokenTo spoken_to) {
  switch (spoken_to) {
    case v1::SPOKEN_TO_YES:
      return "The child was spoken to.";
    case v1::SPOKEN_TO_NO:
      return "The child was not spoken to.";
    case v1::SPOKEN_TO_SEEN_ONLY:
      return "The child was seen, not spoken to.";
    default:
      return "It is not said whether the child was spoken to.";
  }
}

void VoiceOf(Page& page, const v1::VoiceOfTheChild& voice) {
  page.Heading("THE VOICE OF THE CHILD");
  page.Paragraph(SpokenToText(voice.spoken_to()));
  if (!voice.what_was_said().empty()) page.Quote(voice.what_was_said());
  page.Field("What the child showed", voice.what_was_shown());
  page.Field("Who else was there", voice.who_else_was_there());
  page.Field("How the child communicates", voice.how_the_child_communicates());
}

std::string_view SeverityText(v1::Severity severity) {
  switch (severity) {
    case v1::SEVERITY_LOWER:
      return "lower";
    case v1::SEVERITY_MEDIUM:
      return "medium";
    case v1::SEVERITY_HIGH:
      return "high";
    default:
      return "";
  }
}

// "Sam Example, suspect, mother's partner of the child".
std::string PartyText(const v1::Party& party, const v1::Child& child) {
  std::string text = NameText(party.name());
  if (!party.role().empty()) text += (text.empty() ? "" : ", ") + party.role();
  for (const v1::Relationship& relationship : child.relationships()) {
    if (relationship.party_ref() != party.party_ref()) continue;
    text += " (to the child: " + relationship.relationship_to_child() + ")";
  }
  return text;
}

void AccountOf(Page& page, const v1::AlertContent& content, const console::LocalTime& london) {
  page.Heading("WHAT HAPPENED");
  page.Field("When", InstantText(content.has_occurred_at(), content.occurred_at(), london));
  page.Field("Police attended",
             InstantText(content.has_attended_at(), content.attended_at(), london));
  page.Field("Where", AddressText(content.place()));
  page.Field("Nature", content.nature());
  page.Field("Severity", SeverityText(content.severity()));
  const std::string& level = content.risk().level();
  page.Field("Risk", content.risk().scheme() + (level.empty() ? "" : ": " + level));
  for (const v1::Party& party : content.parties()) {
    page.Field("Involved", PartyText(party, content.child()));
  }
  if (!content.child().account().empty()) page.Paragraph(content.child().account());
}

void SupportOf(Page& page, const v1::Child& child) {
  const v1::Support& support = child.support();
  const v1::Needs& needs = child.needs();
  page.Heading("SUPPORT AND NEEDS");
  const std::string& to = support.referral_to();
  page.Field("Referral", support.referral_made() ? (to.empty() ? "made" : "made to " + to)
                                                 : "none is said to have been made");
  page.Field("Social worker", support.social_worker());
  page.Field("In place", support.in_place());
  page.Field("Interpreter", needs.interpreter_language());
  page.Field("Special needs", needs.send());
  page.Field("Culture", needs.culture());
}

void ContactOf(Page& page, const v1::AlertContent& content) {
  page.Heading("QUESTIONS");
  page.Field("Force", content.force());
  page.Field("Quote to them", content.reference());
  page.Field("Ask for", content.contact().name_or_role());
  page.Field("Telephone", content.contact().telephone());
  page.Field("E-mail", content.contact().email());
}

// "what happened: where", by the fields of AlertContent. One that this program does not know keeps
// its name.
std::string FieldText(const std::string& field) {
  static const std::map<std::string, std::string_view> kTexts = {
      {"address_differs", "whether the child is at home"},
      {"attended_at", "when police attended"},
      {"child.account", "what happened"},
      {"child.age", "the child's age"},
      {"child.collection", "WHO MAY COLLECT THE CHILD"},
      {"child.date_of_birth", "the child's date of birth"},
      {"child.handling", "WHAT TO DO, AND WHAT NOT TO DO"},
      {"child.home_address", "the child's home"},
      {"child.name", "the child's name"},
      {"child.needs", "the child's needs"},
      {"child.presence", "whether the child was there"},
      {"child.relationships", "who was involved"},
      {"child.support", "support"},
      {"child.upn", "the child's UPN"},
      {"child.voice", "the voice of the child"},
      {"child.where_in_home", "where in the home the child was"},
      {"contact", "whom to ask"},
      {"nature", "the nature of it"},
      {"occurred_at", "when it happened"},
      {"parties", "who was involved"},
      {"place", "where it happened"},
      {"risk", "the risk"},
      {"severity", "how serious it is"},
      {"urgent", "whether it is urgent"},
  };
  const auto found = kTexts.find(field);
  return found == kTexts.end() ? field : std::string(found->second);
}

void ChangedOf(Page& page, const v1::AlertContent& content) {
  if (content.changed().empty()) return;
  page.Heading("CORRECTED BY THE FORCE SINCE SOMEBODY HERE READ IT");
  std::set<std::string> told;
  for (const std::string& field : content.changed()) {
    if (told.insert(FieldText(field)).second) page.Bullet(FieldText(field));
  }
  page.Paragraph("Only what is said here now counts. Whoever was told otherwise is to hear of it.");
}

std::string IdentityText(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now,
                         const console::LocalTime& london) {
  const std::string id = ShortId(alert.newest.alert_id);
  Page page;
  page.Heading("Alert " + alert.newest.alert_id.value());
  TimesOf(page, alert, now, london);
  page.Heading("IS THIS CHILD A PUPIL OF YOURS?");
  page.Field("Name", NameText(content.child().name()));
  page.Field("Date of birth", content.child().date_of_birth());
  if (content.child().has_age()) {
    page.Field("Age", "about " + std::to_string(content.child().age()) + " years");
  }
  page.Paragraph(
      "No roll says that the child is yours, so that nothing else is told before you have looked. "
      "Ask neither the child nor the parents.");
  if (alert.ours_at) {
    page.Paragraph(
        "It was said that it is, by one of you or by this machine, from your roll. What happened "
        "is "
        "on its way.");
    return page.text();
  }
  page.Heading("It is: firstbell-school inbox ours " + id);
  page.Heading("It is not: firstbell-school inbox refuse " + id + " --reason never-here");
  return page.text();
}

}  // namespace

std::string AlertText(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now,
                      const console::LocalTime& london) {
  if (alert.part == v1::PART_IDENTITY) return IdentityText(alert, content, now, london);
  Page page;
  page.Heading("Alert " + alert.newest.alert_id.value());
  TimesOf(page, alert, now, london);
  ChangedOf(page, content);
  HandlingOf(page, content);
  CollectionOf(page, content.child().collection());
  ChildOf(page, content.child());
  VoiceOf(page, content.child().voice());
  AccountOf(page, content, london);
  SupportOf(page, content.child());
  ContactOf(page, content);
  if (!OverAt(alert)) {
    page.Heading("Say that you have this: firstbell-school inbox acknowledge " +
                 ShortId(alert.newest.alert_id));
    page.Paragraph("Not a pupil of yours? firstbell-school inbox refuse " +
                   ShortId(alert.newest.alert_id));
  }
  return page.text();
}

std::string AlertJson(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now) {
  nlohmann::ordered_json json = FactsJson(alert, now);
  json["content"] = nlohmann::ordered_json::parse(console::ToJson(content));
  return json.dump();
}

}  // namespace firstbell::school
