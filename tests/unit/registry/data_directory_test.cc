#include "broker/registry/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/registry/broker_clock.h"
#include "broker/registry/config.h"
#include "broker/store/memory/memory_store.h"
#include "tests/support/invented.h"
#include "tests/support/synced.h"
#include "tests/support/temp_directory.h"

namespace firstbell::registry {
namespace {

using support::kNight;
using testing::HasSubstr;
namespace fs = std::filesystem;

// --- Keys ---------------------------------------------------------------------------------

class DataDirectoryTest : public testing::Test {
 protected:
  base::Status Make() {
    return MakeKeys(directory_, root_, {"Examplebury", {"localhost"}, kNight});
  }

  support::TempDirectory temp_;
  const DataDirectory directory_ = At(temp_.path() / "data", {});
  const fs::path root_ = temp_.path() / "root";
};

TEST_F(DataDirectoryTest, KeysLieApartAndTheRootsPrivateKeyNotAmongThem) {
  ASSERT_TRUE(Make().ok());
  EXPECT_EQ(directory_.keys, temp_.path() / "data.keys");
  EXPECT_TRUE(fs::is_empty(directory_.root));
  EXPECT_FALSE(fs::exists(directory_.keys / "root.key"));
  EXPECT_TRUE(fs::exists(root_ / "root.key"));
  EXPECT_EQ(fs::status(directory_.keys).permissions(), base::kOwnerOnlyDirectory);
  for (const std::string key : {"issuing.key", "server.key", "envelope.key", "curve.secret"}) {
    EXPECT_EQ(fs::status(directory_.keys / key).permissions(), base::kOwnerOnly) << key;
  }
}

TEST_F(DataDirectoryTest, EveryDirectoryThatItMakesIsSyncedIntoItsParent) {
  const fs::path root = fs::canonical(temp_.path());
  support::WatchSyncs();
  ASSERT_TRUE(MakeKeys(At(root / "new" / "data", {}), root / "apart" / "root",
                       {"Examplebury", {"localhost"}, kNight})
                  .ok());
  const auto synced = support::SyncedDirectories();
  for (const fs::path& parent : {root, root / "new", root / "apart"}) {
    EXPECT_TRUE(synced.contains(parent)) << parent;
  }
  EXPECT_EQ(fs::status(root / "new").permissions(), base::kOwnerOnlyDirectory);
}

TEST_F(DataDirectoryTest, WhatIsMadeIsRead) {
  ASSERT_TRUE(Make().ok());
  const auto keys = LoadKeys(directory_);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->curve_public.size(), 32u);
  EXPECT_EQ(keys->curve_secret.size(), 32u);
  EXPECT_EQ(crypto::ReadCertificate(keys->issuing.certificate)->public_key,
            keys->issuing.key.PublicKey());
}

TEST_F(DataDirectoryTest, KeysAreNeverOverwritten) {
  ASSERT_TRUE(Make().ok());
  const std::string before = base::ReadFile(directory_.keys / "envelope.key").value();
  EXPECT_TRUE(absl::IsAlreadyExists(Make()));
  EXPECT_EQ(base::ReadFile(directory_.keys / "envelope.key").value(), before);
}

TEST_F(DataDirectoryTest, AnotherInstallationsRootIsNeverOverwritten) {
  ASSERT_TRUE(Make().ok());
  const std::string before = base::ReadFile(root_ / "root.key").value();
  const DataDirectory second = At(temp_.path() / "second", {});
  const base::Status made = MakeKeys(second, root_, {"Otherbury", {"localhost"}, kNight});
  EXPECT_TRUE(absl::IsAlreadyExists(made)) << made;
  EXPECT_THAT(std::string(base::Message(made)), HasSubstr("'root' holds a root key"));
  EXPECT_EQ(base::ReadFile(root_ / "root.key").value(), before);
  EXPECT_FALSE(fs::exists(second.keys));
}

TEST_F(DataDirectoryTest, TheRootStaysOffTheBroker) {
  fs::create_directory(temp_.path() / "data");
  fs::create_directory_symlink(temp_.path() / "data", temp_.path() / "link");
  for (const fs::path& root : {directory_.root / "root", directory_.keys, temp_.path(),
                               temp_.path() / "x" / ".." / "data", temp_.path() / "link" / "r"}) {
    const base::Status made = MakeKeys(directory_, root, {"Examplebury", {"localhost"}, kNight});
    EXPECT_TRUE(absl::IsInvalidArgument(made)) << root << made;
    EXPECT_FALSE(fs::exists(root / "root.key"));
  }
}

TEST_F(DataDirectoryTest, AStoresKeysAreThoseItWasInitialisedWith) {
  ASSERT_TRUE(Make().ok());
  const DataDirectory other = At(temp_.path() / "other", {});
  ASSERT_TRUE(
      MakeKeys(other, temp_.path() / "otherroot", {"Examplebury", {"localhost"}, kNight}).ok());
  const Keyring ours = LoadKeys(directory_).value(), theirs = LoadKeys(other).value();
  const store::Identity identity{"x", false, RootDigest(ours)};
  EXPECT_TRUE(CheckKeysOf(identity, ours).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckKeysOf(identity, theirs)));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckKeysOf({"x", false}, ours)));
}

