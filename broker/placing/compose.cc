#include "broker/placing/compose.h"

#include <algorithm>
#include <map>
#include <set>

#include "google/protobuf/util/message_differencer.h"

namespace firstbell::placing {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

bool Empty(const v1::Address& address) {
  return address.postcode().empty() && address.lines().empty();
}

bool AddressDiffers(const v1::Child& child) {
  return !Empty(child.current_address()) &&
         !MessageDifferencer::Equals(child.current_address(), child.home_address());
}

// As two hands would write the same: letters and digits alone, lower case.
std::string Plain(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (capital || kept) plain.push_back(capital ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return plain;
}

// Whether these may be one place: the same postcode, or where one has none, a line in common. Errs
// towards yes.
bool MayBeOnePlace(const v1::Address& a, const v1::Address& b) {
  if (!a.postcode().empty() && !b.postcode().empty()) {
    return Plain(a.postcode()) == Plain(b.postcode());
  }
  return std::any_of(a.lines().begin(), a.lines().end(), [&](const std::string& line) {
    return std::any_of(b.lines().begin(), b.lines().end(),
                       [&](const std::string& other) { return Plain(line) == Plain(other); });
  });
}

const v1::Child* FindChild(const v1::Incident& incident, const base::ChildRef& ref) {
  for (const v1::Child& child : incident.children()) {
    if (child.child_ref() == ref.value()) return &child;
  }
  return nullptr;
}

bool RelatedTo(const v1::Child& child, const v1::Party& party) {
  return child.relationships().empty() ||
         std::any_of(child.relationships().begin(), child.relationships().end(),
                     [&](const v1::Relationship& r) { return r.party_ref() == party.party_ref(); });
}

// Who was involved, under references counted within this alert: the force's own are counted over
// the whole incident, and a gap or a text in them would tell of parties to another child.
void CopyParties(const v1::Incident& incident, const v1::Child& child, v1::AlertContent& content) {
  std::map<std::string, std::string> renamed;
  for (const v1::Party& party : incident.parties()) {
    if (!RelatedTo(child, party)) continue;
    const std::string ref = "P" + std::to_string(renamed.size() + 1);
    renamed[party.party_ref()] = ref;
    v1::Party& copy = *content.add_parties();
    copy = party;
    copy.set_party_ref(ref);
  }
  for (v1::Relationship& relationship : *content.mutable_child()->mutable_relationships()) {
    relationship.set_party_ref(renamed[relationship.party_ref()]);
  }
}

// What the school needs of its pupil. Not child_ref: "C2" says that there is a C1. Not how the
// child was placed: the schools that the officer was told may be a brother's, the setting and the
// protection are the broker's to judge. Not where the child is, if not at home.
void CopyChild(const v1::Child& child, v1::AlertContent& content) {
  v1::Child& copy = *content.mutable_child();
  copy = child;
  copy.clear_child_ref();
  copy.clear_schools_heard();
  copy.clear_setting();
  copy.clear_is_protected();
  copy.clear_looked_after();
  copy.clear_current_address();
  content.set_address_differs(AddressDiffers(child));
}

void CopyIncident(const v1::Incident& incident, v1::AlertContent& content) {
  if (incident.has_occurred_at()) *content.mutable_occurred_at() = incident.occurred_at();
  if (incident.has_attended_at()) *content.mutable_attended_at() = incident.attended_at();
  content.set_nature(incident.nature());
  content.set_severity(incident.severity());
  if (incident.has_risk()) *content.mutable_risk() = incident.risk();
  content.set_urgent(incident.urgent());
  if (incident.has_contact()) *content.mutable_contact() = incident.contact();
}

void CopyIdentity(const v1::Child& child, v1::AlertContent& content) {
  v1::Child& copy = *content.mutable_child();
  *copy.mutable_name() = child.name();
  copy.set_date_of_birth(child.date_of_birth());
  if (child.has_age()) copy.set_age(child.age());
}

// That the child may be sensitive today, and what protects it; nothing else.
void LeaveImpactAlone(v1::AlertContent& content) {
  v1::Child child;
  *child.mutable_name() = content.child().name();
  child.set_date_of_birth(content.child().date_of_birth());
  if (content.child().has_age()) child.set_age(content.child().age());
  if (content.child().has_handling()) *child.mutable_handling() = content.child().handling();
  if (content.child().has_collection()) *child.mutable_collection() = content.child().collection();
  *content.mutable_child() = std::move(child);
  content.clear_occurred_at();
  content.clear_attended_at();
  content.clear_place();
  content.clear_nature();
  content.clear_severity();
  content.clear_risk();
  content.clear_parties();
}

void Withhold(const v1::Policy& policy, v1::AlertContent& content) {
  if (policy.disclosure().impact_only()) return LeaveImpactAlone(content);
  v1::Child& child = *content.mutable_child();
  for (const int part : policy.disclosure().withheld()) {
    switch (part) {
      case v1::DISCLOSURE_PART_PARTIES:
        content.clear_parties();
        child.clear_relationships();
        break;
      case v1::DISCLOSURE_PART_PLACE:
        content.clear_place();
        child.clear_where_in_home();
        break;
      case v1::DISCLOSURE_PART_ACCOUNT:
        child.clear_account();
        break;
      case v1::DISCLOSURE_PART_VOICE:
        child.clear_voice();
        break;
      case v1::DISCLOSURE_PART_NATURE:
        content.clear_nature();
        content.clear_severity();
        break;
      case v1::DISCLOSURE_PART_TIME:
        content.clear_occurred_at();
        content.clear_attended_at();
        break;
      case v1::DISCLOSURE_PART_RISK:
        content.clear_risk();
        break;
      case v1::DISCLOSURE_PART_SUPPORT:
        child.clear_support();
        break;
      case v1::DISCLOSURE_PART_NEEDS:
        child.clear_needs();
        break;
      case v1::DISCLOSURE_PART_HOME_ADDRESS:
        child.clear_home_address();
        break;
      case v1::DISCLOSURE_PART_PRESENCE:
        child.clear_presence();
        break;
      default:  // of a newer program: it knew what it withheld, this one does not
        return LeaveImpactAlone(content);
    }
  }
}

// Gathers the field at the head of each difference; of the child, the one below.
class Gatherer final : public MessageDifferencer::Reporter {
 public:
  using Path = std::vector<MessageDifferencer::SpecificField>;
  using google::protobuf::util::MessageDifferencer::Reporter::Reporter;
  void ReportAdded(const Message&, const Message&, const Path& path) override { Take(path); }
  void ReportDeleted(const Message&, const Message&, const Path& path) override { Take(path); }
  void ReportModified(const Message&, const Message&, const Path& path) override { Take(path); }
  std::set<std::string> fields;

 private:
  void Take(const Path& path) {
    std::string name = path.front().field->name();
    const bool of_child = name == "child";
    if (of_child && path.size() == 1) return;  // its fields are reported, too
    if (of_child) name += "." + path[1].field->name();
    fields.insert(std::move(name));
  }
};

}  // namespace

std::vector<std::string> ChangedFields(const v1::AlertContent& before,
                                       const v1::AlertContent& after) {
  v1::AlertContent then = before, now = after;
  for (v1::AlertContent* content : {&then, &now}) {
    content->clear_revision();
    content->clear_changed();
  }
  Gatherer gatherer;
  MessageDifferencer differencer;
  differencer.ReportDifferencesTo(&gatherer);
  (void)differencer.Compare(then, now);
  return {gatherer.fields.begin(), gatherer.fields.end()};
}

base::Result<v1::AlertContent> Compose(const model::Incident& incident, const model::Alert& alert,
                                       const v1::Policy& policy) {
  const v1::Incident& wire = incident.wire();
  const v1::Child* child = FindChild(wire, alert.child_ref);
  if (child == nullptr) return base::DataLoss("the vaulted incident has no such child");
  v1::AlertContent content;
  content.set_alert_id(alert.id.value());
  content.set_urn(alert.urn.value());
  content.set_revision(alert.revision);
  content.set_force(alert.force.value());
  content.set_reference(model::OwnReference(alert.id));
  if (model::PartOf(alert) == v1::PART_IDENTITY) {
    CopyIdentity(*child, content);
    return content;
  }
  CopyIncident(wire, content);
  CopyChild(*child, content);
  CopyParties(wire, *child, content);
  const bool may_be_refuge =
      content.address_differs() && MayBeOnePlace(wire.place(), child->current_address());
  if (wire.has_place() && !may_be_refuge) *content.mutable_place() = wire.place();
  Withhold(policy, content);
  return content;
}

}  // namespace firstbell::placing
