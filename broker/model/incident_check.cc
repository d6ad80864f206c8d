#include "broker/model/incident_check.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "broker/base/ids.h"
#include "broker/base/limits.h"
#include "broker/model/text.h"

namespace firstbell::model {
namespace {

// Clocks of a force and ours may differ by this much.
constexpr absl::Duration kClockTolerance = absl::Minutes(10);

std::string Item(std::string_view path, int index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

// Checks the fields of one message: `path` is its place, each check names a field below it.
class Checker {
 public:
  Checker(std::string path, Violations& violations)
      : path_(std::move(path)), violations_(violations) {}

  void Add(std::string_view field, std::string_view description) const {
    violations_.Add(Join(path_, field), description);
  }
  Checker Below(std::string_view field) const { return {Join(path_, field), violations_}; }
  Checker Below(std::string_view field, int index) const {
    return {Item(Join(path_, field), index), violations_};
  }

  void Reference(std::string* text, std::string_view field) const {
    CheckText(*text, Join(path_, field), limits::kReferenceBytes, Presence::kRequired, Lines::kOne,
              violations_);
  }
  void Name(std::string* text, std::string_view field,
            Presence presence = Presence::kOptional) const {
    CheckText(*text, Join(path_, field), limits::kNameBytes, presence, Lines::kOne, violations_);
  }
  void Line(std::string* text, std::string_view field) const {
    CheckText(*text, Join(path_, field), limits::kShortTextBytes, Presence::kOptional, Lines::kOne,
              violations_);
  }
  void Account(std::string* text, std::string_view field) const {
    CheckText(*text, Join(path_, field), limits::kAccountBytes, Presence::kOptional, Lines::kMany,
              violations_);
  }
  // Blank items say nothing and go.
  void List(google::protobuf::RepeatedPtrField<std::string>* texts, std::string_view field) const {
    if (!Fits(texts->size(), limits::kListItems, field)) return;
    for (int i = 0; i < texts->size(); ++i) {
      CheckText(*texts->Mutable(i), Item(Join(path_, field), i), limits::kShortTextBytes,
                Presence::kOptional, Lines::kMany, violations_);
    }
    texts->erase(std::remove(texts->begin(), texts->end(), ""), texts->end());
  }
  // Whether so many may be read.
  bool Fits(int size, std::size_t limit, std::string_view field) const {
    if (static_cast<std::size_t>(size) <= limit) return true;
    Add(field, "has more than " + std::to_string(limit) + " items");
    return false;
  }
  void Enum(bool known, std::string_view field) const {
    if (!known) Add(field, "is not a value known here");
  }
  // Cuts to microseconds, as instants are kept.
  void PastTime(google::protobuf::Timestamp* time, std::string_view field, absl::Time now) const {
    if (!ValidTimestamp(*time)) return Add(field, "is not a time between the years 1 and 9999");
    *time = ToWire(FromWire(*time));
    if (FromWire(*time) > now + kClockTolerance) Add(field, "lies in the future");
  }

 private:
  std::string path_;
  Violations& violations_;
};

using PartyRefs = std::set<std::string, std::less<>>;

void CheckAddress(v1::Address* address, const Checker& check) {
  check.List(address->mutable_lines(), "lines");
  check.Name(address->mutable_postcode(), "postcode");
}

void CheckName(v1::PersonName* name, Presence presence, const Checker& check) {
  check.Name(name->mutable_given_names(), "given_names", presence);
  check.Name(name->mutable_family_name(), "family_name", presence);
  check.Name(name->mutable_preferred_given_name(), "preferred_given_name");
  check.Name(name->mutable_former_family_name(), "former_family_name");
}

void CheckBirth(const v1::Child& child, absl::Time now, const Checker& check) {
  if (child.age() > std::uint32_t{limits::kOldestAge}) {
    check.Add("age", "is more than " + std::to_string(limits::kOldestAge) + " years");
  }
  const std::string& text = child.date_of_birth();
  if (text.empty()) {
    if (!child.has_age()) {
      check.Add("date_of_birth", "is required, as YYYY-MM-DD; where nobody knows it, give the age");
    }
    return;
  }
  const auto date = ParseDate(text);
  if (!date) return check.Add("date_of_birth", "is not an existing date from 1900, as YYYY-MM-DD");
  // The latest date it can be in Britain at `now`.
  const Date today = absl::ToCivilDay(now + absl::Hours(1), absl::UTCTimeZone());
  if (*date > today) return check.Add("date_of_birth", "lies in the future");
  if (child.has_age()) {
    check.Add("age", "is given beside a date of birth: leave one of them out");
  }
}

void CheckSchoolsHeard(v1::Child& child, const Checker& check) {
  if (!check.Fits(child.schools_heard_size(), limits::kListItems, "schools_heard")) return;
  for (int i = 0; i < child.schools_heard_size(); ++i) {
    const Checker school = check.Below("schools_heard", i);
    v1::SchoolHeard* heard = child.mutable_schools_heard(i);
    school.Line(heard->mutable_name(), "name");
    school.Line(heard->mutable_town(), "town");
    if (heard->urn() != 0 && !base::ParseUrn(std::to_string(heard->urn())).ok()) {
      school.Add("urn", "is not a URN, 100000 to 999999; leave it out where it is not known");
    }
  }
}

void CheckRelationships(v1::Child& child, const PartyRefs& parties, const Checker& check) {
  if (!check.Fits(child.relationships_size(), limits::kPartiesPerIncident, "relationships")) return;
  for (int i = 0; i < child.relationships_size(); ++i) {
    const Checker relationship = check.Below("relationships", i);
    v1::Relationship* wire = child.mutable_relationships(i);
    relationship.Reference(wire->mutable_party_ref(), "party_ref");
    relationship.Line(wire->mutable_relationship_to_child(), "relationship_to_child");
    if (!wire->party_ref().empty() && !parties.contains(wire->party_ref())) {
      relationship.Add("party_ref", "is not the party_ref of one of the incident's parties");
    }
  }
}

void CheckVoice(v1::VoiceOfTheChild* voice, const Checker& check) {
  check.Enum(v1::SpokenTo_IsValid(voice->spoken_to()), "spoken_to");
  check.Account(voice->mutable_what_was_said(), "what_was_said");
  check.Account(voice->mutable_what_was_shown(), "what_was_shown");
  check.Account(voice->mutable_who_else_was_there(), "who_else_was_there");
  check.Account(voice->mutable_how_the_child_communicates(), "how_the_child_communicates");
}

void CheckCollection(v1::Collection* collection, const Checker& check) {
  check.List(collection->mutable_may_collect(), "may_collect");
  check.List(collection->mutable_may_not_collect(), "may_not_collect");
  check.List(collection->mutable_orders_in_force(), "orders_in_force");
}

void CheckSupport(v1::Support* support, const Checker& check) {
  check.Line(support->mutable_referral_to(), "referral_to");
  check.Line(support->mutable_social_worker(), "social_worker");
  check.Account(support->mutable_in_place(), "in_place");
}

void CheckNeeds(v1::Needs* needs, const Checker& check) {
  check.Line(needs->mutable_interpreter_language(), "interpreter_language");
  check.Account(needs->mutable_send(), "send");
  check.Account(needs->mutable_culture(), "culture");
}

void CheckHandling(v1::HandlingInstructions* handling, const Checker& check) {
  check.Enum(v1::ParentContact_IsValid(handling->parent_contact()), "parent_contact");
  check.Enum(v1::ChildAwareness_IsValid(handling->child_awareness()), "child_awareness");
  check.List(handling->mutable_further(), "further");
}

// Who the child is, and where.
void CheckIdentity(v1::Child& child, absl::Time now, const Checker& check) {
  check.Reference(child.mutable_child_ref(), "child_ref");
  CheckName(child.mutable_name(), Presence::kRequired, check.Below("name"));
  CheckBirth(child, now, check);
  // Police mishear: a UPN that is not one is kept as text and agrees with nothing.
  check.Name(child.mutable_upn(), "upn");
  CheckAddress(child.mutable_home_address(), check.Below("home_address"));
  CheckAddress(child.mutable_current_address(), check.Below("current_address"));
  CheckSchoolsHeard(child, check);
  check.Enum(v1::EducationSetting_IsValid(child.setting()), "setting");
}

// What happened to the child, and what a school is to know and do.
void CheckCircumstances(v1::Child& child, const PartyRefs& parties, const Checker& check) {
  check.Enum(v1::Presence_IsValid(child.presence()), "presence");
  check.Line(child.mutable_where_in_home(), "where_in_home");
  CheckVoice(child.mutable_voice(), check.Below("voice"));
  check.Account(child.mutable_account(), "account");
  CheckRelationships(child, parties, check);
  CheckCollection(child.mutable_collection(), check.Below("collection"));
  CheckSupport(child.mutable_support(), check.Below("support"));
  CheckNeeds(child.mutable_needs(), check.Below("needs"));
  CheckHandling(child.mutable_handling(), check.Below("handling"));
}

void CheckChildren(v1::Incident& incident, const PartyRefs& parties, absl::Time now,
                   const Checker& check) {
  if (incident.children().empty()) check.Add("children", "is required: at least one child");
  if (!check.Fits(incident.children_size(), limits::kChildrenPerIncident, "children")) return;
  std::set<std::string> refs;
  for (int i = 0; i < incident.children_size(); ++i) {
    const Checker below = check.Below("children", i);
    v1::Child& child = *incident.mutable_children(i);
    CheckIdentity(child, now, below);
    CheckCircumstances(child, parties, below);
    if (!child.child_ref().empty() && !refs.insert(child.child_ref()).second) {
      below.Add("child_ref", "is the same as another child's; it must be unique in the incident");
    }
  }
}

// The references that children may use.
PartyRefs CheckParties(v1::Incident& incident, const Checker& check) {
  PartyRefs refs;
  if (!check.Fits(incident.parties_size(), limits::kPartiesPerIncident, "parties")) return refs;
  for (int i = 0; i < incident.parties_size(); ++i) {
    const Checker below = check.Below("parties", i);
    v1::Party& party = *incident.mutable_parties(i);
    below.Reference(party.mutable_party_ref(), "party_ref");
    CheckName(party.mutable_name(), Presence::kOptional, below.Below("name"));
    below.Line(party.mutable_role(), "role");
    if (!party.party_ref().empty() && !refs.insert(party.party_ref()).second) {
      below.Add("party_ref", "is the same as another party's; it must be unique in the incident");
    }
  }
  return refs;
}

// What is said once of the whole incident.
void CheckWhole(v1::Incident& incident, absl::Time now, const Checker& check) {
  check.Reference(incident.mutable_reference(), "reference");
  check.Enum(v1::LegalBasis_IsValid(incident.legal_basis()), "legal_basis");
  if (incident.has_occurred_at()) {
    check.PastTime(incident.mutable_occurred_at(), "occurred_at", now);
  }
  if (incident.has_attended_at()) {
    check.PastTime(incident.mutable_attended_at(), "attended_at", now);
  }
  CheckAddress(incident.mutable_place(), check.Below("place"));
  check.Line(incident.mutable_nature(), "nature");
  check.Enum(v1::Severity_IsValid(incident.severity()), "severity");
  check.Name(incident.mutable_risk()->mutable_scheme(), "risk.scheme");
  check.Name(incident.mutable_risk()->mutable_level(), "risk.level");
  check.Name(incident.mutable_contact()->mutable_name_or_role(), "contact.name_or_role");
  check.Name(incident.mutable_contact()->mutable_telephone(), "contact.telephone");
  check.Name(incident.mutable_contact()->mutable_email(), "contact.email");
}

}  // namespace

void CheckIncident(v1::Incident& incident, absl::Time now, Violations& violations) {
  if (incident.ByteSizeLong() > limits::kIncidentBytes) {
    return violations.Add("incident",
                          "is larger than " + std::to_string(limits::kIncidentBytes) + " bytes");
  }
  const Checker check("incident", violations);
  CheckWhole(incident, now, check);
  const PartyRefs parties = CheckParties(incident, check);
  CheckChildren(incident, parties, now, check);
}

}  // namespace firstbell::model
