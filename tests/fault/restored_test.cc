// An operator restores an old backup of the data, and of the keys with it, so that the broker
// itself can see nothing. A school's machine remembers more: the broker hears so and signs nothing
// any more, the school's people are told, and every alert goes on its way all the same.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "tests/fault/machine_log.h"

namespace firstbell::fault {
namespace {

using ::testing::HasSubstr;

constexpr auto kWhole = std::filesystem::copy_options::recursive;

class Restored : public MachineLogTest {
 protected:
  void BackUp() {
    ASSERT_EQ(town_.StopBroker(), 0);
    std::filesystem::copy(directory_.root, backup_.path() / "data", kWhole);
    std::filesystem::copy(directory_.keys, backup_.path() / "keys", kWhole);
    town_.StartBroker();
  }
  void Restore() {
    ASSERT_EQ(town_.StopBroker(), 0);
    std::filesystem::remove_all(directory_.root);
    std::filesystem::remove_all(directory_.keys);
    std::filesystem::copy(backup_.path() / "data", directory_.root, kWhole);
    std::filesystem::copy(backup_.path() / "keys", directory_.keys, kWhole);
    town_.StartBroker();
  }
  // A machine says hello as it is switched on, and is told of the newest checkpoint.
  void SwitchOffAndOn() {
    const int before = Welcomes();
    town_.KillMachine(0);
    town_.SwitchOn(0);
    ASSERT_TRUE(Eventually([&] { return Welcomes() > before; })) << town_.MachineLog(0);
  }
  int Welcomes() const { return Count(town_.MachineLog(0), "welcomed by the broker"); }
  static int Count(const std::string& text, const std::string& what) {
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++count;
    }
    return count;
  }
  std::uint64_t Remembered() { return LogOf(town_, state_)["remembered"].value("size", 0u); }
  void ExpectAWayOut();
  std::string Metrics() const {
    const auto answer =
        httplib::Client("http://" + town_.installation().config().metrics_listen).Get("/metrics");
    return answer ? answer->body : "";
  }

  const registry::DataDirectory directory_ = town_.installation().directory();
  support::TempDirectory backup_;
};

// The broker is not started again on such data; with another log it is, which the school accepts.
void Restored::ExpectAWayOut() {
  ASSERT_EQ(town_.StopBroker(), 0);
  const auto refused =
      town_.Run("firstbell-broker", {"--data", directory_.root.string(), "--simulated-clock"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("begin-anew"));
  const auto begun =
      town_.Run("firstbell-admin", {"log", "begin-anew", "--origin", "examplebury.example/2027",
                                    "--data", directory_.root.string()});
  ASSERT_EQ(begun.exit_code, 0) << begun.err;
  town_.StartBroker();
  const std::string key = begun.out.substr(0, begun.out.size() - 1);
  EXPECT_TRUE(Eventually([&] {
    return town_
               .Run("firstbell-school", {"log", "trust", "--log-key", key, "--confirmed-by",
                                         "the night desk", "--state", state_.string()})
               .exit_code == 0;
  }));
  EXPECT_TRUE(Eventually([&] { return IsProven(town_, state_); })) << town_.MachineLog(0);
  EXPECT_EQ(NoticesOf(town_, state_, "log_forked"), 1);
  ExpectAlertComes("FB-5");
}

TEST_F(Restored, AMachineThatRemembersMoreEndsTheSigningAndAlertsGoOn) {
  ExpectAlertComes("FB-1");
  BackUp();
  // Two, and one after the backup is restored: at no hello have both logs the same size, of which a
  // machine believes but one.
  for (const char* reference : {"FB-2", "FB-6"}) {
    const std::uint64_t before = Remembered();
    ExpectAlertComes(reference);
    ASSERT_TRUE(Eventually([&] {
      SwitchOffAndOn();
      return Remembered() > before;
    }));
  }
  const std::uint64_t remembered = Remembered();
  Restore();
  ExpectAlertComes("FB-3");

  EXPECT_TRUE(Eventually([&] {
    return town_.BrokerLog().find("the delivery log is not signed") != std::string::npos;
  })) << town_.BrokerLog();
  EXPECT_THAT(town_.BrokerLog(), HasSubstr("somebody knows a checkpoint of this log"));
  EXPECT_THAT(Metrics(), HasSubstr("\nfirstbell_log_doubted 1\n"));

  EXPECT_NE(StateOfLog(town_, state_), "forked") << "a frame that came late looks the same";
  for (int i = 0; i < 4; ++i) SwitchOffAndOn();
  ExpectForked();
  EXPECT_EQ(NoticesOf(town_, state_, "log_forked"), 1);
  EXPECT_EQ(Remembered(), remembered) << "what was known stays known";
  ExpectAlertComes("FB-4");
  // What was lost with the newest data is sent again, and comes.
  EXPECT_EQ(town_.Find("FB-2"), grpc::StatusCode::NOT_FOUND);
  ExpectAlertComes("FB-2");
  ExpectAWayOut();
}

}  // namespace
}  // namespace firstbell::fault
