// Every input of the corpora, among them whatever once broke a target, in every build.

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "broker/base/log.h"
#include "tests/fuzz/targets.h"

namespace firstbell::fuzz {
namespace {

class Replay : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    base::ConfigureLog(base::LogLevel::kError, base::LogForm::kText);
    google::protobuf::SetLogHandler(nullptr);
  }
};

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& [name, target] : Targets()) names.push_back(name);
  return names;
}

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_P(Replay, TakesEveryInputOfItsCorpus) {
  const Target& target = Targets().at(GetParam());
  const std::filesystem::path corpus =
      std::filesystem::path(FIRSTBELL_SOURCE) / "tests/fuzz/corpus" / GetParam();
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    SCOPED_TRACE(entry.path().filename().string());
    target(Content(entry.path()));
    ++inputs;
  }
  EXPECT_GT(inputs, 0);
  target("");
}

INSTANTIATE_TEST_SUITE_P(Corpus, Replay, testing::ValuesIn(Names()),
                         [](const auto& target) { return target.param; });

}  // namespace
}  // namespace firstbell::fuzz
