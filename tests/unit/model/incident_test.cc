// Incidents from outside: every field is checked, every fault named, one byte form for what says
// the same. All people are invented.

#include "broker/model/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/model/violations.h"
#include "google/protobuf/util/json_util.h"

namespace firstbell::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// Tuesday 2 February 2027, 02:10 in London.
const absl::Time kNow =
    absl::FromCivil(absl::CivilSecond(2027, 2, 2, 2, 10, 0), absl::UTCTimeZone());

// Has a value in every field.
constexpr const char* kFull = R"json({
  "reference": "EX/2027/000123", "revision": 1, "legalBasis": "LEGAL_BASIS_DAA_2021_S49A",
  "occurredAt": "2027-02-02T00:40:00Z", "attendedAt": "2027-02-02T01:05:00.123456Z",
  "place": {"lines": ["1 Wren Lane", "Exampleton"], "postcode": "LS1 4AP"},
  "nature": "verbal argument", "severity": "SEVERITY_MEDIUM",
  "risk": {"scheme": "DASH", "level": "standard"},
  "parties": [{"partyRef": "p1", "role": "victim", "name": {"givenNames": "Mara",
    "familyName": "Byrne", "preferredGivenName": "Em", "formerFamilyName": "Okafor"}}],
  "urgent": true,
  "contact": {"nameOrRole": "Encompass officer", "telephone": "0113 496 0000",
    "email": "encompass@force.example"},
  "children": [{
    "childRef": "c1", "dateOfBirth": "2014-05-09", "upn": "B801200005001",
    "name": {"givenNames": "Ada", "familyName": "Byrne", "preferredGivenName": "Addy",
      "formerFamilyName": "Okafor"},
    "homeAddress": {"lines": ["1 Wren Lane"], "postcode": "LS1 4AP"},
    "currentAddress": {"lines": ["with an aunt"], "postcode": "LS2 8JT"},
    "schoolsHeard": [{"name": "Wren Lane Primary", "town": "Exampleton", "urn": 123456}],
    "setting": "EDUCATION_SETTING_SCHOOL", "isProtected": true, "presence": "PRESENCE_PRESENT",
    "whereInHome": "on the stairs",
    "voice": {"spokenTo": "SPOKEN_TO_YES", "whatWasSaid": "\"I want to go to school.\"",
      "whatWasShown": "quiet", "whoElseWasThere": "the dog",
      "howTheChildCommunicates": "speaks; draws when upset"},
    "account": "Heard shouting.\nCame down when police arrived.",
    "relationships": [{"partyRef": "p1", "relationshipToChild": "mother"}],
    "collection": {"mayCollect": ["mother"], "mayNotCollect": ["mother's partner"],
      "ordersInForce": ["non-molestation order until 2027-05-01"]},
    "support": {"referralMade": true, "referralTo": "children's services",
      "socialWorker": "not yet", "inPlace": "none"},
    "needs": {"interpreterLanguage": "Welsh", "send": "hearing aid", "culture": "none stated"},
    "lookedAfter": true,
    "handling": {"parentContact": "PARENT_CONTACT_NAMED_ONLY",
      "childAwareness": "CHILD_AWARENESS_MAY_TALK", "further": ["mother alone, by telephone"]}
  }]})json";

v1::Incident FromJson(const char* json) {
  v1::Incident incident;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &incident);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return incident;
}

v1::Incident Full() {
  return FromJson(kFull);
}

v1::Incident Small() {
  return FromJson(R"json({"reference": "EX/2027/000124", "children": [{"childRef": "c1",
    "name": {"givenNames": "Ada", "familyName": "Byrne"}, "dateOfBirth": "2014-05-09"}]})json");
}

std::vector<std::string> Faults(const v1::Incident& wire) {
  std::vector<std::string> fields;
  const auto incident = Incident::Parse(wire, kNow);
  const auto request = BadRequestOf(incident.status());
  for (const auto& violation : request.field_violations()) {
    fields.push_back(violation.field());
  }
  return fields;
}

