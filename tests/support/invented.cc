#include "tests/support/invented.h"

#include <string>

#include "broker/placing/roll_index.h"

namespace firstbell::support {
namespace {

model::Pupil PupilOf(std::string_view local_id, std::string_view given, std::string_view family,
                     model::Date birth) {
  model::Pupil pupil;
  pupil.local_id = base::LocalId(std::string(local_id));
  pupil.given_names = model::PersonText(std::string(given));
  pupil.family_name = model::PersonText(std::string(family));
  pupil.date_of_birth = base::Redacted<model::Date>(birth);
  pupil.postcode = model::PersonText("LS1 4AP");
  return pupil;
}

v1::Child ChildOf(std::string_view ref, std::string_view given, std::string_view family,
                  std::string_view birth) {
  v1::Child child;
  child.set_child_ref(std::string(ref));
  child.mutable_name()->set_given_names(std::string(given));
  child.mutable_name()->set_family_name(std::string(family));
  child.set_date_of_birth(std::string(birth));
  child.mutable_home_address()->add_lines("1 Larch Row");
  child.mutable_home_address()->set_postcode("LS1 4AP");
  return child;
}

void AddParty(v1::Incident& incident, std::string_view ref, std::string_view given) {
  v1::Party& party = *incident.add_parties();
  party.set_party_ref(std::string(ref));
  party.mutable_name()->set_given_names(std::string(given));
  party.mutable_name()->set_family_name("Quillfeather");
}

void Relate(v1::Child& child, std::string_view ref, std::string_view how) {
  v1::Relationship& relationship = *child.add_relationships();
  relationship.set_party_ref(std::string(ref));
  relationship.set_relationship_to_child(std::string(how));
}

}  // namespace

model::School SchoolOf(base::Urn urn) {
  model::School school;
  school.urn = urn;
  school.name = "Larch Row School " + urn.ToString();
  school.nation = urn == kWelsh ? v1::NATION_WALES : v1::NATION_ENGLAND;
  school.local_authority_code = "999";
  school.town = "Examplebury";
  return school;
}

model::Pupil ZoeAtPrimary() {
  return PupilOf("p-1", "Zoë-Anne", "O’Brien", model::Date(2014, 5, 9));
}

model::Pupil FinnAtHigh() {
  return PupilOf("h-1", "Finn", "O'Brien", model::Date(2010, 2, 3));
}

store::RollEntry EntryOf(const model::Pupil& pupil) {
  return placing::EntryOf(pupil);
}

base::Status Seed(store::Store& store) {
  const model::School schools[] = {SchoolOf(kPrimary), SchoolOf(kHigh), SchoolOf(kWelsh)};
  FB_RETURN_IF_ERROR(store.ImportSchools(schools, {}).status());
  const store::RollEntry zoe[] = {EntryOf(ZoeAtPrimary())};
  const store::RollEntry finn[] = {EntryOf(FinnAtHigh())};
  FB_RETURN_IF_ERROR(
      store.ImportRoll(kPrimary, zoe, store::RollMode::kReplace, kNight, {}).status());
  return store.ImportRoll(kHigh, finn, store::RollMode::kReplace, kNight, {}).status();
}

v1::Child ZoeReported() {
  v1::Child child = ChildOf("C1", "ZOE ANNE", "Obrien", "2014-05-09");
  child.set_account("She came to the stairs.");
  Relate(child, "P1", "mother");
  Relate(child, "P2", "mother's partner");
  return child;
}

v1::Child FinnReported() {
  v1::Child child = ChildOf("C2", "finn", "O'Brien", "2010-02-03");
  child.set_account("He telephoned the police.");
  Relate(child, "P1", "mother");
  return child;
}

v1::Incident IncidentOf(std::string_view reference) {
  v1::Incident incident;
  incident.set_reference(std::string(reference));
  incident.mutable_occurred_at()->set_seconds(absl::ToUnixSeconds(kNight) - 3600);
  incident.mutable_place()->add_lines("1 Larch Row");
  incident.mutable_place()->set_postcode("LS1 4AP");
  incident.set_nature("verbal argument");
  AddParty(incident, "P1", "Rosalind");
  AddParty(incident, "P2", "Edmund");
  *incident.add_children() = ZoeReported();
  return incident;
}

}  // namespace firstbell::support
