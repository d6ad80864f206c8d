// What is said of a machine that cannot do its work, and to whom it is of use.

#include "clients/school/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using link::kNight;
using testing::HasSubstr;

MachineFacts Healthy() {
  MachineFacts facts;
  facts.urn = link::kSchool;
  facts.broker = "broker.example:7444";
  facts.reach = Reach::kReached;
  facts.link = LinkStanding{LinkState::kUp, kNight, ""};
  facts.heard = kNight;
  facts.daemon_running = true;
  facts.page = PageStanding{7470, true};
  facts.page_reach = Reach::kReached;
  facts.disk_free_bytes = std::uint64_t{20} << 30;
  facts.clock_synchronised = true;
  facts.clock_ahead_of_broker = absl::Seconds(1);
  facts.device_certificate_until = kNight + absl::Hours(24 * 300);
  facts.people_certificates_until = {kNight + absl::Hours(24 * 200)};
  facts.now = kNight;
  return facts;
}

// The only subject that is not good.
Finding Only(const MachineFacts& facts) {
  Finding found;
  int count = 0;
  for (const Finding& finding : Judge(facts)) {
    if (finding.health == Health::kGood) continue;
    found = finding;
    ++count;
  }
  EXPECT_EQ(count, 1);
  return found;
}

TEST(Doctor, AHealthyMachineIsSaidToBe) {
  EXPECT_EQ(Worst(Judge(Healthy())), Health::kGood);
}

TEST(Doctor, RecordsThatDoNotOpenAreAFindingOfTheirOwn) {
  MachineFacts facts = Healthy();
  facts.records = base::DataLoss("row 17 of the school's records is damaged");
  EXPECT_EQ(Only(facts).subject, "what the school wrote down");
  EXPECT_EQ(Only(facts).health, Health::kBad);
  EXPECT_THAT(Only(facts).text, HasSubstr("row 17"));
}

TEST(Doctor, ABlockedPortIsSaidWithWhatToAllow) {
  MachineFacts facts = Healthy();
  facts.reach = Reach::kNoAnswer;
  EXPECT_EQ(Only(facts).subject, "the network");
  EXPECT_THAT(Only(facts).text, HasSubstr("allow outgoing TCP"));
  EXPECT_THAT(Only(facts).text, HasSubstr("broker.example:7444"));
  EXPECT_THAT(Only(facts).text, testing::Not(HasSubstr("proxy is configured")));
  facts.proxy_configured = true;
  EXPECT_THAT(Only(facts).text, HasSubstr("proxy is configured"));
  facts.reach = Reach::kNoName;
  EXPECT_THAT(Only(facts).text, HasSubstr("DNS"));
  facts.reach = Reach::kRefused;
  EXPECT_EQ(Only(facts).health, Health::kBad);
}

TEST(Doctor, AClockThatIsWrongSaysByHowMuch) {
  MachineFacts facts = Healthy();
  facts.clock_ahead_of_broker = absl::Minutes(7);
  EXPECT_THAT(Only(facts).text, HasSubstr("7m ahead of"));
  facts.clock_ahead_of_broker = -absl::Minutes(7);
  EXPECT_THAT(Only(facts).text, HasSubstr("7m behind"));
  facts.clock_ahead_of_broker = std::nullopt;
  facts.clock_synchronised = false;
  EXPECT_EQ(Only(facts).health, Health::kWarning);
}

TEST(Doctor, ADiskThatFillsIsSaidBeforeItIsFull) {
  MachineFacts facts = Healthy();
  facts.disk_free_bytes = std::uint64_t{300} << 20;
  EXPECT_EQ(Only(facts).health, Health::kWarning);
  facts.disk_free_bytes = std::uint64_t{30} << 20;
  EXPECT_EQ(Only(facts).health, Health::kBad);
}

TEST(Doctor, TheFirstCertificateThatRunsOutCounts) {
  MachineFacts facts = Healthy();
  facts.people_certificates_until.push_back(kNight + absl::Hours(24 * 10));
  EXPECT_THAT(Only(facts).text, HasSubstr("10 days"));
  EXPECT_EQ(Only(facts).health, Health::kWarning);
  facts.people_certificates_until.push_back(kNight - absl::Hours(1));
  EXPECT_EQ(Only(facts).health, Health::kBad);
}

TEST(Doctor, ADaemonThatDoesNotRunIsBadAndItsLinkDown) {
  MachineFacts facts = Healthy();
  facts.daemon_running = false;
  facts.now = kNight + absl::Hours(2);
  const auto findings = Judge(facts);
  EXPECT_EQ(findings[8].health, Health::kBad);
  EXPECT_EQ(findings[9].health, Health::kWarning);
  EXPECT_THAT(findings[9].text, HasSubstr("not served while the daemon does not run"));
  EXPECT_EQ(findings[10].health, Health::kWarning);
  EXPECT_THAT(findings[10].text, HasSubstr("2h ago"));
}

TEST(Doctor, APageThatNobodyCanOpenIsSaidWithWhatToDo) {
  MachineFacts facts = Healthy();
  facts.page_reach = Reach::kRefused;
  EXPECT_EQ(Only(facts).subject, "the page");
  EXPECT_THAT(Only(facts).text, HasSubstr("nothing answers at http://127.0.0.1:7470/"));
  facts.page = PageStanding{7470, false};
  EXPECT_EQ(Only(facts).health, Health::kBad);
  EXPECT_THAT(Only(facts).text, HasSubstr("could not have the port"));
  facts.page = std::nullopt;
  EXPECT_EQ(Only(facts).health, Health::kWarning);
  facts.page = PageStanding{};  // none is asked for
  EXPECT_EQ(Worst(Judge(facts)), Health::kGood);
}

TEST(Doctor, ABrokerThatRefusesIsForTheOperator) {
  MachineFacts facts = Healthy();
  facts.link = LinkStanding{LinkState::kRefused, kNight, "an unknown key"};
  EXPECT_THAT(Only(facts).text, HasSubstr("telephone the operator"));
}

TEST(Doctor, ADamagedStoreAndLittleLockableMemory) {
  MachineFacts facts = Healthy();
  facts.store = base::DataLoss("damaged");
  EXPECT_EQ(Only(facts).health, Health::kBad);
  facts.store = base::OkStatus();
  facts.lockable_bytes = 64 * 1024;
  EXPECT_EQ(Only(facts).health, Health::kWarning);
}

TEST(Doctor, OfAMachineThatIsNotEnrolledThatIsWhatIsSaid) {
  MachineFacts facts;
  facts.page = PageStanding{7470, true};
  facts.page_reach = Reach::kReached;
  facts.disk_free_bytes = std::uint64_t{20} << 30;
  facts.clock_synchronised = true;
  facts.daemon_running = true;
  EXPECT_EQ(Only(facts).subject, "enrolment");
}

}  // namespace
}  // namespace firstbell::school
