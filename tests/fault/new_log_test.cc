// The operator begins another log, and what a school's machine makes of it: it alarms, its people
// accept exactly the key that they were given, and it is content again. Alerts come all the while.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/note.h"
#include "tests/fault/machine_log.h"

namespace firstbell::fault {
namespace {

using ::testing::HasSubstr;

class NewLog : public MachineLogTest {
 protected:
  // The key of the log that the broker keeps from then on.
  std::string BeginAnew(const std::string& origin) {
    EXPECT_EQ(town_.StopBroker(), 0);
    const auto begun = Admin({"log", "begin-anew", "--origin", origin});
    EXPECT_EQ(begun.exit_code, 0) << begun.err;
    EXPECT_THAT(begun.err, HasSubstr("firstbell-school log trust"));
    std::string key = Admin({"log", "show-key"}).out;
    EXPECT_EQ(begun.out, key);
    key.pop_back();
    town_.StartBroker();
    return key;
  }
  support::Finished Admin(support::Arguments arguments) {
    arguments.insert(arguments.end(), {"--data", town_.installation().directory().root.string()});
    return town_.Run("firstbell-admin", arguments);
  }
  support::Arguments TrustArguments(const std::filesystem::path& state, const std::string& key) {
    return {"log",     "trust",        "--log-key",      key,
            "--state", state.string(), "--confirmed-by", "the night desk"};
  }
  support::Finished Trust(const std::string& key) {
    return town_.Run("firstbell-school", TrustArguments(state_, key));
  }
};

TEST_F(NewLog, IsAlarmedUntilItsVeryKeyIsAcceptedAndThenProvenAgain) {
  const std::string key = BeginAnew("examplebury.example/2027");
  ExpectForked();
  ExpectAlertComes("FB-1");
  const audit::VerifierKey other{"examplebury.example/2027", audit::KeyKind::kLog,
                                 crypto::Ed25519Key::Generate().PublicKey()};
  const auto refused = Trust(other.ToString());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("shows no log that this key has signed"));
  const auto asked =
      town_.Run("firstbell-school", {"log", "trust", "--log-key", key, "--state", state_.string()});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_THAT(asked.out, HasSubstr("Nothing has changed yet"));
  EXPECT_EQ(Admin({"log", "show-key"}).out, key + "\n") << "the broker runs";
  EXPECT_EQ(StateOfLog(town_, state_), "forked");
  EXPECT_EQ(NoticesOf(town_, state_, "log_accepted"), 0);

  const auto accepted = Trust(key);
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_TRUE(Eventually([&] { return IsProven(town_, state_); })) << town_.MachineLog(0);
  EXPECT_EQ(LogOf(town_, state_)["log_key"], key);
  EXPECT_EQ(LogOf(town_, state_)["past"].size(), 1u);
  EXPECT_EQ(NoticesOf(town_, state_, "log_forked"), 1);
  EXPECT_EQ(NoticesOf(town_, state_, "log_accepted"), 1);
  EXPECT_EQ(NoticesOf(town_, state_, "stranger"), 0);
  ExpectAlertComes("FB-2");
  EXPECT_EQ(Trust(key).exit_code, 0) << "said twice is said once";
  EXPECT_EQ(LogOf(town_, state_)["past"].size(), 1u);

  town_.KillMachine(0);
  town_.SwitchOn(0);
  ExpectAlertComes("FB-3");
  EXPECT_TRUE(IsProven(town_, state_));
  EXPECT_EQ(NoticesOf(town_, state_, "log_forked"), 1);
}

TEST_F(NewLog, OnceAcceptedAnotherOneIsAlarmedAgain) {
  const std::string first = BeginAnew("examplebury.example/2027");
  ExpectForked();
  ASSERT_EQ(Trust(first).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return IsProven(town_, state_); }));
  const std::string second = BeginAnew("examplebury.example/2028");
  ExpectForked();
  EXPECT_EQ(NoticesOf(town_, state_, "log_forked"), 2);
  EXPECT_EQ(Trust(first).exit_code, 1) << "the broker does not show it any more";
  EXPECT_EQ(Trust(second).exit_code, 0);
  EXPECT_TRUE(Eventually([&] { return IsProven(town_, state_); }));
}

TEST_F(NewLog, WhileNothingIsWrongNoneIsAccepted) {
  const audit::VerifierKey other{"examplebury.example/2027", audit::KeyKind::kLog,
                                 crypto::Ed25519Key::Generate().PublicKey()};
  const auto refused = Trust(other.ToString());
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("nothing is wrong with the delivery log"));
  EXPECT_EQ(Trust("no key").exit_code, 2);
  EXPECT_TRUE(IsProven(town_, state_));
}

// The acceptance is one step of the store: wherever it is cut off, it was taken or it was not, and
// it can be asked for again.
TEST_F(NewLog, AnAcceptanceThatIsCutOffIsDoneOrNotAndCanBeRepeated) {
  const std::string key = BeginAnew("examplebury.example/2027");
  ExpectForked();
  town_.KillMachine(0);
  int struck = 0, done = 0;
  for (const Point point : {Point::kBeforeWrite, Point::kAfterWrite, Point::kAfterSync}) {
    for (const Act act : {Act::kKill, Act::kIoError}) {
      for (std::size_t skip = 0; skip < 2; ++skip) {
        const Plan plan{"store.sqlite-wal", "", point, act, skip};
        SCOPED_TRACE(Describe(plan));
        const support::TempDirectory place;
        const std::filesystem::path copy = place.path() / "state", at = place.path() / "plan";
        std::filesystem::copy(state_, copy, std::filesystem::copy_options::recursive);
        Put(plan, at);
        const auto cut = town_.RunFaulty(at, "faulty_school", TrustArguments(copy, key));
        struck += std::filesystem::exists(at) ? 0 : 1;
        const bool stands = StateOfLog(town_, copy) != "forked";
        done += stands ? 1 : 0;
        EXPECT_TRUE(cut.exit_code != 0 || stands) << "it said so";
        EXPECT_EQ(NoticesOf(town_, copy, "log_accepted"), stands ? 1 : 0);
        EXPECT_EQ(LogOf(town_, copy)["past"].size(), stands ? 1u : 0u);
        const auto again = town_.Run("firstbell-school", TrustArguments(copy, key));
        EXPECT_EQ(again.exit_code, 0) << again.err;
        EXPECT_EQ(LogOf(town_, copy)["log_key"], key);
        EXPECT_EQ(LogOf(town_, copy)["past"].size(), 1u);
        EXPECT_EQ(NoticesOf(town_, copy, "log_accepted"), 1);
      }
    }
  }
  EXPECT_EQ(struck, 12);
  EXPECT_GT(done, 0) << "failed, but done";
}

}  // namespace
}  // namespace firstbell::fault