TEST_F(DataDirectoryTest, AKeyThatOthersCanReadIsNotUsed) {
  ASSERT_TRUE(Make().ok());
  for (const char* key : {"envelope.key", "server.key", "issuing.key"}) {
    fs::permissions(directory_.keys / key, fs::perms::group_read, fs::perm_options::add);
    EXPECT_TRUE(absl::IsFailedPrecondition(LoadKeys(directory_).status())) << key;
    fs::permissions(directory_.keys / key, base::kOwnerOnly);
  }
  EXPECT_TRUE(LoadKeys(directory_).ok());
}

TEST_F(DataDirectoryTest, AKeyThatIsNotItsCertificatesIsNamed) {
  ASSERT_TRUE(Make().ok());
  const std::string envelope = base::ReadFile(directory_.keys / "envelope.key").value();
  ASSERT_TRUE(
      base::WriteFileDurably(directory_.keys / "server.key", envelope, base::kOwnerOnly).ok());
  const base::Status read = LoadKeys(directory_).status();
  EXPECT_TRUE(absl::IsDataLoss(read));
  EXPECT_THAT(std::string(base::Message(read)), HasSubstr("server.key"));
}

TEST_F(DataDirectoryTest, WhetherItIsInitialisedIsAnsweredOrRefusedButNeverThrown) {
  EXPECT_TRUE(absl::IsNotFound(CheckInitialised(directory_)));
  fs::create_directory(directory_.root);
  // As a directory of another user's would, a link to itself cannot be looked at, not even by root.
  fs::create_symlink(directory_.store(), directory_.store());
  const base::Status looked = CheckInitialised(directory_);
  EXPECT_FALSE(looked.ok());
  EXPECT_FALSE(absl::IsNotFound(looked)) << looked;
  fs::remove(directory_.store());
  fs::create_directory(directory_.store());
  EXPECT_TRUE(CheckInitialised(directory_).ok());
}

TEST_F(DataDirectoryTest, AnEmptyOrDamagedDirectoryIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(LoadKeys(directory_).status()));
  ASSERT_TRUE(Make().ok());
  ASSERT_TRUE(
      base::WriteFileDurably(directory_.keys / "curve.secret", "short", base::kOwnerOnly).ok());
  EXPECT_TRUE(absl::IsDataLoss(LoadKeys(directory_).status()));
}

TEST(AtTest, ATrailingSlashDoesNotPutTheKeysInside) {
  EXPECT_EQ(At("data/", {}).keys, "data.keys");
  EXPECT_EQ(At("data", "elsewhere").keys, "elsewhere");
}

// --- Settings -----------------------------------------------------------------------------

