// Plays every story of stories/ in the world that this program was built with.

#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "tests/scenarios/make_world.h"
#include "tests/scenarios/script.h"
#include "tests/scenarios/verbs.h"
#include "tests/support/temp_directory.h"

namespace firstbell::scenarios {
namespace {

const std::filesystem::path kStories = FIRSTBELL_SOURCE "/tests/scenarios/stories";

// The first step that does not hold, with its place and words.
base::Status Play(const Script& script, World& world, absl::TimeZone london) {
  Story story(world, london);
  for (const Step& step : script.steps) {
    const base::Status done = Perform(story, step.text);
    if (!done.ok()) return base::Annotate(done, script.Place(step) + ": " + step.text + "\n ");
  }
  FB_RETURN_IF_ERROR(base::Annotate(world.VerifyLog(), "at the end, the log"));
  return base::Annotate(world.Finish(), "at the end, what was kept");
}

class Scenario : public testing::Test {
 public:
  explicit Scenario(std::filesystem::path file) : file_(std::move(file)) {}

 private:
  void TestBody() override;

  const std::filesystem::path file_;
};

void Scenario::TestBody() {
  const auto script = Script::Load(file_);
  ASSERT_TRUE(script.ok()) << base::Message(script.status());
  if (script->only && *script->only != kWorldKind) GTEST_SKIP() << "because " << script->because;
  const auto london = base::LondonTimeZone();
  ASSERT_TRUE(london.ok()) << base::Message(london.status());
  const support::TempDirectory directory;
  const auto world = MakeWorld(directory.path());
  ASSERT_TRUE(world.ok()) << base::Message(world.status());
  const base::Status played = Play(*script, **world, *london);
  EXPECT_TRUE(played.ok()) << base::Message(played) << "\n" << (*world)->Logs();
}

// One test a file, named as the file: Simulated.late, Processes.late.
const bool kRegistered = [] {
  for (const auto& file : ScenarioFiles(kStories)) {
    testing::RegisterTest(FIRSTBELL_WORLD, file.stem().c_str(), nullptr, nullptr, __FILE__,
                          __LINE__, [file]() -> Scenario* { return new Scenario(file); });
  }
  return true;
}();

}  // namespace
}  // namespace firstbell::scenarios
