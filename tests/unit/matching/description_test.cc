#include "broker/matching/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::matching {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

model::PersonText Text(const char* text) {
  return model::PersonText(text);
}

model::Pupil Pupil() {
  model::Pupil pupil;
  pupil.given_names = Text("Zoë-Anne Marie");
  pupil.family_name = Text("O'Brien-de la Cruz");
  pupil.preferred_given_name = Text("Zo");
  pupil.former_family_name = Text("McDonald");
  pupil.date_of_birth = base::Redacted(model::Date(2014, 5, 9));
  pupil.address = Text("Flat 12, 3b Mill Lane");
  pupil.postcode = Text("ls1 4ap");
  pupil.upn = base::Redacted(*model::ParseUpn("A123456789012"));
  return pupil;
}

TEST(Describe, APupilIsTakenApart) {
  const Description pupil = Describe(Pupil());
  EXPECT_THAT(pupil.given, ElementsAre("zoe", "anne", "marie"));
  EXPECT_THAT(pupil.preferred, ElementsAre("zo"));
  EXPECT_EQ(pupil.family.whole, "obriencruz");
  EXPECT_EQ(pupil.former.whole, "mcdonald");
  EXPECT_EQ(pupil.born, model::Date(2014, 5, 9));
  EXPECT_EQ(pupil.postcode, (Postcode{"LS1", "4AP"}));
  EXPECT_THAT(pupil.address, ElementsAre("12", "3", "b", "flat", "lane", "mill"));
  EXPECT_EQ(pupil.upn->value(), "A123456789012");
}

TEST(Describe, AChildIsDescribedByTheSameRules) {
  model::ChildIdentity child;
  child.given_names = Text("ZOE ANNE");
  child.family_name = Text("obrien");
  child.date_of_birth = base::Redacted(model::Date(2014, 5, 9));
  const Description described = Describe(child);
  EXPECT_THAT(described.given, ElementsAre("zoe", "anne"));
  EXPECT_EQ(described.family.whole, "obrien");
  EXPECT_FALSE(described.postcode || described.upn || described.age);
  EXPECT_THAT(described.address, IsEmpty());
}

TEST(Describe, ATemporaryUpnIsNone) {
  model::Pupil pupil = Pupil();
  pupil.upn = base::Redacted(*model::ParseUpn("H87020192486P"));
  ASSERT_TRUE(pupil.upn->Reveal().temporary());
  EXPECT_FALSE(Describe(pupil).upn);
}

TEST(Describe, OneNameInOnePlaceIsBothNames) {
  model::ChildIdentity child;
  child.given_names = Text("Maria Garcia");
  EXPECT_THAT(Describe(child).given, ElementsAre("maria"));
  EXPECT_EQ(Describe(child).family.whole, "garcia");
  child.given_names = Text("Maria");
  EXPECT_THAT(Describe(child).given, ElementsAre("maria"));
  EXPECT_EQ(Describe(child).family.whole, "");
}

TEST(Describe, APlaceholderIsNoName) {
  model::ChildIdentity child;
  child.given_names = Text("Baby");
  child.family_name = Text("Unknown");
  EXPECT_THAT(Describe(child).given, IsEmpty());
  EXPECT_EQ(Describe(child).family.whole, "");
}

}  // namespace
}  // namespace firstbell::matching