TEST(ConfigTest, WhatIsWrittenIsRead) {
  Config config;
  config.grpc_listen = "0.0.0.0:1";
  config.link_public = "tcp://broker.example:7444";
  config.enrolment_public = "[2001:db8::1]:7442";
  config.log_level = base::LogLevel::kWarning;
  config.log_form = base::LogForm::kJson;
  config.resend_after = absl::Seconds(7);
  config.incidents = {.a_minute = 7, .a_day = 70};
  const auto read = ParseConfig(FormatConfig(config));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(FormatConfig(*read), FormatConfig(config));
  EXPECT_EQ(read->resend_after, absl::Seconds(7));
  EXPECT_EQ(read->enrolment_public, config.enrolment_public);
  EXPECT_EQ(read->incidents.a_minute, 7u);
  EXPECT_EQ(read->incidents.a_day, 70u);
}

TEST(ConfigTest, AnEmptyFileMeansTheDefaults) {
  EXPECT_EQ(FormatConfig(ParseConfig("").value()), FormatConfig({}));
}

TEST(ConfigTest, AnEmptyAddressOfMetricsMeansNone) {
  Config config;
  config.metrics_listen.clear();
  EXPECT_EQ(ParseConfig(FormatConfig(config)).value().metrics_listen, "");
  EXPECT_TRUE(CheckAddresses(config).ok());
  EXPECT_FALSE(ParseConfig("[listen]\ngrpc = \"\"").ok());
  config.metrics_listen = "7445";
  EXPECT_THAT(std::string(base::Message(CheckAddresses(config))), HasSubstr("listen.metrics"));
}

