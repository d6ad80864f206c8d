#include "broker/sealing/identity_probe.h"

#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/crypto/scrypt.h"

namespace firstbell::sealing {
namespace {

const model::Date kBorn(2018, 9, 2);

std::string Text(std::string_view family, std::string_view given, model::Date born = kBorn) {
  const auto text = IdentityTextOf(family, given, born);
  return text ? text->Reveal() : "";
}

// The vector of proto/FORMATS.md.
TEST(IdentityProbe, IsAsTheFormatSays) {
  EXPECT_EQ(base::HexEncode(Text("O'Brien", "Zo\xc3\xab Anne")),
            "666972737462656c6c2f6964656e746974792f7631006f627269656e007a6fc3ab00323031382d30392d"
            "3032");
  v1::IdentityProbe probe;
  for (char byte = 0; byte < 16; ++byte) probe.mutable_salt()->push_back(byte);
  probe.set_key(crypto::Scrypt(Text("O'Brien", "Zo\xc3\xab Anne"), probe.salt()));
  EXPECT_EQ(base::HexEncode(probe.key()),
            "0348ec636236ce30751002cd49c3c88620a480993a652d6b982d207bea5179e8");
  EXPECT_TRUE(WellFormed(probe));
  EXPECT_TRUE(IsOf(probe, *IdentityTextOf("OBRIEN", "zo\xc3\xab", kBorn)));
}

TEST(IdentityProbe, ToldApartAreFamilyNameFirstGivenNameAndBirthDate) {
  const std::string text = Text("O'Brien", "Robin Jay");
  EXPECT_EQ(Text(" o brien", "ROBIN"), text) << "as two hands write one name";
  EXPECT_EQ(Text("OBrien", "Robin Sam"), text) << "by the first given name";
  EXPECT_NE(Text("Bryan", "Robin"), text);
  EXPECT_NE(Text("O'Brien", "Jay Robin"), text);
  EXPECT_NE(Text("O'Brien", "Robin", kBorn + 1), text);
  EXPECT_NE(Text("OBrienR", "obin"), text) << "where one ends and the other begins";
}

TEST(IdentityProbe, NothingWhereAPartIsNotKnown) {
  EXPECT_EQ(Text("-", "Robin"), "");
  EXPECT_EQ(Text("Example", "?"), "");
  v1::Child child;
  child.mutable_name()->set_family_name("Example");
  child.mutable_name()->set_given_names("Robin");
  child.set_age(8);
  EXPECT_FALSE(IdentityTextOf(child).has_value()) << "an age is no date of birth";
  child.set_date_of_birth("2018-09-02");
  EXPECT_EQ(IdentityTextOf(child)->Reveal(), Text("Example", "Robin"));
}

TEST(IdentityProbe, EachHasASaltOfItsOwn) {
  const IdentityText robin = *IdentityTextOf("Example", "Robin", kBorn);
  const v1::IdentityProbe one = ProbeOf(robin), other = ProbeOf(robin);
  EXPECT_NE(one.salt(), other.salt());
  EXPECT_NE(one.key(), other.key());
  EXPECT_TRUE(IsOf(one, robin));
  EXPECT_TRUE(IsOf(other, robin));
  EXPECT_FALSE(IsOf(one, *IdentityTextOf("Example", "Robyn", kBorn)));
  EXPECT_FALSE(WellFormed(v1::IdentityProbe()));
}

}  // namespace
}  // namespace firstbell::sealing
