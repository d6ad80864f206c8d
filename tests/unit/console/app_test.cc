#include "clients/console/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "clients/console/channel.h"
#include "clients/console/passphrase.h"
#include "tests/support/temp_directory.h"

namespace firstbell::console {
namespace {

using ::testing::HasSubstr;

// A small program with one plain command, one group and one setting.
class ToyProgram {
 public:
  int Run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "toy");
    App app({"toy", "1.2.3", "A program to play with.", "  toy say hello\n"}, out, err);
    app.Setting(address, "--address", "broker.address", "Where");
    app.PathSetting(path, "--path", "files.path", "What");
    CLI::App& say = app.Command("say", "Says it.", "  toy say hello\n", [this, &app] {
      app.out() << word << " to " << address << (app.json() ? " in JSON" : "");
      return result;
    });
    say.add_option("word", word)->required();
    CLI::App& things = app.Group("things", "What there is.");
    app.Command(things, "count", "Counts.", "", [&app]() -> base::Result<Exit> {
      app.out() << "three";
      return Exit::kDone;
    });
    return app.Main(static_cast<int>(arguments.size()), arguments.data());
  }

  std::string word;
  std::string address = "here";
  std::filesystem::path path;
  base::Result<Exit> result = Exit::kDone;
  std::ostringstream out;
  std::ostringstream err;
};

TEST(App, RunsTheCommandThatWasTyped) {
  ToyProgram toy;
  EXPECT_EQ(toy.Run({"say", "hello", "--json"}), 0);
  EXPECT_EQ(toy.out.str(), "hello to here in JSON");
  ToyProgram grouped;
  EXPECT_EQ(grouped.Run({"things", "count"}), 0);
  EXPECT_EQ(grouped.out.str(), "three");
}

TEST(App, TakesGlobalFlagsBeforeAndAfterTheCommand) {
  ToyProgram before;
  EXPECT_EQ(before.Run({"--address", "there", "say", "hello"}), 0);
  EXPECT_EQ(before.out.str(), "hello to there");
  ToyProgram after;
  EXPECT_EQ(after.Run({"say", "hello", "--address", "there"}), 0);
  EXPECT_EQ(after.out.str(), "hello to there");
}

TEST(App, ExitCodesTellDoneFailedAndWrongUsage) {
  EXPECT_EQ(ToyProgram().Run({"--help"}), 0);
  EXPECT_EQ(ToyProgram().Run({"--version"}), 0);
  EXPECT_EQ(ToyProgram().Run({}), 2);
  EXPECT_EQ(ToyProgram().Run({"say"}), 2);
  EXPECT_EQ(ToyProgram().Run({"say", "hello", "--unknown"}), 2);
  EXPECT_EQ(ToyProgram().Run({"things"}), 2);
  ToyProgram failed;
  failed.result = base::NotFound("no such thing");
  EXPECT_EQ(failed.Run({"say", "hello"}), 1);
  EXPECT_EQ(failed.err.str(), "no such thing\n");
  ToyProgram misused;
  misused.result = UsageError("say it otherwise");
  EXPECT_EQ(misused.Run({"say", "hello"}), 2);
  ToyProgram partly;
  partly.result = Exit::kFailed;
  EXPECT_EQ(partly.Run({"say", "hello"}), 1);
}

TEST(App, AResultThatCannotBeWrittenIsAFailure) {
  ToyProgram toy;
  toy.out.setstate(std::ios::badbit);
  EXPECT_EQ(toy.Run({"say", "hello"}), 1);
}

TEST(App, HelpTeachesWithExamples) {
  ToyProgram toy;
  toy.Run({"say", "--help"});
  EXPECT_THAT(toy.out.str(), HasSubstr("Examples:\n  toy say hello"));
  ToyProgram version;
  version.Run({"--version"});
  EXPECT_EQ(version.out.str(), "toy 1.2.3\n");
}

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) : path_(folder_.File("toy.toml")) {
    std::ofstream(path_) << text;
  }
  const char* path() const { return path_.c_str(); }
  std::filesystem::path folder() const { return folder_.path(); }

 private:
  support::TempDirectory folder_;
  std::string path_;
};

