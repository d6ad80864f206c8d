#include "broker/intake/warnings.h"

#include <gtest/gtest.h>

#include "tests/support/invented.h"

namespace firstbell::intake {
namespace {

using namespace support;

v1::IncidentAnswer WarningsOf(const std::string& of_zoe) {
  v1::Incident wire = IncidentOf("R1");
  wire.mutable_children(0)->set_account(of_zoe);
  *wire.add_children() = FinnReported();
  const auto incident = model::Incident::Parse(wire, kNight);
  v1::IncidentAnswer answer;
  AddWarnings(incident.value(), answer);
  return answer;
}

TEST(WarningsTest, AnotherChildsNameInAnAccountIsNamed) {
  const std::string finn = FinnReported().name().given_names();
  const v1::IncidentAnswer answer = WarningsOf("She hid behind " + finn + ", who cried.");
  ASSERT_EQ(answer.warnings_size(), 1);
  EXPECT_EQ(answer.warnings(0).child_ref(), ZoeReported().child_ref());
  EXPECT_EQ(answer.warnings(0).field(), "account");
  EXPECT_EQ(answer.warnings(0).names(), FinnReported().child_ref());
}

TEST(WarningsTest, HerOwnNameOrAPartOfAWordIsNone) {
  EXPECT_EQ(WarningsOf("Zoë-Anne hid upstairs.").warnings_size(), 0);
  EXPECT_EQ(WarningsOf("They went to Finnland.").warnings_size(), 0);
}

}  // namespace
}  // namespace firstbell::intake
