// firstbell-admin wake-ups, on a command line of its own.

#include <gmock/gmock.h>

#include "tests/support/installation.h"
#include "tests/support/program.h"

namespace firstbell::server {
namespace {

using support::Finished;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class WakeUpsCommand : public testing::Test {
 protected:
  Finished Run(support::Arguments arguments) {
    arguments.insert(arguments.begin(), {FIRSTBELL_BIN "/firstbell-admin", "wake-ups"});
    arguments.insert(arguments.end(), {"--data", installation_.directory().root.string()});
    return support::RunToEnd(arguments, scratch_.path());
  }
  std::string Said(const support::Arguments& arguments) {
    const Finished finished = Run(arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  }

  const support::TempDirectory scratch_;
  const support::Installation installation_;
};

TEST_F(WakeUpsCommand, SetsShowsListsTriesAndClears) {
  EXPECT_THAT(Said({"show", "100001"}), HasSubstr("is not woken"));
  EXPECT_THAT(Said({"list"}), HasSubstr("No school is woken yet"));
  const std::string set = Said({"set", "100001", "--email", "dsl@School.example", "--email",
                                "head@school.example", "--webhook", "https://hooks.example/a"});
  EXPECT_THAT(set, HasSubstr("woken at 3 addresses"));
  EXPECT_THAT(set, HasSubstr("Secret of its webhooks: "));
  const std::string shown = Said({"show", "100001"});
  for (const char* text : {"dsl@school.example", "head@school.example", "https://hooks.example/a",
                           "email", "webhook", "nothing yet"}) {
    EXPECT_THAT(shown, HasSubstr(text));
  }
  EXPECT_THAT(shown, Not(HasSubstr(set.substr(set.find(": ") + 2, 64)))) << "shown once";
  EXPECT_THAT(Said({"test", "100001"}), HasSubstr("On the way to 3 addresses"));
  EXPECT_THAT(Said({"show", "100001"}), HasSubstr("3 still to be sent"));
  EXPECT_THAT(Said({"list"}), HasSubstr("100001"));
  EXPECT_THAT(Said({"list", "--bounced"}), HasSubstr("can be reached"));
  EXPECT_THAT(Said({"list", "--json"}), StartsWith("{"));
  EXPECT_THAT(Said({"clear", "100001"}), HasSubstr("not woken any more"));
  EXPECT_THAT(Said({"list"}), HasSubstr("No school is woken yet"));
}

TEST_F(WakeUpsCommand, SaysWhatIsWrong) {
  EXPECT_EQ(Run({"set", "100001"}).exit_code, 2) << "nowhere";
  const Finished wrong = Run({"set", "100001", "--email", "Ottoline <o@school.example>"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("plain e-mail address"));
  EXPECT_THAT(wrong.err, Not(HasSubstr("Ottoline")));
  EXPECT_EQ(Run({"set", "999999", "--email", "dsl@school.example"}).exit_code, 1);
  EXPECT_EQ(Run({"test", "100001"}).exit_code, 1) << "nobody to wake";
}

TEST_F(WakeUpsCommand, HelpTeaches) {
  const Finished help = support::RunToEnd(
      {FIRSTBELL_BIN "/firstbell-admin", "wake-ups", "set", "--help"}, scratch_.path());
  EXPECT_EQ(help.exit_code, 0);
  for (const char* text : {"--email", "--webhook", "no name, no place", "shown once"}) {
    EXPECT_THAT(help.out, HasSubstr(text));
  }
}

}  // namespace
}  // namespace firstbell::server