struct BadConfig {
  std::string toml, says;
};
class BadConfigTest : public testing::TestWithParam<BadConfig> {};
TEST_P(BadConfigTest, IsRefusedWithLineAndKey) {
  const auto config = ParseConfig(GetParam().toml);
  ASSERT_TRUE(absl::IsInvalidArgument(config.status())) << GetParam().toml;
  EXPECT_THAT(std::string(base::Message(config.status())), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Each, BadConfigTest,
    testing::Values(
        BadConfig{"[listen\n", "line 1"}, BadConfig{"\n[listen]\ngrcp = \"x\"", "line 3"},
        BadConfig{"[listen]\ngrcp = \"x\"", "listen.grcp"},
        BadConfig{"[listen]\ngrpc = 7443", "quotes"}, BadConfig{"grpc = \"x\"", "[section]"},
        BadConfig{"[log]\nlevel = \"loud\"", "warning"}, BadConfig{"[log]\nform = \"xml\"", "json"},
        // A port too large would be cut to another one.
        BadConfig{"[listen]\ngrpc = \"127.0.0.1:99999\"", "listen.grpc"},
        BadConfig{"[listen]\ngrpc = \"nonsense\"", "1 to 65535"},
        BadConfig{"[listen]\ngrpc = \":7443\"", "listen.grpc"},
        BadConfig{"[listen]\ngrpc = \"::1:7443\"", "listen.grpc"},
        BadConfig{"[listen]\nmetrics = \"7445\"", "listen.metrics"},
        BadConfig{"[listen]\nenrolment = \"a b:7442\"", "listen.enrolment"},
        BadConfig{"[listen]\nlink = \"127.0.0.1:7444\"", "tcp://"},
        BadConfig{"[public]\nlink = \"tcp://broker:0\"", "public.link"},
        BadConfig{"[link]\nresend_after = \"soon\"", "resend_after"},
        BadConfig{"[link]\nresend_after = \"0s\"", "resend_after"},
        BadConfig{"[link]\nresend_after = \"-3s\"", "resend_after"},
        // Never would mean that a lost push stays lost.
        BadConfig{"[link]\nresend_after = \"inf\"", "resend_after"},
        BadConfig{"[link]\nresend_after = \"61m\"", "resend_after"},
        BadConfig{"[limits]\nincidents_per_minute = 0", "incidents_per_minute"},
        BadConfig{"[limits]\nincidents_per_day = \"9\"", "whole number"},
        BadConfig{"[limits]\nincidents_per_day = 1.5", "whole number"},
        BadConfig{"[limits]\nincidents_per_day = 9999999999", "incidents_per_day"}));

TEST(ConfigTest, AFilesErrorNamesTheFile) {
  support::TempDirectory temp;
  ASSERT_TRUE(
      base::WriteFileDurably(temp.path() / "broker.toml", "[x]\ny=1", base::kOwnerOnly).ok());
  const auto config = ReadConfig(temp.path() / "broker.toml");
  EXPECT_THAT(std::string(base::Message(config.status())), HasSubstr("broker.toml"));
  EXPECT_TRUE(absl::IsNotFound(ReadConfig(temp.path() / "none.toml").status()));
}

// --- The clock ----------------------------------------------------------------------------

TEST(BrokerClockTest, IsTheOneTheStoreWasInitialisedFor) {
  store::MemoryStore real, simulated, neither;
  ASSERT_TRUE(real.Initialise({"x", false}, {}).ok());
  ASSERT_TRUE(simulated.Initialise({"x", true}, {}).ok());
  ASSERT_TRUE(simulated.SaveClockOffset(absl::Hours(24 * 365), {}).ok());
  EXPECT_EQ(OpenClock(real)->simulated, nullptr);
  const BrokerClock clock = OpenClock(simulated).value();
  ASSERT_NE(clock.simulated, nullptr);
  EXPECT_GT(clock.clock->Now(), base::SystemClock().Now() + absl::Hours(24 * 364));
  EXPECT_FALSE(OpenClock(neither).ok());
}

class KeptClockTest : public testing::Test {
 protected:
  KeptClockTest() { EXPECT_TRUE(store_.Initialise({"x", false}, {}).ok()); }
  // How far the broker's clock, opened with what is kept, is behind the wall clock.
  absl::Duration Behind() {
    const BrokerClock clock = OpenClock(store_, path_).value();
    return base::SystemClock().Now() - clock.clock->Now();
  }
  std::string Kept() const { return base::ReadFile(path_).value_or(""); }
  void Write(const std::string& text) {
    ASSERT_TRUE(base::WriteFileDurably(path_, text, base::kOwnerOnly).ok());
  }

  support::TempDirectory directory_;
  const std::string path_ = directory_.File("clock");
  store::MemoryStore store_;
};

TEST_F(KeptClockTest, WhatItToldIsKeptOnceItHasToldSomething) {
  const BrokerClock clock = OpenClock(store_, path_).value();
  ASSERT_TRUE(KeepClock(clock, path_).ok());
  EXPECT_EQ(Kept(), "");
  clock.clock->Now();
  ASSERT_TRUE(KeepClock(clock, path_).ok());
  EXPECT_THAT(Kept(), testing::StartsWith(base::BootId() + " "));
  EXPECT_LT(absl::AbsDuration(Behind()), absl::Minutes(1));
}

// As if the wall clock had jumped: what was told lies an hour behind it. Whether it is held back is
// for this machine's kernel to say; that a wrong bit counts for nothing is not.
TEST_F(KeptClockTest, GoesOnFromWhatWasToldAndFromNothingDamaged) {
  const base::SystemClock now;
  now.Now();
  const base::SystemClock::Reading read = *now.Told();
  base::SystemClock an_hour_behind(
      {[&] {
         return base::SystemClock::Reading{read.wall - absl::Hours(1), read.since_boot};
       },
       [] { return false; }});
  an_hour_behind.Now();
  ASSERT_TRUE(KeepClock({nullptr, nullptr, &an_hour_behind}, path_).ok());
  const absl::Duration behind = Behind();
  EXPECT_TRUE(absl::AbsDuration(behind) < absl::Minutes(1) ||
              absl::AbsDuration(behind - absl::Hours(1)) < absl::Minutes(1))
      << behind;
  const std::string whole = Kept();
  ASSERT_THAT(whole, testing::Not(testing::IsEmpty()));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string wrong = whole;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x01);
    Write(wrong);
    EXPECT_LT(absl::AbsDuration(Behind()), absl::Minutes(1)) << at;
  }
  for (const std::string& wrong : {std::string(), std::string("\xff\xff"), whole.substr(1)}) {
    Write(wrong);
    EXPECT_LT(absl::AbsDuration(Behind()), absl::Minutes(1));
  }
}

}  // namespace
}  // namespace firstbell::registry