// Calls `leaf` with every set field of `message` that holds no message, and the field's path.
using Leaf = std::function<void(Message&, const FieldDescriptor&, const std::string& path)>;
void ForEachLeaf(Message& message, const std::string& path, const Leaf& leaf) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    const std::string below = path + "." + field->name();
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      leaf(message, *field, field->is_repeated() ? below + "[0]" : below);
    } else if (!field->is_repeated()) {
      ForEachLeaf(*reflection.MutableMessage(&message, field), below, leaf);
    } else {
      ForEachLeaf(*reflection.MutableRepeatedMessage(&message, field, 0), below + "[0]", leaf);
    }
  }
}

void ExpectEveryTextRefuses(const std::string& value) {
  v1::Incident wire = Full();
  int texts = 0;
  ForEachLeaf(wire, "incident",
              [&](Message& message, const FieldDescriptor& field, const std::string& path) {
                if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
                const auto before = std::unique_ptr<Message>(message.New());
                before->CopyFrom(message);
                if (field.is_repeated()) {
                  message.GetReflection()->SetRepeatedString(&message, &field, 0, value);
                } else {
                  message.GetReflection()->SetString(&message, &field, value);
                }
                EXPECT_THAT(Faults(wire), Contains(path));
                message.CopyFrom(*before);
                ++texts;
              });
  EXPECT_EQ(texts, 46) << "a new text field belongs into kFull";
}

TEST(Incidents, EveryTextFieldRefusesAControlCharacter) {
  ExpectEveryTextRefuses("a\x01");
}

TEST(Incidents, EveryTextFieldHasABound) {
  ExpectEveryTextRefuses(std::string(limits::kAccountBytes + 1, 'a'));
}

// The last byte that is taken, and the first that is not.
TEST(Incidents, ReferencesNamesAndLinesHaveTheirBounds) {
  v1::Incident wire = Small();
  v1::Child& child = *wire.mutable_children(0);
  const auto set = [&](std::size_t more) {
    wire.set_reference(std::string(limits::kReferenceBytes + more, 'R'));
    child.mutable_name()->set_given_names(std::string(limits::kNameBytes + more, 'a'));
    wire.set_nature(std::string(limits::kShortTextBytes + more, 'n'));
    child.set_account(std::string(limits::kAccountBytes + more, 'x'));
  };
  set(0);
  EXPECT_THAT(Faults(wire), IsEmpty());
  set(1);
  EXPECT_THAT(Faults(wire), testing::UnorderedElementsAre("incident.reference", "incident.nature",
                                                          "incident.children[0].name.given_names",
                                                          "incident.children[0].account"));
}

TEST(Incidents, EveryEnumRefusesAnUnknownValue) {
  v1::Incident wire = Full();
  int enums = 0;
  ForEachLeaf(wire, "incident",
              [&](Message& message, const FieldDescriptor& field, const std::string& path) {
                if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return;
                const int before = message.GetReflection()->GetEnumValue(message, &field);
                message.GetReflection()->SetEnumValue(&message, &field, 99);
                EXPECT_THAT(Faults(wire), ElementsAre(path));
                message.GetReflection()->SetEnumValue(&message, &field, before);
                ++enums;
              });
  EXPECT_EQ(enums, 7) << "a new enum belongs into kFull";
}

// kFull is only as good as it is whole.
void ExpectEveryFieldSet(const Message& message) {
  const auto* type = message.GetDescriptor();
  if (type->full_name() == "google.protobuf.Timestamp") return;
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    const bool set = field->is_repeated() ? reflection.FieldSize(message, field) > 0
                                          : reflection.HasField(message, field);
    if (field->full_name() == "firstbell.v1.Child.age") continue;  // instead of a date of birth
    ASSERT_TRUE(set) << field->full_name();
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    ExpectEveryFieldSet(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, 0)
                                             : reflection.GetMessage(message, field));
  }
}