TEST(Settings, ComeFromTheFileUnlessTyped) {
  const ConfigFile file("[broker]\naddress = \"filed\"\n[files]\npath = \"keys/a.pem\"\n");
  ToyProgram filed;
  EXPECT_EQ(filed.Run({"--config", file.path(), "say", "hello"}), 0);
  EXPECT_EQ(filed.address, "filed");
  EXPECT_EQ(filed.path, file.folder() / "keys/a.pem");
  ToyProgram typed;
  EXPECT_EQ(typed.Run({"--config", file.path(), "--address", "typed", "say", "hello"}), 0);
  EXPECT_EQ(typed.address, "typed");
}

TEST(Settings, AFileThatIsWrongIsWrongUsageAndSaysWhere) {
  const ConfigFile misspelt("[broker]\nadress = \"x\"\n");
  ToyProgram toy;
  EXPECT_EQ(toy.Run({"--config", misspelt.path(), "say", "hello"}), 2);
  EXPECT_THAT(toy.err.str(), HasSubstr("'broker.adress' is no setting"));
  const ConfigFile broken("[broker]\n\naddress = \n");
  ToyProgram second;
  EXPECT_EQ(second.Run({"--config", broken.path(), "say", "hello"}), 2);
  EXPECT_THAT(second.err.str(), HasSubstr("toy.toml, line 3"));
  const ConfigFile list("broker.address = [1, 2]\n");
  EXPECT_EQ(ToyProgram().Run({"--config", list.path(), "say", "hello"}), 2);
  EXPECT_EQ(ToyProgram().Run({"--config", "/no/such.toml", "say", "hello"}), 2);
}

TEST(Channel, SaysWhichFileIsMissing) {
  const auto unnamed = Connect(BrokerOptions());
  EXPECT_THAT(std::string(unnamed.status().message()), HasSubstr("--identity"));
  BrokerOptions options;
  options.identity = "/no/such/folder";
  EXPECT_EQ(Connect(options).status().code(), base::Code::kNotFound);
}

TEST(Channel, RefusesAKeyThatOthersCanRead) {
  const support::TempDirectory folder;
  for (const char* name : {kCaFile, kCertFile, kKeyFile}) std::ofstream(folder.File(name)) << "x";
  std::filesystem::permissions(folder.File(kKeyFile), std::filesystem::perms(0644));
  BrokerOptions options;
  options.identity = folder.path();
  EXPECT_EQ(Connect(options).status().code(), base::Code::kFailedPrecondition);
  std::filesystem::permissions(folder.File(kKeyFile), std::filesystem::perms(0600));
  EXPECT_TRUE(Connect(options).ok());
}

TEST(Passphrase, IsReadFromAFileOfItsOwner) {
  const support::TempDirectory folder;
  const std::string file = folder.File("passphrase");
  std::ofstream(file) << "correct horse\r\n";
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  const auto read = ReadPassphrase(file, "Passphrase");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Reveal(), "correct horse");
  EXPECT_TRUE(NewPassphrase(file, "Passphrase").ok());
  std::ofstream(file) << "short\n";
  EXPECT_EQ(NewPassphrase(file, "Passphrase").status().code(), base::Code::kInvalidArgument);
  std::ofstream(file) << "\n";
  EXPECT_EQ(ReadPassphrase(file, "Passphrase").status().code(), base::Code::kInvalidArgument);
  std::filesystem::permissions(file, std::filesystem::perms(0640));
  EXPECT_EQ(ReadPassphrase(file, "Passphrase").status().code(), base::Code::kFailedPrecondition);
}

}  // namespace
}  // namespace firstbell::console
