#include "clients/console/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/crypto/key.h"
#include "broker/crypto/x509.h"
#include "clients/console/channel.h"
#include "clients/console/checks.h"
#include "clients/console/passphrase.h"
#include "tests/support/temp_directory.h"

namespace firstbell::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST(App, AMisspeltCommandIsNamedWithThoseThereAre) {
  ToyProgram toy;
  EXPECT_EQ(toy.Run({"sya", "hello"}), 2);
  EXPECT_THAT(toy.err.str(), HasSubstr("'sya'"));
  EXPECT_THAT(toy.err.str(), HasSubstr("say, things"));
  ToyProgram below;
  EXPECT_EQ(below.Run({"things", "cuont"}), 2);
  EXPECT_THAT(below.err.str(), HasSubstr("'cuont' here; there are: count"));
}

TEST(App, WrongUsageIsJsonWhereThatWasAskedFor) {
  ToyProgram toy;
  EXPECT_EQ(toy.Run({"--json", "say", "hello", "--unknown"}), 2);
  EXPECT_THAT(toy.err.str(), StartsWith(R"({"error":{"code":"INVALID_ARGUMENT")"));
}

TEST(App, ACommandsHelpNamesTheOptionsOfEveryCommand) {
  ToyProgram toy;
  toy.Run({"say", "--help"});
  EXPECT_THAT(toy.out.str(), HasSubstr("--address"));
  EXPECT_THAT(toy.out.str(), HasSubstr("--json"));
  EXPECT_THAT(toy.out.str(), Not(HasSubstr("Each command has a --help")));
  ToyProgram group;
  group.Run({"things", "--help"});
  EXPECT_THAT(group.out.str(), HasSubstr("--config"));
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

// A folder as certificate issue writes it.
class Identity {
 public:
  Identity() {
    Write(kCaFile, crypto::CertificateToPem(root_.certificate), 0644);
    Write(kCertFile, CertificateUntil(now_ + absl::Hours(1)), 0644);
    Write(kKeyFile, key_.ToPem(), 0600);
    options_.identity = folder_.path();
    options_.address = "127.0.0.1:1";  // nobody listens there
  }
  void Write(const char* name, const std::string& text, unsigned mode) {
    std::ofstream(folder_.File(name)) << text;
    std::filesystem::permissions(folder_.File(name), std::filesystem::perms(mode));
  }
  std::string CertificateUntil(absl::Time end) const {
    return crypto::CertificateToPem(crypto::Issue(root_, {.common_name = "a caller",
                                                          .public_key = key_.PublicKey(),
                                                          .usage = crypto::Usage::kTlsClient,
                                                          .not_before = now_ - absl::Hours(2),
                                                          .not_after = end})
                                        .value());
  }
  base::Status Connected() const { return Connect(options_).status(); }
  absl::Time now() const { return now_; }

 private:
  const absl::Time now_ = base::SystemClock().Now();
  const crypto::Authority root_ =
      crypto::MakeRoot("Examplebury", now_ - absl::Hours(3), now_ + absl::Hours(2)).value();
  const crypto::PrivateKey key_ = crypto::PrivateKey::Generate();
  const support::TempDirectory folder_;
  BrokerOptions options_;
};

TEST(Channel, ABrokerThatIsDownShowsInTheFirstCall) {
  EXPECT_TRUE(Identity().Connected().ok());
}

TEST(Channel, RefusesAKeyThatOthersCanRead) {
  Identity identity;
  identity.Write(kKeyFile, crypto::PrivateKey::Generate().ToPem(), 0644);
  EXPECT_THAT(std::string(identity.Connected().message()), HasSubstr("chmod 600"));
}

TEST(Channel, NamesTheFileThatIsWrong) {
  for (const char* name : {kCaFile, kCertFile, kKeyFile}) {
    Identity identity;
    identity.Write(name, "junk", 0600);
    const base::Status status = identity.Connected();
    EXPECT_EQ(status.code(), base::Code::kFailedPrecondition) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
  }
  Identity mixed;
  mixed.Write(kKeyFile, crypto::PrivateKey::Generate().ToPem(), 0600);
  EXPECT_THAT(std::string(mixed.Connected().message()), HasSubstr("is not the key of 'cert.pem'"));
  Identity old;
  old.Write(kCertFile, old.CertificateUntil(old.now() - absl::Hours(1)), 0644);
  EXPECT_THAT(std::string(old.Connected().message()), HasSubstr("has expired"));
}

TEST(Passphrase, IsReadFromAFileOfItsOwner) {
  const support::TempDirectory folder;
  const std::string file = folder.File("passphrase");
  std::ofstream(file) << "correct horse\r\n";
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  const auto read = ReadPassphrase(file, "Passphrase");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Reveal(), "correct horse");
  const auto good = [](const base::Secret&) { return base::OkStatus(); };
  const auto bad = [](const base::Secret&) { return base::InvalidArgument("too short"); };
  EXPECT_TRUE(NewPassphrase(file, "Passphrase", good).ok());
  std::ofstream(file) << "short\n";
  EXPECT_EQ(NewPassphrase(file, "Passphrase", bad).status().code(), base::Code::kInvalidArgument);
  std::ofstream(file) << "\n";
  EXPECT_EQ(ReadPassphrase(file, "Passphrase").status().code(), base::Code::kInvalidArgument);
  std::filesystem::permissions(file, std::filesystem::perms(0640));
  EXPECT_EQ(ReadPassphrase(file, "Passphrase").status().code(), base::Code::kFailedPrecondition);
}

TEST(Checks, TakeWhatIsMeantAndNothingElse) {
  for (const char* good : {"00:00", "07:31", "23:59"}) EXPECT_EQ(IsTimeOfDay()(good), "") << good;
  for (const char* bad : {"", "7:31", "24:00", "07:60", "07:3a", "-1:00", "07.31"}) {
    EXPECT_NE(IsTimeOfDay()(bad), "") << bad;
  }
  for (const char* good : {"90m", "7h30m", "1s"}) EXPECT_EQ(IsDuration()(good), "") << good;
  for (const char* bad : {"", "foo", "-1m", "0s", "inf", "90"}) EXPECT_NE(IsDuration()(bad), "");
  for (const char* good : {"0", "100"}) EXPECT_EQ(IsCount()(good), "") << good;
  for (const char* bad : {"", "-1", "1.5", "x"}) EXPECT_NE(IsCount()(bad), "") << bad;
}

}  // namespace
}  // namespace firstbell::console