TEST(Incidents, TheFullExampleIsFullAndParsesUnchanged) {
  ExpectEveryFieldSet(Full());
  const auto incident = Incident::Parse(Full(), kNow);
  ASSERT_TRUE(incident.ok()) << incident.status();
  EXPECT_EQ(incident->wire().DebugString(), Full().DebugString());
  EXPECT_EQ(incident->reference().value(), "EX/2027/000123");
  EXPECT_TRUE(incident->urgent());
}

TEST(Incidents, TheChildIsWhatMatchingAsks) {
  const auto incident = Incident::Parse(Full(), kNow);
  ASSERT_TRUE(incident.ok());
  ASSERT_EQ(incident->children().size(), 1u);
  const ChildIdentity& child = incident->children()[0];
  EXPECT_EQ(child.child_ref.value(), "c1");
  EXPECT_EQ(child.given_names.Reveal(), "Ada");
  EXPECT_EQ(child.family_name.Reveal(), "Byrne");
  EXPECT_EQ(child.preferred_given_name.Reveal(), "Addy");
  EXPECT_EQ(child.former_family_name.Reveal(), "Okafor");
  EXPECT_EQ(child.date_of_birth->Reveal(), Date(2014, 5, 9));
  ASSERT_TRUE(child.upn.has_value());
  EXPECT_EQ(child.upn->Reveal().value(), "B801200005001");
  EXPECT_EQ(child.postcode.Reveal(), "LS1 4AP") << "of home, not of where the child is now";
  EXPECT_EQ(child.setting, v1::EDUCATION_SETTING_SCHOOL);
  EXPECT_TRUE(child.is_protected);
}

TEST(Incidents, AllThatIsMissingIsNamedAtOnce) {
  EXPECT_THAT(Faults({}), ElementsAre("incident.reference", "incident.children"));
  v1::Incident wire;
  wire.add_children();
  EXPECT_THAT(Faults(wire), ElementsAre("incident.reference", "incident.children[0].child_ref",
                                        "incident.children[0].name.given_names",
                                        "incident.children[0].name.family_name",
                                        "incident.children[0].date_of_birth"));
}

TEST(Incidents, ADateOfBirthExistsAndLiesInThePast) {
  v1::Incident wire = Small();
  *wire.add_children() = wire.children(0);
  wire.mutable_children(1)->set_child_ref("c2");
  for (const auto* date : {"1899-12-31", "2015-02-29", "09/05/2014", "2027-02-03", ""}) {
    wire.mutable_children(1)->set_date_of_birth(date);
    EXPECT_THAT(Faults(wire), ElementsAre("incident.children[1].date_of_birth")) << date;
  }
  wire.mutable_children(1)->set_date_of_birth("2027-02-02");
  EXPECT_THAT(Faults(wire), IsEmpty()) << "born today";
}

TEST(Incidents, WhereNobodyKnowsTheDateOfBirthTheAgeIsEnough) {
  v1::Incident wire = Small();
  v1::Child& child = *wire.mutable_children(0);
  child.set_age(9);
  EXPECT_THAT(Faults(wire), ElementsAre("incident.children[0].age")) << "one of both";
  child.clear_date_of_birth();
  for (const int age : {0, 9, limits::kOldestAge}) {
    child.set_age(static_cast<std::uint32_t>(age));
    const auto incident = Incident::Parse(wire, kNow);
    ASSERT_TRUE(incident.ok()) << age;
    EXPECT_EQ(incident->children()[0].age, age);
    EXPECT_FALSE(incident->children()[0].date_of_birth.has_value());
    const auto read = Incident::FromCanonical(incident->Canonical());
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->children()[0].age, age) << "out of the vault too, 0 among them";
  }
  child.set_age(limits::kOldestAge + 1);
  EXPECT_THAT(Faults(wire), ElementsAre("incident.children[0].age"));
}

