#include "broker/model/nobody_left.h"

#include <gtest/gtest.h>

namespace firstbell::model {
namespace {

Recipient Person(std::string name) {
  Recipient person;
  person.id = base::RecipientId(name);
  person.role = v1::RECIPIENT_ROLE_LEAD;
  person.display_name = std::move(name);
  return person;
}

Recipient Device() {
  Recipient device = Person("office");
  device.role = v1::RECIPIENT_ROLE_DEVICE;
  return device;
}

// An alert with Edmund Quillfeather in it.
Alert Excluding() {
  Alert alert;
  alert.id = base::AlertId("a-1");
  google::protobuf::RepeatedPtrField<v1::Party> parties;
  v1::PersonName& name = *parties.Add()->mutable_name();
  name.set_given_names("Edmund");
  name.set_family_name("Quillfeather");
  alert.excluded = KeysOf(alert.id, parties);
  return alert;
}

TEST(NobodyLeft, WhereEverybodyInForceMayBeOneOfTheAdults) {
  const Alert alert = Excluding();
  const Recipient edmund = Person("Edmund Quillfeather");
  Recipient left = Person("Sam Other");
  left.revoked_at = absl::UnixEpoch();
  EXPECT_TRUE(NobodyLeft(alert, {{edmund}}));
  EXPECT_TRUE(NobodyLeft(alert, {{edmund, Device(), left, Person("E. Quillfeather")}}));
  EXPECT_FALSE(NobodyLeft(alert, {{edmund, Person("Sam Other")}}));
  EXPECT_TRUE(SomebodyLeft(alert, {{edmund, Person("Sam Other")}}));
  EXPECT_FALSE(NobodyLeft({}, {{edmund}})) << "the alert names no adult";
}

TEST(NobodyLeft, IsNotWhereNobodyIsEnrolled) {
  EXPECT_FALSE(NobodyLeft(Excluding(), {}));
  EXPECT_FALSE(NobodyLeft(Excluding(), {{Device()}}));
  EXPECT_FALSE(SomebodyLeft(Excluding(), {{Device()}}));
}

TEST(NobodyLeft, WhoIsAskedForFollowsThePolicyAndWhatThereIs) {
  School school;
  school.urn = base::Urn(100001);
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_UNSPECIFIED, school), v1::NOBODY_LEFT_HEAD);
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_HEAD, school), v1::NOBODY_LEFT_HEAD);
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_AUTHORITY, school), v1::NOBODY_LEFT_AUTHORITY);
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_TRUST, school), v1::NOBODY_LEFT_AUTHORITY)
      << "no trust runs it";
  school.trust_code = "5143";
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_TRUST, school), v1::NOBODY_LEFT_TRUST);
  school.urn = UrnOfAuthority(383);
  EXPECT_EQ(WhomToAskFor(v1::NOBODY_LEFT_AUTHORITY, school), v1::NOBODY_LEFT_HEAD)
      << "it is the authority";
}

TEST(NobodyLeft, ASchoolsAuthorityIsByItsCode) {
  School school;
  EXPECT_EQ(AuthorityOf(school), std::nullopt);
  for (const std::string wrong : {"0", "000", "1000", "38x", "-1", " 383"}) {
    school.local_authority_code = wrong;
    EXPECT_EQ(AuthorityOf(school), std::nullopt) << wrong;
  }
  school.local_authority_code = "383";
  EXPECT_EQ(AuthorityOf(school), base::Urn(900383));
}

}  // namespace
}  // namespace firstbell::model
