#include "broker/model/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/crypto/x509.h"

namespace firstbell::model {
namespace {

using testing::HasSubstr;

const Scope kOfForce = base::ForceCode("kent");
const Scope kOfSchool = base::Urn(100001);

std::string Fault(const v1::Policy& policy, const Scope& scope = kOfForce) {
  const auto parsed = ParsePolicy(policy, scope, "policy");
  return parsed.ok() ? "" : std::string(base::Message(parsed.status()));
}

v1::Policy Telling(std::uint32_t code, const std::vector<std::string>& districts) {
  v1::Policy policy;
  v1::AuthorityArea& area = *policy.mutable_told()->add_authorities();
  area.set_code(code);
  for (const std::string& district : districts) area.add_districts(district);
  return policy;
}

TEST(PolicyTest, NamesWhatCannotBe) {
  EXPECT_EQ(Fault({}), "");
  v1::Policy twice;
  twice.mutable_disclosure()->add_withheld(v1::DISCLOSURE_PART_PLACE);
  EXPECT_EQ(Fault(twice), "");
  twice.mutable_disclosure()->add_withheld(v1::DISCLOSURE_PART_PLACE);
  EXPECT_THAT(Fault(twice), HasSubstr("withheld"));
  EXPECT_EQ(Fault(Telling(383, {"LS1", "BD10"})), "");
  for (const std::string district : {"ls1", "LS1 4AP", "", "1LS"}) {
    EXPECT_THAT(Fault(Telling(383, {district})), HasSubstr("districts")) << district;
  }
  EXPECT_THAT(Fault(Telling(0, {})), HasSubstr("code"));
  EXPECT_THAT(Fault(Telling(1000, {})), HasSubstr("code"));
  v1::Policy both = Telling(383, {});
  both.mutable_told()->add_authorities()->set_code(380);
  EXPECT_THAT(Fault(both), HasSubstr("one authority without districts"));
  v1::Policy unknown;
  unknown.mutable_told()->set_settings(static_cast<v1::SettingsRule>(9));
  EXPECT_THAT(Fault(unknown), HasSubstr("policy.told.settings"));
  unknown.Clear();
  unknown.set_nobody_left(static_cast<v1::NobodyLeft>(9));
  EXPECT_THAT(Fault(unknown), HasSubstr("policy.nobody_left"));
  unknown.set_nobody_left(v1::NOBODY_LEFT_TRUST);
  EXPECT_EQ(Fault(unknown), "");
}

TEST(PolicyTest, ASchoolSaysWhenItIsPushedAndNothingElse) {
  v1::Policy policy;
  policy.set_push(v1::PUSH_AT_WINDOW);
  EXPECT_EQ(Fault(policy, kOfSchool), "");
  policy.mutable_disclosure()->set_impact_only(true);
  EXPECT_THAT(Fault(policy, kOfSchool), HasSubstr("nothing else"));
  policy.Clear();
  policy.set_nobody_left(v1::NOBODY_LEFT_TRUST);
  EXPECT_THAT(Fault(policy, kOfSchool), HasSubstr("nothing else"));
  v1::Policy of_force = Telling(383, {}), of_school;
  of_force.set_push(v1::PUSH_AT_WINDOW);
  EXPECT_EQ(Combined(of_force, of_school).push(), v1::PUSH_AT_WINDOW);
  of_school.set_push(v1::PUSH_AT_ONCE);
  EXPECT_EQ(Combined(of_force, of_school).push(), v1::PUSH_AT_ONCE);
  EXPECT_EQ(Combined(of_force, of_school).told().authorities_size(), 1);
}

std::string DeskCertificate() {
  const absl::Time now = absl::FromUnixSeconds(1772503800);
  return crypto::MakeSelfSigned(crypto::PrivateKey::Generate(), "A force",
                                {.common_name = "a desk",
                                 .public_key = {},
                                 .usage = crypto::Usage::kOpening,
                                 .not_before = now,
                                 .not_after = now + absl::Hours(24)})
      .value();
}

TEST(PolicyTest, ADesksCertificateIsOneThatCanBeSealedTo) {
  v1::Policy policy;
  policy.set_desk_certificate(DeskCertificate());
  EXPECT_EQ(Fault(policy), "");
  EXPECT_EQ(Combined(policy, {}).desk_certificate(), policy.desk_certificate());
  EXPECT_THAT(Fault(policy, kOfSchool), HasSubstr("nothing else"));
  policy.set_desk_certificate("no certificate");
  EXPECT_THAT(Fault(policy), HasSubstr("desk_certificate"));
  policy.set_desk_certificate(std::string(limits::kDeskCertificateBytes + 1, 'x'));
  EXPECT_THAT(Fault(policy), HasSubstr("at most"));
}

TEST(PolicyTest, AnAuthorityIsFoundByTheHomesDistrict) {
  v1::Policy policy = Telling(383, {"LS1", "LS2"});
  const v1::WhoIsTold& told = policy.told();
  EXPECT_EQ(AuthorityOf(told, "LS1 4AP"), base::Urn(900383));
  EXPECT_EQ(AuthorityOf(told, "ls24ap"), base::Urn(900383));
  EXPECT_EQ(AuthorityOf(told, "LS11 4AP"), std::nullopt);
  EXPECT_EQ(AuthorityOf(told, ""), std::nullopt);
  policy.mutable_told()->add_authorities()->set_code(380);
  EXPECT_EQ(AuthorityOf(told, "LS11 4AP"), base::Urn(900380));
  EXPECT_EQ(AuthorityOf(told, ""), std::nullopt) << "it may be the other's";
  EXPECT_EQ(AuthorityOf(Telling(383, {}).told(), ""), base::Urn(900383)) << "there is one alone";
  EXPECT_TRUE(IsAuthority(UrnOfAuthority(383)));
  EXPECT_FALSE(IsAuthority(base::Urn(400001)));
}

google::protobuf::RepeatedPtrField<v1::Party> Parties(const std::string& given,
                                                      const std::string& family) {
  google::protobuf::RepeatedPtrField<v1::Party> parties;
  parties.Add()->mutable_name()->set_given_names(given);
  parties[0].mutable_name()->set_family_name(family);
  return parties;
}

TEST(ExcludedTest, WhoMayBeAnAdultInTheIncidentIsOne) {
  const base::AlertId alert("a1"), other("a2");
  const auto keys = KeysOf(alert, Parties("Alexandra Jane", "O'Larch-Smith"));
  for (const std::string name :
       {"Alexandra O'Larch-Smith", "A. OLarch-Smith", "Mrs A O'LARCH-SMITH", "OLarchSmith Alex"}) {
    EXPECT_TRUE(MayBeOneOf(keys, alert, name)) << name;
  }
  for (const std::string name : {"B. Larch", "Alexandra Smithson", "", "O'Larch-Smith"}) {
    EXPECT_FALSE(MayBeOneOf(keys, alert, name)) << name;
  }
  EXPECT_FALSE(MayBeOneOf(keys, other, "Alexandra O'Larch-Smith")) << "of one alert alone";
  EXPECT_FALSE(MayBeOneOf({}, alert, "Alexandra O'Larch-Smith"));
}

TEST(ExcludedTest, FormerAndPreferredNamesCount) {
  auto parties = Parties("Margaret", "Larch");
  parties[0].mutable_name()->set_preferred_given_name("Peggy");
  parties[0].mutable_name()->set_former_family_name("Ash");
  const base::AlertId alert("a1");
  const auto keys = KeysOf(alert, parties);
  for (const std::string name : {"M Larch", "P Larch", "M Ash", "Peggy Ash"}) {
    EXPECT_TRUE(MayBeOneOf(keys, alert, name)) << name;
  }
  EXPECT_TRUE(KeysOf(alert, Parties("", "Larch")).empty()) << "half a name is nobody's";
}

}  // namespace
}  // namespace firstbell::model