TEST(Incidents, ATimeLiesAtMostTenMinutesAhead) {
  v1::Incident wire = Small();
  *wire.mutable_occurred_at() = ToWire(kNow + absl::Minutes(10));
  *wire.mutable_attended_at() = ToWire(kNow + absl::Minutes(10));
  EXPECT_THAT(Faults(wire), IsEmpty());
  *wire.mutable_occurred_at() = ToWire(kNow + absl::Minutes(10) + absl::Microseconds(1));
  wire.mutable_attended_at()->set_nanos(1'000'000'000);
  EXPECT_THAT(Faults(wire), ElementsAre("incident.occurred_at", "incident.attended_at"));
}

TEST(Incidents, ReferencesWithinAreUniqueAndFound) {
  v1::Incident wire = Full();
  *wire.add_children() = wire.children(0);
  *wire.add_parties() = wire.parties(0);
  wire.mutable_children(0)->mutable_relationships(0)->set_party_ref("p9");
  wire.mutable_children(1)->set_child_ref(" c1 ");  // the same once trimmed
  EXPECT_THAT(Faults(wire), ElementsAre("incident.parties[1].party_ref",
                                        "incident.children[0].relationships[0].party_ref",
                                        "incident.children[1].child_ref"));
}

TEST(Incidents, AUrnHeardIsOneOrIsLeftOut) {
  v1::Incident wire = Full();
  wire.mutable_children(0)->mutable_schools_heard(0)->set_urn(0);
  EXPECT_THAT(Faults(wire), IsEmpty());
  wire.mutable_children(0)->mutable_schools_heard(0)->set_urn(42);
  EXPECT_THAT(Faults(wire), ElementsAre("incident.children[0].schools_heard[0].urn"));
}

TEST(Incidents, AMisheardUpnIsKeptAsTextAndMatchesNothing) {
  v1::Incident wire = Small();
  wire.mutable_children(0)->set_upn("B80l200005001");
  const auto incident = Incident::Parse(wire, kNow);
  ASSERT_TRUE(incident.ok());
  EXPECT_FALSE(incident->children()[0].upn.has_value());
  EXPECT_EQ(incident->wire().children(0).upn(), "B80l200005001");
}

TEST(Incidents, SilenceIsReadAsWhatProtects) {
  const auto incident = Incident::Parse(Small(), kNow);
  ASSERT_TRUE(incident.ok());
  EXPECT_EQ(incident->revision(), 1u);
  EXPECT_EQ(incident->legal_basis(), v1::LEGAL_BASIS_DAA_2021_S49A);
  const auto& handling = incident->wire().children(0).handling();
  EXPECT_EQ(handling.parent_contact(), v1::PARENT_CONTACT_NONE);
  EXPECT_EQ(handling.child_awareness(), v1::CHILD_AWARENESS_HIDDEN);
}

TEST(Incidents, ALaterRevisionIsRead) {
  v1::Incident wire = Small();
  wire.set_revision(7);
  EXPECT_EQ(Incident::Parse(wire, kNow)->revision(), 7u);
}

TEST(Incidents, ListsAreBounded) {
  v1::Incident wire = Small();
  while (wire.children_size() <= int{limits::kChildrenPerIncident}) {
    *wire.add_children() = wire.children(0);
  }
  EXPECT_THAT(Faults(wire), ElementsAre("incident.children")) << "and none of them read";
  wire = Full();
  while (wire.parties_size() <= int{limits::kPartiesPerIncident}) wire.add_parties();
  EXPECT_THAT(Faults(wire), Contains("incident.parties"));
  wire = Full();
  auto& further = *wire.mutable_children(0)->mutable_handling()->mutable_further();
  while (further.size() <= int{limits::kListItems}) further.Add("x");
  EXPECT_THAT(Faults(wire), ElementsAre("incident.children[0].handling.further"));
}

TEST(Incidents, AreBoundedAsAWhole) {
  v1::Incident wire = Small();
  wire.mutable_children(0)->set_account(std::string(limits::kIncidentBytes, 'a'));
  EXPECT_THAT(Faults(wire), ElementsAre("incident"));
}

std::string DigestOf(const v1::Incident& wire) {
  const auto incident = Incident::Parse(wire, kNow);
  EXPECT_TRUE(incident.ok()) << incident.status();
  return incident.ok() ? base::HexEncode(incident->Digest()) : "";
}

TEST(Canonical, TheSameSaidOtherwiseIsTheSame) {
  const std::string digest = DigestOf(Small());
  v1::Incident wire = Small();
  wire.set_reference("  EX/2027/000124 ");
  wire.set_revision(1);
  wire.set_legal_basis(v1::LEGAL_BASIS_DAA_2021_S49A);
  wire.mutable_place()->add_lines(" ");
  wire.mutable_risk();
  v1::Child& child = *wire.mutable_children(0);
  child.mutable_voice();
  child.mutable_handling()->set_parent_contact(v1::PARENT_CONTACT_NONE);
  child.mutable_collection()->add_may_collect("");
  wire.GetReflection()->MutableUnknownFields(&wire)->AddVarint(999, 1);
  child.GetReflection()->MutableUnknownFields(&child)->AddVarint(999, 1);
  EXPECT_EQ(DigestOf(wire), digest);
}

TEST(Canonical, TimesAreTheSameToTheMicrosecond) {
  v1::Incident a = Full();
  v1::Incident b = Full();
  b.mutable_attended_at()->set_nanos(a.attended_at().nanos() + 999);
  EXPECT_EQ(DigestOf(a), DigestOf(b));
  b.mutable_attended_at()->set_nanos(a.attended_at().nanos() + 1000);
  EXPECT_NE(DigestOf(a), DigestOf(b));
}

TEST(Canonical, EveryTextCounts) {
  v1::Incident wire = Full();
  const std::string digest = DigestOf(wire);
  ForEachLeaf(wire, "incident",
              [&](Message& message, const FieldDescriptor& field, const std::string& path) {
                if (field.is_repeated() || field.cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
                    field.name() == "party_ref" || field.name() == "date_of_birth") {
                  return;
                }
                const auto before = message.GetReflection()->GetString(message, &field);
                message.GetReflection()->SetString(&message, &field, before + "x");
                EXPECT_NE(DigestOf(wire), digest) << path;
                message.GetReflection()->SetString(&message, &field, before);
              });
}

// Stored digests were made of these bytes: a library that serializes otherwise must not go unseen.
TEST(Canonical, TheGoldenDigestStands) {
  EXPECT_EQ(DigestOf(Full()), "55d1dd7b64df07f33b18177c39fa7838562ecdb69333737f864eb917e0659da9");
}

TEST(Canonical, ReadsBackEqual) {
  const auto incident = Incident::Parse(Full(), kNow);
  ASSERT_TRUE(incident.ok());
  const auto again = Incident::FromCanonical(incident->Canonical());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->Canonical(), incident->Canonical());
  EXPECT_EQ(again->reference(), incident->reference());
  ASSERT_EQ(again->children().size(), 1u);
  EXPECT_EQ(again->children()[0].upn, incident->children()[0].upn);
}

TEST(Canonical, OtherBytesAreDataLoss) {
  const std::string bytes = Incident::Parse(Full(), kNow)->Canonical();
  const std::string broken[] = {"", "not an incident", bytes.substr(0, bytes.size() / 2),
                                v1::Incident().SerializeAsString()};
  for (const std::string& other : broken) {
    EXPECT_EQ(Incident::FromCanonical(other).status().code(), base::Code::kDataLoss);
  }
}

}  // namespace
}  // namespace firstbell::model
