#include "clients/school/alert_words.h"

#include <map>
#include <set>

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

std::string InstantText(bool present, const google::protobuf::Timestamp& at,
                        const console::LocalTime& london) {
  return present ? london.Format(at) : "";
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

// Facts as they come; one without a text is none.
class Facts {
 public:
  void Add(std::string_view term, std::string_view text) {
    if (!text.empty()) facts_.push_back({std::string(term), std::string(text)});
  }
  std::vector<Fact> Take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

template <typename Repeated>
std::vector<std::string> Texts(const Repeated& texts) {
  return {texts.begin(), texts.end()};
}

std::vector<std::string> ChangedOf(const v1::AlertContent& content) {
  std::vector<std::string> changed;
  std::set<std::string> told;
  for (const std::string& field : content.changed()) {
    if (told.insert(FieldText(field)).second) changed.push_back(FieldText(field));
  }
  return changed;
}

std::vector<std::string> HandlingOf(const v1::AlertContent& content) {
  const v1::HandlingInstructions& handling = content.child().handling();
  std::vector<std::string> texts;
  if (content.urgent()) texts.emplace_back("URGENT: act on this at once.");
  texts.emplace_back(ParentContactText(handling));
  texts.emplace_back(ChildAwarenessText(handling));
  for (const std::string& instruction : handling.further()) texts.push_back(instruction);
  if (content.address_differs()) {
    texts.emplace_back(
        "The child is not at the home address. Where it is, the force tells by telephone alone; do "
        "not ask the child, and do not write it down.");
  }
  return texts;
}

std::vector<Fact> ChildOf(const v1::Child& child) {
  Facts facts;
  for (const Fact& fact : IdentityFacts(child)) facts.Add(fact.term, fact.text);
  facts.Add("Home", AddressText(child.home_address()));
  facts.Add("There when it happened", PresenceText(child.presence()));
  facts.Add("Where in the home", child.where_in_home());
  return facts.Take();
}

std::vector<Fact> VoiceOf(const v1::VoiceOfTheChild& voice) {
  Facts facts;
  facts.Add("What the child showed", voice.what_was_shown());
  facts.Add("Who else was there", voice.who_else_was_there());
  facts.Add("How the child communicates", voice.how_the_child_communicates());
  return facts.Take();
}

std::vector<Fact> HappenedOf(const v1::AlertContent& content, const console::LocalTime& london) {
  const std::string& level = content.risk().level();
  Facts facts;
  facts.Add("When", InstantText(content.has_occurred_at(), content.occurred_at(), london));
  facts.Add("Police attended",
            InstantText(content.has_attended_at(), content.attended_at(), london));
  facts.Add("Where", AddressText(content.place()));
  facts.Add("Nature", content.nature());
  facts.Add("Severity", SeverityText(content.severity()));
  facts.Add("Risk", content.risk().scheme() + (level.empty() ? "" : ": " + level));
  for (const v1::Party& party : content.parties()) {
    facts.Add("Involved", PartyText(party, content.child()));
  }
  return facts.Take();
}

std::vector<Fact> SupportOf(const v1::Child& child) {
  const v1::Support& support = child.support();
  const v1::Needs& needs = child.needs();
  const std::string& to = support.referral_to();
  Facts facts;
  facts.Add("Referral", support.referral_made() ? (to.empty() ? "made" : "made to " + to)
                                                : "none is said to have been made");
  facts.Add("Social worker", support.social_worker());
  facts.Add("In place", support.in_place());
  facts.Add("Interpreter", needs.interpreter_language());
  facts.Add("Special needs", needs.send());
  facts.Add("Culture", needs.culture());
  return facts.Take();
}

std::vector<Fact> ContactOf(const v1::AlertContent& content) {
  Facts facts;
  facts.Add("Force", content.force());
  facts.Add("Quote to them", content.reference());
  facts.Add("Ask for", content.contact().name_or_role());
  facts.Add("Telephone", content.contact().telephone());
  facts.Add("E-mail", content.contact().email());
  return facts.Take();
}

}  // namespace

std::string NameText(const v1::PersonName& name) {
  std::string text = name.given_names();
  if (!name.family_name().empty()) text += (text.empty() ? "" : " ") + name.family_name();
  if (!name.preferred_given_name().empty()) {
    text += " (called " + name.preferred_given_name() + ")";
  }
  if (!name.former_family_name().empty()) text += " (formerly " + name.former_family_name() + ")";
  return text;
}

std::vector<Fact> IdentityFacts(const v1::Child& child) {
  Facts facts;
  facts.Add("Name", NameText(child.name()));
  facts.Add("Date of birth", child.date_of_birth());
  if (child.has_age()) facts.Add("Age", "about " + std::to_string(child.age()) + " years");
  return facts.Take();
}

AlertWords WordsOf(const v1::AlertContent& content, const console::LocalTime& london) {
  const v1::Child& child = content.child();
  const v1::Collection& collection = child.collection();
  return {.changed = ChangedOf(content),
          .handling = HandlingOf(content),
          .may_collect = Texts(collection.may_collect()),
          .must_not_collect = Texts(collection.may_not_collect()),
          .orders_in_force = Texts(collection.orders_in_force()),
          .child = ChildOf(child),
          .spoken_to = std::string(SpokenToText(child.voice().spoken_to())),
          .said = child.voice().what_was_said(),
          .voice = VoiceOf(child.voice()),
          .happened = HappenedOf(content, london),
          .account = child.account(),
          .support = SupportOf(child),
          .contact = ContactOf(content)};
}

std::string_view ActText(v1::ReceiptKind kind) {
  switch (kind) {
    case v1::RECEIPT_KIND_RECEIVED:
      return "came to this computer";
    case v1::RECEIPT_KIND_SHOWN:
      return "shown";
    case v1::RECEIPT_KIND_OPENED:
      return "read";
    case v1::RECEIPT_KIND_ACKNOWLEDGED:
      return "“I have this”";
    case v1::RECEIPT_KIND_OURS:
      return "said to be our pupil";
    case v1::RECEIPT_KIND_REFUSED:
      return "said not to be our pupil";
    case v1::RECEIPT_KIND_SEEN:
      return "the child has come";
    case v1::RECEIPT_KIND_SEEN_LATE:
      return "the child came late";
    case v1::RECEIPT_KIND_ABSENT:
      return "the child has not come";
    case v1::RECEIPT_KIND_OFFERED:
      return "a colleague was asked to take it";
    case v1::RECEIPT_KIND_REPLIED:
      return "something was told to the police";
    case v1::RECEIPT_KIND_ERASED:
      return "destroyed here";
    default:
      return "signed";
  }
}

}  // namespace firstbell::school
